"""The clock of a written inquiry's reply: opened by its service, stopped by its answer.

函询 is answered within 15 working days of receipt, the day of receipt not counted (中组部细则).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from states.calendar import WorkCalendar
from states.calendar.open_time import local_instant
from states.clocks.clock import Clock
from states.deadlines import RULES, CountingRule, Deadline, Limit
from states.vocabulary import ClockName, LimitUnit

REPLY = ClockName.INQUIRY_REPLY
RULE = RULES["cn-cadre-inquiry"]


def opened(
    clocks: Iterable[Clock],
    served_on: date,
    working_days: int,
    calendar: WorkCalendar,
    rule: CountingRule = RULE,
) -> tuple[tuple[Clock, ...], Deadline]:
    """The clocks with a new epoch of the reply's, running since the day of service, and its deadline."""
    others, last = _apart(clocks)
    begun = local_instant(served_on, 0, calendar.zone)
    limit = Limit(LimitUnit.WORKING_DAYS, working_days)
    clock = Clock(REPLY, last.epoch + 1 if last else 1, begun, limit, True, rule.name, None, served_on)
    deadline = clock.counted(calendar, rule)
    return (*others, clock.due_by(deadline)), deadline


def runs(clocks: Iterable[Clock]) -> bool:
    """Whether the reply's clock is open."""
    last = _apart(clocks)[1]
    return last is not None and last.is_open


def stopped(clocks: Iterable[Clock], at: datetime) -> tuple[Clock, ...]:
    """The clocks with the reply's stopped."""
    others, last = _apart(clocks)
    if last is None:
        return others
    return (*others, last if last.stopped_at else replace(last, stopped_at=at))


def _apart(clocks: Iterable[Clock]) -> tuple[tuple[Clock, ...], Clock | None]:
    found = tuple(clocks)
    return tuple(one for one in found if one.name is not REPLY), next(
        (one for one in found if one.name is REPLY), None
    )
