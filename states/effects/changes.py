"""What several effects share: which particulars are facts, and how a matter comes to its end."""

from collections.abc import Iterable, Mapping
from typing import Any

from states.clocks.clockwork import Clockwork
from states.facts import FACT_NAMES, CaseFacts
from states.question import Question
from states.vocabulary import Outcome

Changes = dict[str, Any]
_GIVEN = frozenset(FACT_NAMES) - {"state"}


def facts_among(details: Mapping[str, Any]) -> Changes:
    """The particulars that are facts. A lead unit leads in the name of the group named with it, or none."""
    named = {"lead_group": None, **details} if "lead_unit" in details else details
    return {name: value for name, value in named.items() if name in _GIVEN}


def blank(names: Iterable[str]) -> Changes:
    """Facts as they are while nothing is known."""
    unknown = CaseFacts()
    return {name: getattr(unknown, name) for name in names}


def ended(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.stop()
    return clocks.changes()


def outcome(due_on: Any, done_on: Any) -> str:
    late = due_on is not None and done_on > due_on
    return (Outcome.LATE if late else Outcome.ON_TIME).value
