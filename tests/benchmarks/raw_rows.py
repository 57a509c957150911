"""Bare writing: rows as ready values, into one table, by the fastest way the driver at hand has.

SQLite takes `executemany`, PostgreSQL binary `COPY`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, text

Row = Sequence[Any]
WRITTEN = ("events", "documents", "paper_lives", "escalations", "outbox")
"""Where a sweep that raises an escalation writes, beside the case's own row."""

NEVER_TWICE = ("id", "number", "document_id", "dedupe_key", "message_id")
TYPES = text(
    "SELECT column_name, udt_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name = :name"
)


def put(tx: Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert the rows."""
    if tx.dialect.name == "postgresql":
        _copy(tx, table, columns, rows)
        return
    places = ", ".join("?" * len(columns))
    tx.connection.cursor().executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


def rows_of(tx: Connection, select: str) -> list[dict[str, Any]]:
    """What a statement finds, as the driver gives it."""
    return [dict(row) for row in tx.exec_driver_sql(select).mappings()]


def for_driver(tx: Connection, column: Column[Any]) -> Callable[[Any], Any]:
    """Turns values of a column into what the driver takes for them."""
    bind = column.type.dialect_impl(tx.dialect).bind_processor(tx.dialect)
    return bind or (lambda value: value)


def spelt(tx: Connection, sql: str) -> str:
    """The statement with the placeholders of the driver at hand."""
    return sql.replace("?", "%s") if tx.dialect.name == "postgresql" else sql


def twin(column: str, value: Any, further: int) -> Any:
    """The value as a case `further` ids on has it: other keys of the same length."""
    if column == "case_id":
        return value + further
    return value[::-1] if column in NEVER_TWICE else value


def _copy(tx: Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    types = {row.column_name: row.udt_name for row in tx.execute(TYPES, {"name": table})}
    cursor: Any = tx.connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([types[name] for name in columns])
        for row in rows:
            copy.write_row(row)
