"""The office's own journal by kinds of entries, which has an index beside that of the histories."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, literal_column, select

from workflow.storage.look import remembered
from workflow.storage.queries import EVENT, entries_with_words

OF_JOURNAL = EVENT.c.case_id == literal_column("0")
"""Written out, not bound: SQLite takes the index for nothing else."""


def entries_of_kind(tx: Connection, kind: str) -> list[Row[Any]]:
    """The journal's entries of one kind with the words beside them, oldest first."""
    found = entries_with_words().where(OF_JOURNAL, EVENT.c.kind == kind)
    asked = ("journal", kind)
    return remembered(tx, asked, lambda: list(tx.execute(found.order_by(EVENT.c.seq))))


def entries_of_kind_since(tx: Connection, kind: str, instant: datetime) -> list[Row[Any]]:
    """The same, of those recorded since an instant."""
    found = entries_with_words().where(OF_JOURNAL, EVENT.c.kind == kind, EVENT.c.recorded_at >= instant)
    return list(tx.execute(found.order_by(EVENT.c.seq)))


def newest_entries(tx: Connection, kinds: Iterable[str], limit: int) -> list[Row[Any]]:
    """The newest entries of these kinds, newest first."""
    found = select(EVENT).where(OF_JOURNAL, EVENT.c.kind.in_(list(kinds)))
    return list(tx.execute(found.order_by(EVENT.c.seq.desc()).limit(limit)))


def has_entry(tx: Connection, kind: str) -> bool:
    """Whether the journal tells of anything of a kind."""
    found = select(EVENT.c.id).where(OF_JOURNAL, EVENT.c.kind == kind)
    return remembered(tx, ("tells of", kind), lambda: tx.execute(found.limit(1)).first() is not None)
