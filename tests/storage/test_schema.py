"""The migrations make exactly the tables the models describe, and the database guards them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.builders import OPENED, a_case, a_draft, rows, signed, stored
from tests.conftest import settings_in
from workflow.errors import ConfigurationError
from workflow.secret import make_secret
from workflow.services.installation import install
from workflow.services.office import open_office
from workflow.storage import migrations, queries
from workflow.storage.models import CalendarVersion, Case, Document, Escalation, Event, OutboxMessage
from workflow.storage.session import open_engine, reading, transaction


def test_the_migrations_make_what_the_models_describe(office):
    with office.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Case.metadata)
    assert found == []


def test_a_bare_database_is_brought_up_to_date_and_again_without_harm(bare_database):
    engine = open_engine(bare_database)
    assert migrations.current(engine) is None
    for _ in range(2):
        migrations.upgrade(engine)
        assert migrations.current(engine) == migrations.newest()
    assert migrations.newest() == ScriptDirectory.from_config(migrations._config()).get_current_head()
    assert "events" in inspect(engine).get_table_names()
    engine.dispose()


def test_the_schema_s_version_is_read_while_somebody_writes(office):
    with transaction(office.engine) as tx:
        tx.execute(queries.UNIT.update().values(remark="改到一半"))
        assert migrations.current(office.engine) == migrations.newest()


def test_an_office_of_the_first_schema_gets_its_calendar_anew(bare_database, tmp_path):
    engine, config = open_engine(bare_database), migrations._config()
    with transaction(engine) as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
        tx.execute(text("INSERT INTO calendar_days VALUES ('holidays-0.109', '2026-01-01', 'rest', '元旦')"))
    engine.dispose()
    office = install(settings_in(tmp_path, bare_database), by=signed(None))
    assert "calendar_days" not in inspect(office.engine).get_table_names()
    with reading(office.engine) as tx:
        assert not office.calendar(tx).is_working(OPENED.date().replace(month=1, day=1))
    office.engine.dispose()


def test_several_upgrades_at_once_all_succeed(bare_database):
    start = Barrier(3)

    def upgrade(_):
        engine = open_engine(bare_database)
        start.wait()
        migrations.upgrade(engine)
        version = migrations.current(engine)
        engine.dispose()
        return version

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(upgrade, range(3))) == {migrations.newest()}


def test_an_office_does_not_open_on_a_bare_database(bare_database, office):
    settings = office.settings.model_copy(update={"database_url": bare_database})
    with pytest.raises(ConfigurationError) as refused:
        open_office(settings)
    assert refused.value.code == "schema_version"


def test_an_office_does_not_open_without_its_key(office):
    office.settings.secret_file.unlink()
    with pytest.raises(ConfigurationError) as refused:
        open_office(office.settings)
    assert refused.value.code == "secret_missing"
    make_secret(office.settings.secret_file)
    assert office.settings.secret_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET payload = '{}'",
        "UPDATE events SET recorded_at = occurred_at WHERE seq = 1",
        "DELETE FROM events",
        "DELETE FROM events WHERE case_id = 0",
    ],
)
def test_history_refuses_to_be_changed_or_deleted(office, statement):
    a_draft(office)
    before = rows(office, Event)
    with pytest.raises(DBAPIError, match="append-only"), transaction(office.engine) as tx:
        tx.execute(text(statement))
    assert rows(office, Event) == before


def test_history_refuses_to_be_emptied(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    before = rows(office, Event)
    with pytest.raises(DBAPIError, match="append-only"), transaction(office.engine) as tx:
        tx.execute(text("TRUNCATE events"))
    assert rows(office, Event) == before


@pytest.mark.parametrize("statement", ["UPDATE calendars SET source = '无'", "DELETE FROM calendars"])
def test_a_calendar_refuses_to_be_changed_or_deleted(office, statement):
    before = rows(office, CalendarVersion)
    with pytest.raises(DBAPIError, match="append-only"), transaction(office.engine) as tx:
        tx.execute(text(statement))
    assert rows(office, CalendarVersion) == before


def test_a_calendar_refuses_to_be_emptied_or_replaced(office):
    again = "INSERT OR REPLACE INTO calendars SELECT * FROM calendars"
    statement = again if office.engine.dialect.name == "sqlite" else "TRUNCATE calendars"
    with pytest.raises(DBAPIError, match="append-only"), transaction(office.engine) as tx:
        tx.execute(text(statement))


def copied(office, model, **changes):
    """Insert the first row of a table again with these columns changed."""
    first = dict(rows(office, model)[0]._mapping)
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.table(model)).values(first | changes))


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Event, {"id": 999_999}),  # a second entry under the same case and seq
        (Case, {"id": 999_999}),  # a second case under the same number
        (Document, {"id": "another"}),  # a number given out twice
        (OutboxMessage, {"id": "another", "message_id": "<another@binhai.example>"}),  # a mail twice
        (OutboxMessage, {"id": "another", "dedupe_key": "another"}),  # a Message-ID twice
    ],
)
def test_a_unique_key_bites(office, model, changes):
    a_case(office)
    with pytest.raises(IntegrityError):
        copied(office, model, **changes)


def test_a_rung_is_raised_once_in_an_epoch(office):
    case = a_case(office)
    row = {
        "case_id": case.id,
        "clock": "handle",
        "epoch": 1,
        "step": "reminder",
        "state": "issued",
        "mode": "automatic",
        "policy": "x",
        "unit": "BH212",
        "due_on": case.facts.due_on,
        "raised_on": case.facts.due_on,
        "reason": "逾期",
    }
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.table(Escalation)).values(id="first", **row))
    with pytest.raises(IntegrityError), transaction(office.engine) as tx:
        tx.execute(insert(queries.table(Escalation)).values(id="second", **row))


def test_a_row_comes_back_as_it_went_in(office):
    case = a_case(office, co_units=["市财政局", "BH213"])
    assert stored(office, case).facts == case.facts
    assert case.facts.co_units == ("BH207", "BH213")


def test_a_database_of_another_make_is_refused():
    with pytest.raises(ConfigurationError) as refused:
        open_engine("mysql://127.0.0.1/duban")
    assert refused.value.code == "database_unsupported"
    with pytest.raises(ConfigurationError) as refused:
        open_engine("not a url")
    assert refused.value.code == "database_url_invalid"


def test_sqlite_history_refuses_to_be_replaced_by_an_insert(office):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    again = (
        "INSERT OR REPLACE INTO events SELECT id, case_id, seq, 'forged', actor, actor_kind, acting_for, "
        "occurred_at, recorded_at, payload, previous_hash, hash, keyed_code, key_id, algorithm, "
        "schema_version FROM events"
    )
    with pytest.raises(DBAPIError, match="append-only"), transaction(office.engine) as tx:
        tx.execute(text(again))
