"""Claims on what leaves for webhooks. A receiver that is paused, stopped or revoked is handed nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from states.delivery import OF_WEBHOOKS
from workflow.storage import outbox
from workflow.storage.queries import OUTBOX
from workflow.storage.webhooks import ACTIVE, BODY, WEBHOOK

OF_THE_LANE = OUTBOX.c.priority == OF_WEBHOOKS


def any_due(tx: Connection, now: datetime) -> bool:
    """Whether `lease` or `left_uncertain` would find anything."""
    found = select(OUTBOX.c.id).where(_due(now) | and_(OF_THE_LANE, outbox.lost(now)))
    return tx.execute(found.limit(1)).first() is not None


def lease(
    tx: Connection, now: datetime, until: datetime, *, each: int, most: int, besides: Collection[str]
) -> list[Row[Any]]:
    """Lease what was written first of what is due, so many of one webhook, so many in all, none of these."""
    order = (OUTBOX.c.dated, BODY.c.case_id, BODY.c.seq, OUTBOX.c.id)
    turn = func.row_number().over(partition_by=OUTBOX.c.recipient, order_by=order)
    told = select(OUTBOX.c.id, turn.label("turn")).join(BODY, BODY.c.id == OUTBOX.c.document_id)
    due = told.where(_due(now), OUTBOX.c.recipient.not_in(sorted(besides))).subquery()
    first = select(due.c.id).where(due.c.turn <= each).order_by(due.c.turn).limit(most)
    wanted = list(tx.execute(first).scalars())
    held = select(OUTBOX.c.id).where(OUTBOX.c.id.in_(wanted), outbox.ready())
    free = set(tx.execute(held.with_for_update(skip_locked=True)).scalars())
    return outbox.leased(tx, [one for one in wanted if one in free], now, until)


def left_uncertain(tx: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """What was handed over by a sender who never told of the answer, locked."""
    return outbox.some(tx, and_(OF_THE_LANE, outbox.lost(now)), limit)


def _due(now: datetime) -> ColumnElement[bool]:
    told = select(WEBHOOK.c.id).where(WEBHOOK.c.id == OUTBOX.c.recipient, WEBHOOK.c.state == ACTIVE)
    return and_(OF_THE_LANE, outbox.ready(), OUTBOX.c.next_attempt_at <= now, told.exists())
