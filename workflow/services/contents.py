"""What a file is by its bytes, held against what its suffix says it is.

Called by the file store: `check_kind` before anything is read, `check_whole` once the file was looked through
for marks, which has reasons of its own. No list of all the types there are is asked: eight are taken in, and
whatever is none of them to the byte is refused, also what no list knows.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePath
from zipfile import ZipFile

from workflow.errors import FileRefused
from workflow.services.screening import compound, pictures
from workflow.services.screening.plain import is_text
from workflow.services.screening.signatures import JPEG, OLE, PDF, PNG, TEXT, ZIP, signature
from workflow.services.screening.unfit import Unfit

NAMES: Mapping[bytes, str] = {
    PDF: "PDF文件",
    ZIP: "ZIP压缩包或者docx、xlsx文件",
    OLE: "doc、xls文件",
    PNG: "PNG图片",
    JPEG: "JPEG图片",
    TEXT: "文本",
}
BY_SUFFIX: Mapping[str, bytes] = {
    ".pdf": PDF,
    ".doc": OLE,
    ".docx": ZIP,
    ".xls": OLE,
    ".xlsx": ZIP,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".txt": TEXT,
    ".csv": TEXT,
    ".eml": TEXT,
    ".zip": ZIP,
}
MAIN_PART: Mapping[str, tuple[str, bytes]] = {
    ".docx": ("Word文件", b"wordprocessingml.document.main+xml"),
    ".xlsx": ("Excel文件", b"spreadsheetml.sheet.main+xml"),
}
MAIN_STREAM: Mapping[str, tuple[str, frozenset[str]]] = {
    ".doc": ("Word文件", compound.WORD),
    ".xls": ("Excel文件", compound.EXCEL),
}
PARTS, LOCKED = "[Content_Types].xml", "EncryptedPackage".encode("utf-16-le")
HEADERS = ("from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path")


def check_kind(name: str, data: bytes) -> None:
    """Raises `FileRefused` (`file_type_mismatch`) for a file that does not begin as its suffix has it."""
    said, found = BY_SUFFIX[_suffix(name)], signature(data)
    if said == ZIP and found == OLE and LOCKED in data:
        return  # a Word or Excel file with a password looks like an old one; it is refused for the password
    if found != said:
        raise _mismatch(name, NAMES[said], "" if found == TEXT else f"，而是{NAMES[found]}")
    if said == TEXT and not is_text(data):
        raise _mismatch(name, NAMES[said])


def check_whole(name: str, data: bytes) -> None:
    """Raises `FileRefused` for a file that begins so and is none, or a picture that is not whole."""
    suffix = _suffix(name)
    if suffix in MAIN_PART:
        _check_package(name, data, *MAIN_PART[suffix])
    elif suffix in MAIN_STREAM and not compound.is_of(data, MAIN_STREAM[suffix][1]):
        raise _mismatch(name, MAIN_STREAM[suffix][0])
    elif suffix == ".eml" and not _is_mail(data):
        raise _mismatch(name, "邮件")
    elif BY_SUFFIX[suffix] in (PNG, JPEG):
        _check_picture(name, data)


def _check_package(name: str, data: bytes, called: str, main: bytes) -> None:
    with ZipFile(BytesIO(data)) as package:
        if PARTS not in package.namelist() or main not in package.read(PARTS):
            raise _mismatch(name, called)


def _is_mail(data: bytes) -> bool:
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii", errors="replace").lower()
    return any(line.startswith(f"{one}:") for line in head.splitlines() for one in HEADERS)


def _check_picture(name: str, data: bytes) -> None:
    try:
        pictures.check_whole(data)
    except Unfit as unfit:
        raise FileRefused(f"“{name}”{unfit.reason}。", code=unfit.code, name=name) from unfit


def _mismatch(name: str, said: str, instead: str = "") -> FileRefused:
    return FileRefused(
        f"“{name}”的内容不是{said}{instead}，与扩展名不符；请改正扩展名，或者重新导出后再传。",
        code="file_type_mismatch",
        name=name,
    )


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
