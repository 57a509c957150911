"""What must still hold when a proposal is approved: its clock, what it rests on, whom it concerns."""

from collections.abc import Mapping
from typing import Any

from states.errors import FactInvalid
from states.ladder import is_founded
from states.ladder.planner import FACTS
from states.policy import Policy, Rung
from workflow.services.batch import OpenCase
from workflow.services.ladder import on_ladder, seen
from workflow.services.objects import is_told_of
from workflow.services.work import Work
from workflow.storage import queries

Columns = Mapping[str, Any]


def check_issuable(work: Work, case: OpenCase, columns: Columns, policy: Policy) -> None:
    """Refuse a paper that may no longer go out.

    Raises `FactInvalid`: `clock_stands`, `precondition_gone`, `object_changed`.
    """
    rung = policy.rung_of[columns["step"]]
    _clock_runs(work, case)
    _still_founded(work, case, policy, rung)
    _same_object(work, case, columns)


def _clock_runs(work: Work, case: OpenCase) -> None:
    """No paper goes out on a matter that is under verification or set aside; the proposal waits."""
    lifecycle, state = work.lifecycle_of(case), case.facts.state
    if not lifecycle.is_running(state):
        raise FactInvalid(
            f"事项当前为“{lifecycle.label(state)}”，计时已停，暂不签发；退回重办或恢复后再审批。",
            code="clock_stands",
            state=state,
        )


def _still_founded(work: Work, case: OpenCase, policy: Policy, rung: Rung) -> None:
    """What had to go before when it was proposed must hold on the day it is approved as well."""
    if rung.after is None:
        return
    raised = [seen(row._mapping) for row in queries.escalations_of(work.tx, [case.id])]
    ladder = on_ladder(case.facts, work.lifecycle_of(case), policy, raised)
    if not is_founded(ladder, policy, work.calendar, rung, work.day):
        before = policy.rung_of[rung.after.step].label
        raise FactInvalid(
            f"“{rung.label}”须以“{before}”{FACTS[rung.after.fact]}为前提，现已不具备（可能已收到回复或者已了结），"
            "不能批准；请先审核回复，或者不批准。",
            code="precondition_gone",
            step=rung.step,
            after=rung.after.step,
        )


def _same_object(work: Work, case: OpenCase, columns: Columns) -> None:
    """A measure is for the head it was proposed about; if another holds the post, people must look again."""
    person = columns["object_person"]
    if person is None:
        return
    unit = queries.units_by_code(work.tx, [columns["unit"]]).get(columns["unit"])
    told = queries.events_about(work.tx, case.id, "escalation_proposed", columns["id"])
    if (
        unit is None
        or unit.head_name != person
        or not all(is_told_of(work.office.secret, person, one) for one in told)
    ):
        raise FactInvalid(
            "该件所针对的人与提出时的记载或者现任主要负责人不一致，不能批准；请核对责任人，必要时不批准或者撤回。",
            code="object_changed",
        )
