"""Whole tables as rows of plain values, the same from both databases, and putting them back into either.

A plain value is a text, a whole number or nothing. An instant is `2026-07-01 02:00:00.000000`, in UTC, a date
`2026-07-01`, a truth 0 or 1: what SQLite stores. SQLite's rows go as they are, those past reading too, and
PostgreSQL writes and reads the same texts, so that nothing is turned into objects on the way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, Connection, Date, DateTime, func, inspect, select, text
from sqlalchemy.types import TypeEngine

from workflow.storage.bulk import as_sqlalchemy_raises
from workflow.storage.migrations import VERSION

CHUNK = 1_000
INSTANT = r"to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24\:MI\:SS.US')"
PLAIN: Sequence[tuple[type[TypeEngine[Any]], str]] = (
    (DateTime, INSTANT),
    (Date, "to_char({0}, 'YYYY-MM-DD')"),
    (Boolean, "CAST({0} AS int)"),
)
Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table and its columns, in the order in which rows of it are given."""

    table: str
    columns: tuple[str, ...]


def shapes(tx: Connection) -> list[Shape]:
    """Every table of the schema but the one that tells its version, by name."""
    found = inspect(tx)
    names = sorted(name for name in found.get_table_names() if name != VERSION.name)
    return [Shape(name, tuple(one["name"] for one in found.get_columns(name))) for name in names]


def each_row(tx: Connection, shape: Shape) -> Iterator[Values]:
    """Every row of a table as plain values, streamed in the order of its key."""
    found, quoted = inspect(tx), tx.dialect.identifier_preparer.quote
    keys = found.get_pk_constraint(shape.table)["constrained_columns"]
    columns = (_plain(tx, quoted(one["name"]), one["type"]) for one in found.get_columns(shape.table))
    order = ", ".join(f"{quoted(shape.table)}.{quoted(key)}" for key in keys)
    statement = f"SELECT {', '.join(columns)} FROM {quoted(shape.table)} ORDER BY {order}"  # noqa: S608
    with tx.execute(text(statement).execution_options(yield_per=CHUNK)) as rows:
        for part in rows.partitions(CHUNK):  # without a size all rows would be one
            yield from part


def count(tx: Connection, shape: Shape) -> int:
    """How many rows a table has."""
    table = tx.dialect.identifier_preparer.quote(shape.table)
    return int(tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608


def each_value(tx: Connection, column: Any) -> Iterator[str]:
    """The values of one column, streamed in their order."""
    found = select(column).order_by(column).execution_options(yield_per=CHUNK)
    with tx.execute(found) as rows:
        yield from rows.scalars()


def total(tx: Connection, column: Any) -> int:
    """The sum of a column of numbers."""
    return int(tx.execute(select(func.coalesce(func.sum(column), 0))).scalar_one())


def put_back(tx: Connection, shape: Shape, rows: Iterable[Values]) -> None:
    """Put rows of plain values into a table in place of those a new schema brings along.

    Raises what the database raises.
    """
    quoted = tx.dialect.identifier_preparer.quote
    table, columns = quoted(shape.table), ", ".join(quoted(one) for one in shape.columns)
    if count(tx, shape):
        tx.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
    if tx.dialect.name == "postgresql":
        _copy(tx, f"COPY {table} ({columns}) FROM STDIN", rows)
        return
    places, waiting = ", ".join("?" * len(shape.columns)), iter(rows)
    while part := [tuple(row) for row in islice(waiting, CHUNK)]:
        tx.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({places})", part)  # noqa: S608


def go_on_counting(tx: Connection) -> None:
    """Let the numbers the database gives out itself go on after those that were put back."""
    if tx.dialect.name != "postgresql":
        return  # SQLite goes on after the highest there is
    quoted = tx.dialect.identifier_preparer.quote
    for shape in shapes(tx):
        for column in shape.columns:
            sequence = "SELECT pg_get_serial_sequence(:table, :column)"
            named = {"table": quoted(shape.table), "column": column}
            name = tx.execute(text(sequence), named).scalar_one()
            if name is not None:
                last = f"(SELECT max({quoted(column)}) FROM {quoted(shape.table)})"  # noqa: S608
                told = text(f"SELECT setval(:name, coalesce({last}, 1), {last} IS NOT NULL)")
                tx.execute(told, {"name": name})


def read_instants_as_utc(tx: Connection) -> None:
    """From now on an instant without a zone is one of UTC, as plain values have it."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")


def size(tx: Connection) -> int:
    """About how many bytes the database takes."""
    if tx.dialect.name == "postgresql":
        return int(tx.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
    pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
    return int(pages) * int(tx.exec_driver_sql("PRAGMA page_size").scalar_one())


def _plain(tx: Connection, column: str, kind: TypeEngine[Any]) -> str:
    if tx.dialect.name == "postgresql":
        for known, form in PLAIN:
            if isinstance(kind, known):
                return form.format(column)
    return column


def _copy(tx: Connection, statement: str, rows: Iterable[Values]) -> None:
    cursor: Any = tx.connection.cursor()
    with as_sqlalchemy_raises(tx, statement), cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
