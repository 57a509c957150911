"""Deciding once what is alike: rows of an old register that state the same days and differ in words.

Taking over looks at where a matter stands and at its days; whatever else a row states it passes on. So rows
that agree in those are decided once, and each has the decision with its own words. Where it may lead does not
hang on the days: rows that differ in them as well go the way once.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from states import particulars
from states.case import Decision
from states.guards.stating import suspended_from_somewhere
from states.lifecycle import CommandRow
from states.swift import replaced
from states.turning import SILENT

Decide = Callable[[str | None], Decision]
"""Decides a row; told where those like it were led, or None."""

DAYS = frozenset({"dispatched_on", "due_on", "original_due_on", "closed_on", "review_on"})
LOOKED_AT = DAYS | {"state", "suspended_from", "complexity", "open_ended"}
"""What taking over may look at."""

PASSED_ON = SILENT | {"completion_rate", "accepted"}
"""What it passes on. None of these is ever given with the value a matter has while nothing is known of it."""

KNOWN = LOOKED_AT | PASSED_ON
_ON_THE_WAY = LOOKED_AT - DAYS
_NO_VALUES: tuple[object, ...] = (None, "", (), [])


class Alike:
    """The decisions of one hand at one instant, under the same rules, on matters nobody has acted on."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Decision] = {}
        self._led_to: dict[Hashable, str] = {}

    def decided(self, row: CommandRow | None, details: Mapping[str, Any], decide: Decide) -> Decision:
        """What `decide` says of these particulars, given by the command of a row of the table.

        Raises as `decide` does, on the same particular.
        """
        if row is None or not _passes_words_on(row) or not details.keys() <= KNOWN:
            return decide(None)
        given = {name: value for name, value in details.items() if value or value not in _NO_VALUES}
        way = row.id, tuple(given), tuple([value for name, value in given.items() if name in _ON_THE_WAY])
        key = way, tuple([value for name, value in given.items() if name in DAYS])
        if key in self._known:
            return _with_words(self._known[key], given)
        found = self._known[key] = self._decided_anew(way, given, decide)
        return found

    def _decided_anew(self, way: Hashable, given: Mapping[str, Any], decide: Decide) -> Decision:
        if way not in self._led_to:
            found = decide(None)
            self._led_to[way] = found.after
            return found
        _check(given)
        return decide(self._led_to[way])


def _passes_words_on(row: CommandRow) -> bool:
    """An office's own table may ask more of taking over."""
    return row.effect == "take_over" and set(row.guards) <= {suspended_from_somewhere.__name__}


def _check(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        particulars.check(name, value)


def _with_words(decision: Decision, given: Mapping[str, Any]) -> Decision:
    _check(given)
    words = {name: value for name, value in given.items() if name in PASSED_ON}
    facts = {name: value for name, value in words.items() if name in decision.changes}
    return replaced(decision, changes={**decision.changes, **facts}, details={**decision.details, **words})
