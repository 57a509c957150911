"""The folder of checkpoints, at best on another system: a file for each, written whole and only once."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection

from states.evidence.checkpoint import FORMAT, Checkpoint, parse
from workflow import placing
from workflow.errors import ConfigurationError
from workflow.services.office import Office
from workflow.storage import log
from workflow.storage.session import reading

PATTERN = "checkpoint-*.txt"
FOR_ALL_TO_READ = 0o644
HEAD = FORMAT.encode()
INSIDE = re.compile(rf"^{FORMAT}$.*?^signature: [^\n]*$", re.MULTILINE | re.DOTALL)
MAX_BYTES = 1024 * 1024


def place_of(folder: Path, one: Checkpoint) -> Path:
    """Where a checkpoint's file lies."""
    return folder / f"checkpoint-{one.number:06}-{one.short}.txt"


def write_missing(office: Office) -> list[Path]:
    """Write the newest checkpoints up to one whose file is there; returns the files written, oldest first.

    Whatever failed before is made up for, and a new folder gets them all. Raises `ConfigurationError`
    (`checkpoints_unwritable`).
    """
    if office.settings.checkpoint_dir is None:
        return []
    with reading(office.engine) as tx:
        missing = list(_missing(tx, office.settings.checkpoint_dir))
    for place, text in reversed(missing):
        write(place, text.encode())
    return [place for place, _ in reversed(missing)]


def places(tx: Connection, folder: Path, most: int) -> Iterator[Path]:
    """Where the files of the newest checkpoints lie or would lie, the newest first."""
    yield from (place_of(folder, parse(row.text)) for row in log.newest_checkpoints(tx, most))


def make_folder(folder: Path | None) -> None:
    """Make the folder that is set. Raises `ConfigurationError` (`checkpoints_unwritable`)."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder) from error


def is_writable(folder: Path) -> bool:
    """Whether a file could be put there, by trying it."""
    try:
        with NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _missing(tx: Connection, folder: Path) -> Iterator[tuple[Path, str]]:
    row = log.last_checkpoint(tx)
    while row is not None:
        one = parse(row.text)
        place = place_of(folder, one)
        if place.exists():
            return
        yield place, one.text
        row = log.checkpoint_before(tx, one.number)


def files_in(place: Path) -> list[Path]:
    """The checkpoints of a folder, or the one file. Raises `ConfigurationError` (`anchor_unreadable`,
    `checkpoint_invalid` for a file that is none)."""
    try:
        if place.is_dir():
            return sorted(place.glob(PATTERN))
        with place.open("rb") as file:
            is_checkpoint = HEAD in file.read(MAX_BYTES)
    except OSError as error:
        raise unreadable(place) from error
    if not is_checkpoint:
        message = f"“{place}”不是检查点文件，请核对路径。"
        raise ConfigurationError(message, code="checkpoint_invalid", file=place.name)
    return [place]


def read_file(path: Path) -> Checkpoint:
    """The checkpoint in a file: alone, or with the words of the mail it came by around it.

    Raises `CheckpointInvalid` when there is none, `ConfigurationError` (`anchor_unreadable`).
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise unreadable(path) from error
    return checkpoint_in(text)


def checkpoint_in(text: str) -> Checkpoint:
    """The checkpoint in a text, with the words of a mail around it or alone. Raises `CheckpointInvalid`."""
    found = INSIDE.search("\n".join(line.strip() for line in text.splitlines()))
    return parse(f"{found.group()}\n" if found else text)


def unreadable(place: Path) -> ConfigurationError:
    message = f"检查点文件{place}无法读取，请核对路径和权限。"
    return ConfigurationError(message, code="anchor_unreadable", file=str(place))


def write(place: Path, content: bytes) -> None:
    """Whole from the start, and on the disk before it has its name: half of one would pass for forged.

    Raises `ConfigurationError` (`checkpoints_unwritable`).
    """
    try:
        placing.write(place, content, mode=FOR_ALL_TO_READ)
    except OSError as error:
        raise _unwritable(place.parent) from error


def _unwritable(folder: Path) -> ConfigurationError:
    return ConfigurationError(
        f"检查点文件夹{folder}无法写入，检查点暂存于数据库；请核对DUBAN_CHECKPOINT_DIR及文件夹权限，恢复后将自动补写。",
        code="checkpoints_unwritable",
    )
