"""The personal values an entry of the directory told: which of them still stand, and which go with its words.

What a serving person or an existing unit has stays in force, since mail goes there: another entry tells it
again. What somebody left behind who holds no post or role any more goes, as does what a unit that ended had.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from states.directory.book import TABLES, Book, Key
from states.directory.changes import BESIDE

NAME = "name"
"""The one personal column that cannot be empty."""


class Cell(NamedTuple):
    """One column of one row."""

    table: str
    key: Key
    column: str


def standing_from(seq: int, told: Iterable[tuple[int, Mapping[str, Any]]]) -> frozenset[Cell]:
    """The personal columns that the entry `seq` was the last to tell; `told` are entries, oldest first."""
    last: dict[Cell, int] = {}
    for entry, details in told:
        for row in details["rows"]:
            key = tuple(row["key"])
            names = TABLES[row["table"]].personal if row.get("gone") else row.get(BESIDE, ())
            last |= dict.fromkeys((Cell(row["table"], key, name) for name in names), entry)
    return frozenset(cell for cell, entry in last.items() if entry == seq)


def left_behind(book: Book, cells: Iterable[Cell], day: date) -> frozenset[Cell]:
    """Those of the cells that have a value and belong to nobody who serves, and to no unit there is."""
    found = [cell for cell in cells if _value(book, cell) is not None]
    gone = {one: _gone(book, *one, day) for one in {(cell.table, cell.key) for cell in found}}
    return frozenset(cell for cell in found if gone[cell.table, cell.key])


def without(book: Book, cells: Iterable[Cell]) -> Book:
    """A copy of the book in which these cells are empty."""
    copied = {name: {key: dict(row) for key, row in rows.items()} for name, rows in book.items()}
    for cell in cells:
        copied[cell.table].get(cell.key, {}).pop(cell.column, None)
    return copied


def values_in(book: Book, cells: Iterable[Cell]) -> frozenset[str]:
    """The texts these cells have."""
    return frozenset(str(value) for cell in cells if (value := _value(book, cell)) is not None)


def _value(book: Book, cell: Cell) -> Any:
    return book[cell.table].get(cell.key, {}).get(cell.column)


def _gone(book: Book, table: str, key: Key, day: date) -> bool:
    if table == "asked":
        return _is_of_somebody_gone(book, book["asked"][key], day)
    if table == "units":
        return key in book["units"] and _is_over(book["units"][key], day)
    terms = [row for held in ("posts", "grants") for row in _held_by(key[0], book[held])]
    return bool(terms) and all(_is_over(row, day) for row in terms)


def _is_of_somebody_gone(book: Book, asked: Mapping[str, Any], day: date) -> bool:
    """Of what waits, as of whom or what it is about."""
    table = "units" if "unit" in asked else "people"
    return _gone(book, table, (str(asked.get("unit") or asked.get("person")),), day)


def _held_by(person: str, rows: Mapping[Key, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for key, row in rows.items() if key[0] == person]


def _is_over(row: Mapping[str, Any], day: date) -> bool:
    """Days are as they are written, so that one that is none ends nothing before it is compared."""
    return str(row.get("valid_to") or "9999") < day.isoformat()
