"""What a file is by its first bytes, held against what its suffix says it is.

Called by the file store once the file was looked through for marks: what cannot be read whole has a reason of
its own.
"""

from collections.abc import Mapping
from pathlib import PurePath

from workflow.errors import FileRefused

PDF, PDF_WITHIN = b"%PDF-", 1024
"""A reader finds the beginning of a PDF anywhere in so many bytes."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
TEXT = b""
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


def check_content(name: str, data: bytes) -> None:
    """Raises `FileRefused` (`file_type_mismatch`) for a file that does not begin as its suffix has it."""
    said, found = BY_SUFFIX[PurePath(name).suffix.lower()], _signature(data)
    if found == said or (said == PDF and PDF in data[:PDF_WITHIN]):
        return
    instead = f"，而是{NAMES[found]}" if found != TEXT else ""
    raise FileRefused(
        f"“{name}”的内容不是{NAMES[said]}{instead}，与扩展名不符；请改正扩展名，或者重新导出后再传。",
        code="file_type_mismatch",
        name=name,
    )


def _signature(data: bytes) -> bytes:
    """What the data begins with; text where it is nothing known."""
    return next((one for one in NAMES if data.startswith(one)), TEXT)
