"""The trail of a case's milestones through its history: which entry stated what of each."""

from collections.abc import Iterator, Mapping
from typing import Any

from states.corrections import NODE_FIELDS
from states.nodes.correcting import attribute

Stated = tuple[int, str]
"""A milestone by its id, and a field of it that can be corrected."""


class NodeTrail:
    """Follows a history from its first entry; `follow()` each one that is no correction in turn."""

    def __init__(self) -> None:
        self._known: dict[Stated, Any] = {}
        self._stated_by: dict[Stated, int] = {}

    def follow(self, seq: int, sets: Mapping[str, Any]) -> None:
        """Go on to an entry, by its number and the facts it set."""
        for stated, value in _stated(sets):
            if value not in (None, self._known.get(stated)):
                self._stated_by[stated] = seq
            self._known[stated] = value

    def stated_by(self, node: int | None, field: str | None) -> int | None:
        """The last entry followed that stated this of a milestone; None where none did."""
        return self._stated_by.get((node or 0, field or ""))


def _stated(sets: Mapping[str, Any]) -> Iterator[tuple[Stated, Any]]:
    for node in sets.get("nodes", ()):
        for field in NODE_FIELDS:
            yield (node["id"], field), node[attribute(field)]
