"""Limits counted anew: for another category, under another policy, on another calendar."""

from states.clocks.clockwork import Clockwork
from states.effects.changes import Changes, facts_among
from states.effects.reporting import ask_by_other_rules
from states.question import Question


def reclassify(question: Question) -> Changes:
    """Another category: a limit the policy gave is counted anew, from the same start past the same pauses."""
    clocks = Clockwork(question)
    planned = clocks.carry_policy_limits()
    ask_by_other_rules(question, clocks)
    return {**facts_among(question.details), **planned, **clocks.changes()}


def retarget(question: Question) -> Changes:
    """Another policy: the limits it gives are counted anew, with the intervals carried over."""
    clocks = Clockwork(question)
    planned = clocks.carry_policy_limits()
    ask_by_other_rules(question, clocks)
    return {**planned, **clocks.changes(), "policy": question.policy.digest}


def recount(question: Question) -> Changes:
    """Every open clock counted on the calendar in force."""
    clocks = Clockwork(question)
    clocks.count_again()
    return {**clocks.changes(), "calendar_declined": None}


def decline_recount(question: Question) -> Changes:
    """The dates stand as they were counted, for certain; this calendar's recounting is not offered again."""
    clocks = Clockwork(question)
    clocks.confirm()
    return {**clocks.changes(), "calendar_declined": question.calendar.version}


EFFECTS = (
    reclassify,
    retarget,
    recount,
    decline_recount,
)
