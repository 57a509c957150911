"""One year of a calendar as a document: exceptional days, breaks, hours and how many days are worked.

The pages and the command line print what stands here; nothing is reckoned again behind a door.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from states.calendar import FIRST_YEAR, LAST_YEAR, ONE_DAY, DayKind, WorkCalendar
from states.calendar.document import day_as_document, week_as_document
from states.calendar.hours import written
from states.errors import FactInvalid

MOVED = "调休"
REMARK = "（"


def year_as_document(calendar: WorkCalendar, year: int) -> dict[str, Any]:
    """The year for people and programs. Raises `FactInvalid` for a year nothing is counted in."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"{year}年超出{FIRST_YEAR}至{LAST_YEAR}年，请核对年份。"
        raise FactInvalid(message, code="year_out_of_range", year=year)
    new_year = date(year, 1, 1)
    days = sorted(day for day in calendar.days if day.year == year)
    dates = sorted(day for day in calendar.hours.dates if day.year == year)
    return {
        "calendar": calendar.version,
        "year": year,
        "announced": not calendar.is_provisional(new_year, new_year),
        "working_days": sum(calendar.is_working(day) for day in _days_of(year)),
        "sources": list(dict.fromkeys(calendar.sources[day] for day in days if day in calendar.sources)),
        "days": [day_as_document(calendar, day) for day in days],
        "breaks": [_break(calendar, days) for days in _breaks(calendar, year)],
        "week": week_as_document(calendar.hours),
        "hours": {str(day): written(calendar.hours.dates[day]) for day in dates},
    }


def _breaks(calendar: WorkCalendar, year: int) -> Iterator[list[date]]:
    """The days off in a row, where one of them is a holiday or was moved; plain weekends are none."""
    found: list[date] = []
    for day in (*_days_of(year), None):
        if day is not None and not calendar.is_working(day):
            found.append(day)
        else:
            if any(calendar.days.get(one) is DayKind.REST for one in found):
                yield found
            found = []


def _break(calendar: WorkCalendar, days: list[date]) -> dict[str, Any]:
    names = (calendar.names.get(day, "").partition(REMARK)[0] for day in days)
    proper = dict.fromkeys(name for name in names if name and not name.startswith(MOVED))
    return {
        "first": str(days[0]),
        "last": str(days[-1]),
        "days": len(days),
        "name": "、".join(proper) or MOVED,
    }


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY
