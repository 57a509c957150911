"""Catching up after downtime: which cases are taken rung by rung, where the policy wants none passed over."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from states.calendar import WorkCalendar
from states.office_time import OFFICE_ZONE
from states.policy.operation import SweepRule
from workflow.storage import sweeps

REMEMBERED = 1_000
"""For so many sweeps, what fell due during downtime is still caught up as the policy says."""

SHORTEST = timedelta(hours=23)


def was_down(calendar: WorkCalendar, former: datetime, now: datetime, rule: SweepRule) -> bool:
    """Whether so many working days have gone by, from the time of day to the same time of day."""
    if now - former < SHORTEST:
        return False
    since = former.astimezone(OFFICE_ZONE)
    day = calendar.add_working_days(since.date(), rule.down_working_days)
    return now >= datetime.combine(day, since.timetz())


def all_rungs_until(
    tx: Connection, calendar: WorkCalendar, rule: SweepRule, now: datetime
) -> datetime | None:
    """Cases that wanted to be woken by then are caught up on all their rungs; None where none are.

    That is when the last downtime ended: what fell due before may not have had its turn yet. A sweep, its
    dry run and a plan of the same instant are told the same.
    """
    if rule.catch_up != "all":
        return None
    return max(_ends_of_downtime(tx, calendar, rule, now), default=None)


def _ends_of_downtime(
    tx: Connection, calendar: WorkCalendar, rule: SweepRule, now: datetime
) -> Iterator[datetime]:
    last: datetime | None = None
    for row in reversed(sweeps.latest_runs(tx, REMEMBERED)):
        if last is not None and was_down(calendar, last, row.started_at, rule):
            yield row.started_at
        last = row.finished_at if last is None else max(last, row.finished_at)
    if last is not None and was_down(calendar, last, now, rule):
        yield now
