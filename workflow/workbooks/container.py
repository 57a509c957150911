"""What kind of file this is, and whether it is small and whole enough to be parsed at all.

Called before any parser sees the file. Looks at sizes, first bytes and the list of parts, never at content.
"""

from enum import StrEnum
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from workflow.workbooks.errors import WorkbookRefused

MIB = 1024 * 1024
MAX_FILE = 40 * MIB
MAX_UNPACKED = 200 * MIB

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP, _PDF = b"PK", b"%PDF"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_PART = "xl/workbook.xml"
_ENCRYPTED_FLAG = 0x1
_SAVE_AS = "请用Excel或WPS打开，另存为.xlsx后再导入"


class Kind(StrEnum):
    """What a file is, whatever it is called."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"

    @property
    def media(self) -> str:
        """Its media type."""
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.XLS: "application/vnd.ms-excel",
    Kind.CSV: "text/csv",
}


def kind_of(path: Path) -> Kind:
    """What a file is by its content: an unencrypted .xlsx, an old workbook (.xls, .et), or text in columns.

    Raises WorkbookRefused for anything else, and for what is out of bounds.
    """
    if path.is_dir():
        raise _refused(path, "file_not_found", "是文件夹，不是文件；请指明其中的.xlsx文件")
    if not path.is_file():
        raise _refused(path, "file_not_found", "不存在，请核对路径和文件名")
    if path.stat().st_size > MAX_FILE:
        reason = f"超过{MAX_FILE // MIB}MB，请拆分或删去图片等无关内容后重新导入"
        raise _refused(path, "workbook_too_large", reason)
    kind = _kind_of(path, path.read_bytes())
    if kind is Kind.XLSX:
        _check_parts(path)
    return kind


def _kind_of(path: Path, content: bytes) -> Kind:
    if not content:
        raise _refused(path, "workbook_empty", "是空文件，请确认选对了文件")
    if content.startswith(_OLE):
        if _ENCRYPTED_STREAM in content:
            raise locked(path)
        return Kind.XLS
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise _refused(path, "workbook_xls", f"内容是网页或XML，不是真正的Excel工作簿，{_SAVE_AS}")
    if content.startswith(UTF_16):
        return Kind.CSV
    if content.startswith(_PDF) or b"\0" in content or content.startswith(_ZIP):
        return Kind.XLSX
    return Kind.CSV


def locked(path: Path) -> WorkbookRefused:
    """The refusal of a workbook with a password."""
    return _refused(path, "workbook_encrypted", "设有打开密码，请取消密码后再导入")


def _check_parts(path: Path) -> None:
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError, ValueError) as error:
        reason = "不是Excel工作簿，或文件已损坏；请用Excel或WPS打开并另存为.xlsx后再导入"
        raise _refused(path, "workbook_broken", reason) from error
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise _refused(path, "workbook_encrypted", "是加密的压缩包，请取消密码后再导入")
    if _WORKBOOK_PART not in {part.filename for part in parts}:
        raise _refused(path, "workbook_broken", f"是压缩包，但不是.xlsx工作簿；{_SAVE_AS}")
    # A part that unpacks to more than it states is cut off there by zipfile, so the sum is a true bound.
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _refused(path, "workbook_too_large", "解压后超过200MB，请拆分或删去无关内容后重新导入")


def _refused(path: Path, code: str, reason: str) -> WorkbookRefused:
    return WorkbookRefused(f"“{path.name}”{reason}", code=code, file=path.name)
