"""Engines and transactions.

SQLite writers take the lock first (`BEGIN IMMEDIATE`): a deferred transaction that reads and then writes
fails at once when another has written in between, whatever its busy timeout. On PostgreSQL writers run READ
COMMITTED; correctness rests on guarded updates and unique keys on both. Readers see one instant on both.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, TimeoutError

from workflow.errors import ConfigurationError
from workflow.storage.look import Look

BUSY_SECONDS = 10
READ_ONLY = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
INSTALLERS = 0x445542414E  # "DUBAN", the key of the advisory lock
SWEEPERS = INSTALLERS + 1
DIRECTORY = INSTALLERS + 2
REGISTERS = INSTALLERS + 3
WAL_TRIES = 200
LOOKS, LOOK_SECONDS = 10, 30
"""So many looks at once, of the fifteen connections of an engine's pool. Whoever writes from within a look
needs a second one; were all of them taken for looks, each would wait for one of the others."""
_LOOK: ContextVar[Look | None] = ContextVar("look", default=None)
SQLITE_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON")


def open_engine(database_url: str) -> Engine:
    """The engine of a database URL (`sqlite:///…` or `postgresql://…`).

    Raises `ConfigurationError` for a URL that is not one of these.
    """
    url = _parsed(database_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    if url.get_backend_name() == "postgresql":
        driver = url.set(drivername="postgresql+psycopg")
        return _with_turns(create_engine(driver, hide_parameters=True, pool_pre_ping=True))
    raise ConfigurationError(
        f"不支持的数据库“{url.get_backend_name()}”，请用sqlite或postgresql。", code="database_unsupported"
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One write transaction: commits whole or not at all."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def rehearsal(engine: Engine) -> Iterator[Connection]:
    """A write transaction that is always taken back: a dry run meets every refusal the real one would."""
    with engine.connect() as connection, connection.begin() as rehearsed:
        yield connection
        rehearsed.rollback()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent read: every statement sees the same instant, and none waits for a writer.

    Within `one_look` it is that one.
    """
    look = look_at_hand(engine)
    if look is not None:
        yield look
        return
    options = READ_ONLY if engine.dialect.name == "postgresql" else {"duban_reads": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def look_at_hand(engine: Engine) -> Look | None:
    """The look this is within, if it is within one."""
    look = _LOOK.get()
    return look if look is not None and look.engine is engine else None


@contextmanager
def glance(engine: Engine) -> Iterator[Connection]:
    """For a single question, which is consistent by itself: the database is asked nothing else."""
    is_postgres = engine.dialect.name == "postgresql"
    options = {"isolation_level": "AUTOCOMMIT"} if is_postgres else {"duban_glances": True}
    with engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def one_look(engine: Engine) -> Iterator[Look]:
    """One consistent read for everything that is read within, in which no question is asked twice.

    For a page of many parts: what is asked for again is told from memory, since nothing can have changed.
    Within another it is that one.
    """
    before = look_at_hand(engine)
    if before is not None:
        yield before
        return
    options = READ_ONLY if engine.dialect.name == "postgresql" else {"duban_reads": True}
    with _turn(engine), closing(Look(engine)) as look, look.execution_options(**options).begin():
        held = _LOOK.set(look)
        try:
            yield look
        finally:
            _LOOK.reset(held)


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Raises SQLAlchemy's `TimeoutError`, as its pool does, where no turn comes for too long."""
    turns = engine.get_execution_options()["duban_looks"]
    if not turns.acquire(timeout=LOOK_SECONDS):
        raise TimeoutError(f"no turn to look came within {LOOK_SECONDS} seconds")
    try:
        yield
    finally:
        turns.release()


def _with_turns(engine: Engine) -> Engine:
    engine.update_execution_options(duban_looks=BoundedSemaphore(LOOKS))
    return engine


def stand_in_line(tx: Connection, line: int = INSTALLERS) -> None:
    """Wait until no other process installs or upgrades, and keep the others waiting until `tx` ends.

    `SWEEPERS` is another line, of those who record sweeps and holds, `DIRECTORY` that of those who change the
    directory, `REGISTERS` that of those who take a register over. On SQLite every writer stands in line
    already.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(line)))


def damage(tx: Connection) -> str:
    """What SQLite itself finds amiss in its file, such as an index at odds with its table; empty if nothing.

    PostgreSQL looks after its pages itself, and is not asked.
    """
    if tx.dialect.name != "sqlite":
        return ""
    found = str(tx.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
    return "" if found == "ok" else found


def _parsed(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
        raise ConfigurationError(
            "数据库地址无法识别，应如sqlite:///duban.db或postgresql://用户@主机/库名。",
            code="database_url_invalid",
        ) from error


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        _make_file(Path(url.database))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return _with_turns(engine)


def is_there(database_url: str) -> bool:
    """Whether there may be a database at a URL: a file nobody made is none. Raises as `open_engine`.

    What is not the plain path of a file (`:memory:`, `file:` with a mode) is left to the engine to find.
    """
    url = _parsed(database_url)
    path = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or path.startswith((":memory:", "file:")):
        return True
    return Path(path).exists()


def _make_file(path: Path) -> None:
    """The database's file, readable by its owner only: it holds what the office knows."""
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"数据库文件夹{folder}无法建立，请核对DUBAN_DATABASE_URL及上级文件夹权限。",
            code="database_folder",
        ) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    _switch_to_wal(connection)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection: Any) -> None:
    """The first switch of a new file does not wait its turn as writing does, so openers take it in turns."""
    for last in (*[False] * WAL_TRIES, True):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if last:
                raise
            time.sleep(BUSY_SECONDS / WAL_TRIES)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if "duban_glances" not in options:
        connection.exec_driver_sql("BEGIN" if options.get("duban_reads") else "BEGIN IMMEDIATE")
