"""Changes of the directory: found between two books, written into entries, read back, folded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from states.directory.book import TABLES, UNTOLD, Book, Key

ROWS_IN_AN_ENTRY = 200
BESIDE = "beside"
"""The particular of an entry under which personal values lie beside it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row that came, changed or is `gone`: the values that differ now, None for one that was emptied."""

    table: str
    key: Key
    open: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)
    gone: bool = False


def diff(before: Book, after: Book) -> list[Change]:
    """What makes `after` out of `before`, in the order of the tables and of their keys."""
    return [change for name in TABLES for change in _changes(name, before[name], after[name])]


def amend(book: Book, changes: Iterable[Change]) -> None:
    """Carry changes out on a book."""
    for one in changes:
        if one.gone:
            book[one.table].pop(one.key, None)
            continue
        row = book[one.table].setdefault(one.key, {})
        for name, value in (*one.open.items(), *one.personal.items()):
            if value is None:
                row.pop(name, None)
            else:
                row[name] = value


def entries_of(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The particulars of the entries that tell of changes, a bounded number of rows in each.

    `beside` holds the personal values by table and code; the row itself only names them.
    """
    told = list(changes)
    parts = [told[start : start + ROWS_IN_AN_ENTRY] for start in range(0, len(told), ROWS_IN_AN_ENTRY)]
    return [
        {"part": place, "parts": len(parts), "rows": [_written(one) for one in part], **_beside(part)}
        for place, part in enumerate(parts, start=1)
    ]


def told_in(details: Mapping[str, Any], words: Mapping[str, Any] | None) -> list[Change]:
    """The changes of an entry; without its words its personal values are `UNTOLD`.

    Raises `KeyError` or `TypeError` for particulars that are none of a change.
    """
    return [_read(row, words) for row in details["rows"]]


def _changes(
    table: str, before: Mapping[Key, Mapping[str, Any]], after: Mapping[Key, Mapping[str, Any]]
) -> Iterator[Change]:
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            yield Change(table, key, gone=True)
        elif key not in before or before[key] != after[key]:
            yield _change(table, key, before.get(key, {}), after[key])


def _change(table: str, key: Key, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    open_, personal = (
        {name: after.get(name) for name in names if before.get(name) != after.get(name)}
        for names in (TABLES[table].open, TABLES[table].personal)
    )
    return Change(table, key, open_, personal)


def _written(change: Change) -> dict[str, Any]:
    row: dict[str, Any] = {"table": change.table, "key": list(change.key)}
    if change.gone:
        return {**row, "gone": True}
    if change.open:
        row["set"] = dict(change.open)
    if change.personal:
        row[BESIDE] = sorted(change.personal)
    return row


def _beside(part: Iterable[Change]) -> dict[str, Any]:
    """The personal values; only tables with one code for a key have any."""
    told: dict[str, dict[str, Any]] = {}
    for one in part:
        if one.personal:
            told.setdefault(one.table, {})[one.key[0]] = dict(one.personal)
    return {BESIDE: told} if told else {}


def _read(row: Mapping[str, Any], words: Mapping[str, Any] | None) -> Change:
    table, key, names = row["table"], tuple(row["key"]), row.get(BESIDE, ())
    said = _within(words, BESIDE, table, key[0])
    personal = {name: said.get(name, UNTOLD) for name in names}
    return Change(table, key, row.get("set", {}), personal, gone=row.get("gone", False))


def _within(words: Any, *path: str) -> Mapping[str, Any]:
    """What stands there; nothing where the words were taken away, whole or in part."""
    for name in path:
        words = words.get(name) if isinstance(words, Mapping) else None
    return words if isinstance(words, Mapping) else {}
