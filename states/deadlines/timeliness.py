"""How a matter stands on a day: its light, and how late it is or how long it has left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from states.calendar import WorkCalendar
from states.errors import FactInvalid
from states.vocabulary import Light

WARNING_WORKING_DAYS = 3
WARNING_SHARE = 5  # one fifth of the term, domain practice of the yellow light
KNOWN_TERMS = 20_000
"""The terms that are looked at in a day: thousands of matters come to few."""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How a matter stands on a day. `working_days_late` and `days_late` are 0 when it is not late."""

    light: Light
    overdue: bool
    working_days_late: int
    days_late: int
    working_days_left: int | None


@lru_cache(KNOWN_TERMS)
def timeliness(
    due_on: date | None,
    dispatched_on: date | None,
    as_of: date,
    calendar: WorkCalendar,
    *,
    hour_passed: bool = False,
) -> Timeliness:
    """The light and the lateness of a running clock on `as_of`; without a limit it is always green.

    Red is past the due date, or on it past the hour it was due by (`hour_passed`); yellow is within three
    working days or the last fifth of the term.
    """
    if due_on is None:
        return Timeliness(Light.GREEN, False, 0, 0, None)
    if as_of == due_on and hour_passed:
        return Timeliness(Light.RED, True, 0, 0, 0)
    if as_of > due_on:
        late = calendar.working_days_between(due_on, as_of)
        return Timeliness(Light.RED, True, late, (as_of - due_on).days, 0)
    left = calendar.working_days_between(as_of, due_on)
    light = Light.YELLOW if left <= _warning_days(due_on, dispatched_on, calendar) else Light.GREEN
    return Timeliness(light, False, 0, 0, left)


def _warning_days(due_on: date, dispatched_on: date | None, calendar: WorkCalendar) -> int:
    if dispatched_on is None or dispatched_on >= due_on:
        return WARNING_WORKING_DAYS
    term = calendar.working_days_between(dispatched_on, due_on)
    return max(WARNING_WORKING_DAYS, term // WARNING_SHARE)


LONG_AGO = 2_048
"""So many days after it was begun the last fifth of a term is not reckoned any more: it may be any day."""

Lit = tuple[date | None, date | None]
"""Begun on a day or before, and due by a day; None: any day."""


def may_be_lit(as_of: date, calendar: WorkCalendar) -> Iterator[Lit]:
    """Where whatever is not green on a day lies, to be looked for among many: in one of these at least.

    More than is lit, never less: what has run for so many working days is in its last fifth while at most a
    quarter of them are left; and as many working days are at least as many days.
    """
    yield None, _in_working_days(as_of, WARNING_WORKING_DAYS + 1, calendar)
    run = (WARNING_WORKING_DAYS + 1) * (WARNING_SHARE - 1)
    while run < LONG_AGO:
        left = 2 * run // (WARNING_SHARE - 1)
        yield as_of - timedelta(days=run), _in_working_days(as_of, left + 1, calendar)
        run *= 2
    yield as_of - timedelta(days=LONG_AGO), None


def _in_working_days(day: date, count: int, calendar: WorkCalendar) -> date | None:
    try:
        return calendar.add_working_days(day, count)
    except FactInvalid:  # past the years that are counted
        return None
