"""Where the databases of the tests live: files on SQLite, a server on PostgreSQL.

A database is lent to one test after the other. On PostgreSQL making one and dropping it costs more than most
tests do, so one that comes back is put back as it was; one that cannot be is dropped, and another is made.
A table in which nobody wrote a row is left as it is: most tests write in a few of sixty.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url


@dataclass(frozen=True)
class SqliteHome:
    """Where SQLite databases lie: a folder for each office."""

    folder: Path

    def new_url(self) -> str:
        return f"sqlite:///{self.folder / secrets.token_hex(8)}.db"

    def copy(self, url: str) -> str:
        copied = self.new_url()
        shutil.copy(make_url(url).database or "", make_url(copied).database or "")
        return copied

    def drop(self, url: str) -> None:
        Path(make_url(url).database or "").unlink(missing_ok=True)

    @contextmanager
    def lent(self, master: str) -> Iterator[str]:
        """A copy of the master's database, for one test."""
        with dropped_afterwards(self, self.copy(master)) as url:
            yield url


@dataclass(frozen=True, eq=False)
class PostgresHome:
    """A PostgreSQL server, where every office has a database of a random name."""

    server: URL
    returned: dict[str, list[str]] = field(default_factory=dict)

    def new_url(self) -> str:
        return self._create()

    def copy(self, url: str) -> str:
        return self._create(f"TEMPLATE {make_url(url).database}")

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    @contextmanager
    def lent(self, master: str) -> Iterator[str]:
        """A database that holds what the master's does, for one test."""
        waiting = self.returned.setdefault(master, [])
        url = waiting.pop() if waiting else self._remembering(self.copy(master))
        try:
            yield url
        finally:
            if _put_back(url):
                waiting.append(url)
            else:
                self.drop(url)

    def close(self) -> None:
        """Drop every database that waits to be lent."""
        for waiting in self.returned.values():
            while waiting:
                self.drop(waiting.pop())

    def _remembering(self, url: str) -> str:
        with psycopg.connect(dsn(make_url(url)), autocommit=True) as connection:
            connection.execute(REMEMBER)
        return url

    def _create(self, template: str = "TEMPLATE template0") -> str:
        name = f"duban_test_{secrets.token_hex(8)}"
        self._run(f"CREATE DATABASE {name} {template} ENCODING 'UTF8'")
        self._run(f"ALTER DATABASE {name} SET synchronous_commit = off")
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(dsn(self.server), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def dropped_afterwards(home: SqliteHome | PostgresHome, url: str) -> Iterator[str]:
    """A database that goes when the test is done, also when setting it up has failed."""
    try:
        yield url
    finally:
        home.drop(url)


def dsn(server: URL) -> str:
    return server.set(drivername="postgresql").render_as_string(hide_password=False)


def _put_back(url: str) -> bool:
    """Whether the database holds again what it was lent with, its tables built as they were."""
    with suppress(psycopg.Error), psycopg.connect(dsn(make_url(url))) as connection:
        connection.execute(SEND_EVERYBODY_AWAY)
        connection.execute(PUT_BACK)
        return bool(connection.execute(IS_BUILT_AS_BEFORE).fetchone()[0])  # type: ignore[index]
    return False


BUILD = """SELECT md5(string_agg(part, ' ' ORDER BY part)) AS build FROM (
    SELECT concat_ws(',', attrelid, attnum, attname, atttypid, atttypmod, attnotnull, atthasdef) AS part
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(',', pg_trigger.oid, tgrelid, tgname, tgenabled, tgfoid) FROM pg_trigger
    UNION ALL SELECT concat_ws(',', pg_constraint.oid, conrelid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(',', pg_proc.oid, md5(prosrc)) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
) AS parts"""

# What a backend wrote is counted when it has gone; before version 15 somewhat later, which is no use here.
TOUCHES = """SELECT relname, concat_ws(',', relfilenode,
    pg_stat_get_tuples_inserted(oid) + pg_stat_get_xact_tuples_inserted(oid),
    pg_stat_get_tuples_updated(oid) + pg_stat_get_xact_tuples_updated(oid),
    pg_stat_get_tuples_deleted(oid) + pg_stat_get_xact_tuples_deleted(oid)) AS touches
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""

TOUCHED = f"""SELECT relname FROM ({TOUCHES}) AS now JOIN remembered.touches_then USING (relname)
    WHERE now.touches <> touches_then.touches OR current_setting('server_version_num')::int < 150000"""

REMEMBER = f"""DO $$ DECLARE one name; BEGIN
    CREATE SCHEMA remembered;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE remembered.%I AS TABLE public.%I', one, one);
    END LOOP;
    CREATE TABLE remembered.sequences_there AS
        SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
    CREATE TABLE remembered.build_then AS {BUILD};
    CREATE TABLE remembered.touches_then AS {TOUCHES};
END $$"""

SEND_EVERYBODY_AWAY = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""

PUT_BACK = f"""DO $$ DECLARE one name; BEGIN
    FOR one IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE tgenabled <> 'O' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', one);
    END LOOP;
    SET LOCAL session_replication_role = replica;
    FOR one IN {TOUCHED} LOOP
        EXECUTE format('DELETE FROM public.%I', one);
        EXECUTE format('INSERT INTO public.%I SELECT * FROM remembered.%I', one, one);
    END LOOP;
    PERFORM setval(format('public.%I', sequencename)::regclass,
                   coalesce(last_value, 1), last_value IS NOT NULL)
        FROM remembered.sequences_there;
    UPDATE remembered.touches_then SET touches = now.touches
        FROM ({TOUCHES}) AS now WHERE now.relname = touches_then.relname;
END $$"""

IS_BUILT_AS_BEFORE = f"SELECT build = (SELECT build FROM remembered.build_then) FROM ({BUILD}) AS now_built"
