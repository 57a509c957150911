"""The way of a case over its table: the road, where it has been, where it is, and where it may go next.

Pages draw it and tell it. The road is the table's own: an office's variant with one more stage has one more
station, and nothing here knows the name of any.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from states.lifecycle import SUSPENDED_FROM, Lifecycle, StateRow


@dataclass(frozen=True, slots=True)
class Move:
    """One step from state to state, on the day it happened."""

    source: str
    dest: str
    on: date


@dataclass(frozen=True, slots=True)
class Way:
    """`road` are the states from the first to the end, `aside` those beside it, `state` is where the case is.

    `ahead` names by each state that can be next the commands that lead there.
    """

    road: tuple[StateRow, ...]
    aside: tuple[StateRow, ...]
    state: str
    moves: tuple[Move, ...]
    ahead: Mapping[str, tuple[str, ...]]

    def days_in(self, state: str) -> tuple[date, ...]:
        """The days on which it came to a state."""
        return tuple(one.on for one in self.moves if one.dest == state)

    def has_been(self, state: str) -> bool:
        """Whether it has been in a state, or is."""
        return state == self.state or any(state in (one.source, one.dest) for one in self.moves)


def way_of(lifecycle: Lifecycle, state: str, moves: Sequence[Move], *, back_to: str | None = None) -> Way:
    """The way of a case in a state. `back_to` is where one that is set aside would go on."""
    road = lifecycle.road
    aside = tuple(one for one in lifecycle.states if one not in road)
    return Way(road, aside, state, tuple(moves), _ahead(lifecycle, state, back_to))


def _ahead(lifecycle: Lifecycle, state: str, back_to: str | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for dest, label in _leading_on(lifecycle, state, back_to):
        if label not in found.get(dest, ()):
            found[dest] = (*found.get(dest, ()), label)
    return found


def _leading_on(lifecycle: Lifecycle, state: str, back_to: str | None) -> Iterable[tuple[str, str]]:
    for one in lifecycle.onward:
        row = lifecycle.command_rows[one.command]
        is_elsewhere = row.to == SUSPENDED_FROM and back_to not in (None, one.dest)
        if one.source == state and not is_elsewhere:
            yield one.dest, row.label
