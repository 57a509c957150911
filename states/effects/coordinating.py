"""A decision asked for at a higher level (顶格协调), and what comes of it."""

from states.clocks.clockwork import Clockwork
from states.effects.changes import Changes
from states.effects.extending import NO_EXTENSION
from states.effects.urging import PROMISE_MET
from states.question import Question

NO_COORDINATION: Changes = {"coordination_level": None, "coordination_by": None, "coordination_on": None}


def request_coordination(question: Question) -> Changes:
    return {
        "coordination_level": question.details["level"],
        "coordination_by": question.actor.person,
        "coordination_on": question.day,
    }


def decide_coordination(question: Question) -> Changes:
    """A date it sets is a new epoch of the clock, and settles whatever more time was asked for.

    A later one settles what the unit promised, too. It is no extension: neither counted as one nor bound by
    the policy's ceiling.
    """
    due_on = question.details.get("due_on")
    if due_on is None:
        return dict(NO_COORDINATION)
    clocks, first = Clockwork(question), question.facts.original_due_on or due_on
    clocks.extend_headline(due_on)
    settled = {**NO_COORDINATION, **NO_EXTENSION}
    if question.facts.due_on is not None and due_on > question.facts.due_on:
        settled |= PROMISE_MET
    return {**clocks.changes(), **settled, "original_due_on": first}


def end_coordination(question: Question) -> Changes:
    return dict(NO_COORDINATION)


EFFECTS = (
    request_coordination,
    decide_coordination,
    end_coordination,
)
