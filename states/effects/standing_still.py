"""Setting a matter aside, and going on with it. The time between is not charged to the unit."""

from states.clocks.clockwork import SUSPENDED, Clockwork
from states.effects.changes import Changes
from states.effects.urging import PROMISE_MET
from states.question import Question


def suspend(question: Question) -> Changes:
    """What the unit promised is no longer asked: while the matter stands still it owes nothing."""
    clocks = Clockwork(question)
    clocks.pause(SUSPENDED)
    since = {"suspended_from": question.facts.state, "review_on": question.details["review_on"]}
    return {**clocks.changes(), **since, **PROMISE_MET}


def resume(question: Question) -> Changes:
    """The clocks go on; of a suspension past the policy's ceiling the excess is charged again."""
    clocks = Clockwork(question)
    clocks.resume()
    return {**clocks.changes(), "suspended_from": None, "review_on": None}


EFFECTS = (
    suspend,
    resume,
)
