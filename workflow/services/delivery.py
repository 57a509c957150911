"""Sending what the outbox holds: claim, build once, hand over, record what the relay said.

The honest promise: a message shown as sent was accepted by the relay at least once. Bytes are built once and
kept, so that a repeat is the same message to the last byte. Recipients outside the allowed domains are never
claimed; on a fresh installation no domain is allowed. Nothing is claimed before the relay has answered. A
scheduled run sends only while the policy's window is open; an operator's run at any time.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from notifications.errors import (
    DeliveryFailure,
    PermanentFailure,
    RelayAddressInvalid,
    RelayTrouble,
    TemporaryFailure,
    UncertainFailure,
)
from notifications.facts import kind_label
from notifications.messages import CONFIDENTIAL_KINDS, Attachment, build_message
from notifications.relay import Relay, RelayAddress, Timeouts
from notifications.stationery import Stationery
from states.calendar import WorkCalendar
from states.delivery import Outcome, after_attempt
from states.errors import Refusal
from states.policy import MailRule
from states.windows import is_open, next_open, rest_between
from workflow.errors import ConfigurationError
from workflow.services import files
from workflow.services.batch import JOURNAL, opened
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature
from workflow.services.rendering import PDF, RenderReport, render_pending
from workflow.services.restoring import check_sending
from workflow.services.work import Work, begin
from workflow.storage import outbox, queries
from workflow.storage.session import reading, transaction

Clock = Callable[[], datetime]

BATCH = 20
MAIL = "message/rfc822"
OUTCOMES: Sequence[tuple[type[DeliveryFailure], Outcome]] = (
    (TemporaryFailure, Outcome.TEMPORARY),
    (PermanentFailure, Outcome.PERMANENT),
    (UncertainFailure, Outcome.UNCERTAIN),
    (RelayTrouble, Outcome.RELAY_TROUBLE),
)


@dataclass(slots=True)
class SendReport:
    """What a run of the sender did, and how things stand after it.

    `waiting` counts messages still to be sent, those to domains that are not allowed among them;
    `undelivered` papers without any address to mail them to. `relay` says why the relay could not be reached.
    `window_opens_at` is when mails may leave again, where a run that keeps to the window ended outside it.
    """

    rendering: RenderReport = field(default_factory=RenderReport)
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    waiting: int = 0
    undelivered: int = 0
    relay: RelayTrouble | None = None
    window_opens_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "rendered": self.rendering.rendered,
            "unrenderable": self.rendering.failed,
            "sent": self.sent,
            "deferred": self.deferred,
            "failed": self.failed,
            "waiting": self.waiting,
            "undelivered": self.undelivered,
            "relay": self.relay.as_json() if self.relay else None,
            "window_opens_at": self.window_opens_at.isoformat() if self.window_opens_at else None,
        }


@dataclass(frozen=True, slots=True)
class _Window:
    """When mails may leave, by the rules in force when the run began."""

    rule: MailRule
    calendar: WorkCalendar

    def is_open(self, at: datetime) -> bool:
        return is_open(self.rule, self.calendar, at)

    def opens_at(self, at: datetime) -> datetime | None:
        """When it opens again; None while it is open."""
        return None if self.is_open(at) else next_open(self.rule, self.calendar, at)


def send_due(office: Office, *, clock: Clock, by: Signature, in_window: bool = False) -> SendReport:
    """Lay out pending papers and send every message whose attempt is due; `clock` is the door's.

    With `in_window` nothing leaves while the window of the policy in force is closed, also when it closes
    during the run; papers are laid out all the same.
    Raises `Held` (`held_restored`) when the database was restored and nobody has released it,
    `ConfigurationError` when messages may leave but no relay is set, or its address is none. A relay
    that cannot be reached is told in the report, and every message waits as it was.
    """
    check_sending(office, by=by)
    report = SendReport(render_pending(office, by=by))
    with reading(office.engine) as tx:
        window = _Window(office.policy(tx).mail, office.calendar(tx)) if in_window else None
    asyncio.run(_send_all(_Sender(office, clock, by, report, window)))
    report.window_opens_at = window.opens_at(clock()) if window else None
    with reading(office.engine) as tx:
        report.waiting, report.undelivered = outbox.count_waiting(tx), outbox.count_undelivered(tx)
    return report


@dataclass(slots=True)
class _Sender:
    """One run: whose installation, by what clock, by whose hand, and what came of it.

    An attempt begins in the first half of its message's lease and may last the other half, so that no
    attempt outlives its lease.
    """

    office: Office
    clock: Clock
    by: Signature
    report: SendReport
    window: _Window | None

    @property
    def attempt(self) -> timedelta:
        """How long one attempt may last."""
        return timedelta(seconds=self.office.settings.lease_seconds) / 2

    def is_needed(self) -> bool:
        """Whether any message to an allowed domain is due and may leave now."""
        now = self.clock()
        with reading(self.office.engine) as tx:
            return self.may_send(now) and outbox.any_due(tx, now, self.office.settings.mail_allow)

    def may_send(self, at: datetime) -> bool:
        return self.window is None or self.window.is_open(at)

    def claim(self) -> list[Row[Any]]:
        """Lease the next messages to allowed domains; each attempt is counted before it is made."""
        with transaction(self.office.engine) as tx:
            now = self.clock()
            if not self.may_send(now):
                return []
            return outbox.lease(tx, now, now + 2 * self.attempt, self.office.settings.mail_allow, BATCH)

    def has_time(self, message: Row[Any]) -> bool:
        """Whether an attempt may begin: early enough in the lease, and while the window is open."""
        now = self.clock()
        return bool(now + self.attempt <= message.lease_until) and self.may_send(now)

    def give_back(self, messages: Iterable[Row[Any]]) -> None:
        """Leased messages that were not tried need not wait for their lease to run out."""
        with transaction(self.office.engine) as tx:
            outbox.release(tx, messages)

    def bytes_of(self, message: Row[Any]) -> bytes:
        """The message's bytes: built at the first attempt and kept, the same ever after."""
        root = self.office.settings.files
        if message.sha256 is not None:
            return files.fetch(root, message.sha256)
        data = self._build(message)
        with transaction(self.office.engine) as tx:
            at = self.clock()
            kept = files.keep(tx, root, data, name=f"{message.id}.eml", media_type=MAIL, at=at)
            outbox.keep_bytes(tx, message.id, kept.sha256)
        return data

    def record(self, message: Row[Any], outcome: Outcome, answer: str) -> None:
        """Enter what came of an attempt, unless the lease has passed to somebody else meanwhile."""
        now = self.clock()
        with transaction(self.office.engine) as tx:
            rest = rest_between(self.office.calendar(tx), message.dated, now)
            following = after_attempt(
                "leased", outcome, attempts=message.attempts, dated=message.dated, now=now, rest=rest
            )
            values = {"state": following.state, "next_attempt_at": following.at, "last_answer": answer,
                      "sent_at": now if following.state == "sent" else None}  # fmt: skip
            if not outbox.settle(tx, message, **values):
                return
            work = begin(tx, self.office, by=replace(self.by, recorded_at=now), at=now)
            _enter(work, message, following.event, _attempt(message, outcome, answer))
        self._count(following.state)

    def _count(self, state: str) -> None:
        self.report.sent += state == "sent"
        self.report.failed += state == "failed"
        self.report.deferred += state == "retry"

    def _build(self, message: Row[Any]) -> bytes:
        with reading(self.office.engine) as tx:
            document = queries.document(tx, message.document_id)
            wording = Stationery.from_json(queries.stationery(tx, document.stationery))
        return build_message(
            wording,
            json.loads(document.facts),
            sender=self.office.settings.mail_from,
            recipient_name=message.recipient_name,
            recipient=message.recipient,
            message_id=message.message_id,
            date=message.dated,
            attachments=self._attachments(message, document),
        )

    def _attachments(self, message: Row[Any], document: Row[Any]) -> list[Attachment]:
        """The laid-out paper; a plain mail has none, and person-level papers never travel by mail."""
        if document.number is None or message.kind in CONFIDENTIAL_KINDS:
            return []
        data = files.fetch(self.office.settings.files, document.sha256)
        return [Attachment(f"{document.number}.pdf", data, PDF)]


def _enter(work: Work, message: Row[Any], event: str, details: dict[str, Any]) -> None:
    """Enter an attempt into the history of its case, or into the journal for a mail of no case."""
    if message.case_id == JOURNAL:
        work.batch.note(Act(event, work.at, SYSTEM, details))
    else:
        case = opened(queries.case_by_id_for_update(work.tx, message.case_id))
        state = case.facts.state
        work.batch.enter(case, Act(event, work.at, SYSTEM, details, before=state, after=state))
    work.batch.flush()


def _attempt(message: Row[Any], outcome: Outcome, answer: str) -> dict[str, Any]:
    """An attempt as its entry tells it."""
    return {
        "message": message.id,
        "message_id": message.message_id,
        "document": message.document_id,
        "attempt": message.attempts,
        "outcome": outcome.value,
        "answer": answer,
    }


async def _send_all(sender: _Sender) -> None:
    """Claim and hand over until nothing is due or the relay is in trouble; one connection for the run."""
    if not sender.is_needed():
        return
    timeouts = Timeouts(whole=sender.attempt.total_seconds())
    async with Relay(_address(sender.office), timeouts=timeouts) as relay:
        try:
            await relay.open()
        except RelayTrouble as trouble:
            sender.report.relay = trouble
            return
        while messages := sender.claim():
            if not await _hand_over_all(sender, relay, messages):
                return


async def _hand_over_all(sender: _Sender, relay: Relay, messages: Iterable[Row[Any]]) -> bool:
    """Whether the relay can be used further. Messages that were not tried go back, whatever happens."""
    untried = deque(messages)
    try:
        while untried and sender.has_time(untried[0]):
            if not await _hand_over(sender, relay, untried.popleft()):
                return False
        return True
    finally:
        sender.give_back(untried)


async def _hand_over(sender: _Sender, relay: Relay, message: Row[Any]) -> bool:
    """Whether the relay can be used further."""
    try:
        data = sender.bytes_of(message)
        accepted = await relay.deliver(sender.office.settings.mail_from, message.recipient, data)
    except DeliveryFailure as failure:
        outcome = next(outcome for kind, outcome in OUTCOMES if isinstance(failure, kind))
        sender.record(message, outcome, f"{failure.stage} {failure.smtp_code or ''} {failure.reply}".strip())
        return outcome is not Outcome.RELAY_TROUBLE
    except Refusal as refusal:
        sender.record(message, Outcome.PERMANENT, refusal.message)
        return True
    sender.record(message, Outcome.ACCEPTED, f"{accepted.code} {accepted.reply}")
    return True


def _address(office: Office) -> RelayAddress:
    if office.settings.smtp_url is None:
        raise ConfigurationError(
            "有邮件待发，但未设置邮件服务器，请设置DUBAN_SMTP_URL。", code="relay_missing"
        )
    try:
        return RelayAddress.parse(office.settings.smtp_url)
    except RelayAddressInvalid as error:
        raise ConfigurationError(error.message, code=error.code) from error


def list_outbox(office: Office) -> list[dict[str, Any]]:
    """Every message with its case, paper and standing; what has no case or no number has None there."""
    with reading(office.engine) as tx:
        return [_message(row) for row in outbox.list_all(tx)]


def _message(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "case": row.case,
        "kind": row.kind,
        "kind_label": kind_label(row.kind),
        "document": row.paper,
        "recipient": row.recipient,
        "recipient_name": row.recipient_name,
        "message_id": row.message_id,
        "state": row.state,
        "attempts": row.attempts,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "answer": row.last_answer,
        "sha256": row.sha256,
    }
