"""What a test did to a database it was lent is gone for the next, which gets the same one."""

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.conftest import POSTGRES
from tests.homes import dsn

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
DEEDS = {
    "nothing": "SELECT 1",
    "taken away": "DELETE FROM unit_aliases",
    "changed": "UPDATE units SET name = name || '（改）'",
    "emptied": "TRUNCATE people CASCADE",
}


@pytest.mark.parametrize("home", [POSTGRES], indirect=True)
@pytest.mark.parametrize("deed", DEEDS)
def test_a_database_comes_back_as_it_was_lent(home, master, deed):
    _, url = master
    for _ in range(2):
        with home.lent(url) as first:
            before = everything(first)
            with psycopg.connect(dsn(make_url(first))) as connection:
                connection.execute("SET session_replication_role = replica")
                connection.execute(DEEDS[deed])
            assert (everything(first) == before) == (deed == "nothing")
        with home.lent(url) as again:
            assert (again, everything(again)) == (first, before)


def everything(url):
    with psycopg.connect(dsn(make_url(url))) as connection:
        tables = connection.execute(TABLES).fetchall()
        rows = {name: connection.execute(f'TABLE "{name}"').fetchall() for (name,) in tables}
        return {name: sorted(map(str, found)) for name, found in rows.items()}
