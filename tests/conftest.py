"""A working office for every test that needs one, on SQLite and on PostgreSQL.

Each engine's master is installed once a session, with the directory imported, and copied for every test.
PostgreSQL is asked for at `DUBAN_TEST_POSTGRES`; without a server its half is skipped, unless `DUBAN_REQUIRE`
names `postgres`.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from tests.builders import OPENED, signed
from workflow.services.directories import import_directory
from workflow.services.installation import install
from workflow.services.office import Office, open_office
from workflow.settings import Settings

DIRECTORY = Path(__file__).parents[1] / "workflow" / "demo_data" / "单位名录.xlsx"
LOCAL_SERVER = "postgresql://127.0.0.1:5432/postgres"
SQLITE, POSTGRES = "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)


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


@dataclass(frozen=True)
class PostgresHome:
    """A PostgreSQL server, where every office has a database of a random name."""

    server: URL

    def new_url(self) -> str:
        return self._create()

    def copy(self, url: str) -> str:
        return self._create(f"TEMPLATE {make_url(url).database}")

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _create(self, template: str = "TEMPLATE template0") -> str:
        name = f"duban_test_{secrets.token_hex(8)}"
        self._run(f"CREATE DATABASE {name} {template} ENCODING 'UTF8'")
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(_dsn(self.server), autocommit=True) as connection:
            connection.execute(statement)


def settings_in(folder: Path, database_url: str) -> Settings:
    """The settings of an office that lives in `folder`, whatever the environment says."""
    return Settings(
        _env_file=None,
        database_url=database_url,
        secret_file=folder / "duban.secret",
        files=folder / "files",
        office_code="滨督",
        mail_from="duban@binhai.example",
    )


@pytest.fixture(scope="session", params=[SQLITE, POSTGRES])
def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SqliteHome | PostgresHome:
    """The engine of this run of the test."""
    if request.param == SQLITE:
        return SqliteHome(tmp_path_factory.mktemp("sqlite"))
    server = _answering_server()
    if server is None:
        give_up = pytest.fail if "postgres" in os.environ.get("DUBAN_REQUIRE", "") else pytest.skip
        give_up("no PostgreSQL server answers; set DUBAN_TEST_POSTGRES")
    return PostgresHome(server)


@pytest.fixture(scope="session")
def master(
    home: SqliteHome | PostgresHome, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """Folder and database of an office installed once, with its directory, to be copied."""
    folder = tmp_path_factory.mktemp("master")
    with _dropped_afterwards(home, home.new_url()) as url:
        office = install(settings_in(folder, url), by=signed(None))
        import_directory(office, DIRECTORY, by=signed(None), at=OPENED)
        office.engine.dispose()
        yield folder, url


@pytest.fixture
def office(home: SqliteHome | PostgresHome, master: tuple[Path, str], tmp_path: Path) -> Iterator[Office]:
    """An installed office with the demo directory and nothing in its register."""
    folder, url = master
    shutil.copy(folder / "duban.secret", tmp_path)
    (tmp_path / "files").mkdir()
    with _dropped_afterwards(home, home.copy(url)) as copied:
        opened = open_office(settings_in(tmp_path, copied))
        yield opened
        opened.engine.dispose()


@pytest.fixture
def bare_database(home: SqliteHome | PostgresHome) -> Iterator[str]:
    """The URL of a database nobody has migrated."""
    with _dropped_afterwards(home, home.new_url()) as url:
        yield url


@contextmanager
def _dropped_afterwards(home: SqliteHome | PostgresHome, url: str) -> Iterator[str]:
    """A database that goes when the test is done, also when setting it up has failed."""
    try:
        yield url
    finally:
        home.drop(url)


def _answering_server() -> URL | None:
    named = os.environ.get("DUBAN_TEST_POSTGRES")
    local = make_url(LOCAL_SERVER)
    servers = (
        [make_url(named)] if named else [local, local.set(username="root"), local.set(username="postgres")]
    )
    return next((server for server in servers if _answers(server)), None)


def _answers(server: URL) -> bool:
    try:
        psycopg.connect(_dsn(server), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _dsn(server: URL) -> str:
    return server.set(drivername="postgresql").render_as_string(hide_password=False)
