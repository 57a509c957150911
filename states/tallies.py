"""What is counted of a matter for the wall chart, and what sums of that say of an instant.

A matter is counted under the instants at which it turns yellow, red and overdue, and under the weeks it was
handed out and struck off in. Sums by instant are right at any time without anybody counting again: whatever
lies behind an instant has happened by it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from states.office_time import OFFICE_ZONE, office_day
from states.vocabulary import Labelled, Light

ONE_DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NO_UNIT = ""
"""The unit of matters nobody leads yet."""


class Kind(Labelled):
    """What is counted, by when it happens."""

    YELLOW = "yellow", "转黄灯"
    RED = "red", "转红灯"
    OVERDUE = "overdue", "超过期限"
    MISSED = "missed", "错过节点"
    OPENED = "opened", "交办"
    CLOSED = "closed", "办结"
    LAPSED = "lapsed", "曾超过期限，已办结"
    SETTLED = "settled", "逾期办结"


STANDING = (Kind.YELLOW, Kind.RED, Kind.OVERDUE, Kind.MISSED)
"""Of matters in hand alone: these count how it stands."""

OF_COLUMN = {
    "yellow_at": Kind.YELLOW,
    "red_at": Kind.RED,
    "overdue_at": Kind.OVERDUE,
    "missed_at": Kind.MISSED,
    "opened_in": Kind.OPENED,
    "closed_in": Kind.CLOSED,
    "lapsed_in": Kind.LAPSED,
    "settled_in": Kind.SETTLED,
}
"""What each instant kept beside a case is counted as."""

Key = tuple[str, str, datetime]
"""Unit, kind and instant."""


def keys(counted: Mapping[str, Any]) -> Counter[Key]:
    """What one matter is counted under, by what is kept beside it."""
    unit = counted["unit"] or NO_UNIT
    found = ((kind, counted[column]) for column, kind in OF_COLUMN.items())
    return Counter((unit, kind.value, at) for kind, at in found if at is not None)


def difference(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> dict[Key, int]:
    """What is to be added to the counts of matters that were counted so before."""
    change: Counter[Key] = Counter()
    for one in after:
        change.update(keys(one))
    for one in before:
        change.subtract(keys(one))
    return {key: count for key, count in change.items() if count}


def week_of(day: date | None) -> datetime | None:
    """The instant the week of a day begins with: its Monday, at midnight."""
    if day is None:
        return None
    return _midnight(day - timedelta(days=day.weekday()))


@dataclass(frozen=True, slots=True)
class Tally:
    """How matters stand: those in hand by light, and the overdue ones and those that missed a milestone."""

    green: int = 0
    yellow: int = 0
    red: int = 0
    overdue: int = 0
    missed: int = 0

    @property
    def in_hand(self) -> int:
        """All whose light shows a colour."""
        return self.green + self.yellow + self.red

    def shown(self, light: Light) -> int:
        """How many show a light."""
        return int(getattr(self, light.value))


def tally(happened: Mapping[str, int], every: Mapping[str, int]) -> Tally:
    """How matters stand, by how many have turned so by an instant and how many there are, of each kind."""
    red = happened.get(Kind.RED, 0)
    yellow = happened.get(Kind.YELLOW, 0)
    return Tally(
        every.get(Kind.YELLOW, 0) - yellow,
        yellow - red,
        red,
        happened.get(Kind.OVERDUE, 0),
        happened.get(Kind.MISSED, 0),
    )


def added(tallies: Iterable[Tally]) -> Tally:
    """How the matters of several stand together."""
    found = list(tallies)
    return Tally(*(sum(getattr(one, name.name) for one in found) for name in fields(Tally)))


@dataclass(frozen=True, slots=True)
class Week:
    """What was handed out and struck off in a week, and how many were overdue at its end."""

    since: date
    opened: int
    closed: int
    overdue: int


Stretch = Mapping[tuple[str, datetime], int]
"""Counts by kind and instant."""


def weeks(found: Stretch, at: datetime, overdue: int, count: int) -> tuple[Week, ...]:
    """The last weeks up to an instant at which so many are overdue, the oldest first.

    A matter's past is read by the date it has now: an extension granted late takes lateness back.
    """
    monday, made = _monday(at), []
    for _ in range(count):
        opened, closed = (found.get((kind.value, monday), 0) for kind in (Kind.OPENED, Kind.CLOSED))
        made.append(Week(office_day(monday), opened, closed, overdue))
        fell = _overdue_since(found, monday, at)
        fell += found.get((Kind.LAPSED.value, monday), 0)
        overdue += found.get((Kind.SETTLED.value, monday), 0) - fell
        at, monday = monday - timedelta(microseconds=1), _monday(monday - WEEK)
    return tuple(reversed(made))


def _overdue_since(found: Stretch, since: datetime, until: datetime) -> int:
    return sum(
        count for (kind, when), count in found.items() if kind == Kind.OVERDUE and since <= when <= until
    )


@dataclass(frozen=True, slots=True)
class Ahead:
    """How matters will stand at the end of a day to come, if nobody does anything; `due` fall due on it."""

    on: date
    tally: Tally
    due: int


def ahead(found: Stretch, at: datetime, now: Tally, days: int) -> tuple[Ahead, ...]:
    """The days after the one of an instant at which matters stand so."""
    today, made = office_day(at), []
    for day in (today + timedelta(days=distance) for distance in range(1, days + 1)):
        end = _midnight(day + ONE_DAY)
        turned: Counter[str] = Counter()
        for (kind, when), count in found.items():
            if at < when < end:
                turned[kind] += count
        made.append(Ahead(day, _turned(now, turned), _due_on(found, day)))
    return tuple(made)


def due_by_day(found: Stretch, at: datetime) -> tuple[tuple[date, int], ...]:
    """How many matters in hand are due on each day of the week of an instant."""
    monday = office_day(_monday(at))
    days = (monday + timedelta(days=distance) for distance in range(7))
    return tuple((day, _due_on(found, day)) for day in days)


def stretch_around(at: datetime, weeks: int, days: int) -> tuple[datetime, datetime]:
    """From when until when counts are needed for so many weeks up to an instant and days after it."""
    until = max(office_day(at) + timedelta(days=days), office_day(_monday(at)) + WEEK)
    return _monday(at) - (weeks - 1) * WEEK, _midnight(until + ONE_DAY)


def _turned(now: Tally, turned: Mapping[str, int]) -> Tally:
    red, yellow = turned.get(Kind.RED, 0), turned.get(Kind.YELLOW, 0)
    return Tally(
        now.green - yellow,
        now.yellow + yellow - red,
        now.red + red,
        now.overdue + turned.get(Kind.OVERDUE, 0),
        now.missed + turned.get(Kind.MISSED, 0),
    )


def _due_on(found: Stretch, day: date) -> int:
    """Those that are overdue from an hour of the day on, or from the midnight it ends with."""
    start, end = _midnight(day), _midnight(day + ONE_DAY)
    return sum(count for (kind, when), count in found.items() if kind == Kind.OVERDUE and start < when <= end)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE_ZONE)


def _monday(at: datetime) -> datetime:
    day = office_day(at)
    return _midnight(day - timedelta(days=day.weekday()))
