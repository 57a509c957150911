"""交办单: who instructed it, what was proposed and approved, by when each step is due, who signed for it."""

from collections.abc import Mapping
from typing import Any

from states.facts import CaseFacts
from states.vocabulary import ClockName
from workflow.services.batch import OpenCase
from workflow.services.feedback import cadence_in_words
from workflow.services.paper_facts.trail import Told, Trail, shares
from workflow.services.paper_values import iso
from workflow.services.papers import Desk

HANDED_OUT = ("assigned", "reassigned")


def dispatch_slip(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """交办单, with its receipt slip: what the register knows of the matter as it was handed out last."""
    facts, trail = case.facts, Trail.of(desk, case)
    slip = {
        "instructions": trail.instructions(),
        "proposal": trail.signed(trail.last("opened", "derived"), "提出拟办。"),
        "approval": trail.signed(trail.last(*HANDED_OUT), "同意交办。"),
        "plan_by": _due(facts, ClockName.PLAN),
        "acknowledge_by": _due(facts, ClockName.ACKNOWLEDGE),
        "cadence": cadence_in_words(facts, desk.work.policy_of(case), desk.work.day),
        "tasks": shares(desk, facts),
        "liaison": _liaison(desk, facts),
        "receipt": trail.signed(trail.since(*HANDED_OUT).last("acknowledged")),
    }
    return {"slip": slip}


def _due(facts: CaseFacts, name: ClockName) -> str | None:
    """The day a clock of the matter ends; while the date is 暂定 it is told by no other paper either."""
    clock = next((one for one in facts.clocks if one.name is name and not one.provisional), None)
    return iso(clock.due_on) if clock else None


def _liaison(desk: Desk, facts: CaseFacts) -> Told:
    """The lead unit's 督查联络员, as the directory has him."""
    unit = desk.unit(facts.lead_unit)
    return {"name": unit.liaison_name, "post": unit.liaison_post, "phone": unit.phone}
