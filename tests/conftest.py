"""A working office for every test that needs one, on SQLite and on PostgreSQL.

Each engine's master is installed once a session, with the directory imported, and copied for every test; the
tests of a file go to one worker, so that what a file plays for all its tests is played once an engine. The
files of a test lie in memory where there is room: a disk that has to be waited for proves nothing more.
PostgreSQL is asked for at `DUBAN_TEST_POSTGRES`; without a server its half is skipped, unless `DUBAN_REQUIRE`
names `postgres`. `DUBAN_TEST_DIGEST=sm3` runs everything in that profile; a file that asks for both overrides
`profile`, and runs SM3 on SQLite alone, since no hash knows the database.
"""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy.engine import URL, make_url

from tests.builders import OPENED, signed
from tests.compiled import compile_statements_once
from tests.homes import PostgresHome, SqliteHome, dropped_afterwards, dsn
from tests.trusting import trust_once
from workflow.services.accounts.hashing import Hasher
from workflow.services.directories import import_directory
from workflow.services.installation import install
from workflow.services.office import Office, open_office
from workflow.settings import Settings

DIRECTORY = Path(__file__).parents[1] / "workflow" / "demo_data" / "单位名录.xlsx"
LOCAL_SERVER = "postgresql://127.0.0.1:5432/postgres"
DIGEST = os.environ.get("DUBAN_TEST_DIGEST", "sha256")
SQLITE, POSTGRES = "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)
IN_MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108
LIGHT = Hasher(memory=8, rounds=1, lanes=1)
"""No test waits a fifth of a second for a hash."""

Home = SqliteHome | PostgresHome
Master = tuple[Path, str]
"""Folder and database."""
Play = Callable[[Office], Any]
"""What people do in an office that tests begin with."""


# A busy machine is no fault: no example is timed. `.ci/run` asks for the profile `ci`, which does the same.
examples.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("patient")


def pytest_configure() -> None:
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
    gc.disable()
    compile_statements_once()
    trust_once()


def pytest_collection_finish() -> None:
    """Leave the tests themselves out of every later search for garbage: there are tens of thousands."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the other profile on PostgreSQL."""
    double = [one for one in items if {"home": "postgres", "profile": "sm3"}.items() <= _params(one).items()]
    config.hook.pytest_deselected(items=double)
    items[:] = [one for one in items if one not in double]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what tests counted, all workers together."""
    counted: Counter[str] = Counter()
    for one in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        counted.update(dict(one.user_properties) if one.when == "call" else {})
    for name, count in counted.items():
        terminalreporter.write_line(f"{name}: {count}")


def _params(item: pytest.Item) -> dict[str, object]:
    return getattr(getattr(item, "callspec", None), "params", {})


def settings_in(folder: Path, database_url: str) -> Settings:
    """The settings of an office that lives in `folder`, whatever the environment says."""
    own = {"database_url": database_url, "secret_file": folder / "duban.secret", "files": folder / "files"}
    return _settings_of_an_office().model_copy(update=own)


@cache
def _settings_of_an_office() -> Settings:
    """Read once: the environment is searched for every one of them."""
    return Settings(_env_file=None, office_code="滨督", mail_from="duban@binhai.example")


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Home]]:
    """Each engine's home, kept while tests on the one take turns with tests on the other."""
    with ExitStack() as stack:

        @cache
        def of(engine: str) -> Home:
            if engine == SQLITE:
                return SqliteHome(tmp_path_factory.mktemp("sqlite"))
            server = answering_server()
            if server is None:
                give_up = pytest.fail if "postgres" in os.environ.get("DUBAN_REQUIRE", "") else pytest.skip
                give_up("no PostgreSQL server answers; set DUBAN_TEST_POSTGRES")
            home = PostgresHome(server)
            stack.callback(home.close)
            return home

        yield of


@pytest.fixture(scope="session", params=[SQLITE, POSTGRES])
def home(request: pytest.FixtureRequest, homes: Callable[[str], Home]) -> Home:
    """The engine of this run of the test."""
    return homes(request.param)


@pytest.fixture(scope="session")
def installed(
    tmp_path_factory: pytest.TempPathFactory, homes: object
) -> Iterator[Callable[[Home, str], Master]]:
    """The office of a digest profile in a home, installed once with its directory, to be copied."""
    with ExitStack() as stack:

        @cache
        def master(home: Home, profile: str) -> Master:
            folder = tmp_path_factory.mktemp("master")
            url = stack.enter_context(dropped_afterwards(home, home.new_url()))
            settings = settings_in(folder, url).model_copy(update={"digest": profile})
            office = install(settings, by=signed(None))
            import_directory(office, DIRECTORY, by=signed(None), at=OPENED)
            office.engine.dispose()
            return folder, url

        yield master


@pytest.fixture(scope="session")
def masters(home: Home, installed: Callable[[Home, str], Master]) -> Callable[[str], Master]:
    """The installed office of each digest profile, on the engine of this run."""
    return partial(installed, home)


@pytest.fixture(scope="session")
def master(masters: Callable[[str], Master]) -> Master:
    """Folder and database of an office in the profile of this run."""
    return masters(DIGEST)


@pytest.fixture
def profile() -> str:
    """The digest profile of the office."""
    return DIGEST


@pytest.fixture
def office(home: Home, masters: Callable[[str], Master], profile: str, tmp_path: Path) -> Iterator[Office]:
    """An installed office with the demo directory and nothing in its register."""
    with lent_office(home, masters(profile), tmp_path) as lent:
        yield lent


@pytest.fixture(scope="session")
def furnished(
    installed: Callable[[Home, str], Master], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Home, str, Play], tuple[Master, Any]]]:
    """The office of a profile after something has come about, once a session, and what that came to."""
    with ExitStack() as stack:

        @cache
        def master(home: Home, profile: str, play: Play) -> tuple[Master, Any]:
            folder = tmp_path_factory.mktemp("furnished")
            bare, bare_url = installed(home, profile)
            shutil.copytree(bare, folder, dirs_exist_ok=True)
            url = stack.enter_context(dropped_afterwards(home, home.copy(bare_url)))
            office = in_its_folder(folder, url)
            told = play(office)
            office.engine.dispose()
            return (folder, url), told

        yield master


@pytest.fixture(scope="session")
def furnished_masters(
    home: Home, furnished: Callable[[Home, str, Play], tuple[Master, Any]]
) -> Callable[[str, Play], tuple[Master, Any]]:
    """The furnished office of each digest profile, on the engine of this run."""
    return partial(furnished, home)


@pytest.fixture
def lend(
    home: Home,
    furnished_masters: Callable[[str, Play], tuple[Master, Any]],
    profile: str,
    tmp_path: Path,
) -> Iterator[Callable[[Play], tuple[Office, Any]]]:
    """Lend the test an office in which a function has been called, and what it returned.

    It is called once a session, and its office copied for every test: for what many tests begin with.
    """
    with ExitStack() as stack:

        def lent(play: Play) -> tuple[Office, Any]:
            master, told = furnished_masters(profile, play)
            return stack.enter_context(lent_office(home, master, tmp_path)), told

        yield lent


@contextmanager
def lent_office(home: Home, master: Master, own: Path) -> Iterator[Office]:
    """A copy of a master, with its keys and files in a folder of its own, until the end of the block."""
    folder, url = master
    shutil.copytree(folder, own, dirs_exist_ok=True)
    with home.lent(url) as lent:
        opened = in_its_folder(own, lent)
        yield opened
        opened.engine.dispose()


def in_its_folder(own: Path, url: str) -> Office:
    """The office whose keys and files lie in a folder, its database wherever it is; it hashes lightly."""
    return replace(open_office(settings_in(own, url)), hasher=LIGHT)


@pytest.fixture
def bare_database(home: Home) -> Iterator[str]:
    """The URL of a database nobody has migrated."""
    with dropped_afterwards(home, home.new_url()) as url:
        yield url


def answering_server() -> URL | None:
    named = os.environ.get("DUBAN_TEST_POSTGRES")
    local = make_url(LOCAL_SERVER)
    servers = (
        [make_url(named)] if named else [local, local.set(username="root"), local.set(username="postgres")]
    )
    return next((server for server in servers if _answers(server)), None)


def _answers(server: URL) -> bool:
    try:
        psycopg.connect(dsn(server), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True
