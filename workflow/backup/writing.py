"""Writing a backup part by part, each streamed and hashed on its way; nothing is kept of it in memory."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import orjson

from workflow.backup.manifest import CHECKPOINTS, FILES, MANIFEST, SEAL, Manifest, Part, Seal
from workflow.secret import Key

LEVEL, CHUNK = 1, 1_000
PRIVATE = 0o600 << 16
"""How the parts are to lie where somebody unpacks them by hand."""


@dataclass(slots=True)
class Writer:
    """A backup on its way into a file; `parts` are those that are whole."""

    archive: ZipFile
    parts: dict[str, Part] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def to(cls, path: Path) -> Iterator["Writer"]:
        with ZipFile(path, "w", compresslevel=LEVEL, allowZip64=True) as archive:
            yield cls(archive)

    def table(self, name: str, rows: Iterable[Sequence[Any]], told: Callable[[int], None]) -> int:
        """The rows of a table, a JSON list to a line; returns how many. `told` is told of each bundle."""
        count, waiting = 0, iter(rows)
        with self._part(name) as write:
            while part := list(islice(waiting, CHUNK)):
                write(b"".join(orjson.dumps(tuple(row), option=orjson.OPT_APPEND_NEWLINE) for row in part))
                count += len(part)
                told(len(part))
        return count

    def files(self, found: Iterable[tuple[str, bytes]]) -> None:
        """Files under their hashes: a line with hash and size, and then the bytes."""
        with self._part(FILES, packed=False) as write:
            for digest, data in found:
                write(f"{digest} {len(data)}\n".encode())
                write(data)

    def checkpoints(self, found: Iterable[tuple[str, bytes]]) -> None:
        """The files of the folder of checkpoints: name and bytes in Base64, a JSON list to a line."""
        with self._part(CHECKPOINTS) as write:
            for name, data in found:
                told = (name, b64encode(data).decode())
                write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))

    def close(self, manifest: Manifest, key: Key) -> Seal:
        """Put the manifest and its seal behind everything; returns the seal."""
        told = manifest.as_bytes()
        seal = Seal.of(told, key)
        with self._part(MANIFEST) as write:
            write(told)
        with self._part(SEAL) as write:
            write(seal.model_dump_json().encode())
        return seal

    @contextmanager
    def _part(self, name: str, *, packed: bool = True) -> Iterator[Callable[[bytes], None]]:
        digest, size = hashlib.sha256(), 0
        info = ZipInfo(name)
        info.compress_type, info.external_attr = ZIP_DEFLATED if packed else ZIP_STORED, PRIVATE
        with self.archive.open(info, "w", force_zip64=True) as part:

            def write(data: bytes) -> None:
                nonlocal size
                size += len(data)
                digest.update(data)
                part.write(data)

            yield write
        self.parts[name] = Part(bytes=size, sha256=digest.hexdigest())
