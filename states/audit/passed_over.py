"""Rungs of the ladder that were passed over or taken back unissued (越级、未发)."""

from collections.abc import Iterator
from dataclasses import dataclass

from states.audit.recorded import Recorded
from states.audit.standing import Standing
from states.visibility import APPROVERS_STAGE

LOST_ITS_GROUND = "precondition_gone"
"""Why a proposal was taken back, where no command on the case is the reason but the paper it rested on."""


@dataclass(frozen=True, slots=True)
class NotRaised:
    """One measure, and the rungs below it that were passed over (none: it was itself taken back), with why.

    `because` is the event that took a proposal back, or `LOST_ITS_GROUND`.
    """

    step: str
    passed_over: tuple[str, ...]
    reached_on: str | None
    reason: str | None = None
    because: str | None = None


def not_raised(entry: Recorded, before: Standing) -> Iterator[NotRaised]:
    """The rungs an entry tells were passed over, and the proposal it takes back by rule."""
    told = entry.details
    passed = tuple(map(str, told.get("passed_over") or ()))
    if passed:
        yield NotRaised(str(told.get("step")), passed, told.get("reached_on"), told.get("reason_text"))
    measure = before.measures.get(str(told.get("escalation")))
    is_taken_back = entry.kind == "escalation_withdrawn" and entry.is_machine
    if is_taken_back and measure is not None and measure.state in APPROVERS_STAGE:
        reached = measure.raised.details.get("reached_on")
        yield NotRaised(measure.step, (), reached, because=told.get("because"))
