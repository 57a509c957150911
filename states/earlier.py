"""What a correction looks back on: the entry it names, and the acts by which the matter took a turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.clocks.winding import Winding
from states.errors import FactInvalid


@dataclass(frozen=True, slots=True)
class EarlierEntry:
    """An entry as it reads since it was corrected, the days in it as text; `at` is when it happened.

    `standing` are the particulars no later entry has stated anew: a fact among them is still this entry's.
    """

    kind: str
    actor: str
    day: date
    stated: Mapping[str, Any]
    standing: frozenset[str] = frozenset()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An act that brought the matter from one state to another, set one of its days or wound a clock.

    `at` is when it was as the history reads now, `facts` are those it set, `wound` what it did to the clocks.
    """

    seq: int
    kind: str
    at: datetime
    before: str | None
    after: str | None
    facts: frozenset[str] = frozenset()
    wound: Winding = frozenset()


def unknown_entry(entry: int) -> FactInvalid:
    """The refusal for a number no entry of the matter's history has."""
    return FactInvalid(
        f"该事项的历史中没有第{entry}条，请核对办理经过中的序号。",
        code="entry_unknown",
        entry=entry,
    )
