"""Who held which role, by the directory as it stood after each of its changes."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from states.directory.changes import Change
from states.vocabulary import UNIT_ROLES

T = TypeVar("T")


class Held(NamedTuple):
    """A role somebody holds, with its first and last day as written; None is open."""

    role: str
    unit: str
    first: str | None = None
    last: str | None = None

    def covers(self, day: str) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Standing:
    """The grants of everybody and the tree of units, after the first, the second … change of the directory.

    `place` counts the changes that had been made; 0 is before the first. It grows with what changes, not with
    the directory.
    """

    def __init__(self) -> None:
        self._held: dict[str, dict[tuple[str, str], Held]] = defaultdict(dict)
        self._grants: dict[str, list[tuple[int, tuple[Held, ...]]]] = defaultdict(list)
        self._parents: dict[str, list[tuple[int, str | None]]] = defaultdict(list)

    def learn(self, place: int, changes: Iterable[Change]) -> None:
        """Take up the change that makes it the `place`-th."""
        people: dict[str, None] = {}
        for one in changes:
            if one.table == "grants":
                people[one.key[0]] = None
                self._grant(one)
            elif one.table == "units" and (one.gone or "parent" in one.open):
                self._parents[one.key[0]].append((place, one.open.get("parent")))
        for person in people:
            self._grants[person].append((place, tuple(self._held[person].values())))

    def holds(self, place: int, person: str, roles: Collection[str], unit: str | None, day: date) -> bool:
        """Whether a person held one of these roles himself on a day, a unit role towards this unit."""
        return any(
            one.role in roles and self.counts(place, one.role, one.unit, unit)
            for one in self._of(place, person, day)
        )

    def holds_very(self, place: int, person: str, role: str, unit: str, day: date) -> bool:
        """Whether he held this very grant on a day, as it is bound to a unit."""
        return any((one.role, one.unit) == (role, unit) for one in self._of(place, person, day))

    def counts(self, place: int, role: str, granted_for: str, unit: str | None) -> bool:
        """Whether a role counts towards a unit's work: a unit role only in the subtree it was granted for."""
        if role not in UNIT_ROLES:
            return True
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            if unit == granted_for:
                return True
            seen.add(unit)
            unit = _at(self._parents.get(unit, ()), place)
        return False

    def _of(self, place: int, person: str, day: date) -> list[Held]:
        said = day.isoformat()
        return [one for one in _at(self._grants.get(person, ()), place) or () if one.covers(said)]

    def _grant(self, change: Change) -> None:
        person, role, unit = change.key
        held = self._held[person]
        if change.gone:
            held.pop((role, unit), None)
            return
        days = held.get((role, unit), Held(role, unit))
        first = change.open.get("valid_from", days.first)
        held[role, unit] = Held(role, unit, first, change.open.get("valid_to", days.last))


def _at(versions: Sequence[tuple[int, T]], place: int) -> T | None:
    """What stood after so many changes."""
    found = bisect_right(versions, place, key=lambda one: one[0])
    return versions[found - 1][1] if found else None
