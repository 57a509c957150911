"""Entries for an export: the payloads alone, case by case, streamed. People's own words are never read."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from workflow.storage.guarded import Read, each
from workflow.storage.queries import EVENT


def payloads(tx: Connection, case_id: int | None = None) -> Iterator[Read]:
    """The payloads of one case or of all, in the order of the cases; the office's journal is none.

    Some may be past reading.
    """
    found = select(EVENT.c.id, EVENT.c.case_id, EVENT.c.seq, EVENT.c.payload)
    found = found.where(EVENT.c.case_id > 0 if case_id is None else EVENT.c.case_id == case_id)
    return each(tx, found.order_by(EVENT.c.case_id, EVENT.c.seq), EVENT)
