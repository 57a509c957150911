"""Writing many rows of one table at the price of the rows: the driver's own `executemany`, `COPY`, `unnest`.
And writing a few of many tables at the price of one trip to the server: psycopg's pipeline.

A value is turned into what its column stores exactly as by SQLAlchemy; only the statement goes by the
shortest way. Called by the batch that gathers a transaction's writes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol, cast

from sqlalchemy import ColumnDefault, Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError, IntegrityError

MANY = 20
"""From so many rows on, PostgreSQL's statement for all of them is worth preparing."""

KNOWN_FORMS = 256
KEY = "id"
PIPELINE = "(pipeline)"
"""Stands for the statement of a refusal that is told at the end of several."""

Rows = Sequence[Mapping[str, Any]]
Values = Sequence[Any]
Bind = Callable[[Any], Any]


class Told(Protocol):
    """A statement the database was told."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed; inside `in_one_go` not known before its end."""
        ...


@dataclass(frozen=True, slots=True)
class Guard:
    """Which rows may still be changed: those that have in a column what they are given with.

    It may count up with the change. `besides` is SQL that must hold of the row, which goes by `kept`.
    """

    column: str
    counts_up: bool = False
    besides: str = "TRUE"


BY_VERSION = Guard("version", counts_up=True)


@contextmanager
def in_one_go(tx: Connection, most: int = 0) -> Iterator[None]:
    """Tell PostgreSQL whatever is written inside without waiting for each answer; to be left before a commit.

    Nothing can be read inside. A refusal may come with a later statement or at the end: that of the first
    statement the server refused, as SQLAlchemy raises it. Where a table gets as many rows (`most`) as are
    copied, all goes as without: COPY cannot go this way, and little would be gained. So it does on SQLite.
    """
    if tx.dialect.name != "postgresql" or most >= MANY or _is_in_one_go(tx):
        yield
        return
    refusals: list[DBAPIError] = []
    try:
        with as_sqlalchemy_raises(tx, PIPELINE), tx.connection.driver_connection.pipeline():  # type: ignore[union-attr]
            try:
                yield
            except DBAPIError as error:  # kept from psycopg, which would log what follows from it
                refusals.append(error)
    except DBAPIError as error:
        refusals.append(error)
    if refusals:
        raise refusals[0]


def insert_rows(tx: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that all name the same columns. Raises what SQLAlchemy's insert raises."""
    names = tuple(rows[0])
    insert_values(tx, table, names, map(itemgetter(*names), rows))


def insert_values(tx: Connection, table: Table, names: Sequence[str], rows: Iterable[Values]) -> None:
    """The same of rows that are values in the order of `names`; of one row at least."""
    defaults, columns = _defaults(table, names), _turned(rows)
    count = len(columns[0])
    columns += [[value] * count for value in defaults.values()]
    form = _form(table, (*names, *defaults), tx.dialect)
    if tx.dialect.name == "postgresql" and count >= MANY and not _is_in_one_go(tx):
        _copy(tx, form, zip(*form.stored(columns), strict=True))
    else:
        tx.exec_driver_sql(form.insert, list(zip(*form.stored(columns), strict=True)))


def update_rows(tx: Connection, table: Table, rows: Rows, guard: Guard = BY_VERSION) -> Told:
    """Change rows that still are as the guard wants them; it tells how many were.

    Each names its `id`, the guard's column, and the same columns to change.
    """
    key = KEY, guard.column
    names = (*(name for name in rows[0] if name not in key), *key)
    form = _form(table, names, tx.dialect)
    stored = form.stored(_turned(map(itemgetter(*names), rows)))
    if tx.dialect.name != "postgresql":
        return tx.exec_driver_sql(form.update_each(guard), list(zip(*stored, strict=True)))
    cursor: Any = tx.connection.cursor()  # SQLAlchemy's own would forget the count before it is known
    with as_sqlalchemy_raises(tx, form.update_each(guard)):
        if len(rows) < MANY:
            cursor.executemany(form.update_each(guard), list(zip(*stored, strict=True)))
        else:
            cursor.execute(form.update_all(guard), [list(values) for values in stored])
    return cast(Told, cursor)


def add_to_rows(tx: Connection, table: Table, rows: Rows, key: Sequence[str]) -> None:
    """Insert rows that all name the same columns, in their order; where there is one of the same `key`, add
    to its other columns."""
    names = tuple(rows[0])
    form = _form(table, names, tx.dialect)
    stored = form.stored(_turned(map(itemgetter(*names), rows)))
    if tx.dialect.name == "postgresql" and len(rows) >= MANY:
        tx.exec_driver_sql(form.add_all(key), tuple(list(values) for values in stored))
    else:
        tx.exec_driver_sql(form.add_each(key), list(zip(*stored, strict=True)))


def refused_table(error: IntegrityError) -> str | None:
    """The table whose rule a row broke, where PostgreSQL refused it."""
    told = getattr(error.orig, "diag", None)
    return told and told.table_name


@dataclass(frozen=True, slots=True)
class _Form:
    """How certain columns of a table are written by one driver."""

    table: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    binds: tuple[tuple[int, Bind], ...]
    place: str

    @property
    def insert(self) -> str:
        places = ", ".join([self.place] * len(self.names))
        return f"INSERT INTO {self.table} ({', '.join(self.names)}) VALUES ({places})"  # noqa: S608

    @property
    def copy(self) -> str:
        return f"COPY {self.table} ({', '.join(self.names)}) FROM STDIN (FORMAT BINARY)"

    def add_each(self, key: Sequence[str]) -> str:
        return f"{self.insert} {self._adding(key)}"

    def add_all(self, key: Sequence[str]) -> str:
        """The same for all rows at once, each column given as an array."""
        given = f"INSERT INTO {self.table} ({', '.join(self.names)}) SELECT * FROM unnest({self._arrays})"  # noqa: S608
        return f"{given} {self._adding(key)}"

    def update_each(self, guard: Guard) -> str:
        """Key and guard are the last columns, to be compared with and not set."""
        changed = [f"{name} = {self.place}" for name in self.names[:-2]]
        same = f"kept.{KEY} = {self.place} AND kept.{guard.column} = {self.place} AND {guard.besides}"
        return f"UPDATE {self.table} AS kept SET {', '.join(changed + _counting(guard))} WHERE {same}"  # noqa: S608

    def update_all(self, guard: Guard) -> str:
        """The same for all rows at once, each column given as an array."""
        changed = [f"{name} = given.{name}" for name in self.names[:-2]]
        same = " AND ".join(f"kept.{name} = given.{name}" for name in self.names[-2:])
        return (
            f"UPDATE {self.table} AS kept SET {', '.join(changed + _counting(guard))} "  # noqa: S608
            f"FROM unnest({self._arrays}) AS given ({', '.join(self.names)}) WHERE {same} AND {guard.besides}"
        )

    def stored(self, columns: Sequence[Values]) -> list[Values]:
        """The columns' values as the driver takes them."""
        stored = list(columns)
        for place, bind in self.binds:
            stored[place] = _bound(stored[place], bind)
        return stored

    @property
    def _arrays(self) -> str:
        return ", ".join(f"%b::{kind}[]" for kind in self.types)

    def _adding(self, key: Sequence[str]) -> str:
        counted = (name for name in self.names if name not in key)
        added = ", ".join(f"{name} = {self.table}.{name} + excluded.{name}" for name in counted)
        return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"


def _turned(rows: Iterable[Values]) -> list[Values]:
    """Rows turned into columns."""
    return [*zip(*rows, strict=True)]


def _counting(guard: Guard) -> list[str]:
    return [f"{guard.column} = kept.{guard.column} + 1"] if guard.counts_up else []


def _bound(values: Sequence[Any], bind: Bind) -> list[Any]:
    """Each value as it is stored; one that many rows share (an instant, the clocks of a day) is turned once.

    By identity, since equal ones may be stored otherwise; the rows keep every value alive meanwhile.
    """
    known = {id(value): value for value in values}
    stored = {key: bind(value) for key, value in known.items()}
    return [stored[id(value)] for value in values]


def _defaults(table: Table, given: Sequence[str]) -> dict[str, Any]:
    """The values the model gives columns that are not named."""
    rest = [column for column in table.columns if column.name not in given]
    return {one.name: one.default.arg for one in rest if isinstance(one.default, ColumnDefault)}


@lru_cache(KNOWN_FORMS)
def _form(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Form:
    columns = [table.c[name] for name in names]
    binds = enumerate(column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns)
    return _Form(
        dialect.identifier_preparer.format_table(table),
        tuple(dialect.identifier_preparer.quote(name) for name in names),
        tuple(column.type.compile(dialect).partition("(")[0].lower() for column in columns),
        tuple((place, bind) for place, bind in binds if bind is not None),
        "?" if dialect.name == "sqlite" else "%s",
    )


def _copy(tx: Connection, form: _Form, stored: Iterable[tuple[Any, ...]]) -> None:
    cursor: Any = tx.connection.cursor()
    with as_sqlalchemy_raises(tx, form.copy), cursor, cursor.copy(form.copy) as copy:
        copy.set_types(form.types)
        for values in stored:
            copy.write_row(values)


def _is_in_one_go(tx: Connection) -> bool:
    driver: Any = tx.connection.driver_connection
    return bool(driver.pgconn.pipeline_status)


@contextmanager
def as_sqlalchemy_raises(tx: Connection, statement: str) -> Iterator[None]:
    """A refusal of the driver, told as SQLAlchemy tells it of its own statements, without the values."""
    raised: Any = tx.dialect.loaded_dbapi.Error
    try:
        yield
    except raised as error:
        raise DBAPIError.instance(
            statement, None, error, raised, hide_parameters=True, dialect=tx.dialect
        ) from error
