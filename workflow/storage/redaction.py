"""Where words still stand after they were taken away, and getting their bytes out of a database's file."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Row, or_, select

from workflow.storage.outbox import WAITING
from workflow.storage.queries import CASE, DOCUMENT, EVENT, OUTBOX, WORDS

MOST = 100
"""So many places are named; a search for the words finds the rest."""


def entries_with(tx: Connection, texts: Iterable[str]) -> list[Row[Any]]:
    """The first entries, of any case or the journal, that hold one of these texts: `number` and `seq`."""
    beside = (WORDS.c.case_id == EVENT.c.case_id) & (WORDS.c.seq == EVENT.c.seq)
    joined = EVENT.join(WORDS, beside, isouter=True).join(CASE, CASE.c.id == EVENT.c.case_id, isouter=True)
    found = select(CASE.c.number, EVENT.c.seq).select_from(joined)
    holding = found.where(_holding((EVENT.c.payload, WORDS.c.text), texts))
    return list(tx.execute(holding.order_by(EVENT.c.case_id, EVENT.c.seq).limit(MOST)))


def papers_with(tx: Connection, texts: Iterable[str]) -> list[Row[Any]]:
    """The first papers and plain mails whose frozen facts hold one of these texts: `number` and `kind`.

    `waiting` tells whether a mail with it has yet to leave.
    """
    to_leave = OUTBOX.c.document_id == DOCUMENT.c.id, OUTBOX.c.state.in_(WAITING)
    waiting = select(OUTBOX.c.id).where(*to_leave).exists().label("waiting")
    found = select(DOCUMENT.c.number, DOCUMENT.c.kind, waiting)
    holding = found.where(_holding((DOCUMENT.c.facts,), texts))
    return list(tx.execute(holding.order_by(DOCUMENT.c.issued_at, DOCUMENT.c.id).limit(MOST)))


def erase_residue(engine: Engine) -> bool | None:
    """Get the bytes of what was changed or deleted out of a SQLite database's file and its write-ahead log.

    The file is written anew from what it holds. False while others read, so that the log cannot be emptied.
    None on PostgreSQL, where that is for the owner of the tables to do.
    """
    if engine.dialect.name != "sqlite":
        return None
    connection = engine.raw_connection()
    try:
        driver = connection.driver_connection
        driver.execute("VACUUM")  # type: ignore[union-attr]
        busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[union-attr]
        return not busy
    finally:
        connection.close()


def _holding(columns: Iterable[Any], texts: Iterable[str]) -> Any:
    written = [json.dumps(text, ensure_ascii=False)[1:-1] for text in sorted(texts)]
    return or_(*(column.contains(text, autoescape=True) for column in columns for text in written))
