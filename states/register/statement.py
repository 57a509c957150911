"""What a row of a register states of a case, in the words of the rule book.

A sheet speaks only through the columns it has: an empty cell of such a column says that the fact is not known
any more, a column that is missing says nothing. Used by the import of registers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from states.facts import FACT_NAMES, CaseFacts
from states.register.matter import MatterRecord
from states.swift import made_swiftly
from states.vocabulary import Complexity

COMPLEXITIES = {one.label: one.value for one in Complexity}
STATED = tuple(name for name in MatterRecord.__dataclass_fields__ if name in FACT_NAMES and name != "number")
"""The facts a register can state, beside the state of the matter."""

_stated_by = attrgetter(*STATED)
KNOWN_SHEETS = 64

COLUMNS: Mapping[str, frozenset[str]] = {
    "due_on": frozenset({"due_on", "extended_to"}),
    "original_due_on": frozenset({"due_on", "extended_to"}),
    "open_ended": frozenset({"due_on"}),
    "lead_group": frozenset({"lead_unit"}),
}
"""The columns that speak of a fact, where it is not the one of the same name."""

CLOSING, STATABLE = frozenset({"closed", "closed_on"}), frozenset({"handling", "verifying", "closed"})
"""The columns that speak of where a matter stands, and where a register can say that it does."""


@made_swiftly
@dataclass(frozen=True, slots=True)
class Statement:
    """The facts a row states, blanks included, and the state it puts the matter in.

    A sheet that `is_silent` about closing has no column for it: a matter that is known stays where it is.
    """

    state: str
    facts: Mapping[str, Any]
    is_silent: bool = False

    def particulars(self, facts: CaseFacts) -> dict[str, Any]:
        """As the commands of taking over are given them, for a case with these facts.

        What is blank is left out; where it was known before, it is named as `cleared`.
        """
        blank = [name for name, value in self.facts.items() if _is_blank(value)]
        known = {name: value for name, value in self.facts.items() if name not in blank}
        gone = [name for name in blank if not _is_blank(getattr(facts, name))]
        return {**known, "state": self._state_of(facts), **({"cleared": gone} if gone else {})}

    def differs_from(self, facts: CaseFacts) -> bool:
        """Whether the case says anything else."""
        return self._state_of(facts) != facts.state or bool(self.differing(facts))

    def differing(self, facts: CaseFacts) -> tuple[str, ...]:
        """The names of the facts of which the case says something else."""
        return tuple(name for name, value in self.facts.items() if not _is_same(value, getattr(facts, name)))

    def _state_of(self, facts: CaseFacts) -> str:
        return facts.state if self.is_silent and facts.state in STATABLE else self.state


def statement(matter: MatterRecord, columns: Collection[str]) -> Statement:
    """What a row states, given the columns its sheet has."""
    values = dict(zip(STATED, _stated_by(matter), strict=True))
    values["lead_unit"] = matter.leading
    values["lead_group"] = matter.lead_unit if matter.legal_owner else None
    values["complexity"] = COMPLEXITIES.get(matter.complexity)
    values["original_due_on"] = matter.original_due_on or matter.due_on
    spoken_of = _spoken_of(frozenset(columns))
    told = {name: value for name, value in values.items() if name in spoken_of or not _is_blank(value)}
    return Statement(_state(matter), told, is_silent=CLOSING.isdisjoint(columns))


def _is_blank(value: Any) -> bool:
    """Whether a fact is not known. A rate of 0 is."""
    return not value and type(value) is not int


def _is_same(stated: Any, known: Any) -> bool:
    return stated == known or (_is_blank(stated) and _is_blank(known))


@lru_cache(KNOWN_SHEETS)
def _spoken_of(columns: frozenset[str]) -> frozenset[str]:
    """The facts a sheet with these columns speaks of."""
    every = (*STATED, *COLUMNS)
    return frozenset(name for name in every if not COLUMNS.get(name, {name}).isdisjoint(columns))


def _state(matter: MatterRecord) -> str:
    """销号 is closed; 待销号 waits for verification; anything else is being handled."""
    if matter.closed:
        return "closed"
    return "verifying" if matter.closing_requested else "handling"
