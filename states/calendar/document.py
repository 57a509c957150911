"""A calendar as a plain JSON document, back again, and the hash of it.

The document holds everything that decides a date and nothing that names the version, so equal calendars have
equal hashes whoever loaded them and whenever.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from states.calendar.hours import WEEKDAYS, OfficeHours, read_hours, written
from states.calendar.work_calendar import DayKind, WorkCalendar
from states.errors import Refusal, RuleInvalid
from states.history import canonical

Document = dict[str, Any]
SCHEMA = 1


def as_document(calendar: WorkCalendar) -> Document:
    """The calendar's content as JSON values. `announced` is null where every year is known."""
    announced = calendar.announced_years
    return {
        "schema": SCHEMA,
        "zone": calendar.zone.key,
        "announced": None if announced is None else sorted(announced),
        "days": [day_as_document(calendar, day) for day in sorted(calendar.days)],
        "week": week_as_document(calendar.hours),
        "hours": {str(day): written(hours) for day, hours in sorted(calendar.hours.dates.items())},
        "yearly": [f"{month:02d}-{day:02d}" for month, day in sorted(calendar.yearly)],
    }


def day_as_document(calendar: WorkCalendar, day: date) -> Document:
    """One exceptional day: its date, kind, name and the notice it rests on."""
    return {
        "date": str(day),
        "kind": calendar.kind(day).value,
        "name": calendar.names.get(day, ""),
        "source": calendar.sources.get(day, ""),
    }


def week_as_document(hours: OfficeHours) -> Document:
    """The hours of each weekday: {"mon": [["08:30", "12:00"], ["13:30", "18:00"]], …}."""
    return {name: written(hours.on_weekday(place)) for place, name in enumerate(WEEKDAYS)}


def from_document(document: Mapping[str, Any], version: str) -> WorkCalendar:
    """The calendar a document describes, under this version.

    Raises `RuleInvalid` (`calendar_document_invalid`) for anything that `as_document` would not have written.
    """
    try:
        calendar = _calendar(document, version)
        if as_document(calendar) == document:
            return calendar
    except (Refusal, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _invalid(version) from error
    raise _invalid(version)


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the document's canonical JSON, in hex."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def _calendar(document: Mapping[str, Any], version: str) -> WorkCalendar:
    days = {date.fromisoformat(one["date"]): one for one in document["days"]}
    announced = document["announced"]
    return WorkCalendar(
        version,
        None if announced is None else frozenset(announced),
        {day: DayKind(one["kind"]) for day, one in days.items()},
        {day: one["name"] for day, one in days.items() if one["name"]},
        {day: one["source"] for day, one in days.items() if one["source"]},
        _hours(document),
        ZoneInfo(document["zone"]),
        frozenset(_month_and_day(text) for text in document["yearly"]),
    )


def _hours(document: Mapping[str, Any]) -> OfficeHours:
    week = tuple(read_hours(document["week"][name]) for name in WEEKDAYS)
    dates = {date.fromisoformat(day): read_hours(spans) for day, spans in document["hours"].items()}
    return OfficeHours(week, dates)


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _invalid(version: str) -> RuleInvalid:
    return RuleInvalid(
        f"日历{version}的内容无法读取，可能被改动，请维护人员先查明。",
        code="calendar_document_invalid",
        calendar=version,
    )
