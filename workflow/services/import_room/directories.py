"""A directory on its way in: which lines change what, and what would only be proposed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from states.accounts.administrators import Change
from states.register.amending import amended
from states.register.directory import GROUP_NAMES, PERSON_NAMES, PERSON_OWED, UNIT_NAMES
from states.register.directory_changes import GROUPS, PEOPLE, UNITS, Whose
from states.register.headers import Header, Names, cell, find_header
from states.register.problems import Problem
from states.register.sheet import Formula, Sheet
from states.register.wording import text_of
from workflow.services.directories import import_directory
from workflow.services.directory_report import (
    CHANGED,
    NEW,
    UNCHANGED,
    DirectoryReport,
    concerned,
    proposal_in_words,
)
from workflow.services.import_room.changes import Changes
from workflow.services.import_room.lines import Found, Line, found_in, headed, noted, texts
from workflow.services.office import Office, Signature
from workflow.workbooks.opening import open_workbook

TABLES: Mapping[str, tuple[Names, frozenset[str]]] = {
    UNITS: (UNIT_NAMES, frozenset({"code", "name"})),
    PEOPLE: (PERSON_NAMES, frozenset(PERSON_OWED)),
    GROUPS: (GROUP_NAMES, frozenset({"name", "members"})),
}
FIELD_OF = {
    Change.GRANT: "roles", Change.END: "roles", Change.MOVE: "parent", Change.NAME: "name",
    Change.CODE: "code", Change.MAIL: "email", Change.CALLED: "name", Change.HEAD: "head_name",
}  # fmt: skip
"""The field of its line a proposal stands beside."""

SHARED = frozenset({"phone", "email"})
"""What a unit's line says of its people as well."""

SHOWN_COLUMNS, MOST_TOLD = 4, 50
Place = tuple[str, int]
"""A sheet and a row."""


def examine(office: Office, path: Path, changes: Changes, *, by: Signature, at: datetime) -> Found:
    """What is in the directory as it was corrected, and what it changes. Raises as `import_directory`."""
    report = import_directory(office, path, by=by, at=at, dry_run=True, amendments=changes.amendments)
    raw = open_workbook(path)
    read = {sheet.name: sheet for sheet in amended(raw, changes.amendments)}
    placed = [_Placed(table, sheet, read[sheet.name], header) for table, sheet, header in _placed(raw)]
    told = {
        "sheets": [
            headed(one.raw, one.header.row, list(texts(one.raw, one.header.row))[:SHOWN_COLUMNS])
            for one in placed
        ],
        "notes": [one.message for one in (*report.problems, *report.notes) if not one.row],
        "digest": sha256(json.dumps(report.effects).encode()).hexdigest(),
        **summary(report),
    }
    return Found(told, tuple(_lines(placed, report, changes)))


def summary(report: DirectoryReport) -> dict[str, Any]:
    """What an import brings, or would bring, in numbers and in sentences."""
    return {
        "tallies": report.tallies,
        "proposed": dict(Counter(one["change_label"] for one in report.proposed)),
        "effects": {
            kind: {"count": len(told), "told": told[:MOST_TOLD]} for kind, told in report.effects.items()
        },
        "acts": report.does_anything,
    }


@dataclass(frozen=True, slots=True)
class _Placed:
    """A sheet that is read: as it came, as it was corrected, and where its heading is."""

    table: str
    raw: Sheet
    read: Sheet
    header: Header

    def whose(self, row: int) -> Whose:
        """Whom a row is about."""
        value = cell(self.read, self.header, row, "name" if self.table == GROUPS else "code")
        return self.table, "" if isinstance(value, Formula) else text_of(value)

    def column(self, field: str) -> int:
        column = self.header.columns.get(field)
        return column.number if column else 0


def _placed(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Sheet, Header]]:
    """The sheets that are read, each with what it lists and its heading."""
    for sheet in sheets:
        headers = ((table, find_header(sheet, *asked)) for table, asked in TABLES.items())
        found = next(((table, header) for table, header in headers if header is not None), None)
        if found is not None:
            yield found[0], sheet, found[1]


def _lines(placed: Sequence[_Placed], report: DirectoryReport, changes: Changes) -> Iterator[Line]:
    wrong, remarked = _by_line(report.problems), _by_line(report.notes)
    effects = _Effects(placed, report)
    place = 0
    for one in placed:
        for row in (number for number in one.raw.rows if number > one.header.row):
            place, at = place + 1, (one.raw.name, row)
            if at in changes.left_out:
                yield Line(place, *at, "left_out", texts(one.raw, row))
                continue
            found = [*found_in(wrong[at], asks=True), *effects.of(at), *found_in(remarked[at], asks=False)]
            fate = "waiting" if wrong[at] else effects.fate(at)
            yield Line(place, *at, fate, texts(one.read, row), tuple(found))


def _by_line(problems: Iterable[Problem]) -> dict[Place, list[Problem]]:
    found: dict[Place, list[Problem]] = defaultdict(list)
    for one in problems:
        found[one.sheet, one.row].append(one)
    return found


class _Effects:
    """What a directory changes, line by line; whoever has no line of his own stands in that of his unit."""

    def __init__(self, placed: Sequence[_Placed], report: DirectoryReport) -> None:
        self._lines: dict[Whose, tuple[_Placed, int]] = {}
        self._report = report
        self._found: dict[Place, list[dict[str, Any]]] = defaultdict(list)
        for one in placed:
            for row in (number for number in one.read.rows if number > one.header.row):
                self._lines.setdefault(one.whose(row), (one, row))
        new = (self._lines.get(one.whose) for one in report.altered if one.is_new)
        self._new = {(line[0].raw.name, line[1]) for line in new if line}
        self._tell_edits()
        for code, words, told in (
            ("proposed", "须经核准，核准以前照旧", report.proposed),
            ("withdrawn", "撤回待核准的提请", report.withdrawn),
        ):
            for asked in told:
                field, said = FIELD_OF[Change(asked["change"])], proposal_in_words(asked)
                self._tell(concerned(asked), field, code, f"{words}：{said}", asked["unit"])

    def of(self, place: Place) -> list[dict[str, Any]]:
        return self._found.get(place, [])

    def fate(self, place: Place) -> str:
        return NEW if place in self._new else CHANGED if place in self._found else UNCHANGED

    def _tell_edits(self) -> None:
        """Units first: what a unit's line says of its people as well is told once."""
        for one in sorted(self._report.altered, key=lambda one: one.table != UNITS):
            for edit in one.edits:
                self._tell(one.whose, edit.field, "updated", edit.sentence, name=one.name)

    def _tell(
        self, whose: Whose, field: str, code: str, words: str, unit: str = "", *, name: str = ""
    ) -> None:
        """Beside the field in the line of whoever it is about, else in that of his unit, with his name."""
        home = whose if whose in self._lines else (UNITS, unit or self._report.named.get(whose, ""))
        if home not in self._lines:
            return
        placed, row = self._lines[home]
        found = self._found[placed.raw.name, row]
        if home == whose:
            found.append(noted(placed.column(field), code, words))
        elif all(one["message"] != words for one in found):
            column = placed.column(field) if field in SHARED else 0
            found.append(noted(column, code, f"{name}：{words}" if name else words))
