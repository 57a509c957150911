"""How soon what is owed falls due, as a week is looked at on its Monday."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from states.duties.duty import Duty
from states.vocabulary import Labelled

DAYS_OF_A_WEEK = 7


class Horizon(Labelled):
    """Where on a list something stands, the most pressing first."""

    OVERDUE = "overdue", "已经逾期"
    TODAY = "today", "今天到期"
    THIS_WEEK = "this_week", "本周到期"
    LATER = "later", "以后到期"
    WAITING = "waiting", "等候办理"


def horizon(duty: Duty, day: date) -> Horizon:
    """Where a duty stands on a day; one without a date waits. A week ends with its Sunday.

    One whose day is over and that is not late, since its time stands still, waits as well.
    """
    if duty.overdue:
        return Horizon.OVERDUE
    if duty.due_on is None or duty.due_on < day:
        return Horizon.WAITING
    if duty.due_on == day:
        return Horizon.TODAY
    sunday = day + timedelta(days=DAYS_OF_A_WEEK - day.isoweekday())
    return Horizon.THIS_WEEK if duty.due_on <= sunday else Horizon.LATER


def by_horizon(duties: Iterable[Duty], day: date) -> Mapping[Horizon, tuple[Duty, ...]]:
    """Duties under where they stand, each in the order they came in; what is empty is left out."""
    found: dict[Horizon, list[Duty]] = {one: [] for one in Horizon}
    for duty in duties:
        found[horizon(duty, day)].append(duty)
    return {one: tuple(some) for one, some in found.items() if some}
