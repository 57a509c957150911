"""The lists of a case's page: a leaf of each with the way to the rest, and which acts are about what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from states.lifecycle import CommandRow
from workflow.services.offering import Feasible
from workflow.web.frame.pages import address_of

MOST = 20
"""Papers, files or measures on a page; the newest come first."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The rows of one leaf, how many there are in all, and the addresses of the leaves beside it."""

    rows: Sequence[Any]
    count: int
    newer: str | None
    older: str | None


def leaf_of(rows: Sequence[Any], name: str, wanted: Mapping[str, int], number: str) -> Leaf:
    """The leaf of a list that is wanted by its name, past the last one the last; other lists stay put."""
    last = max(len(rows) - 1, 0) // MOST
    at = min(wanted.get(name, 0), last)

    def address(leaf: int) -> str:
        asked = {**wanted, name: leaf}
        return f"{address_of(number)}?{urlencode({one: no for one, no in asked.items() if no})}#{name}"

    return Leaf(
        rows[at * MOST : (at + 1) * MOST],
        len(rows),
        address(at - 1) if at else None,
        address(at + 1) if at < last else None,
    )


def acts_about(offered: Iterable[Feasible]) -> dict[str, dict[int, list[CommandRow]]]:
    """The acts that are about one task or one milestone, by `task` and `node` and its id."""
    found: dict[str, dict[int, list[CommandRow]]] = {"task": defaultdict(list), "node": defaultdict(list)}
    for one in offered:
        for id in one.about:
            found[str(one.thing)][id].append(one.row)
    return found
