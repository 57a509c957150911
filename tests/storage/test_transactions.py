"""Two hands at one table: nobody's write is lost, and a number is given out once and without gaps."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import DBAPIError, StatementError

from tests.builders import DIRECTOR, LIAISON, OPENED, a_case, give, history, kinds, rows, signed, stored
from workflow.errors import EditConflict
from workflow.services.batch import Batch, opened
from workflow.services.entries import Act
from workflow.storage import dated, queries, serials
from workflow.storage.models import Event, NumberSequence, StoredFile
from workflow.storage.session import glance, one_look, reading, transaction

THREADS = 4


def at_once(work, times=THREADS):
    """The answers of one piece of work done by several threads that start together."""
    start = Barrier(times)

    def run(number: int):
        start.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_a_write_on_a_stale_reading_is_refused_whole(office):
    case = a_case(office, "registered")
    with reading(office.engine) as tx:
        stale = opened(queries.case_by_number(tx, case.number))
    give(office, case, "begin", LIAISON, plan="先主干道")
    before = rows(office, Event)
    with pytest.raises(EditConflict) as refused, transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(DIRECTOR))
        batch.enter(stale, Act("suspended", OPENED, "R010", changes={"state": "suspended"}))
        batch.flush()
    assert refused.value.facts["cases"] == [case.number]
    assert rows(office, Event) == before
    assert stored(office, case).facts.state == "handling"


def test_those_who_write_within_their_looks_do_not_wait_for_one_another_for_ever(office):
    every = office.engine.pool.size() + office.engine.pool._max_overflow
    met = Barrier(every)

    def looks_and_writes(number):
        with one_look(office.engine):
            with suppress(BrokenBarrierError):
                met.wait(timeout=0.5)
            return take(office)

    assert sorted(at_once(looks_and_writes, every)) == list(range(1, every + 1))


def test_two_hands_on_one_case_stand_in_line(office):
    case = a_case(office)
    at_once(lambda number: give(office, case, "report_progress", LIAISON, progress=f"第{number}批完成"))
    assert kinds(office, case).count("progress_reported") == THREADS
    assert [entry.seq for entry in history(office, case)] == list(range(1, stored(office, case).seq + 1))


def take(office, count=1, *, fail=False):
    with transaction(office.engine) as tx:
        first = serials.take(tx, "滨督函", 2026, count)
        if fail:
            raise InterruptedError
    return first


def test_a_number_taken_by_a_failed_transaction_is_given_out_again(office):
    assert take(office) == 1
    with pytest.raises(InterruptedError):
        take(office, 5, fail=True)
    assert take(office, 3) == 2
    assert take(office) == 5


def test_numbers_taken_at_once_are_neither_double_nor_missing(office):
    taken = at_once(lambda _: [take(office, 2) for _ in range(5)])
    assert sorted(first for hand in taken for first in hand) == list(range(1, 2 * 5 * THREADS, 2))


def test_a_series_goes_on_after_what_an_old_register_used(office):
    with transaction(office.engine) as tx:
        serials.raise_to(tx, "滨督", 2026, 62)
        serials.raise_to(tx, "滨督", 2026, 40)
        assert serials.take(tx, "滨督", 2026, 1) == 63
        assert serials.take(tx, "滨督", 2027, 1) == 1


def test_writers_at_once_both_succeed(office):
    """A deferred SQLite transaction that reads and then writes would fail at once; ours locks first."""

    def count_and_write(number: int) -> None:
        with transaction(office.engine) as tx:
            known = tx.execute(select(serials.NUMBERS)).all()
            tx.execute(
                insert(queries.table(NumberSequence)).values(series=f"s{number}", year=0, last=len(known))
            )

    at_once(count_and_write)
    assert {row.series for row in rows(office, NumberSequence)} >= {f"s{number}" for number in range(THREADS)}


def test_a_reader_does_not_wait_for_a_writer(office):
    case = a_case(office)
    with transaction(office.engine) as tx:
        tx.execute(queries.CASE.update().values(title="改到一半"))
        assert stored(office, case).facts.title == case.facts.title


def test_a_reading_sees_one_instant_whatever_is_written_meanwhile(office):
    case = a_case(office)
    with reading(office.engine) as tx:
        before = queries.case_by_number(tx, case.number)
        give(office, case, "report_progress", LIAISON, progress="主干道已全部复亮")
        assert queries.case_by_number(tx, case.number) == before
        assert len(queries.events_of(tx, case.id)) == before.seq
    assert stored(office, case).seq > before.seq


def test_a_reading_cannot_write_on_postgresql(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no read-only transactions")
    with pytest.raises(DBAPIError, match="read-only"), reading(office.engine) as tx:
        serials.take(tx, "滨督函", 2026, 1)
    assert take(office) == 1  # the connection writes again when it is used for writing


def test_an_instant_keeps_its_moment_and_needs_a_zone(office):
    values = {"sha256": "0" * 64, "size": 1, "media_type": "text/plain"}
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.table(StoredFile)).values(stored_at=OPENED, **values))
    (kept,) = rows(office, StoredFile)
    assert (kept.stored_at, kept.stored_at.tzinfo) == (OPENED, UTC)
    naive = datetime(2026, 7, 1, 9)  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"), transaction(office.engine) as tx:
        tx.execute(queries.table(StoredFile).update().values(stored_at=naive))


def test_sqlite_keeps_what_it_acknowledged(office):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has these in its own configuration")
    with office.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_streamed_read_leaves_the_statements_after_it_alone(office):
    """Options of a connection stay with it: on PostgreSQL a later INSERT would be asked for as a cursor."""
    with transaction(office.engine) as tx:
        list(dated.cases_with_dates(tx))
        queries.keep_stationery(tx, "0" * 64, "reminder", "{}")
        assert queries.stationery(tx, "0" * 64) == "{}"


def test_a_single_question_is_all_the_database_is_asked(office):
    asked = []
    with glance(office.engine) as tx:
        event.listen(office.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        tx.execute(select(queries.CASE.c.id)).all()
    assert len(asked) == 1
