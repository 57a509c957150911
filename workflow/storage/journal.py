"""The office's own journal by kinds of entries, which has an index beside that of the histories."""

from typing import Any

from sqlalchemy import Connection, Row, literal_column

from workflow.storage.queries import EVENT, entries_with_words


def entries_of_kind(tx: Connection, kind: str) -> list[Row[Any]]:
    """The journal's entries of one kind, oldest first."""
    of_journal = EVENT.c.case_id == literal_column(
        "0"
    )  # written out: SQLite takes the index for nothing else
    return list(
        tx.execute(entries_with_words().where(of_journal, EVENT.c.kind == kind).order_by(EVENT.c.seq))
    )
