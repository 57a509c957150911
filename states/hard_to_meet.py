"""难以按期: what a report says of it, in words of its own or as 沿用上次 takes it from the one before."""

from dataclasses import dataclass
from datetime import date

from states.facts import CaseFacts
from states.question import Question


@dataclass(frozen=True, slots=True)
class Foretold:
    """Whether a report holds the due date can hardly be kept, and the day it names instead.

    `carried` tells that the day is not of its own words: it was named before.
    """

    hard: bool
    expected_on: date | None
    carried: bool = False


def foretold(question: Question) -> Foretold:
    """What the report in question says of the due date.

    Under 沿用上次 that is what was said before, unless the report names another day or says the date holds.
    """
    given = question.details
    before = _before(question.facts) if given.get("as_before") else Foretold(False, None)
    hard = bool(given.get("hard_to_meet", before.hard))
    if "expected_on" in given or not hard:
        return Foretold(hard, given.get("expected_on"))
    return Foretold(True, before.expected_on, carried=before.expected_on is not None)


def is_answered(facts: CaseFacts) -> bool:
    """Whether the due date was moved to the day the unit named, or past it."""
    expected_on, due_on = facts.expected_on, facts.due_on
    return bool(expected_on and due_on and expected_on <= due_on)


def _before(facts: CaseFacts) -> Foretold:
    """What the last report said: one that waits says 难以按期 by the day it names."""
    hard = facts.expected_on is not None if facts.progress_of else facts.hard_to_meet
    if not hard or facts.due_on is None or is_answered(facts):
        return Foretold(False, None)
    return Foretold(True, facts.expected_on)
