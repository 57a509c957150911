"""What is told of a matter's reports: how often, by when the next, when the last, and what waits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from states import lights
from states.burden import asked_term
from states.clocks.cadence import cadence_of, told_term
from states.facts import CaseFacts
from states.policy import Policy
from states.vocabulary import ClockName

if TYPE_CHECKING:
    from workflow.services.register import View


def feedback(facts: CaseFacts, seen: View) -> dict[str, Any]:
    """The reports of one matter. `next_on` None: none is asked for as things stand."""
    clock = next((one for one in facts.clocks if one.name is ClockName.FEEDBACK and one.is_open), None)
    return {
        "cadence": cadence_in_words(facts, seen.office.policy(seen.tx, facts.policy), seen.day),
        "by_category": facts.cadence is None,
        "next_on": clock.due_on.isoformat() if clock else None,
        "overdue": clock is not None and not clock.is_paused and seen.day > clock.due_on,
        "last_on": facts.progress_on.isoformat() if facts.progress_on else None,
        "waits_for_signature": facts.progress_of is not None,
        "waiting_rate": facts.rate_waiting,
        "reported_by": facts.progress_of,
        "reported_by_name": _name(facts.progress_of, seen),
        "hard_to_meet": lights.hard_to_meet(facts),
        "expected_on": facts.expected_on.isoformat() if facts.expected_on else None,
    }


def cadence_in_words(facts: CaseFacts, policy: Policy, day: date) -> str | None:
    """The matter's own, as it was written where nobody reckons with it; else its category's."""
    own = cadence_of(facts.cadence)
    if own is not None:
        return own.label
    term = asked_term(facts, policy, day)
    return told_term(term) if term else facts.cadence


def _name(person: str | None, seen: View) -> str | None:
    return None if person is None else seen.people.get(person, person)
