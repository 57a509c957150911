"""Who goes on with the work of units that were merged, split or renamed (机构改革), as a lookup value.

A unit that was merged has one successor, one that was split several; a successor may have ended since, and
then its own successors go on. A unit that was renamed goes on as itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Succession:
    """One unit goes on with the work of another from a day. Both are codes."""

    unit: str
    successor: str
    on: date

    @property
    def is_renaming(self) -> bool:
        return self.unit == self.successor


@dataclass(frozen=True)
class Lineage:
    """All successions there were, asked by unit."""

    successions: tuple[Succession, ...] = ()

    @cached_property
    def renamed(self) -> frozenset[str]:
        """The units that go by another name than they did."""
        return frozenset(one.unit for one in self.successions if one.is_renaming)

    @cached_property
    def succeeded(self) -> frozenset[str]:
        """The units whose work others go on with."""
        return frozenset(self._heirs)

    def of(self, unit: str) -> tuple[Succession, ...]:
        """The successions that ended a unit, in the order of its successors' codes."""
        return tuple(self._heirs.get(unit, ()))

    def living(self, unit: str) -> tuple[str, ...]:
        """The units that go on with a unit's work in the end: itself while nobody has succeeded it."""
        return tuple(dict.fromkeys(self._living(unit, frozenset())))

    def leads_to(self, unit: str, successor: str) -> bool:
        """Whether a unit's work has come to another, however many steps lie between."""
        seen, waiting = set[str](), [unit]
        while waiting:
            here = waiting.pop()
            heirs = {one.successor for one in self.of(here)} - seen
            seen |= heirs
            waiting += heirs
        return successor in seen

    def _living(self, unit: str, above: frozenset[str]) -> Iterator[str]:
        heirs = [one.successor for one in self.of(unit) if one.successor not in above]
        if not heirs:
            yield unit
        for heir in heirs:
            yield from self._living(heir, above | {unit})

    @cached_property
    def _heirs(self) -> dict[str, list[Succession]]:
        found: dict[str, list[Succession]] = {}
        for one in sorted(self.successions, key=lambda one: (one.unit, one.successor)):
            if not one.is_renaming:
                found.setdefault(one.unit, []).append(one)
        return found


def lineage(rows: Iterable[tuple[str, str, date]]) -> Lineage:
    """The lineage of these successions, each as unit, successor and day."""
    return Lineage(tuple(Succession(*row) for row in rows))
