"""Which matters are in question for a round."""

from dataclasses import dataclass

from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.lookbacks.criteria import Criteria
from states.vocabulary import LookbackFinding

COMMAND = "schedule_lookback"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A matter in question, with what it may be stratified by; "" where it has none."""

    number: str
    unit: str = ""
    category: str = ""


def candidate(facts: CaseFacts, lifecycle: Lifecycle, criteria: Criteria) -> Candidate | None:
    """The matter, if it is in question.

    It is where it was struck off in the period and a 回头看 can still be arranged; one that was archived has
    been put away for good. One whose 回头看 is due already, or has found a relapse, is being looked after.
    """
    if facts.number is None or not (_is_struck_off(facts, criteria) and _is_meant(facts, criteria)):
        return None
    cared_for = facts.lookback_due_on is not None or facts.lookback_finding == LookbackFinding.RELAPSED
    if cared_for or all(row.id != COMMAND for row in lifecycle.commands_from(facts.state)):
        return None
    return Candidate(facts.number, facts.lead_unit or "", facts.complexity or "")


def _is_struck_off(facts: CaseFacts, criteria: Criteria) -> bool:
    return facts.closed_on is not None and criteria.since <= facts.closed_on <= criteria.until


def _is_meant(facts: CaseFacts, criteria: Criteria) -> bool:
    of_unit = criteria.units is None or facts.lead_unit in criteria.units
    return of_unit and criteria.category in (None, facts.complexity)
