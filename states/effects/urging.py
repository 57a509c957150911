"""Urging a unit (催办): attempts are counted, and what it promised stands until it reports."""

from states.effects.changes import Changes
from states.question import Question

PROMISE_MET: Changes = {"promised_on": None}
NOT_URGED: Changes = {"urges": 0, "promised_on": None}


def log_urge(question: Question) -> Changes:
    """A promise stands until it is met, or another takes its place; asking again without one keeps it."""
    return {"urges": question.facts.urges + 1, "promised_on": question.stated("promised_on")}


EFFECTS = (log_urge,)
