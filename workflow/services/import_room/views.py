"""A file on its way in as a page shows it: its lines by what is to be done about them, leaf by leaf."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from states.importing import Kind
from workflow.services.import_room import sources
from workflow.services.import_room.drafts import Draft, check_may, draft_of, fetched, kinds_of
from workflow.services.import_room.lines import ASKING, CHANGES, COMING
from workflow.services.office import Office
from workflow.services.seeing import Onlooker
from workflow.storage import import_drafts
from workflow.storage.session import reading

LEAF, MOST_DRAFTS = 20, 30
TABS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "todo": ("待处理", ASKING),
    "ready": ("可导入", COMING),
    "same": ("已在系统", ("unchanged",)),
    "out": ("不导入", ("left_out", "skipped")),
}
"""By the word in the address: what a tab is called, and the fates of its lines."""

FATES = {
    "new": "可导入",
    "changed": "有更新",
    "unchanged": "未变",
    "waiting": "需确认",
    "rejected": "需更正",
    "left_out": "已跳过",
    "skipped": "非事项行",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line on a page. `found` are by column, 0 for the line as a whole; `columns` can be corrected."""

    place: int
    row: int
    fate: str
    cells: Mapping[int, str]
    found: Mapping[int, Sequence[Mapping[str, Any]]]
    columns: frozenset[int]
    corrected: frozenset[int]
    takes: bool
    accepted: bool

    @property
    def label(self) -> str:
        return FATES[self.fate]

    @property
    def advice(self) -> str:
        """What is taken with its suggestions."""
        asked = (one for several in self.found.values() for one in several if one["asks"])
        return "；".join(one["advice"] for one in asked if one["advice"])


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of one sheet: the headings of the columns shown, by number."""

    name: str
    headings: Mapping[int, str]
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A draft with some of its lines. `after` is the place the next leaf begins behind, None on the last;
    `mappings` are the sources whose files have its heading and would be read otherwise."""

    draft: Draft
    tab: str
    counts: Mapping[str, int]
    tables: tuple[Table, ...]
    after: int | None
    mappings: tuple[str, ...] = ()

    @property
    def left_out(self) -> bool:
        """Whether any of the lines was left out, and can be taken in again."""
        return any(line.fate == "left_out" for table in self.tables for line in table.lines)


def mine(office: Office, *, by: Onlooker) -> tuple[frozenset[Kind], list[Draft]]:
    """What somebody may bring in, and his files, the last touched first. Raises `NotPermitted`."""
    with reading(office.engine) as tx:
        kinds = kinds_of(tx, by.person, by.at)
        check_may(kinds)
        return kinds, [draft_of(row) for row in import_drafts.of(tx, by.person, MOST_DRAFTS)]


def leaf(
    office: Office, draft: str, *, by: Onlooker, tab: str = "", after: int = 0, one: int | None = None
) -> Leaf:
    """Some lines of a draft: those of a tab behind a place, or `one` with all its cells.

    Raises `NotPermitted` for whoever may bring in nothing of the kind, `NotFound` for what is not his.
    """
    with reading(office.engine) as tx:
        kinds = kinds_of(tx, by.person, by.at)
        check_may(kinds)
        found = fetched(tx, draft, by.person)
        check_may(kinds, found.kind)
        fates = import_drafts.counts(tx, draft)
        counts = {name: sum(fates.get(fate, 0) for fate in those) for name, (_, those) in TABS.items()}
        tab = tab if tab in TABS else next((name for name in TABS if counts[name]), "todo")
        if one is None:
            rows = import_drafts.lines(tx, draft, TABS[tab][1], after, LEAF + 1)
        else:
            rows = import_drafts.lines_at(tx, draft, [one])
        mappings = tuple(sources.offered(tx, found))
    more = rows[LEAF - 1].place if len(rows) > LEAF else None
    tables = tuple(_tables(found, rows[:LEAF], is_one=one is not None))
    return Leaf(found, tab, counts, tables, more, mappings)


def _tables(draft: Draft, rows: Sequence[Row[Any]], *, is_one: bool) -> Iterator[Table]:
    sheets = {sheet["name"]: sheet for sheet in draft.told["sheets"]}
    for name, part in groupby(rows, key=lambda row: row.sheet):
        told = sheets.get(name, {"headings": {"1": "内容"}, "letters": {}, "shown": [1]})
        every = {int(column): heading for column, heading in told["headings"].items()}
        lines = tuple(_shown(draft, row, every if is_one else ()) for row in part)
        wanted = set(every) if is_one else {*told["shown"], *(c for line in lines for c in _marked(line))}
        letters = told["letters"]
        headings = {
            column: f"{letters.get(str(column), '')} {every.get(column, '')}".strip()
            for column in sorted(wanted)
        }
        yield Table(name, headings, lines)


def _marked(line: Shown) -> Iterator[int]:
    """The columns where something is wrong, was corrected, or changes what is in the system."""
    yield from line.columns
    yield from (column for column, several in line.found.items() if column and any(map(_marks, several)))


def _marks(found: Mapping[str, Any]) -> bool:
    return _asks(found) or found["code"] in CHANGES


def _asks(found: Mapping[str, Any]) -> bool:
    return bool(found["asks"])


def _shown(draft: Draft, row: Row[Any], every: Iterable[int]) -> Shown:
    cells = {int(column): text for column, text in json.loads(row.cells).items()}
    found: dict[int, list[Mapping[str, Any]]] = {}
    for one in json.loads(row.found):
        found.setdefault(one["column"], []).append(one)
    asked = [one for several in found.values() for one in several if one["asks"]]
    changed = draft.changes.cells
    corrected = frozenset(
        column for sheet, line, column in changed if (sheet, line) == (row.sheet, row.number)
    )
    wrong = {column for column, several in found.items() if column and any(map(_asks, several))}
    return Shown(
        row.place,
        row.number,
        row.fate,
        cells,
        found,
        frozenset({*wrong, *corrected, *every}) if row.fate != "skipped" or every else frozenset(),
        corrected,
        takes=bool(asked) and all(one["takes"] for one in asked),
        accepted=draft.kind is Kind.REGISTER and row.number in draft.changes.accepted,
    )


def told_before(draft: Draft) -> datetime | None:
    """When the same file was brought in before, if it was."""
    before = draft.told.get("before")
    return None if before is None else datetime.fromisoformat(before)
