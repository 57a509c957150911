"""What a backup says of itself: when and of what it was made, how far history had come, every part's hash.

A backup is a ZIP file. `manifest.json` is its last part but one, `seal.json` the last: the manifest's hash
and its keyed code, so that whoever has the key knows that the file is the office's own.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from workflow.secret import Key

FORMAT: Literal["duban-backup/1"] = "duban-backup/1"
MANIFEST, SEAL = "manifest.json", "seal.json"
FILES, CHECKPOINTS = "files.pack", "checkpoints.jsonl"
CHECKPOINT_NAME = re.compile(r"^checkpoint-[0-9]{6,18}-[0-9a-f]{8}\.(txt|tsr)\Z")
"""A checkpoint's file, or the time-stamp beside it."""

DOMAIN = b"duban/backup/1\x00"
MOST_TABLES, MOST_COLUMNS, MOST_MISSING, MOST_KEYS = 1_000, 1_000, 1_000, 10_000

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\z")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}\z")]
Count = Annotated[int, Field(strict=True, ge=0, lt=1 << 62)]
Text = Annotated[str, StringConstraints(max_length=200)]


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(Record):
    """A part of the file as it is before it is packed."""

    bytes: Count
    sha256: Hash


class TablePart(Record):
    """A table: its columns in the order of its rows' values, and how many rows there are."""

    name: Name
    columns: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_COLUMNS)]
    rows: Count

    @property
    def part(self) -> str:
        return f"tables/{self.name}.jsonl"


class Stored(Record):
    """The files of the store: how many went in, their bytes; how many were lost or changed, and which."""

    count: Count = 0
    bytes: Count = 0
    lost: Count = 0
    missing: Annotated[tuple[Hash, ...], Field(max_length=MOST_MISSING)] = ()


class LastCheckpoint(Record):
    number: Count
    hash: Hash


class Manifest(Record):
    """A backup. `position` counts the entries that were sealed, `origin` is the journal's first hash."""

    format: Literal["duban-backup/1"]
    schema_version: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\z")]
    made_at: datetime
    made_by: Text
    engine: Text
    origin: Hash
    entries: Count
    position: Count
    checkpoint: LastCheckpoint | None
    algorithm: Text
    key: Text
    keys: Annotated[tuple[Text, ...], Field(max_length=MOST_KEYS)]
    signing_key: Text | None
    tables: Annotated[tuple[TablePart, ...], Field(max_length=MOST_TABLES)]
    files: Stored
    parts: dict[str, Part]

    def as_bytes(self) -> bytes:
        return self.model_dump_json(indent=1).encode()

    @property
    def names(self) -> set[str]:
        """The parts there must be besides the manifest and its seal."""
        return {FILES, CHECKPOINTS, *(one.part for one in self.tables)}

    @property
    def is_consistent(self) -> bool:
        """Whether the parts it tells of are those it must have, each once."""
        return self.parts.keys() == self.names and len(self.names) == len(self.tables) + 2


class Seal(Record):
    """The hash of a manifest, and its code by a key that goes by `key`."""

    sha256: Hash
    key: Text
    code: Hash

    @classmethod
    def of(cls, manifest: bytes, key: Key) -> "Seal":
        digest = hashlib.sha256(manifest).hexdigest()
        return cls(sha256=digest, key=key.id, code=_code(digest, key))

    def is_by(self, key: Key) -> bool:
        return hmac.compare_digest(self.code, _code(self.sha256, key))


def _code(digest: str, key: Key) -> str:
    return hmac.digest(key.value, DOMAIN + digest.encode(), "sha256").hex()
