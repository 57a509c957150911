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

    `ahead` names by each state that can be next the commands that lead there. `came_in` is the state of the
    road at which it came into the register.
    """

    road: tuple[StateRow, ...]
    aside: tuple[StateRow, ...]
    state: str
    moves: tuple[Move, ...]
    ahead: Mapping[str, tuple[str, ...]]
    came_in: str | None = None

    def days_in(self, state: str) -> tuple[date, ...]:
        """The days on which it came to a state."""
        return tuple(one.on for one in self.moves if one.dest == state)

    def has_been(self, state: str) -> bool:
        """Whether it has been in a state, or is."""
        return state == self.state or any(state in (one.source, one.dest) for one in self.moves)

    def lay_before(self, state: str) -> bool:
        """Whether a state lies on the road before the one at which the case was taken over: it was gone
        through by the register it came from, if at all, and nothing here tells when."""
        road = [one.id for one in self.road]
        is_known = state in road and self.came_in in road and not self.has_been(state)
        return is_known and road.index(state) < road.index(str(self.came_in))


def way_of(lifecycle: Lifecycle, state: str, moves: Sequence[Move], *, back_to: str | None = None) -> Way:
    """The way of a case in a state. `back_to` is where one that is set aside would go on."""
    road = lifecycle.road
    on_it = {one.id for one in road}
    aside = tuple(one for one in lifecycle.states if one.id not in on_it)
    ahead, came_in = _ahead(lifecycle, state, back_to), _came_in(lifecycle, road, moves, back_to)
    return Way(road, aside, state, tuple(moves), ahead, came_in)


def _came_in(
    lifecycle: Lifecycle, road: Sequence[StateRow], moves: Sequence[Move], back_to: str | None
) -> str | None:
    """The first state of the road it was in; of one taken over as set aside, where it would go on."""
    if not moves or moves[0].source in lifecycle.state_rows:
        return None
    on_it = {one.id for one in road}
    return next((one.dest for one in moves if one.dest in on_it), back_to)


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
