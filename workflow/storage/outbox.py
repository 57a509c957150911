"""Named reads and claims on outgoing messages. They never commit and never decide.

A message is leased only when its paper is laid out, so that nobody is told of a paper that does not exist
yet; a plain mail, whose document has no number, waits for none. A lease is guarded by the attempt's number:
whoever lost it can change nothing any more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, or_, select, true, update

from workflow.storage.queries import CASE, DOCUMENT, OUTBOX, UNIT

WAITING = ("queued", "leased", "retry")


def list_all(tx: Connection) -> list[Row[Any]]:
    """Every message with the numbers of its case and paper, where it has them, oldest first."""
    found = (
        select(OUTBOX, CASE.c.number.label("case"), DOCUMENT.c.number.label("paper"))
        .join(CASE, CASE.c.id == OUTBOX.c.case_id, isouter=True)
        .join(DOCUMENT, DOCUMENT.c.id == OUTBOX.c.document_id)
        .order_by(OUTBOX.c.dated, OUTBOX.c.id)
    )
    return list(tx.execute(found))


def of_case(tx: Connection, case_id: int) -> list[Row[Any]]:
    """Every message of a case, oldest first."""
    found = select(OUTBOX).where(OUTBOX.c.case_id == case_id)
    return list(tx.execute(found.order_by(OUTBOX.c.dated, OUTBOX.c.id)))


def any_due(tx: Connection, now: datetime, domains: Sequence[str]) -> bool:
    """Whether `lease` would find anything."""
    return tx.execute(select(OUTBOX.c.id).where(_due(now, domains)).limit(1)).first() is not None


def lease(
    tx: Connection, now: datetime, until: datetime, domains: Sequence[str], limit: int
) -> list[Row[Any]]:
    """Lease messages whose attempt is due, or whose lease ran out, to the allowed domains."""
    found = select(OUTBOX.c.id).where(_due(now, domains)).order_by(OUTBOX.c.dated, OUTBOX.c.id)
    ids = list(tx.execute(found.limit(limit).with_for_update(skip_locked=True)).scalars())
    leased = {"state": "leased", "lease_until": until, "attempts": OUTBOX.c.attempts + 1}
    tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(leased))
    return list(tx.execute(select(OUTBOX).where(OUTBOX.c.id.in_(ids)).order_by(OUTBOX.c.dated, OUTBOX.c.id)))


def release(tx: Connection, messages: Iterable[Row[Any]]) -> None:
    """Give back leases that were not used; the attempt is not counted."""
    for message in messages:
        unused = update(OUTBOX).where(_held(message.id, message.attempts))
        tx.execute(unused.values(state="queued", lease_until=None, attempts=OUTBOX.c.attempts - 1))


def settle(tx: Connection, message: Row[Any], **values: Any) -> bool:
    """Record an attempt's result; false when another sender has taken the message over since."""
    mine = update(OUTBOX).where(_held(message.id, message.attempts))
    return tx.execute(mine.values(lease_until=None, **values)).rowcount == 1


def keep_bytes(tx: Connection, message_id: str, sha256: str) -> None:
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == message_id).values(sha256=sha256))


def set_aside(tx: Connection, document_id: str, answer: str) -> None:
    """Fail the messages of a paper that cannot be laid out, before any attempt."""
    untried = update(OUTBOX).where(OUTBOX.c.document_id == document_id, OUTBOX.c.state == "queued")
    tx.execute(untried.values(state="failed", last_answer=answer))


def bring_back(tx: Connection, document_id: str) -> None:
    """Queue the messages of a paper that was laid out after all."""
    aside = (OUTBOX.c.state == "failed") & (OUTBOX.c.attempts == 0)
    mended = update(OUTBOX).where(OUTBOX.c.document_id == document_id, aside)
    tx.execute(mended.values(state="queued", last_answer=None))


def states_of(tx: Connection, document_id: str) -> frozenset[str]:
    """The states of a paper's messages."""
    return frozenset(tx.execute(select(OUTBOX.c.state).where(OUTBOX.c.document_id == document_id)).scalars())


def count_waiting(tx: Connection) -> int:
    """Messages not sent and not given up."""
    waiting = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.state.in_(WAITING))
    return int(tx.execute(waiting).scalar_one())


def count_undelivered(tx: Connection) -> int:
    """Papers and plain mails that were issued with nobody to mail them to."""
    papers = DOCUMENT.join(OUTBOX, OUTBOX.c.document_id == DOCUMENT.c.id, isouter=True)
    unsent = select(func.count()).select_from(papers).where(OUTBOX.c.id.is_(None))
    return int(tx.execute(unsent).scalar_one())


def units_without_address(tx: Connection, states: Iterable[str]) -> list[str]:
    """The names of the units that lead cases in these states and have no address for mail."""
    leading = select(UNIT.c.name).join(CASE, CASE.c.lead_unit == UNIT.c.code).distinct()
    silent = leading.where(CASE.c.state.in_(states), func.coalesce(UNIT.c.email, "") == "")
    return list(tx.execute(silent.order_by(UNIT.c.name)).scalars())


def _due(now: datetime, domains: Sequence[str]) -> ColumnElement[bool]:
    waited = OUTBOX.c.next_attempt_at.is_(None) | (OUTBOX.c.next_attempt_at <= now)
    ready = OUTBOX.c.state.in_(("queued", "retry")) & waited
    abandoned = (OUTBOX.c.state == "leased") & (OUTBOX.c.lease_until < now)
    is_there = DOCUMENT.c.sha256.is_not(None) | DOCUMENT.c.number.is_(None)
    paper = select(DOCUMENT.c.id).where(DOCUMENT.c.id == OUTBOX.c.document_id, is_there)
    return and_(ready | abandoned, _to(domains), paper.exists())


def _to(domains: Sequence[str]) -> ColumnElement[bool]:
    """Recipients the installation may write to; `*` is everybody, an empty list nobody."""
    if "*" in domains:
        return true()
    return or_(false(), *(OUTBOX.c.recipient.iendswith(f"@{domain}", autoescape=True) for domain in domains))


def _held(message_id: str, attempt: int) -> ColumnElement[bool]:
    """The message, while the lease taken for this attempt is still ours."""
    return and_(OUTBOX.c.id == message_id, OUTBOX.c.state == "leased", OUTBOX.c.attempts == attempt)
