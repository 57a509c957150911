"""Which entries of a matter begin a wait that none of its facts dates: a move, or a request for time."""

from collections.abc import Iterable

from states.duties.duty import DutyKind
from states.lifecycle import SAME, Lifecycle

EXTENDING = frozenset({DutyKind.CONSENT, DutyKind.REVIEW_EXTENSION, DutyKind.DECIDE_EXTENSION})
HANDED_ON = frozenset({"extension_requested", "extension_consented", "extension_reviewed"})
"""The entries by which a request for more time comes to the next hand."""


def moves(tables: Iterable[Lifecycle]) -> frozenset[str]:
    """The entries that may bring a matter to another state."""
    return frozenset(row.event for one in tables for row in one.commands if row.to != SAME)


def begins(kind: DutyKind, entry: str) -> bool:
    """Whether what is owed may wait from an entry of this kind: one of `moves`, or of a request for time."""
    return (kind in EXTENDING) == (entry in HANDED_ON)
