"""Named reads and writes of webhooks and of the bodies that leave for them. They never decide."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, literal, select, update

from states.delivery import AT_REST, UNDELIVERED, WAITING
from workflow.storage import evidence, guarded, log
from workflow.storage.guarded import Read
from workflow.storage.log import EVIDENCE
from workflow.storage.outbox import WEBHOOK as CHANNEL
from workflow.storage.queries import CASE, ESCALATION, EVENT, OUTBOX, parts, table
from workflow.storage.streams import CHUNK
from workflow.storage.webhook_models import Webhook, WebhookMessage

WEBHOOK, BODY = table(Webhook), table(WebhookMessage)
ACTIVE, REVOKED = "active", "revoked"
PROPOSED, DECLINED = "proposed", "declined"
OVER = (REVOKED, DECLINED)
"""For good."""


def lock(tx: Connection) -> None:
    """Once this returns nobody writes an entry before `tx` ends: whoever is told of entries from here on is
    told of every one that follows, and of none before."""
    evidence.lock(tx)


def keep_told(tx: Connection) -> None:
    """Note for all who write entries whether anybody is told of them. Within `lock`."""
    told = select(WEBHOOK.c.id).where(WEBHOOK.c.state == ACTIVE, WEBHOOK.c.kinds != ()).limit(1)
    log.change_evidence(tx, webhooks=tx.execute(told).first() is not None)


def is_anybody_told(tx: Connection) -> bool:
    """What those who write entries are told of it."""
    return bool(tx.execute(select(EVIDENCE.c.webhooks)).scalar())


def active(tx: Connection) -> list[Row[Any]]:
    """The webhooks that are told of events, the oldest first."""
    found = select(WEBHOOK).where(WEBHOOK.c.state == ACTIVE, WEBHOOK.c.kinds != ())
    return list(tx.execute(found.order_by(WEBHOOK.c.made_at, WEBHOOK.c.id)))


def named(tx: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Webhooks by their ids."""
    return {row.id: row for row in tx.execute(select(WEBHOOK).where(WEBHOOK.c.id.in_(sorted(ids))))}


def starting(tx: Connection, beginning: str) -> list[Row[Any]]:
    """The webhooks whose ids begin so; at most two."""
    found = select(WEBHOOK).where(WEBHOOK.c.id.startswith(beginning.lower(), autoescape=True))
    return list(tx.execute(found.order_by(WEBHOOK.c.id).limit(2)))


def listed(tx: Connection, limit: int) -> list[Row[Any]]:
    """Webhooks, those that are over last, the newest first."""
    found = select(WEBHOOK).order_by(WEBHOOK.c.state.in_(OVER), WEBHOOK.c.made_at.desc(), WEBHOOK.c.id)
    return list(tx.execute(found.limit(limit)))


def failing(tx: Connection) -> list[Row[Any]]:
    """Those that fail, or were stopped for it."""
    alive = WEBHOOK.c.failing_since.is_not(None), WEBHOOK.c.state.in_([ACTIVE, "stopped"])
    return list(tx.execute(select(WEBHOOK).where(*alive).order_by(WEBHOOK.c.made_at, WEBHOOK.c.id)))


def in_state(tx: Connection, state: str) -> list[Row[Any]]:
    """Those that stand so, the oldest first."""
    return list(tx.execute(select(WEBHOOK).where(WEBHOOK.c.state == state).order_by(WEBHOOK.c.made_at)))


def count_alive(tx: Connection) -> int:
    """How many are not over."""
    alive = select(func.count()).select_from(WEBHOOK).where(WEBHOOK.c.state.not_in(OVER))
    return int(tx.execute(alive).scalar_one())


def add(tx: Connection, **values: Any) -> None:
    """Add one."""
    tx.execute(insert(WEBHOOK).values(values))


def change(tx: Connection, webhook_id: str, **values: Any) -> None:
    """Change one."""
    tx.execute(update(WEBHOOK).where(WEBHOOK.c.id == webhook_id).values(values))


def bodies(tx: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Bodies by their ids."""
    return {row.id: row for row in tx.execute(select(BODY).where(BODY.c.id.in_(sorted(set(ids)))))}


def each(tx: Connection) -> Iterator[Read]:
    """Every webhook in the order of the ids; some may be past reading."""
    return guarded.each(tx, select(WEBHOOK).order_by(WEBHOOK.c.id), WEBHOOK)


def each_body(tx: Connection) -> Iterator[Row[Any]]:
    """Every body that tells of an entry, with the `payload` and `hash` of that, None where it is gone."""
    entry = (EVENT.c.case_id == BODY.c.case_id) & (EVENT.c.seq == BODY.c.seq)
    found = select(BODY, EVENT.c.payload, EVENT.c.hash).join(EVENT, entry, isouter=True)
    in_order = found.where(BODY.c.seq > 0).order_by(BODY.c.id)
    with tx.execute(in_order.execution_options(yield_per=CHUNK)) as result:
        yield from result


def forget_bodies(tx: Connection, before: datetime, limit: int) -> int:
    """Let go of bodies made before a time of which nothing is to leave, at most so many; how many."""
    to_leave = OUTBOX.c.channel == CHANNEL, OUTBOX.c.state.in_(AT_REST | WAITING | UNDELIVERED)
    wanted = select(OUTBOX.c.document_id).where(*to_leave, OUTBOX.c.document_id.is_not(None))
    old = select(BODY.c.id).where(BODY.c.made_at < before, BODY.c.id.not_in(wanted)).limit(limit)
    ids = list(tx.execute(old).scalars())
    for part in parts(ids):
        tx.execute(delete(BODY).where(BODY.c.id.in_(part)))
    return len(ids)


def cancel_waiting(tx: Connection, webhook_id: str) -> list[Row[Any]]:
    """Cancel what waits for one, so that it never leaves; returns the messages."""
    waits = OUTBOX.c.channel == CHANNEL, OUTBOX.c.recipient == webhook_id, OUTBOX.c.state.in_(AT_REST)
    values = {"state": "cancelled", "held_for": None}
    return list(tx.execute(update(OUTBOX).where(*waits).values(values).returning(OUTBOX)))


def cancel_sealed(tx: Connection) -> list[Row[Any]]:
    """The same of what tells of a matter that was sealed since; returns the messages."""
    told = select(BODY.c.id).join(CASE, CASE.c.id == BODY.c.case_id).where(CASE.c.sealed_on.is_not(None))
    waits = OUTBOX.c.channel == CHANNEL, OUTBOX.c.state.in_(AT_REST), OUTBOX.c.document_id.in_(told)
    return list(tx.execute(update(OUTBOX).where(*waits).values(state="cancelled").returning(OUTBOX)))


def deliveries(tx: Connection, webhook_id: str, limit: int) -> list[Row[Any]]:
    """The newest messages for one; their bodies may be gone."""
    mine = select(OUTBOX).where(OUTBOX.c.channel == CHANNEL, OUTBOX.c.recipient == webhook_id)
    return list(tx.execute(mine.order_by(OUTBOX.c.dated.desc(), OUTBOX.c.id).limit(limit)))


def about_persons(tx: Connection, measures: Collection[str]) -> frozenset[str]:
    """Which of these measures concern a person."""
    if not measures:
        return frozenset()
    one = ESCALATION.c.id.in_(sorted(measures)), ESCALATION.c.object_person.is_not(None)
    return frozenset(tx.execute(select(ESCALATION.c.id).where(*one)).scalars())


def fail(tx: Connection, webhook_id: str, at: datetime, told: str) -> None:
    """It did not take what it was handed, for the first time in a row or again."""
    since = func.coalesce(WEBHOOK.c.failing_since, literal(at, WEBHOOK.c.failing_since.type))
    change(tx, webhook_id, failing_since=since, told=told)
