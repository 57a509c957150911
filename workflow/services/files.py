"""The content-addressed store: a file is kept once under the SHA-256 of its bytes, and never changed.

Bounds, the state-secret check and the search for viruses stand at the only way in. The bytes lie in a folder,
what they are in the database; nothing in the folder is called by a name somebody gave. What comes with an act
waits in a room of its own until the act stands.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath

from sqlalchemy import Connection

from states.attachments import MAX_FILE_BYTES, MIB
from states.errors import FactInvalid
from states.file_names import cleaned
from states.secrecy import find_mark
from workflow import placing
from workflow.errors import FileRefused, NotFound
from workflow.services.contents import check_kind, check_whole
from workflow.services.scanning import scan
from workflow.services.screening import lines_of_name, mark_in
from workflow.storage import queries
from workflow.storage.models import StoredFile

BYTES = "application/octet-stream"
WAITING = "waiting"
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
class Given:
    """A file somebody hands in: where its bytes lie for now, and the name he gave it, which is only data."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the store, under a name that is safe anywhere, and by what it was looked at for viruses.

    `waiting` is where its bytes lie until it is placed in the store, None for one that is there.
    """

    sha256: str
    size: int
    media_type: str
    name: str
    scanned_by: str | None = None
    waiting: Path | None = field(default=None, compare=False)


def take_in(root: Path, given: Path | Given, *, scanner: str | None = None) -> Kept:
    """Take in a person's file; `record` enters it in the database and `place` puts it into the store.

    Raises `FileRefused`: absent, empty, over 50 MiB, of a type not allowed, not to be read whole, not what
    its suffix says, harmful, marked as a state secret (保守国家秘密法: what is not classified may not store
    them), infected, or not to be scanned by the `scanner` there is.
    """
    given = given if isinstance(given, Given) else Given(given, given.name)
    name, data = cleaned(given.name), _read(given)
    media_type = _media_type(name)
    _check_unmarked(name, find_mark(lines_of_name(given.name)))
    check_kind(name, data)
    _check_unmarked(name, mark_in(name, data))
    check_whole(name, data)
    scanned_by = scan(scanner, name, data) if scanner else None
    waiting = waiting_room(root) / secrets.token_hex(16)
    placing.write(waiting, data)
    digest = hashlib.sha256(data).hexdigest()
    return Kept(digest, len(data), media_type, name, scanned_by, waiting)


def from_base64(name: str, content: str, folder: Path) -> Given:
    """A file that came in Base64, written into a folder. Raises `FactInvalid` (`file_not_base64`)."""
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FactInvalid("附件内容不是Base64编码。", code="file_not_base64") from error
    path = folder / secrets.token_hex(16)
    path.write_bytes(data)
    return Given(path, name)


def waiting_room(root: Path) -> Path:
    """Where files lie until the act they come with stands; nobody looks for anything of worth there."""
    room = root / WAITING
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    return room


def place(root: Path, kept: Kept) -> None:
    """Put a file that waits into the store, as the last thing before the act it came with stands."""
    place = _place(root, kept.sha256)
    if kept.waiting is not None and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        kept.waiting.replace(place)


def dismiss(several: Iterable[Kept]) -> None:
    """Do away with what still waits of some files."""
    for one in several:
        if one.waiting is not None:
            one.waiting.unlink(missing_ok=True)


def record(tx: Connection, kept: Kept, *, at: datetime) -> None:
    """Enter a file of the store; one that is entered already stays as it came first."""
    row = {"sha256": kept.sha256, "size": kept.size, "media_type": kept.media_type, "stored_at": at}
    queries.add_missing(tx, StoredFile, row)


def keep(tx: Connection, root: Path, data: bytes, *, name: str, media_type: str, at: datetime) -> Kept:
    """Keep bytes the program made or has checked; those kept already stay as they came first."""
    kept = _put(root, data, name, media_type)
    record(tx, kept, at=at)
    return kept


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


def _put(root: Path, data: bytes, name: str, media_type: str) -> Kept:
    digest = hashlib.sha256(data).hexdigest()
    _write_once(_place(root, digest), data)
    return Kept(digest, len(data), media_type, name)


def _read(given: Given) -> bytes:
    name = cleaned(given.name)
    if not given.path.is_file():
        raise FileRefused(
            f"找不到文件“{given.path}”，请核对路径。", code="file_not_found", name=str(given.path)
        )
    size = given.path.stat().st_size
    if size == 0:
        raise FileRefused(f"“{name}”是空文件。", code="file_empty", name=name)
    if size > MAX_FILE_BYTES:
        raise too_large(name)
    return given.path.read_bytes()


def too_large(name: str) -> FileRefused:
    """The refusal of a file past the bound."""
    most = MAX_FILE_BYTES // MIB
    return FileRefused(f"“{name}”超过{most}MB，请压缩或拆分后再传。", code="file_too_large", name=name)


def media_type_of(name: str) -> str:
    """What a file of the store is handed out as, by our own list; bytes where its name is not of it."""
    return MEDIA_TYPES.get(PurePath(name).suffix.lower(), BYTES)


def _media_type(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise FileRefused(
            f"不接收“{suffix or name}”类型的文件，请改用PDF、Word、Excel、图片、文本、邮件或ZIP。",
            code="file_type",
            name=name,
        )
    return MEDIA_TYPES[suffix]


def _check_unmarked(name: str, mark: str | None) -> None:
    if mark is not None:
        raise FileRefused(
            f"“{name}”带有国家秘密标志，不得存入本系统，请改走涉密渠道。", code="state_secret", name=name
        )
