"""Handing a matter on to another lead unit (改派): the same matter, number and history, another hand.

| clock | by rule |
| --- | --- |
| 办结, or 方案 while it is the date | carries on to the same date; or a new limit or date opens it anew |
| 签收 | opens anew: the new unit has to sign for it |
| 方案 beside the handling | opens anew, where the policy sets one |
| 反馈 | stops until the matter is signed for, or as the policy asks for the first report |
| of a task | goes on; a task of the unit that now leads ends |

Either way the date is a new epoch: what is due to be told of it is due to the new unit. The original date
stands. What the former unit asked for, promised, planned or reported is no longer open.
"""

from states.clocks.clockwork import Clockwork
from states.effects.changes import Changes, blank, facts_among
from states.effects.coordinating import NO_COORDINATION
from states.effects.dispatching import dispatched
from states.effects.extending import NO_EXTENSION
from states.effects.reporting import NEVER_REPORTED, ask_first_report
from states.effects.urging import NOT_URGED
from states.effects.verifying import NOT_VERIFIED
from states.nodes.moving import of_former_hand
from states.question import Question
from states.vocabulary import ClockName

ACKNOWLEDGE, PLAN, FEEDBACK = ClockName.ACKNOWLEDGE, ClockName.PLAN, ClockName.FEEDBACK
OF_FORMER_UNIT: Changes = {
    **NO_EXTENSION,
    **NEVER_REPORTED,
    **NOT_URGED,
    **NOT_VERIFIED,
    **NO_COORDINATION,
    **blank(("lead_group", "reported_by", "reported_on", "contact_name", "contact_phone")),
}
"""What ends with the hand of the unit that led."""


def reassign(question: Question) -> Changes:
    """Another unit leads; one that was a co-unit no longer is one, and its tasks are the matter itself."""
    clocks, leads = Clockwork(question), question.leads
    its_tasks = (task.key for task in question.facts.tasks if task.unit in leads)
    clocks.stop(ACKNOWLEDGE, FEEDBACK, *its_tasks)
    clocks.open_by_policy("assigned", ACKNOWLEDGE)
    ask_first_report(question, clocks, "assigned")
    co_units = tuple(code for code in question.stated("co_units") if code not in leads)
    return {
        **OF_FORMER_UNIT,
        **facts_among(question.details),
        **_dated(question, clocks),
        **clocks.changes(),
        "co_units": co_units,
        "nodes": of_former_hand(question.facts.nodes, question.day),
    }


def _dated(question: Question, clocks: Clockwork) -> Changes:
    """The date it has, or the one of a new limit; the first it ever had stays the original."""
    facts = question.facts
    if not {"limit", "due_on"} & question.details.keys():
        clocks.hand_on()
        if not facts.due_for_plan and not question.policy.plans_first(facts.complexity, question.day):
            clocks.stop(PLAN)
            clocks.open_by_policy("assigned", PLAN)
        return {}
    clocks.stop(PLAN)
    changes = dispatched(question, clocks)
    return changes if facts.original_due_on is None else {**changes, "original_due_on": facts.original_due_on}


EFFECTS = (reassign,)
