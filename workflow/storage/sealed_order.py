"""Entries in the one order of all, as far as it is sealed: nothing comes before a place once it is passed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from workflow.storage.log import LOG
from workflow.storage.queries import CASE, EVENT


def end(tx: Connection) -> int:
    """The place after the last that is sealed."""
    last = tx.execute(select(func.max(LOG.c.position))).scalar_one()
    return 0 if last is None else int(last) + 1


def place_of(tx: Connection, since: datetime) -> int:
    """The first place from which on everything lies that was recorded since an instant."""
    first = (
        select(LOG.c.position)
        .join(EVENT, EVENT.c.id == LOG.c.event_id)
        .where(EVENT.c.recorded_at >= since)
        .order_by(EVENT.c.recorded_at, EVENT.c.id)
        .limit(1)
    )
    found = tx.execute(first).scalar_one_or_none()
    return end(tx) if found is None else int(found)


def entries(
    tx: Connection, places: range, kinds: Collection[str], *, among: Select[Any] | None, limit: int
) -> list[Row[Any]]:
    """So many entries of these kinds at these places, in their order, with their `position`;
    of the cases a statement finds alone, and none of a sealed matter."""
    found = select(LOG.c.position, EVENT.c.case_id, EVENT.c.payload, EVENT.c.hash, EVENT.c.recorded_at)
    found = found.join(EVENT, EVENT.c.id == LOG.c.event_id)
    found = found.where(
        LOG.c.position >= places.start, LOG.c.position < places.stop, EVENT.c.kind.in_(sorted(kinds))
    )
    found = found if among is None else found.where(EVENT.c.case_id.in_(among))
    sealed = select(CASE.c.id).where(CASE.c.sealed_on.is_not(None))
    shown = found.where(EVENT.c.case_id.not_in(sealed))
    return list(tx.execute(shown.order_by(LOG.c.position).limit(limit)))
