"""OCEL 2.0 in both forms tells the same, and keeps the standard's own rules."""

import json
import sqlite3
from contextlib import closing

import pytest

from states.eventlog import OBJECT_TYPES
from tests.eventlog_entries import ASSIGNED, OPENED, entry, told
from tests.states.eventlog.test_objects import ISSUED, RAISED
from workflow.eventlogs.about import About
from workflow.eventlogs.ocel_json import write_ocel_json
from workflow.eventlogs.ocel_sqlite import write_ocel_sqlite

ABOUT = About(None, "2026-11-20T09:00:00.000000Z", {"BH212": "市城市管理局"})
EPOCH = "1970-01-01T00:00:00Z"
TRACES = [
    told(OPENED, ASSIGNED, RAISED, ISSUED),
    told(entry(1, "opened", "2026-07-01T01:00:00Z", case="滨督2026-002", sets={"parent": "滨督2026-001"})),
]


@pytest.fixture
def document(tmp_path):
    write_ocel_json(tmp_path / "log.json", ABOUT, TRACES)
    return json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))


@pytest.fixture
def database(tmp_path):
    (tmp_path / "log.sqlite").touch()
    write_ocel_sqlite(tmp_path / "log.sqlite", ABOUT, TRACES)
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as connection:
        yield connection


def ask(database, words):
    return sorted(database.execute(words).fetchall())


def test_both_forms_hold_the_same_events_objects_and_relations(document, database):
    events = [(one["id"], one["type"]) for one in document["events"]]
    objects = [(one["id"], one["type"]) for one in document["objects"]]
    assert ask(database, "SELECT * FROM event") == sorted(events)
    assert ask(database, "SELECT * FROM object") == sorted(objects)
    for name, table in (("events", "event_object"), ("objects", "object_object")):
        links = [
            (one["id"], to["objectId"], to["qualifier"])
            for one in document[name]
            for to in one["relationships"]
        ]
        assert ask(database, f"SELECT * FROM {table}") == sorted(links)


def test_nothing_points_into_the_void_and_no_id_comes_twice(document, database):
    ids = [one["id"] for one in (*document["events"], *document["objects"])]
    links = {
        to["objectId"] for one in (*document["events"], *document["objects"]) for to in one["relationships"]
    }
    assert len(ids) == len(set(ids)) and links <= set(ids)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_attribute_is_declared_and_every_value_is_text(document):
    for kind, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {one["name"]: {each["name"] for each in one["attributes"]} for one in document[types]}
        for one in document[kind]:
            assert {each["name"] for each in one["attributes"]} <= declared[one["type"]]
            assert all(type(each["value"]) is str for each in one["attributes"])


def test_values_change_over_time_in_both_forms_alike(document, database):
    (case,) = (one for one in document["objects"] if one["id"] == "case:滨督2026-001")
    states = [(one["time"], one["value"]) for one in case["attributes"] if one["name"] == "state"]
    assert states == [(EPOCH, "draft"), ("2026-07-01T01:00:00.000000Z", "assigned")]
    rows = "SELECT ocel_time, state, ocel_changed_field, due_on FROM object_case WHERE ocel_id = ?"
    assert database.execute(rows, ("case:滨督2026-001",)).fetchall() == [
        (EPOCH, "draft", None, None),
        ("2026-07-01T01:00:00.000000Z", None, "due_on", "2026-07-22"),
        ("2026-07-01T01:00:00.000000Z", None, "lead_unit", None),
        ("2026-07-01T01:00:00.000000Z", "assigned", "state", None),
    ]


def test_an_attribute_has_one_value_at_one_time(document):
    for one in document["objects"]:
        at = [(each["name"], each["time"]) for each in one["attributes"]]
        assert len(at) == len(set(at))


def test_numbers_are_numbers_in_the_database(database):
    row = "SELECT seq, working_minutes_since_former, provisional FROM event_assigned"
    assert database.execute(row).fetchone() == (2, 480, 0)


def test_the_types_are_those_promised(document, database):
    assert {one["name"] for one in document["objectTypes"]} == set(OBJECT_TYPES)
    assert {name for name, _ in ask(database, "SELECT * FROM object_map_type")} == set(OBJECT_TYPES)


def test_both_say_what_they_leave_out(document, database):
    assert document["duban"] == ABOUT.told == dict(ask(database, "SELECT * FROM duban"))


def test_a_kind_called_like_a_table_of_the_format_gets_a_table_of_its_own(tmp_path):
    kinds = ["object", "map_type", "Opened", "opened", "登记", "a b", "a_b"]
    entries = [entry(seq, kind, "2026-07-01T01:00:00Z") for seq, kind in enumerate(kinds, 1)]
    (tmp_path / "log.sqlite").touch()
    write_ocel_sqlite(tmp_path / "log.sqlite", ABOUT, [told(*entries)])
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as database:
        tables = dict(ask(database, "SELECT * FROM event_map_type"))
        counted = [
            database.execute(f'SELECT count(*) FROM "event_{tables[kind]}"').fetchone() for kind in kinds
        ]
    assert counted == [(1,)] * len(kinds)


def test_a_log_without_a_case_is_still_one(tmp_path):
    write_ocel_json(tmp_path / "log.json", ABOUT, [])
    assert json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))["events"] == []
