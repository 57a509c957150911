"""OCEL 2.0 as JSON: the events as they come, the objects of their cases behind them, the types at the end.

Every value is text, as the published schema asks; its type is the one declared for its attribute. Objects
wait in a file of their own until the events are done, units and people in memory, for they are few.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import orjson

from states.eventlog import OBJECT_TYPES, Happening, Kind, Relation, Thing, Trace, related, things_of
from workflow.eventlogs.about import About
from workflow.eventlogs.ocel import EVENT_ATTRIBUTES, SINCE_EVER, Shared, attributes_of, event_id


def write_ocel_json(path: Path, about: About, traces: Iterable[Trace]) -> None:
    """Write the traces into a file."""
    with path.open("wb") as file, TemporaryFile(dir=path.parent) as objects:
        file.write(b'{"duban":' + orjson.dumps(about.told) + b',\n"events":[')
        events, things = _List(file), _List(objects)
        shared, kinds = Shared(about.units), set[str]()
        for trace in traces:
            _add(trace, (events, things), shared, kinds, whole=about.scope is None)
        for thing in shared.things():
            things.add(_object(thing))
        _finish(file, objects, kinds)


class _List:
    """A list written member by member."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._between = b"\n"

    def add(self, member: Mapping[str, Any]) -> None:
        self.file.write(self._between + orjson.dumps(member))
        self._between = b",\n"


def _add(trace: Trace, lists: tuple[_List, _List], shared: Shared, kinds: set[str], *, whole: bool) -> None:
    events, things = lists
    for happening in trace.happenings:
        relations = tuple(related(happening))
        shared.note(relations)
        kinds.add(happening.activity)
        events.add(_event(happening, relations))
    for thing in shared.alone(things_of(trace, whole=whole)):
        things.add(_object(thing))


def _finish(file: BinaryIO, objects: BinaryIO, kinds: set[str]) -> None:
    file.write(b'\n],\n"objects":[')
    objects.seek(0)
    shutil.copyfileobj(objects, file)
    event_types = [_type(kind, EVENT_ATTRIBUTES) for kind in sorted(kinds)]
    object_types = [_type(name, attributes) for name, attributes in OBJECT_TYPES.items()]
    file.write(b'\n],\n"eventTypes":' + orjson.dumps(event_types))
    file.write(b',\n"objectTypes":' + orjson.dumps(object_types) + b"}\n")


def _event(happening: Happening, relations: Iterable[Relation]) -> dict[str, Any]:
    told = ((name, value) for name, value in attributes_of(happening) if value is not None)
    return {
        "id": event_id(happening),
        "type": happening.activity,
        "time": happening.occurred_at,
        "attributes": [{"name": name, "value": _text(value)} for name, value in told],
        "relationships": list(_relationships(relations)),
    }


def _object(thing: Thing) -> dict[str, Any]:
    return {
        "id": thing.id,
        "type": thing.type,
        "attributes": [
            {"name": one.name, "time": one.time or SINCE_EVER, "value": _text(one.value)}
            for one in thing.changes
        ],
        "relationships": list(_relationships(thing.relations)),
    }


def _relationships(relations: Iterable[Relation]) -> Iterator[dict[str, str]]:
    return ({"objectId": one.id, "qualifier": one.qualifier} for one in relations)


def _type(name: str, attributes: Mapping[str, Kind]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": one, "type": kind} for one, kind in attributes.items()]}


def _text(value: Any) -> str:
    return ("false", "true")[value] if type(value) is bool else str(value)
