"""Deciding once what is alike: rows of an old register that state the same days and differ in words.

Taking over looks at where a matter stands and at its days; whatever else a row states it passes on. So rows
that agree in those are decided once, and each has the decision with its own words.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any

from states import particulars
from states.case import Decision
from states.guards.stating import suspended_from_somewhere
from states.lifecycle import CommandRow
from states.turning import SILENT

Decide = Callable[[], Decision]

LOOKED_AT = frozenset(
    {
        *("state", "suspended_from", "review_on", "complexity", "open_ended"),
        *("dispatched_on", "due_on", "original_due_on", "closed_on"),
    }
)
"""What taking over may look at."""

PASSED_ON = SILENT | {"completion_rate", "accepted"}
"""What it passes on. None of these is ever given with the value a matter has while nothing is known of it."""

KNOWN = LOOKED_AT | PASSED_ON
_NO_VALUES: tuple[object, ...] = (None, "", (), [])


class Alike:
    """The decisions of one hand at one instant, under the same rules, on matters nobody has acted on."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Decision] = {}

    def decided(self, row: CommandRow | None, details: Mapping[str, Any], decide: Decide) -> Decision:
        """What `decide` says of these particulars, given by the command of a row of the table.

        Raises as `decide` does, on the same particular.
        """
        if row is None or not _passes_words_on(row) or not details.keys() <= KNOWN:
            return decide()
        given = {name: value for name, value in details.items() if value not in _NO_VALUES}
        key = row.id, tuple(given), tuple(value for name, value in given.items() if name in LOOKED_AT)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = decide()
            return found
        return _with_words(found, {name: value for name, value in given.items() if name in PASSED_ON})


def _passes_words_on(row: CommandRow) -> bool:
    """An office's own table may ask more of taking over."""
    return row.effect == "take_over" and set(row.guards) <= {suspended_from_somewhere.__name__}


def _with_words(decision: Decision, words: Mapping[str, Any]) -> Decision:
    for name, value in words.items():
        particulars.check(name, value)
    facts = {name: value for name, value in words.items() if name in decision.changes}
    return replace(decision, changes={**decision.changes, **facts}, details={**decision.details, **words})
