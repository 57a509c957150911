"""What goes to PostgreSQL in one go is kept, counted and refused as if each statement had been waited for."""

import logging

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from tests.builders import OPENED, a_case
from tests.storage.test_bulk import ESCALATION, FEW, escalations
from workflow.storage import queries
from workflow.storage.bulk import MANY, in_one_go, insert_rows, refused_table, update_rows
from workflow.storage.models import Escalation
from workflow.storage.session import reading, transaction

TOO_LONG = {"unit": "督" * 33}


def skip_on_sqlite(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite answers each statement")


def kept(office):
    with reading(office.engine) as tx:
        return queries.count_rows(tx, Escalation)


@pytest.mark.parametrize("count", [1, FEW, 3 * MANY])
def test_all_of_it_is_kept_whatever_way_it_goes(office, count):
    with transaction(office.engine) as tx:
        with in_one_go(tx), in_one_go(tx):
            insert_rows(tx, ESCALATION, escalations(count))
            tx.execute(update(ESCALATION).values(reason="改后"))
        assert [row.reason for row in tx.execute(select(ESCALATION))] == ["改后"] * count
    assert kept(office) == count


@pytest.mark.parametrize("count", [FEW, 3 * MANY])
def test_how_many_rows_were_changed_is_known_at_the_end(office, count):
    ids = [a_case(office, "draft").id for _ in range(FEW)]
    rows = [
        {"id": number, "version": 1, "recorded_at": OPENED} for number in (*ids, *range(9_000, 9_000 + count))
    ]
    with transaction(office.engine) as tx:
        with in_one_go(tx):
            told = update_rows(tx, queries.CASE, rows)
            tx.execute(update(ESCALATION).values(reason="改后"))
        assert told.rowcount == FEW


def test_a_refusal_is_that_of_the_first_statement_and_leaves_nothing(office):
    with pytest.raises(IntegrityError) as told, transaction(office.engine) as tx, in_one_go(tx):
        insert_rows(tx, ESCALATION, escalations(FEW))
        insert_rows(tx, ESCALATION, escalations(1))
        tx.execute(update(queries.OUTBOX).values(kind="督" * 99))
        tx.execute(insert(ESCALATION), [escalations(1)[0] | TOO_LONG])
    assert "BH212" not in str(told.value)
    assert kept(office) == 0


@pytest.mark.postgres
def test_a_refusal_names_its_table(office):
    skip_on_sqlite(office)
    with pytest.raises(IntegrityError) as told, transaction(office.engine) as tx, in_one_go(tx):
        insert_rows(tx, ESCALATION, escalations(FEW) + escalations(1))
        tx.execute(update(queries.OUTBOX).values(kind="notice"))
    assert refused_table(told.value) == "escalations"


@pytest.mark.postgres
@pytest.mark.parametrize("tail", [0, 30])
def test_what_is_too_long_is_refused_at_the_end_or_before(office, caplog, tail):
    """However soon the server answers; and the log gets no word of what merely followed."""
    skip_on_sqlite(office)
    with (
        caplog.at_level(logging.DEBUG, "psycopg"),
        pytest.raises(DataError),
        transaction(office.engine) as tx,
        in_one_go(tx),
    ):
        insert_rows(tx, ESCALATION, [row | TOO_LONG for row in escalations(FEW)])
        for _ in range(tail):
            tx.execute(update(ESCALATION).values(reason="改后" * 9_000))
    assert caplog.records == []
    assert kept(office) == 0


@pytest.mark.postgres
def test_a_connection_lost_on_the_way_is_told_and_the_next_transaction_has_another(office):
    skip_on_sqlite(office)
    with office.engine.connect() as connection:
        with pytest.raises(OperationalError), connection.begin():
            own = connection.scalar(text("SELECT pg_backend_pid()"))
            with transaction(office.engine) as tx:
                tx.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": own})
            with in_one_go(connection):
                insert_rows(connection, ESCALATION, escalations(FEW))
        with connection.begin():
            assert connection.scalar(text("SELECT pg_backend_pid()")) != own
    assert kept(office) == 0
