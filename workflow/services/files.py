"""The content-addressed store: a file is kept once under the SHA-256 of its bytes, and never changed.

Bounds and the state-secret check stand at the only way in. The bytes lie in a folder, what they are in the
database.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from workflow import placing
from workflow.errors import FileRefused, NotFound
from workflow.services.contents import check_content
from workflow.services.screening import mark_in
from workflow.storage import queries
from workflow.storage.models import StoredFile

MAX_BYTES = 50 * 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": OFFICE + "wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": OFFICE + "spreadsheetml.sheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".eml": "message/rfc822",
    ".zip": "application/zip",
}
"""What is taken in, by suffix. The machine's own list of types differs from one to the next."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store, under the name its giver used."""

    sha256: str
    size: int
    media_type: str
    name: str


def take_in(tx: Connection, root: Path, path: Path, *, at: datetime) -> Kept:
    """Take a person's file into the store.

    Raises `FileRefused`: absent, empty, over 50 MiB, of a type not allowed, not to be read whole, not what
    its suffix says, or marked as a state secret (保守国家秘密法: what is not classified may not store them).
    """
    data = _read(path)
    media_type = _media_type(path)
    if mark_in(path.name, data) is not None:
        raise FileRefused(
            f"“{path.name}”带有国家秘密标志，不得存入本系统，请改走涉密渠道。",
            code="state_secret",
            name=path.name,
        )
    check_content(path.name, data)
    return keep(tx, root, data, name=path.name, media_type=media_type, at=at)


def keep(tx: Connection, root: Path, data: bytes, *, name: str, media_type: str, at: datetime) -> Kept:
    """Keep bytes the program made or has checked; those kept already stay as they came first."""
    digest = hashlib.sha256(data).hexdigest()
    _write_once(_place(root, digest), data)
    row = {"sha256": digest, "size": len(data), "media_type": media_type, "stored_at": at}
    queries.add_missing(tx, StoredFile, row)
    return Kept(digest, len(data), media_type, name)


def put_back(root: Path, digest: str, data: bytes) -> None:
    """Put a file of a backup in its place, also where that holds anything else by now."""
    place = _place(root, digest)
    if place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() != digest:
        place.unlink()
    _write_once(place, data)


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
    placing.write(place, data)


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
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        raise FileRefused(
            f"不接收“{path.suffix or path.name}”类型的文件，请改用PDF、Word、Excel、图片、文本或ZIP。",
            code="file_type",
            name=path.name,
        )
    return media_type
