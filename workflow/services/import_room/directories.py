"""A directory on its way in: which lines are read, and what would only be proposed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from states.register.amending import amended
from states.register.directory import GROUP_NAMES, PERSON_NAMES, PERSON_OWED, UNIT_NAMES
from states.register.headers import find_header
from states.register.problems import Problem
from states.register.sheet import Sheet
from workflow.services.directories import DirectoryReport, import_directory
from workflow.services.import_room.changes import Changes
from workflow.services.import_room.lines import Found, Line, found_in, headed, texts
from workflow.services.office import Office, Signature
from workflow.workbooks.opening import open_workbook

TABLES = (
    (UNIT_NAMES, frozenset({"code", "name"})),
    (PERSON_NAMES, frozenset(PERSON_OWED)),
    (GROUP_NAMES, frozenset({"name", "members"})),
)
SHOWN_COLUMNS, MOST_PROPOSALS = 4, 50


def examine(office: Office, path: Path, changes: Changes, *, by: Signature, at: datetime) -> Found:
    """What is in the directory as it was corrected. Raises as `import_directory`."""
    report = import_directory(office, path, by=by, at=at, dry_run=True, amendments=changes.amendments)
    raw = open_workbook(path)
    placed = list(_placed(raw))
    told = {
        "sheets": [headed(sheet, row, list(texts(sheet, row))[:SHOWN_COLUMNS]) for sheet, row in placed],
        "notes": [one.message for one in (*report.problems, *report.notes) if not one.row],
        **summary(report),
    }
    return Found(told, tuple(_lines(raw, placed, report, changes)))


def summary(report: DirectoryReport) -> dict[str, Any]:
    """What an import brings, or would bring, in numbers and in sentences."""
    return {
        "counts": {"units": report.units, "people": report.people, "groups": report.groups},
        "proposals": [one["sentence"] for one in report.proposed[:MOST_PROPOSALS]],
        "proposed": dict(Counter(one["change_label"] for one in report.proposed)),
        "ended": len(report.ended),
    }


def _placed(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, int]]:
    """The sheets that are read, each with the row of its heading."""
    for sheet in sheets:
        headers = (find_header(sheet, names, required) for names, required in TABLES)
        header = next(filter(None, headers), None)
        if header is not None:
            yield sheet, header.row


def _lines(
    raw: Sequence[Sheet], placed: Sequence[tuple[Sheet, int]], report: DirectoryReport, changes: Changes
) -> Iterator[Line]:
    wrong, noted = _by_line(report.problems), _by_line(report.notes)
    read = {sheet.name: sheet for sheet in amended(raw, changes.amendments)}
    place = 0
    for sheet, header in placed:
        for row in (number for number in sheet.rows if number > header):
            place, at = place + 1, (sheet.name, row)
            if at in changes.left_out:
                yield Line(place, *at, "left_out", texts(sheet, row))
                continue
            found = found_in(wrong[at], asks=True) + found_in(noted[at], asks=False)
            fate = "waiting" if wrong[at] else "new"
            yield Line(place, *at, fate, texts(read[sheet.name], row), tuple(found))


def _by_line(problems: Sequence[Problem]) -> dict[tuple[str, int], list[Problem]]:
    found: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for one in problems:
        found[one.sheet, one.row].append(one)
    return found
