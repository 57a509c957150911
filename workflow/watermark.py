"""The high-water mark: how far the history had come, kept outside the database beside the key.

A database restored from an older backup is behind it, and is noticed before it writes to anybody twice.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from workflow import placing
from workflow.errors import ConfigurationError

SUFFIX = ".mark"


@dataclass(frozen=True, slots=True)
class LastNumber:
    """The last number given out of a series in a year."""

    series: str
    year: int
    last: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Place and hash of the journal's last entry, id and hash of the last entry of all, the last numbers."""

    seq: int
    head: str
    event: int
    event_hash: str
    numbers: tuple[LastNumber, ...] = ()


MARKS = TypeAdapter(dict[str, Mark])
"""Marks by the installation they are of: its journal's first hash. Another database is no restored one."""


def mark_beside(secret_file: Path) -> Path:
    """Where the mark of the installation with this key lies."""
    return secret_file.with_name(secret_file.name + SUFFIX)


def read_mark(path: Path, installation: str) -> Mark | None:
    """An installation's mark, None before its first. Raises `ConfigurationError` (`mark_unreadable`)."""
    return _marks(path).get(installation)


def write_mark(path: Path, installation: str, mark: Mark) -> None:
    """Put the mark in place of the former, whole or not at all, readable by its owner only.

    Raises `ConfigurationError` (`mark_unwritable`).
    """
    marks = {name: asdict(one) for name, one in {**_kept(path), installation: mark}.items()}
    try:
        placing.write(path, json.dumps(marks).encode())
    except OSError as error:
        raise ConfigurationError(
            f"水位文件{path}无法写入，由旧备份恢复时将无法察觉；请核对DUBAN_SECRET_FILE所在文件夹权限。",
            code="mark_unwritable",
        ) from error


def _marks(path: Path) -> dict[str, Mark]:
    try:
        return MARKS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        raise ConfigurationError(
            f"水位文件{path}无法读取，无法判断数据库是否由旧备份恢复；请核对文件和权限。",
            code="mark_unreadable",
        ) from error


def _kept(path: Path) -> dict[str, Mark]:
    """The marks in the file; a file nobody can read is written anew by a release."""
    try:
        return _marks(path)
    except ConfigurationError:
        return {}
