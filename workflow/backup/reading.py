"""Reading a backup: it is whole, every part is what the manifest says, and nothing in it can do harm.

No name in the file is ever a path: parts have fixed names, files go by their hashes, checkpoints by the one
form their names have. No part is read beyond the size the manifest tells, nor a line beyond its bound.
"""

import errno
import hashlib
import io
import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import orjson
from pydantic import ValidationError

from workflow.backup.manifest import (
    CHECKPOINT_NAME,
    CHECKPOINTS,
    FILES,
    FORMAT,
    MANIFEST,
    SEAL,
    Manifest,
    Seal,
    TablePart,
)
from workflow.errors import BackupRefused

MOST_OF_MANIFEST, MOST_OF_A_LINE, MOST_OF_A_FILE = 16 << 20, 64 << 20, 1 << 30
ENCRYPTED, BUFFER = 0x1, 1 << 20
FILE_LINE = re.compile(rb"^([0-9a-f]{64}) (0|[1-9][0-9]{0,11})\n\Z")
BROKEN = (
    BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
    KeyError,
)
"""What the reader of ZIP files runs into where a file is not whole. (A value's error is one of these.)"""


@dataclass(frozen=True, slots=True)
class Backup:
    """An opened backup, by its manifest, and the seal over that."""

    archive: ZipFile
    manifest: Manifest
    seal: Seal

    @classmethod
    @contextmanager
    def of(cls, path: Path) -> Iterator["Backup"]:
        """Open a file. Raises `BackupRefused`: `backup_missing`, `backup_damaged`, `backup_format`."""
        if not path.is_file():
            raise BackupRefused(f"找不到备份文件“{path}”，请核对路径。", code="backup_missing")
        with ExitStack() as opened:
            with _whole():
                found = cls._read(opened.enter_context(ZipFile(path)))
            yield found

    @classmethod
    def _read(cls, archive: ZipFile) -> "Backup":
        _check_directory(archive)
        told = _small(archive, MANIFEST)
        seal, manifest = Seal.model_validate_json(_small(archive, SEAL)), _manifest(told)
        if hashlib.sha256(told).hexdigest() != seal.sha256:
            raise damaged("清单与其封签不符")
        if not manifest.is_consistent or archive.namelist() != [*manifest.parts, MANIFEST, SEAL]:
            raise damaged("所含部分与清单不符")
        return cls(archive, manifest, seal)

    def check(self) -> None:
        """Read every part to its end. Raises `BackupRefused` (`backup_damaged`)."""
        for table in self.manifest.tables:
            if sum(1 for _ in self.rows(table)) != table.rows:
                raise damaged(f"{table.name}表的行数与清单不符")
        count = size = 0
        for _, data in self.files():
            count, size = count + 1, size + len(data)
        if (count, size) != (self.manifest.files.count, self.manifest.files.bytes):
            raise damaged("文件库与清单不符")
        for _ in self.checkpoints():
            pass

    def rows(self, table: TablePart) -> Iterator[list[Any]]:
        """The rows of a table."""
        with self._part(table.part) as part:
            for line in _lines(part):
                row = orjson.loads(line)
                if not isinstance(row, list) or len(row) != len(table.columns):
                    raise damaged(f"{table.name}表有一行与栏目不符")
                yield row

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The files of the store, each by its hash, which is that of its bytes."""
        with self._part(FILES) as part:
            while line := part.readline(100):
                named = FILE_LINE.match(line)
                if named is None or int(named[2]) > MOST_OF_A_FILE:
                    raise damaged("文件库的格式不符")
                data = part.read(int(named[2]))
                if hashlib.sha256(data).hexdigest() != named[1].decode():
                    raise damaged(f"文件{named[1][:12].decode()}与其哈希不符")
                yield named[1].decode(), data

    def checkpoints(self) -> Iterator[tuple[str, bytes]]:
        """The files of the folder of checkpoints: name and bytes."""
        with self._part(CHECKPOINTS) as part:
            for line in _lines(part):
                told = orjson.loads(line)
                if not isinstance(told, list) or [type(one) for one in told] != [str, str]:
                    raise damaged("检查点的格式不符")
                if not CHECKPOINT_NAME.match(told[0]):
                    raise damaged("检查点的文件名不合规定")
                yield told[0], b64decode(told[1], validate=True)

    @contextmanager
    def _part(self, name: str) -> Iterator[io.BufferedReader]:
        told = self.manifest.parts[name]
        with _whole(), self.archive.open(name) as packed:
            yield io.BufferedReader(_Checked(packed, told.bytes, told.sha256), BUFFER)


class _Checked(io.RawIOBase):
    """A part's bytes, hashed as they are read; at its end they are what the manifest says, or it raises."""

    def __init__(self, packed: Any, size: int, sha256: str) -> None:
        self._packed, self._left, self._sha256, self._digest = packed, size, sha256, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._packed.read(min(len(buffer), self._left + 1))
        self._left -= len(data)
        if self._left < 0 or (not data and self._left > 0):
            raise damaged("有一部分的长短与清单不符")
        self._digest.update(data)
        if not data and self._digest.hexdigest() != self._sha256:
            raise damaged("有一部分与清单的哈希不符")
        buffer[: len(data)] = data
        return len(data)


def damaged(what: str) -> BackupRefused:
    """What is said of a file that is not whole."""
    message = f"备份文件已损坏或不完整（{what}），未恢复任何内容；请换用另一份备份。"
    return BackupRefused(message, code="backup_damaged")


@contextmanager
def _whole() -> Iterator[None]:
    """Whatever reading runs into because the file is not whole, as that."""
    try:
        yield
    except BROKEN as error:
        raise damaged(type(error).__name__) from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):
            raise
        raise damaged(type(error).__name__) from error


def _check_directory(archive: ZipFile) -> None:
    """No part twice, none encrypted, none packed in a way this reader does not know."""
    infos = archive.infolist()
    names = {one.filename for one in infos}
    sound = all(
        not one.flag_bits & ENCRYPTED and one.compress_type in (ZIP_STORED, ZIP_DEFLATED) for one in infos
    )
    if len(names) != len(infos) or not sound or not {MANIFEST, SEAL} <= names:
        raise damaged("不是本系统的备份，或目录不合规定")


def _small(archive: ZipFile, name: str) -> bytes:
    """A part that is read at once."""
    with archive.open(name) as part:
        data = part.read(MOST_OF_MANIFEST + 1)
    if len(data) > MOST_OF_MANIFEST:
        raise damaged("清单过大")
    return data


def _manifest(told: bytes) -> Manifest:
    document = orjson.loads(told)
    form = document.get("format") if isinstance(document, dict) else None
    if form != FORMAT:
        message = f"备份的格式“{str(form)[:32]}”不是{FORMAT}，请用相应版本的程序恢复。"
        raise BackupRefused(message, code="backup_format")
    try:
        return Manifest.model_validate_json(told)
    except ValidationError as error:
        raise damaged("清单不合规定") from error


def _lines(part: io.BufferedReader) -> Iterator[bytes]:
    while line := part.readline(MOST_OF_A_LINE + 1):
        if not line.endswith(b"\n"):
            raise damaged("有一行过长或不完整")
        yield line
