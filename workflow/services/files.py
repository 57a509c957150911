"""The content-addressed store: a file is kept once under the SHA-256 of its bytes, and never changed.

Bounds and the state-secret check stand at the only way in. The bytes lie in a folder, what they are in the
database.
"""

import hashlib
import mimetypes
import os
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from sqlalchemy import Connection

from states.secrecy import find_mark
from workflow.errors import FileRefused, NotFound
from workflow.storage import queries
from workflow.storage.models import StoredFile

MAX_BYTES = 50 * 1024 * 1024
MAX_TEXT = 2_000_000
MAX_PAGES = 200
MEDIA_TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "image/png",
        "image/jpeg",
        "text/plain",
        "text/csv",
        "message/rfc822",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/msword",
        "application/vnd.ms-excel",
    }
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store, under the name its giver used."""

    sha256: str
    size: int
    media_type: str
    name: str


def take_in(tx: Connection, root: Path, path: Path, *, at: datetime) -> Kept:
    """Take a person's file into the store.

    Raises `FileRefused`: absent, empty, over 50 MiB, of a type not allowed, or marked as a state secret
    (保守国家秘密法: a system that is not classified may not store or process them).
    """
    data = _read(path)
    media_type = _media_type(path)
    mark = find_mark(path.stem) or find_mark(_text_of(data, media_type))
    if mark is not None:
        raise FileRefused(
            f"“{path.name}”带有国家秘密标志，不得存入本系统，请改走涉密渠道。",
            code="state_secret",
            name=path.name,
        )
    return keep(tx, root, data, name=path.name, media_type=media_type, at=at)


def keep(tx: Connection, root: Path, data: bytes, *, name: str, media_type: str, at: datetime) -> Kept:
    """Keep bytes the program made or has checked."""
    digest = hashlib.sha256(data).hexdigest()
    _write_once(_place(root, digest), data)
    row = {"sha256": digest, "size": len(data), "media_type": media_type, "stored_at": at}
    queries.upsert(tx, StoredFile, [row])
    return Kept(digest, len(data), media_type, name)


def fetch(root: Path, digest: str) -> bytes:
    """The bytes under a hash. Raises `NotFound` when they are gone, `FileRefused` when they were changed."""
    try:
        data = _place(root, digest).read_bytes()
    except FileNotFoundError as error:
        raise NotFound(
            f"文件库中缺少文件{digest[:12]}，请从备份恢复。", code="file_lost", sha256=digest
        ) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise FileRefused(
            f"文件{digest[:12]}的内容已被改动，请从备份恢复。", code="file_changed", sha256=digest
        )
    return data


def _place(root: Path, digest: str) -> Path:
    return root / digest[:2] / digest[2:4] / digest


def _write_once(place: Path, data: bytes) -> None:
    """Write beside and rename, so that a crash leaves either nothing or the whole file."""
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(place)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FileRefused(f"找不到文件“{path}”，请核对路径。", code="file_not_found", name=str(path))
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(f"“{path.name}”是空文件。", code="file_empty", name=path.name)
    if size > MAX_BYTES:
        raise FileRefused(
            f"“{path.name}”超过50MB，请压缩或拆分后再传。", code="file_too_large", name=path.name
        )
    return path.read_bytes()


def _media_type(path: Path) -> str:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type not in MEDIA_TYPES:
        raise FileRefused(
            f"不接收“{path.suffix or path.name}”类型的文件，请改用PDF、Word、Excel、图片、文本或ZIP。",
            code="file_type",
            name=path.name,
        )
    return media_type


def _text_of(data: bytes, media_type: str) -> str:
    """What text can be read from a file, for the secrecy check; nothing for pictures and old formats."""
    if media_type in ("text/plain", "text/csv"):
        return data[:MAX_TEXT].decode("utf-8", errors="replace")
    if media_type == "application/pdf":
        return _pdf_text(data)
    if zipfile.is_zipfile(BytesIO(data)):
        return _office_text(data)
    return ""


def _pdf_text(data: bytes) -> str:
    try:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages[:MAX_PAGES])[
            :MAX_TEXT
        ]
    except PyPdfError as error:
        raise FileRefused("PDF文件已损坏，无法读取，请重新导出。", code="file_broken") from error


def _office_text(data: bytes) -> str:
    """The text runs of a Word or Excel file, one a line."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            pieces = [
                archive.read(member).decode("utf-8", errors="replace")
                for member in archive.infolist()
                if member.filename.endswith(".xml") and member.file_size <= MAX_TEXT
            ]
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:  # RuntimeError: encrypted
        raise FileRefused("文件已损坏或加密，无法读取，请重新导出后再传。", code="file_broken") from error
    return "\n".join(pieces).replace("<", "\n<").replace(">", ">\n")
