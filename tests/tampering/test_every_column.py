"""Every column of every table a history accounts for: another value in it is found, or is listed here.

`NOT_TOLD` is what no entry tells. When one does, its line goes red and leaves the list; the manuals agree.
"""

import shutil
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.tampering.conftest import a_small_office
from tests.tampering.owner import without_guards
from tests.tampering.transfer import TABLES
from workflow.services.verification import verify
from workflow.storage.session import transaction

UNACCOUNTED = frozenset({"set_asides", "files"})
NOT_TOLD = {
    "cases": {"version", "next_action_at"},  # a look taken away or put off too far is found
    "checkpoints": {"reason"},
    "outbox": {"attempts", "dedupe_key", "last_answer", "recipient_name"},
    "stationery": {"kind"},
    "sweep_runs": {"door", "started_at", "finished_at", "as_of", "runs", "cases_due", "held"},
}


@pytest.fixture
def small(tmp_path, cities, profile):
    with a_small_office(cities, profile, tmp_path) as office:
        yield office


@pytest.mark.parametrize("table", [one for one in TABLES if one.name not in UNACCOUNTED], ids=str)
def test_another_value_in_a_column_is_found(small, table):
    database = small.engine.url.database
    shutil.copy(database, database + ".kept")
    unseen = set()
    for column in table.columns:
        small.engine.dispose()
        shutil.copy(database + ".kept", database)
        if changed(small, table, column) and not found(small):
            unseen.add(column.name)
    assert unseen == NOT_TOLD.get(table.name, set())


def found(office):
    return bool(verify(office).findings)


def changed(office, table, column):
    """Change a column of one row, if there is one with a value in it."""
    with transaction(office.engine) as tx:
        without_guards(tx)
        key = list(table.primary_key.columns)
        row = tx.execute(table.select().where(column.is_not(None)).order_by(*key)).first()
        if row is None or getattr(row, column.name) == ():
            return False
        where = [one == getattr(row, one.name) for one in key]
        tx.execute(update(table).where(*where).values({column.name: another(getattr(row, column.name))}))
        return True


def another(value):
    """A value of the same type that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1_000
    if isinstance(value, datetime):
        return value - timedelta(days=1)
    if isinstance(value, date):
        return value - timedelta(days=1)
    if isinstance(value, tuple):
        return ()
    return value + "x"
