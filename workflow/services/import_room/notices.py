"""A holiday notice on its way in: its lines, the days it changes, and the dates of cases it would move."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from states.errors import NotPermitted, Refusal
from workflow import particulars
from workflow.notices import text_of
from workflow.services import calendar_loading
from workflow.services.calendar_loading import Loaded
from workflow.services.import_room.changes import Changes
from workflow.services.import_room.lines import Found, Line
from workflow.services.office import Office, Signature

SHEET, COLUMN = "", 1
"""A notice is a text; its lines are the rows of a sheet without a name that has one column."""

LINE = re.compile(r"第(\d+)行")
MOST_CHANGES, MOST_IMPACT, MOST_LINES = 60, 100, 2_000


def examine(office: Office, path: Path, changes: Changes, *, by: Signature, at: datetime) -> Found:
    """What is in the notice as it was corrected. Raises a `Refusal` when it is no text at all."""
    lines = text_of(path).splitlines()[:MOST_LINES]
    told: dict[str, Any] = {"sheets": [], "notes": []}
    wrong: dict[int, str] = {}
    try:
        told |= summary(load(office, path, changes, by=by, at=at, dry_run=True))
    except NotPermitted:
        raise
    except Refusal as refusal:
        told["refusal"] = refusal.message
        if place := LINE.match(refusal.message):
            wrong[int(place[1])] = refusal.message
    return Found(told, tuple(_lines(lines, wrong, changes, is_read="refusal" not in told)))


def load(
    office: Office, path: Path, changes: Changes, *, by: Signature, at: datetime, dry_run: bool
) -> Loaded:
    """Load the notice as it was corrected. Raises as `calendars.load`."""
    _correct(path, changes)
    options = changes.options
    return calendar_loading.load(
        office,
        path,
        by=by,
        at=at,
        dry_run=dry_run,
        source=particulars.read_text(options["source"]) if options.get("source") else None,
        known_since=particulars.read_day(options["known_since"]) if options.get("known_since") else None,
        year=int(options["year"]) if options.get("year") else None,
    )


def summary(loaded: Loaded) -> dict[str, Any]:
    """What loading brings, or would bring."""
    report = loaded.report.as_json()
    kept = ("calendar", "previous", "year", "source", "new", "hours_changed", "holidays_worked")
    return {
        "calendar": {name: report[name] for name in kept},
        "changed": len(report["changes"]),
        "days": [
            {**one, **_labels(loaded, place)} for place, one in enumerate(report["changes"][:MOST_CHANGES])
        ],
        "impact": [one.as_json() for one in loaded.impact[:MOST_IMPACT]],
        "touched": len(loaded.impact),
        "moved": sum(one.as_json()["moves"] for one in loaded.impact),
    }


def _labels(loaded: Loaded, place: int) -> dict[str, str]:
    change = loaded.report.changes[place]
    return {"before": change.before.label, "after": change.after.label}


def _correct(path: Path, changes: Changes) -> None:
    """Write the corrected lines into the file, which is a copy of our own."""
    if not (changes.cells or changes.left_out):
        return
    gone = {row for _, row in changes.left_out}
    told = {row: text for (_, row, _column), text in changes.cells.items()}
    lines = enumerate(text_of(path).splitlines(), 1)
    path.write_text(
        "\n".join(told.get(row, text) for row, text in lines if row not in gone), encoding="utf-8"
    )


def _lines(lines: list[str], wrong: dict[int, str], changes: Changes, *, is_read: bool) -> Iterator[Line]:
    gone = {row for _, row in changes.left_out}
    standing = [row for row in range(1, len(lines) + 1) if row not in gone]
    numbered = dict(zip(range(1, len(standing) + 1), standing, strict=True))
    marked = {numbered[place]: message for place, message in wrong.items() if place in numbered}
    for row, text in enumerate(lines, 1):
        cells = {COLUMN: changes.cells.get((SHEET, row, COLUMN), text)}
        if row in gone:
            yield Line(row, SHEET, row, "left_out", {COLUMN: text})
        elif row in marked:
            yield Line(row, SHEET, row, "rejected", cells, (_asks(marked[row]),))
        else:
            yield Line(row, SHEET, row, "new" if is_read else "skipped", cells)


def _asks(message: str) -> dict[str, Any]:
    advice = "请在此行改正，或者跳过此行"
    return {"column": COLUMN, "code": "", "message": message, "advice": advice, "asks": True, "takes": False}
