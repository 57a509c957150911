"""Where words still stand after they were taken away, and getting their bytes out of a database's file."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Row, or_, select

from workflow.storage.models import STILL_TO_LEAVE
from workflow.storage.queries import CASE, DOCUMENT, EVENT, OUTBOX, WORDS

AT_ONCE = 100
"""Texts sought with one statement: SQLite takes no condition of a thousand parts."""

MOST = 100
"""So many places are named; a search for the words finds the rest."""


def entries_with(tx: Connection, texts: Iterable[str]) -> list[Row[Any]]:
    """The first entries, of any case or the journal, that hold one of these texts: `number` and `seq`."""
    beside = (WORDS.c.case_id == EVENT.c.case_id) & (WORDS.c.seq == EVENT.c.seq)
    joined = EVENT.join(WORDS, beside, isouter=True).join(CASE, CASE.c.id == EVENT.c.case_id, isouter=True)
    found = select(CASE.c.number, EVENT.c.id, EVENT.c.case_id, EVENT.c.seq).select_from(joined)
    order = (EVENT.c.case_id, EVENT.c.seq)
    holding = {
        row.id: row
        for some in _holding((EVENT.c.payload, WORDS.c.text), texts)
        for row in tx.execute(found.where(some).order_by(*order).limit(MOST))
    }
    return sorted(holding.values(), key=lambda row: (row.case_id, row.seq))[:MOST]


def papers_with(tx: Connection, texts: Iterable[str]) -> list[Row[Any]]:
    """The first papers and plain mails whose frozen facts hold one of these texts: `number` and `kind`.

    `waiting` tells whether a mail with it has yet to leave.
    """
    to_leave = OUTBOX.c.document_id == DOCUMENT.c.id, STILL_TO_LEAVE
    waiting = select(OUTBOX.c.id).where(*to_leave).exists().label("waiting")
    found = select(DOCUMENT.c.id, DOCUMENT.c.issued_at, DOCUMENT.c.number, DOCUMENT.c.kind, waiting)
    order = (DOCUMENT.c.issued_at, DOCUMENT.c.id)
    holding = {
        row.id: row
        for some in _holding((DOCUMENT.c.facts,), texts)
        for row in tx.execute(found.where(some).order_by(*order).limit(MOST))
    }
    return sorted(holding.values(), key=lambda row: (row.issued_at, row.id))[:MOST]


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


def _holding(columns: Iterable[Any], texts: Iterable[str]) -> Iterator[Any]:
    """Conditions that hold where one of the columns has one of the texts, a bounded number in each."""
    told = tuple(columns)
    written = [json.dumps(text, ensure_ascii=False)[1:-1] for text in sorted(texts)]
    for start in range(0, len(written), AT_ONCE):
        some = written[start : start + AT_ONCE]
        yield or_(*(column.contains(text, autoescape=True) for column in told for text in some))
