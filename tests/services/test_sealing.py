"""Sealing: every committed entry gets its place once, in one order, and the tree is the one over them."""

import threading

import pytest
from sqlalchemy import text, update

from states.evidence.tree import Peaks, leaf_data, leaf_hash
from tests.builders import OPENED, a_case, a_draft, rows, signed
from workflow.errors import SealingRefused
from workflow.services.installation import install
from workflow.services.sealing import open_epoch, seal_all, seal_in, unsealed
from workflow.storage import log, queries
from workflow.storage.evidence_models import Evidence, LogEntry, Sealer
from workflow.storage.models import Event
from workflow.storage.session import reading, transaction

A_CHECKPOINT = "INSERT INTO checkpoints VALUES (1, 'x', 'x', '2026-07-01', 'manual')"


def sealed_ids(office):
    """The ids of the entries in the order of the log, whose positions have no gap."""
    places = sorted(rows(office, LogEntry), key=lambda row: row.position)
    assert [row.position for row in places] == list(range(len(places)))
    return [row.event_id for row in places]


def tree_over(office, first=0, algorithm="sha256"):
    """The tree as its definition has it, over the entries from a position on."""
    entries = {row.id: row for row in rows(office, Event)}
    data = (leaf_data(entries[one].hash, entries[one].keyed_code) for one in sealed_ids(office)[first:])
    return Peaks(algorithm).grown([leaf_hash(one, algorithm) for one in data])


def sealer(office):
    (row,) = rows(office, Sealer)
    return row


def test_what_an_installation_begins_with_is_sealed_with_it(office):
    kinds = [row.kind for row in sorted(rows(office, Event), key=lambda row: row.id)]
    begun = next(place for place, kind in enumerate(kinds) if kind.startswith("directory"))
    assert sealed_ids(office) == list(range(1, begun + 1))
    assert unsealed(office) == len(kinds) - begun > 0


def test_every_entry_gets_its_place_once_in_the_order_of_the_ids(office):
    a_case(office, "closed")
    count = len(rows(office, Event))
    assert seal_all(office) == count - 5
    assert sealed_ids(office) == list(range(1, count + 1))
    assert (seal_all(office), unsealed(office)) == (0, 0)


def test_the_tree_grows_over_them_part_by_part(office, monkeypatch):
    monkeypatch.setattr("workflow.services.sealing.CHUNK", 3)
    for _ in range(3):
        a_case(office)
        seal_all(office)
        with reading(office.engine) as tx:
            assert log.peaks_of(log.sealer(tx), "sha256") == tree_over(office)
    assert sealer(office).last_event_id == len(rows(office, Event)) == sealer(office).size


def test_an_entry_somebody_is_about_to_write_is_waited_for_and_not_passed_over(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite ids are given out in the order of the commits")
    with office.engine.connect() as slow, slow.begin():
        slow.execute(text("SELECT nextval('events_id_seq')"))
        row = dict(rows(office, Event)[0]._mapping)
        number = slow.execute(text("SELECT nextval('events_id_seq')")).scalar_one()
        slow.execute(queries.EVENT.insert().values(row | {"id": number, "case_id": 99}))
        later = threading.Timer(0.5, slow.commit)
        later.start()
        seal_all(office)
        later.join()
    assert number in sealed_ids(office)


def test_a_writer_who_takes_long_is_not_waited_for(office, monkeypatch):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite a sealer stands in the writers' line")
    monkeypatch.setattr(log, "LOCK_MILLISECONDS", 200)
    monkeypatch.setattr(log.wait_at_most, "__defaults__", (200,))
    before = sealed_ids(office)
    with transaction(office.engine) as slow:
        slow.execute(text("LOCK TABLE events IN ROW EXCLUSIVE MODE"))
        with pytest.raises(SealingRefused) as refused:
            seal_all(office)
    assert (refused.value.code, sealed_ids(office)) == ("sealing_busy", before)
    assert seal_all(office) == len(rows(office, Event)) - len(before) > 0


def test_an_entry_without_a_hash_stops_the_sealing_and_is_named(office):
    a_draft(office)
    row = dict(rows(office, Event)[-1]._mapping)
    with transaction(office.engine) as tx:
        tx.execute(queries.EVENT.insert().values(row | {"id": 999, "seq": 99, "hash": "无"}))
    with pytest.raises(SealingRefused) as refused:
        seal_all(office)
    assert (refused.value.code, refused.value.facts) == ("entry_unsealable", {"event": 999})


def test_a_new_epoch_begins_where_the_former_ended_with_a_tree_of_its_own(office):
    a_case(office)
    with transaction(office.engine) as tx:
        log.evidence_for_update(tx)
        seal_in(tx)
        assert open_epoch(tx, "sm3") == 2
    first = len(sealed_ids(office))
    (evidence,) = rows(office, Evidence)
    assert (evidence.algorithm, evidence.epoch, evidence.first, sealer(office).size) == ("sm3", 2, first, 0)
    a_case(office)
    sealed = seal_all(office)
    assert {row.epoch for row in rows(office, LogEntry) if row.position >= first} == {2}
    with reading(office.engine) as tx:
        peaks = log.peaks_of(log.sealer(tx), "sm3")
    assert (peaks, peaks.size) == (tree_over(office, first, "sm3"), sealed)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET event_id = 99 WHERE position = 0",
        "DELETE FROM log",
        f"{A_CHECKPOINT}; DELETE FROM checkpoints",
        f"{A_CHECKPOINT}; UPDATE checkpoints SET text = 'y'",
    ],
)
def test_the_log_refuses_to_be_changed(office, statement):
    with pytest.raises(Exception, match="append-only"), transaction(office.engine) as tx:
        for one in statement.split("; "):
            tx.execute(text(one))


def test_the_log_refuses_to_be_emptied_or_replaced(office):
    statement = (
        "INSERT OR REPLACE INTO log SELECT position, 99, epoch FROM log WHERE position = 0"
        if office.engine.dialect.name == "sqlite"
        else "TRUNCATE log"
    )
    with pytest.raises(Exception, match="append-only"), transaction(office.engine) as tx:
        tx.execute(text(statement))


def test_an_office_of_before_the_log_is_sealed_when_it_is_migrated(office):
    a_case(office)
    with transaction(office.engine) as tx:
        tx.execute(update(log.SEALER).values(size=0, peaks="", last_event_id=0))
        drop = ["ALTER TABLE log DISABLE TRIGGER USER"]
        if tx.dialect.name == "sqlite":
            drop = ["DROP TRIGGER log_no_delete"]
        for statement in (*drop, "DELETE FROM log"):
            tx.execute(text(statement))
    install(office.settings, by=signed(None, OPENED)).engine.dispose()
    assert sealed_ids(office) == list(range(1, len(rows(office, Event)) + 1))
