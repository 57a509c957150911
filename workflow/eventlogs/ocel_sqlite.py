"""OCEL 2.0 as an SQLite database: the tables, keys and names of its relational schema.

What comes twice under one name, as only a history that was tampered with has it, is written once. Times are
RFC 3339 text in columns of type TIMESTAMP. What the file says of itself stands in a table of its
own.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from states.eventlog import OBJECT_TYPES, Happening, Kind, Thing, Trace, related, things_of
from workflow.eventlogs.about import About
from workflow.eventlogs.ocel import EVENT_ATTRIBUTES, SINCE_EVER, Shared, event_id, values_of

TYPES = {Kind.TEXT: "TEXT", Kind.TIME: "TIMESTAMP", Kind.WHOLE: "INTEGER", Kind.YES_NO: "BOOLEAN"}
TAKEN = {"object", "map_type"}
"""Endings of the tables that are there whatever the types are called."""

ROWS_AT_ONCE = 5_000
SCHEMA = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (
  ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
  ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (
  ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
  ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
CREATE TABLE duban (name TEXT PRIMARY KEY, value TEXT);
"""


def write_ocel_sqlite(path: Path, about: About, traces: Iterable[Trace]) -> None:
    """Write the traces into a file, which must be empty."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN; {SCHEMA}")
        connection.executemany("INSERT INTO duban VALUES (?, ?)", about.told.items())
        log = _Log(connection, about)
        for trace in traces:
            log.add(trace)
        log.finish()
        connection.execute("COMMIT")


class _Log:
    """The database while it is written: rows wait until they are worth a statement."""

    def __init__(self, connection: sqlite3.Connection, about: About) -> None:
        self.connection = connection
        self.whole = about.scope is None
        self._tables = {"event": _Tables("event"), "object": _Tables("object")}
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._waiting = 0
        self._shared = Shared(about.units)
        for name, attributes in OBJECT_TYPES.items():
            self._make("object", name, ("ocel_changed_field TEXT",), attributes)

    def add(self, trace: Trace) -> None:
        for happening in trace.happenings:
            self._event(happening)
        for thing in self._shared.alone(things_of(trace, whole=self.whole)):
            self._object(thing)
        if self._waiting >= ROWS_AT_ONCE:
            self._flush()

    def finish(self) -> None:
        for thing in self._shared.things():
            self._object(thing)
        self._flush()

    def _event(self, happening: Happening) -> None:
        kind, name = happening.activity, event_id(happening)
        if kind not in self._tables["event"].of:
            self._make("event", kind, (), EVENT_ATTRIBUTES)
        self._put("event", (name, kind))
        self._put(self._tables["event"].of[kind], (name, happening.occurred_at, *values_of(happening)))
        relations = tuple(related(happening))
        self._shared.note(relations)
        for one in relations:
            self._put("event_object", (name, one.id, one.qualifier))

    def _object(self, thing: Thing) -> None:
        table = self._tables["object"].of[thing.type]
        self._put("object", (thing.id, thing.type))
        for row in _states(thing):
            self._put(table, row)
        for one in thing.relations:
            self._put("object_object", (thing.id, one.id, one.qualifier))

    def _make(self, part: str, name: str, more: tuple[str, ...], attributes: Mapping[str, Kind]) -> None:
        table = self._tables[part].called(name)
        key = "PRIMARY KEY " if part == "event" else ""
        columns = [f"ocel_id TEXT {key}REFERENCES {part} (ocel_id)", "ocel_time TIMESTAMP", *more]
        columns += [f'"{attribute}" {TYPES[kind]}' for attribute, kind in attributes.items()]
        self.connection.execute(f'CREATE TABLE "{table}" ({", ".join(columns)})')
        self._put(f"{part}_map_type", (name, table.removeprefix(f"{part}_")))

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        self._rows[table].append(row)
        self._waiting += 1

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            places = ", ".join("?" * len(rows[0]))
            insert = f'INSERT OR IGNORE INTO "{table}" VALUES ({places})'  # noqa: S608 – `_Tables` made the name
            self.connection.executemany(insert, rows)
        self._rows.clear()
        self._waiting = 0


class _Tables:
    """The table of each type: its name in letters and digits, unlike any other, whatever the case."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.of: dict[str, str] = {}
        self._taken = set(TAKEN)

    def called(self, name: str) -> str:
        plain = re.sub("[^A-Za-z0-9]+", "_", name).strip("_") or "type"
        free = next(one for one in _with_numbers(plain) if one.casefold() not in self._taken)
        self._taken.add(free.casefold())
        self.of[name] = f"{self.part}_{free}"
        return self.of[name]


def _with_numbers(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _states(thing: Thing) -> Iterator[tuple[Any, ...]]:
    """The row an object starts with, and one for each change; a row of a change holds that value alone."""
    names = tuple(OBJECT_TYPES[thing.type])
    first = {one.name: one.value for one in thing.changes if one.time is None}
    yield (thing.id, SINCE_EVER, None, *(first.get(name) for name in names))
    for one in thing.changes:
        if one.time is not None:
            yield (thing.id, one.time, one.name, *(one.value if name == one.name else None for name in names))
