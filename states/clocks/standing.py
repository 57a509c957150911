"""How a clock stands at an instant: time used, stood still, left, or run over.

In calendar days and in working days. The start day is not counted, today is; a day on which the clock stands
still is paused and nothing else, so that what ran and what stood still always add up to what has passed.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from states.calendar import ONE_DAY, WorkCalendar
from states.clocks.clock import Clock
from states.deadlines.deadline import day_end
from states.deadlines.pauses import DayRange, days_taken, in_utc, merged

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days, and how many of them are worked."""

    days: int = 0
    working_days: int = 0

    def __add__(self, other: "Days") -> "Days":
        return Days(self.days + other.days, self.working_days + other.working_days)

    def __sub__(self, other: "Days") -> "Days":
        return Days(self.days - other.days, self.working_days - other.working_days)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands. One of `left` and `late` is always nothing.

    `schedule` is 序时进度: the share of the term's working days that has run, in percent, at most 100.
    """

    passed: Days
    paused: Days
    run: Days
    left: Days
    late: Days
    schedule: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def standing(clock: Clock, calendar: WorkCalendar, at: datetime) -> Standing:
    """How the clock stands at `at`, or stood when it was stopped before.

    While it is paused, what it has left stands still with it. A pause that begins on a later day is none yet.
    """
    at = clock.stopped_at if clock.stopped_at and clock.stopped_at < at else at
    start, today = _day(clock.started_at, calendar), max(_day(at, calendar), _day(clock.started_at, calendar))
    clock = replace(clock, pauses=tuple(one for one in clock.pauses if _day(one.start, calendar) <= today))
    taken = tuple(_days_paused(clock, calendar, today))
    passed = days_between(start, today, calendar)
    paused = _at_most(sum((_common(one, start, today, calendar) for one in taken), Days()), passed)
    run_until = taken[-1][0] - ONE_DAY if clock.is_paused and taken else today
    left = days_between(run_until, clock.due_on, calendar)
    late = days_between(clock.due_on, run_until, calendar)
    run = passed - paused
    return Standing(passed, paused, run, left, late, _share(run.working_days, left.working_days))


def days_between(start: date, end: date, calendar: WorkCalendar) -> Days:
    """The days after `start` up to and including `end`; none when `end` is not later."""
    if end <= start:
        return Days()
    return Days((end - start).days, calendar.working_days_between(start, end))


def _days_paused(clock: Clock, calendar: WorkCalendar, today: date) -> Iterable[DayRange]:
    """The days taken by the pauses until today; one that goes on takes today as well."""
    ends = [(one.start, one.end or day_end(today, calendar)) for one in clock.pauses]
    return days_taken(merged(ends), calendar.open_time.closing)


def _common(taken: DayRange, start: date, end: date, calendar: WorkCalendar) -> Days:
    return days_between(max(taken[0], start) - ONE_DAY, min(taken[1], end), calendar)


def _at_most(days: Days, most: Days) -> Days:
    """A start day that is paused counts among the pauses; the days passed begin after it."""
    return Days(min(days.days, most.days), min(days.working_days, most.working_days))


def _share(run: int, left: int) -> int:
    return PERCENT * run // (run + left) if left else PERCENT


def _day(moment: datetime, calendar: WorkCalendar) -> date:
    return in_utc(moment).astimezone(calendar.zone).date()
