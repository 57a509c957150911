"""A year of a calendar as it hangs on the wall: twelve months, a sign on each day that is no usual one."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from states.calendar import DayKind
from states.calendar.hours import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Square:
    """A day: its number, the class and the sign that say what it is, and that in words."""

    number: int
    look: str = ""
    sign: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its weeks, Monday first; None where a week has days of another month."""

    label: str
    weeks: tuple[tuple[Square | None, ...], ...]


def months(document: Mapping[str, Any]) -> list[Month]:
    """The months of a year as `calendars.show` tells of it."""
    marks = dict(_marks(document))
    return [_month(document["year"], number, marks) for number in range(1, 13)]


def _month(year: int, number: int, marks: Mapping[date, Square]) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    shown = tuple(
        tuple(marks.get(day, Square(day.day)) if day.month == number else None for day in week)
        for week in weeks
    )
    return Month(f"{number}月", shown)


def _marks(document: Mapping[str, Any]) -> Iterator[tuple[date, Square]]:
    """Later marks go before earlier ones: a day of a break is off, whether or not it is at a weekend."""
    closed = {place for place, name in enumerate(WEEKDAYS) if not document["week"][name]}
    for day in _span(date(document["year"], 1, 1), date(document["year"], 12, 31)):
        if day.weekday() in closed:
            yield day, Square(day.day, "weekend", "", "周末")
    for one in document["breaks"]:
        for day in _span(date.fromisoformat(one["first"]), date.fromisoformat(one["last"])):
            yield day, Square(day.day, "rest", "休", one["name"])
    for one in document["days"]:
        day = date.fromisoformat(one["date"])
        if DayKind(one["kind"]) is DayKind.MAKE_UP:
            yield day, Square(day.day, "worked", "班", "调休上班")


def _span(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(place) for place in range((last - first).days + 1))
