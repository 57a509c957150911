"""How a receiver does: since when it fails, and when it is handed nothing more, which the journal tells."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.delivery import Outcome
from states.errors import Refusal
from states.vocabulary import Role
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature
from workflow.services.outbox.attempts import Result, about
from workflow.services.paper_values import Recipient
from workflow.services.plain_mails import post
from workflow.services.webhooks.words import STOPPED_FOR
from workflow.services.work import Work, begin
from workflow.storage import queries, webhooks
from workflow.storage.session import reading, transaction

log = logging.getLogger("duban.outbox")
PAUSED, STOPPED, KIND = "paused", "stopped", "webhook_stopped"
STATES = {
    webhooks.PROPOSED: "待核准",
    webhooks.ACTIVE: "推送中",
    PAUSED: "已暂停",
    STOPPED: "已停止",
    webhooks.REVOKED: "已撤销",
    webhooks.DECLINED: "不予核准",
}
LONGEST_FAILING = timedelta(days=4)
"""A receiver that takes nothing for so long is handed nothing more until somebody sees to it."""


def tell(tx: Connection, at: datetime, results: Sequence[Result]) -> dict[str, dict[str, str]]:
    """Keep what attempts tell of their receivers. Returns why those are to be stopped that are gone, or
    failed for too long, by their ids."""
    last = {message.recipient: answer for message, answer in results}
    known, done_with = webhooks.named(tx, last), {}
    for id, answer in sorted(last.items()):
        if answer.outcome is Outcome.ACCEPTED:
            webhooks.change(tx, id, failing_since=None, told=answer.told, answered_at=at)
            continue
        webhooks.fail(tx, id, at, answer.told)
        is_gone = answer.outcome is Outcome.PERMANENT
        if is_gone or at - (known[id].failing_since or at) >= LONGEST_FAILING:
            done_with[id] = {"because": "gone" if is_gone else "failing", "answer": answer.told}
    return done_with


def stop(office: Office, webhook_id: str, because: dict[str, str], *, by: Signature, at: datetime) -> None:
    """Hand a receiver nothing more until an administrator sees to it, and mail that to those it concerns;
    nothing where it is not active.

    In a transaction of its own: whoever changes who is told waits for all who write entries, before it locks
    anything else.
    """
    with transaction(office.engine) as tx:
        webhooks.lock(tx)
        row = webhooks.named(tx, [webhook_id])[webhook_id]
        if row.state == webhooks.ACTIVE:
            work = begin(tx, office, by=by, at=at)
            details = named(row) | because | _mailed(work, row, because["because"])
            end(work, row, STOPPED, Act("webhook_stopped", at, SYSTEM, details))


def _mailed(work: Work, row: Row[Any], because: str) -> dict[str, Any]:
    """Put the news into the outbox, as the entry of the stop names it. Words that cannot be printed keep no
    receiver going."""
    to = list(dict.fromkeys(_concerned(work, row)))
    facts = {"receiver": {"name": row.name, "because": STOPPED_FOR[because]}}
    try:
        return post(work, KIND, facts, to).as_details() if to else {}
    except Refusal as refusal:
        log.warning("推送“%s”停止，未能以邮件告知：%s", row.name, refusal.message)
        return {}


def _concerned(work: Work, row: Row[Any]) -> Iterator[Recipient]:
    """Who has to see to a receiver: the system administrators, and of a source's the officers as well."""
    for role in (Role.SYSTEM_ADMIN,) if row.kinds else (Role.SYSTEM_ADMIN, Role.OFFICER):
        for person in queries.holders_of(work.tx, role.value, work.day):
            if person.email:
                yield Recipient(person.name, person.email)


def stopped(office: Office) -> list[str]:
    """The receivers that were stopped and that nobody has seen to, by name."""
    with reading(office.engine) as tx:
        return [row.name for row in webhooks.in_state(tx, STOPPED)]


def end(work: Work, row: Row[Any], state: str, act: Act) -> None:
    """Let an address be told nothing more: what waits for it is cancelled, nothing more is put there.

    Within `webhooks.lock`.
    """
    webhooks.change(work.tx, row.id, state=state)
    webhooks.keep_told(work.tx)
    work.batch.note(act)
    for message in webhooks.cancel_waiting(work.tx, row.id):
        work.batch.note(Act("mail_cancelled", work.at, act.actor, about(message)))
    work.batch.flush()


def cancel_sealed(tx: Connection, office: Office, *, by: Signature, at: datetime) -> None:
    """What waits and tells of a matter that was sealed since is told to nobody."""
    sealed = webhooks.cancel_sealed(tx)
    if sealed:
        batch = begin(tx, office, by=by, at=at).batch
        for message in sealed:
            batch.note(Act("mail_cancelled", at, SYSTEM, about(message)))
        batch.flush()


def named(row: Row[Any]) -> dict[str, str]:
    """A webhook as entries name it."""
    return {"webhook": row.id, "name": row.name}
