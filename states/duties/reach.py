"""Where a case has to be for somebody to owe something on it, so that not every case is read for one list.

Always more than is owed and never less: what is found so goes through `duties()` like everything else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from states.calendar import WorkCalendar
from states.deadlines.timeliness import Lit, may_be_lit
from states.duties.case import KNOWN_WAYS
from states.lifecycle import Lifecycle, StateRow

UNIT_BEGINS = ("acknowledge", "begin")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """States by whose they are under some table: `ended` under every one that has them; the office's `own`,
    where it owes a step whatever else there is; those set `aside`; where a unit `begins`."""

    ended: frozenset[str]
    own: frozenset[str]
    aside: frozenset[str]
    begins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person may owe something on, on a day.

    `in_office`: what the office owes; `units`: what these owe. `holds_persons`: also what persons owe whom a
    measure concerns. `lit` are the days between which what is not green lies.
    """

    person: str
    day: date
    in_office: bool
    holds_persons: bool
    units: frozenset[str]
    states: Whereabouts
    lit: tuple[Lit, ...]


def whereabouts(tables: Iterable[Lifecycle]) -> Whereabouts:
    """The states of these tables."""
    rows = [(table, state) for table in tables for state in table.states]

    def those(holds: Callable[[Lifecycle, StateRow], bool]) -> frozenset[str]:
        return frozenset(state.id for table, state in rows if holds(table, state))

    goes_on = those(lambda table, state: state.kind in ("open", "side"))
    return Whereabouts(
        ended=those(lambda table, state: state.kind in ("closed", "final")) - goes_on,
        own=those(_is_own),
        aside=those(lambda table, state: state.kind == "side"),
        begins=those(lambda table, state: _has(table, state, UNIT_BEGINS)),
    )


def lit_on(day: date, calendar: WorkCalendar) -> tuple[Lit, ...]:
    """Where what is not green on a day lies."""
    return tuple(may_be_lit(day, calendar))


def _is_own(table: Lifecycle, state: StateRow) -> bool:
    is_known = _has(table, state, KNOWN_WAYS)
    return state.kind == "open" and (not is_known or _has(table, state, ("close_out",)))


def _has(table: Lifecycle, state: StateRow, commands: Iterable[str]) -> bool:
    return not {row.id for row in table.commands_from(state.id)}.isdisjoint(commands)
