"""Setting a matter aside, and going on with it. The time between is not charged to the unit."""

from states.clocks.clockwork import SUSPENDED, Clockwork
from states.effects.changes import Changes
from states.question import Question


def suspend(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.pause(SUSPENDED)
    review_on = question.details["review_on"]
    return {**clocks.changes(), "suspended_from": question.facts.state, "review_on": review_on}


def resume(question: Question) -> Changes:
    """The clocks go on; of a suspension past the policy's ceiling the excess is charged again."""
    clocks = Clockwork(question)
    clocks.resume()
    return {**clocks.changes(), "suspended_from": None, "review_on": None}


EFFECTS = (
    suspend,
    resume,
)
