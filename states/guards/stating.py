"""What an old register may state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.errors import FactInvalid, FactMissing
from states.question import Question

if TYPE_CHECKING:
    from states.lifecycle import Lifecycle, StateRow


def only_stated_so_far(question: Question) -> None:
    """A register may restate what it stated before, but not what has been witnessed in the system since."""
    if question.facts.witnessed:
        raise FactInvalid(
            "该事项已在系统中办理，以系统记载为准，不再按原台账更新。",
            code="managed_in_system",
            number=question.facts.number,
        )


def suspended_from_somewhere(question: Question) -> None:
    """A matter taken over as set aside must say where it goes on when it is resumed."""
    state = question.lifecycle.state_rows.get(question.details["state"])
    came_from = question.details.get("suspended_from")
    if came_from is not None and came_from not in _ways_back(question.lifecycle, state):
        raise FactInvalid(f"不能恢复到“{came_from}”，请填挂起前的环节。", code="suspended_from_invalid")
    if state is not None and state.kind == "side" and came_from is None:
        raise FactMissing(
            f"接续登记为“{state.label}”的事项，须写明恢复后回到哪个环节。",
            code="suspended_from_missing",
            missing="suspended_from",
        )


def _ways_back(lifecycle: Lifecycle, state: StateRow | None) -> set[str]:
    return {arrow.dest for arrow in lifecycle.transitions if state and arrow.source == state.id}


GUARDS = (
    only_stated_so_far,
    suspended_from_somewhere,
)
