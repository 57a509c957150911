"""Files written whole beside their place and put there at once, so that nothing half written has its name.

What leaves the house is put in its place once an entry tells of it.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from workflow.errors import FileRefused

PRIVATE = 0o600


def check_place(file: Path, *, force: bool) -> None:
    """Refuse a place nothing can be put at. Raises `FileRefused` (`export_folder`, `export_exists`)."""
    if not file.parent.is_dir():
        raise FileRefused(f"文件夹“{file.parent}”不存在，请先建立。", code="export_folder")
    if file.is_dir() or (file.exists() and not force):
        raise _exists(file)


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """An empty file in the same folder, readable by its owner only; gone afterwards unless it was put."""
    try:
        with NamedTemporaryFile(dir=file.parent, prefix=".duban-", delete=False) as made:
            waiting = Path(made.name)
    except OSError as error:
        error.filename = str(file)  # people know the file they asked for, not the one beside it
        raise
    try:
        waiting.chmod(PRIVATE)
        yield waiting
    finally:
        waiting.unlink(missing_ok=True)


def write(file: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Write a file in place of the former, on the disk before it has its name. Raises `OSError`."""
    with beside(file) as waiting:
        waiting.write_bytes(data)
        waiting.chmod(mode)
        sync(waiting)
        waiting.replace(file)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file that will still be there after a power cut."""
    sync(file)
    with file.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def put(waiting: Path, file: Path, *, force: bool) -> None:
    """Put a file in its place at once. Raises `FileRefused` where another has come there meanwhile."""
    if force:
        waiting.replace(file)
        sync(file.parent)
        return
    try:
        put_new(waiting, file)
    except FileExistsError as error:
        raise _exists(file) from error


def put_new(waiting: Path, file: Path) -> None:
    """Put a file in its place at once. Raises `FileExistsError` where there is another."""
    file.touch(exist_ok=False)
    try:
        waiting.replace(file)
    except OSError:
        file.unlink()
        raise
    sync(file.parent)


def sync(path: Path) -> None:
    """See that a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exists(file: Path) -> FileRefused:
    return FileRefused(f"“{file}”已存在，未覆盖；请换一个文件名，或加--force覆盖。", code="export_exists")
