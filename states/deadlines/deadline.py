"""A due date with its provenance: from when, by which term, rule and calendar, past which pauses.

A counted date can be counted again and comes out the same; a date somebody set stands as it is, also on a
rest day, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from states.calendar import ONE_DAY, WorkCalendar
from states.calendar.hours import MINUTES_A_DAY
from states.calendar.open_time import local_instant
from states.deadlines.limit import Term
from states.deadlines.pauses import Pause, days_taken, merged
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import DEFAULT_RULE, CountingRule
from states.swift import made_swiftly

STATED = "stated"
TICK = timedelta(microseconds=1)


@made_swiftly
@dataclass(frozen=True)
class Deadline:
    """A due date and how it came about.

    `due_at` is given where it is due before the day's 24:00. `provisional` means it rests on an unannounced
    year. `rest_day` names the rest day a date set by somebody falls on: it does not roll, it warns.
    """

    due_on: date
    start: date
    rule: str
    limit: Term | None
    calendar: str
    provisional: bool
    due_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    rest_day: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {**self._as_json}

    @cached_property
    def _as_json(self) -> dict[str, Any]:
        """Once for all matters that share it, and for the entry as for the limit that is kept."""
        return {
            "due_on": self.due_on.isoformat(),
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "start": self.start.isoformat(),
            "rule": self.rule,
            "limit": {"unit": self.limit.unit.value, "amount": self.limit.amount} if self.limit else None,
            "calendar": self.calendar,
            "provisional": self.provisional,
            "pauses": [[start.isoformat(), end.isoformat()] for start, end in self.pauses],
            "rest_day": self.rest_day,
        }


def count(
    start: date | datetime,
    limit: Term,
    calendar: WorkCalendar,
    *,
    rule: CountingRule = DEFAULT_RULE,
    pauses: Iterable[Pause] = (),
) -> Deadline:
    """The deadline of a limit that starts then, by a named rule; time within the pauses does not count.

    Nor does it when the date has passed already: what is late stays as late as it was. Raises `FactInvalid`
    where it leaves the years that can be counted.
    """
    stood = merged(pauses)
    reckoner = Reckoner(calendar, rule, stood)
    begun = start if isinstance(start, datetime) else local_instant(start, 0, calendar.zone)
    due = reckoner.due_at(begun, limit)
    lost = _working_days_lost([pause for pause in stood if pause[0] >= due], calendar)
    if lost:
        due = day_end(calendar.add_working_days(due_day(due, calendar), lost), calendar)
    due_on = due_day(due, calendar)
    provisional = reckoner.is_provisional(begun, due_on, limit.unit)
    due_at = None if due == day_end(due_on, calendar) else due
    day = begun.astimezone(calendar.zone).date()
    return Deadline(due_on, day, rule.name, limit, calendar.version, provisional, due_at, stood)


def stated(start: date, due_on: date, calendar: WorkCalendar, *, pauses: Iterable[Pause] = ()) -> Deadline:
    """The deadline of a date somebody set. It does not roll over a rest day.

    After a pause it moves on by the working days the clock stood still. Where it lies in a year that is not
    announced it stands, but what is said of the working days until then is provisional.
    """
    stood = merged(pauses) if pauses else ()
    lost = _working_days_lost(stood, calendar) if stood else 0
    moved = calendar.add_working_days(due_on, lost)
    provisional = calendar.is_provisional(start, moved)
    rest_day = None if calendar.is_working(moved) else calendar.names.get(moved, "周末")
    return Deadline(moved, start, STATED, None, calendar.version, provisional, None, stood, rest_day)


def due_day(due: datetime, calendar: WorkCalendar) -> date:
    """The day on which something due then is due; 24:00 belongs to the day it ends."""
    return (due.astimezone(calendar.zone) - TICK).date()


def day_end(day: date, calendar: WorkCalendar) -> datetime:
    """A day's 24:00."""
    return local_instant(day, MINUTES_A_DAY, calendar.zone)


def _working_days_lost(pauses: Iterable[Pause], calendar: WorkCalendar) -> int:
    """The working days that pauses take away."""
    taken = days_taken(pauses, calendar.open_time.closing)
    return sum(calendar.working_days_between(first - ONE_DAY, last) for first, last in taken)
