"""Reading the views of analysts whole, streamed, as they are now or as they were recorded by an instant."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from workflow.storage.analyst_views import View

AT_ONCE = 20_000
Rows = Sequence[Sequence[Any]]
CHANGED = "SELECT number FROM cases WHERE recorded_at >= :instant AND sealed_on IS NULL"
FIRST = (
    "SELECT c.number FROM cases c JOIN events e ON e.case_id = c.id AND e.seq = 1 "
    "WHERE e.recorded_at >= :instant"
)


def batches(tx: Connection, view: View, *, before: datetime | None = None) -> Iterator[Rows]:
    """The rows of a view in its order, many at a time; with `before` those recorded before an instant."""
    where = "" if before is None else f'WHERE "{view.recorded}" < :instant'
    return _read(tx, view, where, before)


def still_batches(tx: Connection, view: View, *, since: datetime) -> Iterator[Rows]:
    """The rows of the matters to which nothing was entered since an instant; sealed ones among them that
    were registered by then."""
    where = f"WHERE number NOT IN ({CHANGED}) AND number NOT IN ({FIRST})"
    return _read(tx, view, where, since)


def paper_numbers(tx: Connection) -> dict[str, str]:
    """The number of every paper a measure went out with, by its id."""
    found = "SELECT d.id, d.number FROM documents d JOIN escalations m ON m.document_id = d.id"
    return {row.id: row.number for row in tx.execute(text(found))}


def _read(tx: Connection, view: View, where: str, instant: datetime | None) -> Iterator[Rows]:
    listed, order = ", ".join(f'"{one.name}"' for one in view.columns), ", ".join(view.order)
    statement = f'SELECT {listed} FROM "{view.name}" {where} ORDER BY {order}'  # noqa: S608  (names of our own)
    given = {} if instant is None else {"instant": _bound(tx, instant)}
    with tx.execute(text(statement), given, execution_options={"yield_per": AT_ONCE}) as result:
        yield from result.partitions(AT_ONCE)


def _bound(tx: Connection, instant: datetime) -> Any:
    """SQLite keeps an instant as text in UTC."""
    moment = instant.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if tx.dialect.name == "sqlite" else moment
