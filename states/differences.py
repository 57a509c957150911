"""The record of a case as fields, and what two records differ in. Applied to the older, it gives the newer.

A field has a place: the part of the record it stands in, whose it is there (a task's number, a clock's name;
empty for the case itself), and its own name. Values are plain JSON.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from states.facts import FACT_NAMES, CaseFacts, to_json
from states.tasks import key_of
from states.vocabulary import Labelled

CASE, TASKS, NODES, CLOCKS = "case", "tasks", "nodes", "clocks"
SEVERAL = frozenset({TASKS, NODES, CLOCKS})
"""Facts that hold several things of their own; each is a part of the record."""


class Place(NamedTuple):
    """Where a field stands in a record."""

    part: str
    whose: str
    name: str


Record = Mapping[Place, Any]


class Change(Labelled):
    """What became of a field."""

    ADDED = "added", "新增"
    CHANGED = "changed", "变更"
    REMOVED = "removed", "移除"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two records differ in; a field that is not there has no value, which is told as None."""

    place: Place
    change: Change
    old: Any = None
    new: Any = None


def differences(older: Record, newer: Record) -> list[Difference]:
    """Every field the two differ in, as the newer has them and then those it has lost."""
    return [*_set(older, newer), *(Difference(at, Change.REMOVED, older[at]) for at in older.keys() - newer)]


def applied(older: Record, found: Iterable[Difference]) -> dict[Place, Any]:
    """The record after these differences."""
    record = dict(older)
    for one in found:
        if one.change is Change.REMOVED:
            del record[one.place]
        else:
            record[one.place] = one.new
    return record


def record_of(facts: CaseFacts) -> dict[Place, Any]:
    """The fields of a case's facts; a matter that is not in the register has none."""
    if facts.number is None:
        return {}
    return fields_of(to_json({name: getattr(facts, name) for name in FACT_NAMES}))


def fields_of(values: Mapping[str, Any]) -> dict[Place, Any]:
    """The fields these facts consist of, given as entries write them."""
    record: dict[Place, Any] = {}
    for name, value in values.items():
        if name in SEVERAL:
            record.update(_OF_SEVERAL[name](value))
        else:
            record[Place(CASE, "", name)] = value
    return record


def _set(older: Record, newer: Record) -> Iterator[Difference]:
    for place, value in newer.items():
        if place not in older:
            yield Difference(place, Change.ADDED, None, value)
        elif older[place] != value:
            yield Difference(place, Change.CHANGED, older[place], value)


def _tasks(tasks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Place, Any]]:
    for task in tasks:
        yield from _clock(key_of(task["id"]), task["clock"])
        yield from _named(TASKS, task, without="clock")


def _nodes(nodes: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Place, Any]]:
    for node in nodes:
        yield from _named(NODES, node)


def _clocks(clocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Place, Any]]:
    for clock in clocks:
        yield from _clock(clock["name"], clock)


def _clock(key: str, clock: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    yield from ((Place(CLOCKS, key, name), value) for name, value in clock.items() if name != "name")


def _named(part: str, one: Mapping[str, Any], without: str = "") -> Iterator[tuple[Place, Any]]:
    own = (name for name in one if name not in ("id", without))
    yield from ((Place(part, str(one["id"]), name), one[name]) for name in own)


_OF_SEVERAL = {TASKS: _tasks, NODES: _nodes, CLOCKS: _clocks}
