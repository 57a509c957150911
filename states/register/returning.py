"""What a register carries when it leaves the house, so that it can come back edited.

Every line has a key: its number, and a short mark of each of its cells as they were given out. What was
edited outside, and what the office has changed since, is told by these marks; no cell's former words need
travel. A mark is of what a cell says, not of how it is written: re-saving a file in another program, or a
date typed as text, is no edit.
"""

import re
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from states.register.cells import read_rate
from states.register.sheet import CellValue, Formula
from states.register.wording import text_of

KEY = "系统校验（勿改）"
RETURNS = "改后可导回，只更正改动之处"
"""The heading of the keys, and what the line below the title says: by either a file is known as ours."""

MARK_BYTES, MARK = 3, 4
"""Bytes of a mark, and the characters they are written in."""

MOST_COLUMNS = 64
HALF_A_MINUTE = timedelta(seconds=30)
PROVISIONAL = "（暂定）"
_DASHES = "-—–－_/\\"
_DAY = re.compile(r"(\d{4})[年\-./](\d{1,2})[月\-./](\d{1,2})日?(?:[T ]*0?0:00(?::00)?)?")
_MOMENT = re.compile(r"(\d{4})[年\-./](\d{1,2})[月\-./](\d{1,2})日?[T ]*(\d{1,2}):(\d{2})(?::\d{2})?")


class Form(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    DAY = "day"
    SHARE = "share"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Returnable:
    """A column as it goes out: its name, its heading and form, and the fact of a case that is corrected where
    a cell of it was edited; None where no file can change it, and `road` says what does."""

    id: str
    heading: str
    form: Form = Form.TEXT
    field: str | None = None
    road: str = ""


def plain(value: CellValue, form: Form = Form.TEXT) -> str:
    """What a cell says, whichever program wrote it down; how a text is broken into lines says nothing."""
    if value is None or value == "":
        return ""
    if form is Form.TEXT and isinstance(value, str) and value.isprintable():
        words = "".join(value.split())
        if words and words[0] not in _DASHES:
            return words
    return value.text if isinstance(value, Formula) else _READERS[form](value)


def key(number: str | None, cells: Iterable[str]) -> str:
    """The key of a line, from its number and what its cells say (`plain`)."""
    return f"{number or ''}|{marks(cells)}"


def marks(cells: Iterable[str]) -> str:
    """The marks of some cells, one after another."""
    crc = zlib.crc32
    packed = b"".join([(crc(cell.encode()) >> 8).to_bytes(MARK_BYTES, "big") for cell in cells])
    return urlsafe_b64encode(packed).decode()


def key_heading(columns: Sequence[str]) -> str:
    """The heading above the keys: it names the columns they have marks of, in their order."""
    return f"{KEY}:{'.'.join(columns)}"


def read_heading(text: str) -> tuple[str, ...] | None:
    """The columns a heading above keys names; None for any other heading."""
    if not text.startswith(KEY):
        return None
    return tuple(text.removeprefix(KEY).lstrip(":： ").split("."))[:MOST_COLUMNS]


def read_key(value: CellValue, columns: Sequence[str]) -> tuple[str, Mapping[str, str]] | None:
    """Number and marks by column of a key; None for a cell that holds none."""
    number, _, written = text_of(value).rpartition("|")
    if not number or len(written) != MARK * len(columns):
        return None
    return number, {name: written[MARK * at : MARK * (at + 1)] for at, name in enumerate(columns)}


def _text(value: Any) -> str:
    return "".join(text_of(value).split())


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    written = text_of(value).removesuffix(PROVISIONAL).strip()
    found = _DAY.fullmatch(written)
    return _iso(found) if found else "".join(written.split())


def _iso(found: re.Match[str]) -> str:
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _share(value: Any) -> str:
    read = read_rate(value)
    return _text(value) if read.percent is None else f"{read.percent}%"


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value + HALF_A_MINUTE:%Y-%m-%d %H:%M}"
    written = text_of(value).strip()
    found = _MOMENT.fullmatch(written)
    return f"{_iso(found)} {int(found[4]):02}:{found[5]}" if found else "".join(written.split())


_READERS: Mapping[Form, Callable[[Any], str]] = {
    Form.TEXT: _text,
    Form.DAY: _day,
    Form.SHARE: _share,
    Form.MOMENT: _moment,
}
