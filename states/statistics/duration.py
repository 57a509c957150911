"""How long a matter was in hand, without the time that is not charged."""

from collections.abc import Iterable
from datetime import date

from states.calendar import ONE_DAY, WorkCalendar
from states.clocks.standing import Days, days_between
from states.deadlines.pauses import days_taken, merged
from states.statistics.matter import Matter


def days_taken_by(matter: Matter, calendar: WorkCalendar) -> Days | None:
    """平均办理时长: the days from dispatch to completion, without those a clock knows it stood still.

    Averaged over matters struck off whose dispatch and completion are both known; a reopened one has been
    closed in between and has no single duration. None: the matter is not among them.
    """
    start, end = matter.facts.dispatched_on, matter.done_on
    if not matter.is_closed or matter.reopened or start is None or end is None:
        return None
    took = days_between(start, end, calendar)
    for first, last in _paused_days(matter, end, calendar):
        took -= days_between(max(first - ONE_DAY, start), min(last, end), calendar)
    return took


def _paused_days(matter: Matter, end: date, calendar: WorkCalendar) -> Iterable[tuple[date, date]]:
    """The days any clock of the matter stood still, by pauses that began before the day it was done."""
    pauses = {
        (one.start, one.end)
        for clock in matter.facts.clocks
        for one in clock.pauses
        if one.end is not None and one.start.astimezone(calendar.zone).date() < end
    }
    return days_taken(merged(pauses), calendar.open_time.closing)
