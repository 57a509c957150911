"""When an act may be said to have happened: a unit tells what was, the office may also play what will be.

The office's own statement ahead of its time is seen by everybody in the history, marked 预先记于. A unit's
would keep its own matter from the ladder, since nothing before the stated time can be entered afterwards.
"""

from states.case import Actor
from states.errors import FactInvalid
from states.office_time import office_day
from states.vocabulary import UNIT_ROLES
from workflow.services.batch import OpenCase
from workflow.services.work import Work
from workflow.storage import queries


def check_not_ahead(work: Work, case: OpenCase, actor: Actor) -> None:
    """Raises `FactInvalid` (`stated_ahead`) where a unit says an act happens on a day that has not come.

    In a matter the office itself has taken ahead of its time, as a rehearsal does, units follow it there.
    """
    today = office_day(work.batch.signature.recorded_at)
    if work.day <= today or not _speaks_for_a_unit(actor) or _goes_ahead(work, case):
        return
    raise FactInvalid(
        f"今天是{today.isoformat()}，不能写将来的发生时间{work.day.isoformat()}；"
        "已经发生的请写实际时间，正在办理的不必另写时间。",
        code="stated_ahead",
        at=work.at.isoformat(),
        today=today.isoformat(),
    )


def _speaks_for_a_unit(actor: Actor) -> bool:
    roles = actor.roles.union(actor.deputising)
    return bool(roles) and roles <= UNIT_ROLES


def _goes_ahead(work: Work, case: OpenCase) -> bool:
    entries = queries.events_of(work.tx, case.id)
    return any(office_day(one.occurred_at) > office_day(one.recorded_at) for one in entries)
