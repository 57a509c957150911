"""Calendars against their hashes and the journal's entries.

Entries of the first schema tell no hash: they are of packaged calendars that the second schema put in anew.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from states.calendar import WorkCalendar
from states.errors import Refusal
from workflow.services.calendars import loading_details
from workflow.services.office import read_calendar
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding


def check_calendars(rows: Iterable[Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    """Every kept calendar is what its hash says and was loaded by an entry, and every entry has its row."""
    told = {version: entry for entry in journal if (version := _version(entry)) is not None}
    for row in rows:
        where: dict[str, Any] = {"calendar": row.version}
        entry = told.pop(row.version, None)
        if hashlib.sha256(row.content.encode()).hexdigest() != row.digest:
            yield finding("calendar_changed", f"日历{row.version}的内容与其哈希不符：日历被改动", **where)
        elif entry is None:
            yield finding("calendar_unrecorded", f"日历{row.version}没有载入记载：疑似伪造", **where)
        elif not _agrees(row, entry):
            yield finding("calendar_changed", f"日历{row.version}的栏目与载入记载不符：日历被改动", **where)
    for version in told:
        yield finding("calendar_missing", f"载入过的日历{version}不存在：日历被删除", calendar=version)


def calendar_to_check_by(row: Row[Any] | None) -> WorkCalendar:
    """The calendar of a row as the database has it now, or bare weekdays where it cannot be read.

    One that cannot be read is a finding of `check_calendars`; the rest of the verification goes on.
    """
    if row is not None:
        try:
            return read_calendar(row)
        except Refusal:
            pass
    return WorkCalendar("", frozenset())


def _version(entry: Entry) -> str | None:
    if entry.kind != "calendar_loaded" or entry.details.digest is None:
        return None
    return str((entry.details.model_extra or {})["calendar"])


def _agrees(row: Row[Any], entry: Entry) -> bool:
    told = {"digest": entry.details.digest, **(entry.details.model_extra or {})}
    kept = loading_details(row._asdict(), _announced(row))
    return row.loaded_by == entry.actor and all(told.get(name) == value for name, value in kept.items())


def _announced(row: Row[Any]) -> list[int] | None:
    years = calendar_to_check_by(row).announced_years
    return None if years is None else sorted(years)
