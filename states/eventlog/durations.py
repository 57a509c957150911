"""How long something took by the office's own calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from states.calendar import WorkCalendar

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Took:
    """Working time from one instant to another; None where there is nothing to count from.

    Negative where the second is told to have come first.
    """

    minutes: int | None
    days: int | None
    provisional: bool


NOTHING = Took(None, None, False)


def took(calendar: WorkCalendar, start: datetime, end: datetime) -> Took:
    """Whole minutes the office was open, and working days after the first one (民法典 Art. 201)."""
    first, last = (_day(calendar, one) for one in (start, end))
    days = calendar.working_days_between(first, last)
    return Took(_minutes(calendar, start, end), days, calendar.is_provisional(first, last))


def _minutes(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    if end < start:
        return -_minutes(calendar, end, start)
    return calendar.open_time.between(start, end) // A_MINUTE


def _day(calendar: WorkCalendar, at: datetime) -> date:
    return at.astimezone(calendar.zone).date()
