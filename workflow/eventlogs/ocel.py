"""What both forms of OCEL 2.0 share: the attributes of events, and the objects that belong to many cases."""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from states.eventlog import COLUMNS, Happening, Kind, Relation, Thing
from states.eventlog.objects import PERSON, UNIT

SINCE_EVER = "1970-01-01T00:00:00Z"
"""When a value holds from the start: by the standard's convention the beginning of its own time."""

STRUCTURE = frozenset({"activity", "occurred_at"})
"""What an event has by itself: its type and its time."""

EVENT_ATTRIBUTES: Mapping[str, Kind] = {
    column.name: column.kind for column in COLUMNS if column.name not in STRUCTURE
}
values_of = attrgetter(*EVENT_ATTRIBUTES)


def attributes_of(happening: Happening) -> Iterator[tuple[str, Any]]:
    """The attributes of an event, in the order of `EVENT_ATTRIBUTES`."""
    return zip(EVENT_ATTRIBUTES, values_of(happening), strict=True)


def event_id(happening: Happening) -> str:
    """The entry's own place: the case and its number in its history."""
    return f"{happening.case}#{happening.seq}"


class Shared:
    """What is of many cases, each once: the units and people they point at, and their joint papers."""

    def __init__(self, units: Mapping[str, str]) -> None:
        self._units = units
        self._seen: dict[tuple[str, str], None] = {}
        self._joint: dict[str, Thing] = {}

    def note(self, relations: Iterable[Relation]) -> None:
        """Remember what is pointed at."""
        for one in relations:
            if one.type in (UNIT, PERSON):
                self._seen[one.type, one.key] = None

    def alone(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """The objects of one case that are of no other; the rest is kept and put together."""
        for thing in things:
            self.note(thing.relations)
            if thing.of_several:
                self._joint.setdefault(thing.id, thing).relations.update(thing.relations)
            else:
                yield thing

    def things(self) -> Iterator[Thing]:
        """They as objects."""
        yield from self._joint.values()
        for type_, key in self._seen:
            thing = Thing(type_, key)
            if type_ == UNIT:
                thing.takes("code", key, None)
                thing.takes("name", self._units.get(key), None)
            yield thing
