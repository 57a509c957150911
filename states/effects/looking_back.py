"""回头看 at a matter struck off: arranged, and done."""

from states.effects.changes import Changes
from states.question import Question

NOT_LOOKED_BACK: Changes = {"lookback_due_on": None, "lookback_on": None, "lookback_finding": None}
"""A matter nobody has looked at again since it was struck off."""


def schedule_lookback(question: Question) -> Changes:
    """A new day for one that is due leaves it in its round."""
    facts = question.facts
    still_due = facts.lookback_campaign if facts.lookback_due_on is not None else None
    campaign = question.details.get("campaign", still_due)
    return {"lookback_due_on": question.details["due_on"], "lookback_campaign": campaign}


def follow_up(question: Question) -> Changes:
    """The round it was done in stays known until the next one is arranged."""
    return {
        "lookback_due_on": None,
        "lookback_on": question.day,
        "lookback_finding": question.details["finding"],
        "lookbacks": question.facts.lookbacks + 1,
    }


EFFECTS = (
    schedule_lookback,
    follow_up,
)
