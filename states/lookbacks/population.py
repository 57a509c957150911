"""Which matters are in question for a round."""

from dataclasses import dataclass

from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.lookbacks.criteria import Criteria
from states.vocabulary import Labelled, LookbackFinding, Outcome

COMMAND = "schedule_lookback"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A matter in question, with what it may be stratified by; "" where it has none."""

    number: str
    unit: str = ""
    category: str = ""


class LeftOut(Labelled):
    """Why a matter struck off in the period is not in question."""

    ARCHIVED = "archived", "已归档"
    DUE = "due", "已安排回头看"
    RELAPSED = "relapsed", "已认定反弹"
    OLDER_TABLE = "older_table", "适用旧流程"


def candidate(facts: CaseFacts, lifecycle: Lifecycle, criteria: Criteria) -> Candidate | LeftOut | None:
    """The matter, if it is in question, or why it is not; None for one that is not meant at all.

    It is where it was struck off in the period and a 回头看 can still be arranged; one that was archived has
    been put away for good. One whose 回头看 is due already, or has found a relapse, is being looked after.
    """
    if facts.number is None or not (_is_struck_off(facts, criteria) and _is_meant(facts, criteria)):
        return None
    kind = lifecycle.state_rows[facts.state].kind
    if kind == "final":
        return None if _was_never_done(facts) else LeftOut.ARCHIVED
    if kind != "closed":
        return None
    here = Candidate(facts.number, facts.lead_unit or "", facts.complexity or "")
    return _kept_out(facts, lifecycle) or here


def _kept_out(facts: CaseFacts, lifecycle: Lifecycle) -> LeftOut | None:
    if facts.lookback_due_on is not None:
        return LeftOut.DUE
    if facts.lookback_finding == LookbackFinding.RELAPSED:
        return LeftOut.RELAPSED
    may = any(row.id == COMMAND for row in lifecycle.commands_from(facts.state))
    return None if may else LeftOut.OLDER_TABLE


def _was_never_done(facts: CaseFacts) -> bool:
    return facts.outcome == Outcome.WITHDRAWN or facts.merged_into is not None


def _is_struck_off(facts: CaseFacts, criteria: Criteria) -> bool:
    return facts.closed_on is not None and criteria.since <= facts.closed_on <= criteria.until


def _is_meant(facts: CaseFacts, criteria: Criteria) -> bool:
    of_unit = criteria.units is None or facts.lead_unit in criteria.units
    return of_unit and criteria.category in (None, facts.complexity)
