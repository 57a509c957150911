"""What is counted of a matter for the wall chart, and what sums of that say of an instant.

A matter is counted under the instants at which it turns yellow, red and overdue, and under the weeks it was
handed out and struck off in. Sums by instant are right at any time without anybody counting again: whatever
lies behind an instant has happened by it.

What is summed most is kept summed: by week, so that few sums lie behind an instant, and for all units
together. What is counted of a unit under one instant or week is kept together, by kind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from states.office_time import DAYS_KEPT, morning_of, office_day
from states.vocabulary import Labelled, Light

ONE_DAY, WEEK, TICK = timedelta(days=1), timedelta(weeks=1), timedelta(microseconds=1)
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


class Span(StrEnum):
    """What is counted together: what turns at an instant, what turns in the week that begins with it, what
    was handed out and struck off in that week.

    The last goes by itself: it stays for ever, and the others only as long as matters are in hand.
    """

    INSTANT = "instant"
    WEEK = "week"
    FLOW = "flow"


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

Key = tuple[Span, datetime, str]
"""Since when and over how long, and the unit."""
Counts = Mapping[str, int]
"""How many by kind."""


def difference(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> dict[Key, Counts]:
    """What is to be added to the counts, and to their sums, of matters that were counted so before."""
    change: dict[tuple[str, Kind, datetime], int] = {}
    for sign, counted in ((1, list(after)), (-1, list(before))):
        for column, kind in OF_COLUMN.items():
            for (unit, at), count in Counter(map(itemgetter("unit", column), counted)).items():
                if at is not None:
                    key = unit or NO_UNIT, kind, at
                    change[key] = change.get(key, 0) + sign * count
    return with_sums(change)


def with_sums(counts: Mapping[tuple[str, Kind, datetime], int]) -> dict[Key, Counts]:
    """Counts by unit and instant as they are kept, without those that come to nothing."""
    kept: dict[Key, dict[str, int]] = {}
    kept_as = cache(lambda kind, at: tuple(_kept_as(kind, at)))
    for (unit, kind, at), count in counts.items():
        for span, since, called in kept_as(kind, at) if count else ():
            for key in ((span, since, unit), (span, since, EVERY_UNIT)):
                found = kept.setdefault(key, {})
                found[called] = found.get(called, 0) + count
    return {key: found for key, found in kept.items() if any(found.values())}


def _kept_as(kind: Kind, at: datetime) -> Iterator[tuple[Span, datetime, str]]:
    if kind is Kind.YELLOW:
        yield Span.WEEK, BEGINNING, Kind.IN_HAND.value
    if kind not in STANDING:
        yield Span.FLOW, at, kind.value
    elif at < FAR:
        yield Span.INSTANT, at, kind.value
        yield Span.WEEK, monday_of(at), kind.value


@lru_cache(DAYS_KEPT)
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


def tally(happened: Counts) -> Tally:
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


Found = Mapping[str, Mapping[datetime, Counts]]
"""What is counted around an instant by `Span`: by week up to it, by instant from the Monday before it on."""


def weeks(found: Found, at: datetime, overdue: int, count: int) -> tuple[Week, ...]:
    """The last weeks up to an instant at which so many are overdue, the oldest first.

    A matter's past is read by the date it has now: an extension granted late takes lateness back.
    """
    monday, made = monday_of(at), []
    fell = sum(counts.get(Kind.OVERDUE, 0) for when, counts in found[Span.INSTANT].items() if when <= at)
    for _ in range(count):
        flow = Counter(found[Span.FLOW].get(monday))
        made.append(Week(office_day(monday), flow[Kind.OPENED], flow[Kind.CLOSED], overdue))
        overdue += flow[Kind.SETTLED] - flow[Kind.LAPSED] - fell
        monday = monday_of(monday - WEEK)
        fell = Counter(found[Span.WEEK].get(monday))[Kind.OVERDUE]
    return tuple(reversed(made))


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
    today, made, turned = office_day(at), [], Counter[str]()
    turns, due = _turns_by_day(found, at), _due_by_day(found)
    for day in (today + timedelta(days=distance) for distance in range(days + 1)):
        turned.update(turns[day])
        made.append(Ahead(day, _turned(now, turned), due[day]))
    return tuple(made[1:])


def due_by_day(found: Found, at: datetime) -> tuple[tuple[date, int], ...]:
    """How many matters in hand are due on each day of the week of an instant."""
    monday, due = office_day(monday_of(at)), _due_by_day(found)
    days = (monday + timedelta(days=distance) for distance in range(7))
    return tuple((day, due[day]) for day in days)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Around an instant, the first week that is needed, the Monday before it, and until when."""

    since: datetime
    monday: datetime
    until: datetime


def stretch_around(at: datetime, weeks: int, days: int) -> Stretch:
    """The stretch of so many weeks up to an instant and days after it."""
    monday = monday_of(at)
    until = max(office_day(at) + timedelta(days=days), office_day(monday) + WEEK)
    return Stretch(monday - (weeks - 1) * WEEK, monday, morning_of(until + ONE_DAY))


def _turned(now: Tally, turned: Mapping[str, int]) -> Tally:
    red, yellow = turned.get(Kind.RED, 0), turned.get(Kind.YELLOW, 0)
    return Tally(
        now.green - yellow,
        now.yellow + yellow - red,
        now.red + red,
        now.overdue + turned.get(Kind.OVERDUE, 0),
        now.missed,
    )


def _turns_by_day(found: Found, at: datetime) -> dict[date, Counter[str]]:
    """What turns on each day from an instant on."""
    turns: dict[date, Counter[str]] = defaultdict(Counter)
    for when, counts in found[Span.INSTANT].items():
        if when > at:
            turns[office_day(when)].update(counts)
    return turns


def _due_by_day(found: Found) -> Counter[date]:
    """Due on a day is what is overdue from an hour of it on, or from the midnight it ends with."""
    due: Counter[date] = Counter()
    for when, counts in found[Span.INSTANT].items():
        due[office_day(when - TICK)] += counts.get(Kind.OVERDUE, 0)
    return due


@lru_cache(DAYS_KEPT)
def monday_of(at: datetime) -> datetime:
    """The midnight the week of an instant begins with."""
    day = office_day(at)
    return morning_of(day - timedelta(days=day.weekday()))
