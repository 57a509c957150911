"""What is counted of a matter for the wall chart, and what sums of that say of an instant.

A matter is counted under the instants at which it turns yellow, red and overdue, and under the weeks it was
handed out and struck off in. Sums by instant are right at any time without anybody counting again: whatever
lies behind an instant has happened by it.

What is summed most is kept summed: by week for each unit, so that few sums lie behind an instant, and by
instant for all units together.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any

from states.office_time import morning_of, office_day
from states.vocabulary import Labelled, Light

ONE_DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NO_UNIT, EVERY_UNIT = "", "*"
"""The unit of matters nobody leads yet, and all units together."""

BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
"""Earlier than any instant: what is counted under it is counted whenever it happens."""

FAR = datetime(9990, 1, 1, tzinfo=UTC)
"""From here on an instant only says that something never happens."""


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
    IN_HAND = "in_hand", "在办"

    @property
    def by_week(self) -> str:
        """What it is counted as by the weeks of its instants."""
        return f"{self.value}_by_week"


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

_counted = itemgetter("unit", *OF_COLUMN)

Key = tuple[str, str, datetime]
"""Unit, kind and instant."""


def difference(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> dict[Key, int]:
    """What is to be added to the counts, and to their sums, of matters that were counted so before."""
    change: Counter[Key] = Counter()
    for sign, counted in ((1, after), (-1, before)):
        for (unit, *instants), count in Counter(map(_counted, counted)).items():
            for kind, at in zip(OF_COLUMN.values(), instants, strict=True):
                if at is not None:
                    change[unit or NO_UNIT, kind.value, at] += sign * count
    return with_sums(change)


def with_sums(counts: Mapping[Key, int]) -> dict[Key, int]:
    """Counts by unit and instant, and what is kept summed of them, without those that come to nothing."""
    every: Counter[Key] = Counter()
    for (unit, kind, at), count in counts.items():
        for key in _sums_of(unit, Kind(kind), at):
            every[key] += count
    return {key: count for key, count in every.items() if count}


def _sums_of(unit: str, kind: Kind, at: datetime) -> Iterator[Key]:
    yield unit, kind.value, at
    yield EVERY_UNIT, kind.value, at
    if kind in STANDING and at < FAR:
        yield unit, kind.by_week, monday_of(at)
    if kind is Kind.YELLOW:
        yield unit, Kind.IN_HAND.value, BEGINNING


def week_of(day: date | None) -> datetime | None:
    """The instant the week of a day begins with: its Monday, at midnight."""
    if day is None:
        return None
    return morning_of(day - timedelta(days=day.weekday()))


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


def tally(happened: Mapping[str, int]) -> Tally:
    """How matters stand, by how many there are in hand and how many of them have turned so by an instant."""
    red, yellow = happened.get(Kind.RED, 0), happened.get(Kind.YELLOW, 0)
    return Tally(
        happened.get(Kind.IN_HAND, 0) - yellow,
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


Found = Mapping[tuple[str, datetime], int]
"""Counts by kind and instant."""


def weeks(found: Found, at: datetime, overdue: int, count: int) -> tuple[Week, ...]:
    """The last weeks up to an instant at which so many are overdue, the oldest first.

    A matter's past is read by the date it has now: an extension granted late takes lateness back.
    """
    monday, made = monday_of(at), []
    for _ in range(count):
        opened, closed = (found.get((kind.value, monday), 0) for kind in (Kind.OPENED, Kind.CLOSED))
        made.append(Week(office_day(monday), opened, closed, overdue))
        fell = _overdue_since(found, monday, at)
        fell += found.get((Kind.LAPSED.value, monday), 0)
        overdue += found.get((Kind.SETTLED.value, monday), 0) - fell
        at, monday = monday - timedelta(microseconds=1), monday_of(monday - WEEK)
    return tuple(reversed(made))


def _overdue_since(found: Found, since: datetime, until: datetime) -> int:
    return sum(
        count for (kind, when), count in found.items() if kind == Kind.OVERDUE and since <= when <= until
    )


@dataclass(frozen=True, slots=True)
class Ahead:
    """How matters will stand at the end of a day to come, if nobody does anything; `due` fall due on it.

    Milestones are not looked ahead at.
    """

    on: date
    tally: Tally
    due: int


def ahead(found: Found, at: datetime, now: Tally, days: int) -> tuple[Ahead, ...]:
    """The days after the one of an instant at which matters stand so."""
    today, made = office_day(at), []
    for day in (today + timedelta(days=distance) for distance in range(1, days + 1)):
        end = morning_of(day + ONE_DAY)
        turned: Counter[str] = Counter()
        for (kind, when), count in found.items():
            if at < when < end:
                turned[kind] += count
        made.append(Ahead(day, _turned(now, turned), _due_on(found, day)))
    return tuple(made)


def due_by_day(found: Found, at: datetime) -> tuple[tuple[date, int], ...]:
    """How many matters in hand are due on each day of the week of an instant."""
    monday = office_day(monday_of(at))
    days = (monday + timedelta(days=distance) for distance in range(7))
    return tuple((day, _due_on(found, day)) for day in days)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until when counts are needed around an instant."""

    since: datetime
    at: datetime
    until: datetime


def stretch_around(at: datetime, weeks: int, days: int) -> Stretch:
    """The stretch of so many weeks up to an instant and days after it."""
    until = max(office_day(at) + timedelta(days=days), office_day(monday_of(at)) + WEEK)
    return Stretch(monday_of(at) - (weeks - 1) * WEEK, at, morning_of(until + ONE_DAY))


def _turned(now: Tally, turned: Mapping[str, int]) -> Tally:
    red, yellow = turned.get(Kind.RED, 0), turned.get(Kind.YELLOW, 0)
    return Tally(
        now.green - yellow,
        now.yellow + yellow - red,
        now.red + red,
        now.overdue + turned.get(Kind.OVERDUE, 0),
        now.missed,
    )


def _due_on(found: Found, day: date) -> int:
    """Those that are overdue from an hour of the day on, or from the midnight it ends with."""
    start, end = morning_of(day), morning_of(day + ONE_DAY)
    return sum(count for (kind, when), count in found.items() if kind == Kind.OVERDUE and start < when <= end)


def monday_of(at: datetime) -> datetime:
    """The midnight the week of an instant begins with."""
    day = office_day(at)
    return morning_of(day - timedelta(days=day.weekday()))
