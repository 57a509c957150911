"""Handing a matter out: to its unit, back again, onto the register, into work, and out once more."""

from states.clocks.clockwork import Clockwork
from states.deadlines import CIVIL_CODE
from states.effects.changes import Changes, facts_among
from states.effects.extending import NO_EXTENSION
from states.effects.reporting import (
    NEVER_REPORTED,
    ask_by_policy,
    ask_first_report,
    ask_next_report,
    own_cadence,
)
from states.effects.urging import NOT_URGED
from states.effects.verifying import NOT_VERIFIED
from states.nodes.moving import of_former_hand, of_former_round
from states.question import Question
from states.vocabulary import ClockName

ACKNOWLEDGE, PLAN, HANDLE = ClockName.ACKNOWLEDGE, ClockName.PLAN, ClockName.HANDLE


def assign(question: Question) -> Changes:
    """Hand the matter to its lead unit; its clocks open with it, as the order or the policy says."""
    clocks = Clockwork(question)
    clocks.open_by_policy("assigned", ACKNOWLEDGE)
    ask_first_report(question, clocks, "assigned")
    first = question.facts.dispatched_on or question.day
    changes = {**facts_among(question.details), **NO_EXTENSION, "dispatched_on": first}
    changes |= own_cadence(question)
    changes["epoch"] = question.facts.epoch + 1
    if not changes.get("open_ended"):
        changes |= dispatched(question, clocks)
        changes["original_due_on"] = question.facts.original_due_on or changes["original_due_on"]
    return changes | clocks.changes()


def object(question: Question) -> Changes:
    """The unit holds the matter is not its duty: the dispatch is undone, the matter is a proposal again.

    What an earlier unit had in hand was dispatched nonetheless: its first day and original date stand.
    """
    clocks = Clockwork(question)
    clocks.stop()
    undone = ["lead_unit", "lead_group", "due_on", "cadence"]
    if not _was_handed_on(question):
        undone += ["original_due_on", "dispatched_on"]
    nobody = {**dict.fromkeys(undone), **NOT_URGED, **NEVER_REPORTED, "co_units": (), "open_ended": False}
    return {**clocks.changes(), **nobody, "nodes": of_former_hand(question.facts.nodes, question.day)}


def _was_handed_on(question: Question) -> bool:
    """Whether the matter lay with another unit before: a clock of one not signed for began after dispatch."""
    first, zone = question.facts.dispatched_on, question.calendar.zone
    running = (one for one in question.facts.clocks if one.is_open)
    return first is not None and any(one.started_at.astimezone(zone).date() > first for one in running)


def acknowledge(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.stop(ACKNOWLEDGE)
    if not question.facts.open_ended and question.facts.due_on is None:
        clocks.open_by_policy("acknowledged", HANDLE, PLAN)
    ask_first_report(question, clocks, "acknowledged")
    return {**clocks.changes(), **_original(question, clocks)}


def begin(question: Question) -> Changes:
    """For 特别复杂 matters the first limit was the plan's; the plan sets the final date, in a new epoch."""
    clocks, due_on = Clockwork(question), question.details.get("due_on")
    clocks.stop(PLAN)
    ask_first_report(question, clocks, "begun")
    if due_on is None:
        if not question.facts.open_ended and question.facts.due_on is None:
            clocks.open_by_policy("begun", HANDLE)
        return {**clocks.changes(), **_original(question, clocks)}
    clocks.open_until(HANDLE, due_on)
    return {**clocks.changes(), "original_due_on": due_on, "due_for_plan": False}


def reopen(question: Question) -> Changes:
    """A failed 回头看: a new limit in a new epoch; what went before stays in the history.

    A long-term matter stays one, with its cadence, unless the order names a limit. What the 回头看 found is
    told with the entry, and stays known until the matter is struck off again.
    """
    clocks = Clockwork(question)
    clocks.begin_round()
    taken_up = _long_term(question, clocks) if _stays_long_term(question) else _limited(question, clocks)
    return {
        **taken_up,
        **clocks.changes(),
        **NEVER_REPORTED,
        **NOT_VERIFIED,
        "relapses": question.facts.relapses + 1,
        "told": {"relapsed_on": question.facts.lookback_on, **_told_of_long_term(question)},
        **NOT_URGED,
        "nodes": of_former_round(question.facts.nodes, question.day),
        "extensions": 0,
        "closed_on": None,
        "closed_by": None,
        "outcome": None,
        "reported_by": None,
        "reported_on": None,
    }


def _stays_long_term(question: Question) -> bool:
    return question.facts.open_ended and not question.details.keys() & {"limit", "due_on"}


def _long_term(question: Question, clocks: Clockwork) -> Changes:
    """No date: its next report is due one term from now."""
    ask_next_report(question, clocks)
    return {}


def _limited(question: Question, clocks: Clockwork) -> Changes:
    """A limit, and reports as the policy asks for them."""
    ask_by_policy(clocks, again=False)
    return {**dispatched(question, clocks), "open_ended": False, "cadence": None}


def _told_of_long_term(question: Question) -> Changes:
    """Whether a long-term matter stays one; nothing of any other."""
    if not question.facts.open_ended:
        return {}
    if _stays_long_term(question):
        return {"long_term": "kept", "cadence": question.facts.cadence}
    return {"long_term": "ended"}


def dispatched(question: Question, clocks: Clockwork) -> Changes:
    """Open the clocks of a matter handed out: by the date or the limit of the order, else by the policy."""
    due_on, limit = question.details.get("due_on"), question.details.get("limit")
    plans_first = question.policy.plans_first(question.stated("complexity"), question.day)
    by_preset = due_on is None and limit is None
    if due_on is not None:
        clocks.open_until(HANDLE, due_on)
    elif limit is not None:
        clocks.open(HANDLE, limit, rule=question.details.get("rule", CIVIL_CODE))
    else:
        clocks.open_by_policy("assigned", HANDLE)
    if by_preset or not plans_first:
        clocks.open_by_policy("assigned", PLAN)
    opened = clocks.headline.get("due_on")
    return {"due_on": opened, "original_due_on": opened, "due_for_plan": by_preset and plans_first}


def _original(question: Question, clocks: Clockwork) -> Changes:
    """The first date a matter gets is its original one."""
    due_on = clocks.headline.get("due_on")
    return {"original_due_on": due_on} if due_on and question.facts.original_due_on is None else {}


EFFECTS = (
    assign,
    object,
    acknowledge,
    begin,
    reopen,
)
