"""Sending what the outbox holds: claim, build once, hand over, record what the relay said.

The honest promise: a message shown as sent was accepted by the relay at least once. Bytes are built once and
kept, so that a repeat is the same message to the last byte. Recipients outside the allowed domains are never
claimed; on a fresh installation no domain is allowed.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
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
from notifications.messages import CONFIDENTIAL_KINDS, Attachment, build_message
from notifications.relay import Relay, RelayAddress
from notifications.stationery import Stationery
from states.delivery import Outcome, after_attempt
from states.errors import Refusal
from workflow.errors import ConfigurationError
from workflow.services import files
from workflow.services.batch import SYSTEM, Act, opened
from workflow.services.office import Office, Signature
from workflow.services.rendering import PDF, RenderReport, render_pending
from workflow.services.work import begin
from workflow.storage import queries
from workflow.storage.session import reading, transaction

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
    """What a run of the sender did. `waiting` counts messages still to be sent, those to
    domains that are not allowed among them."""

    rendering: RenderReport = field(default_factory=RenderReport)
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    waiting: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "rendered": self.rendering.rendered,
            "unrenderable": self.rendering.failed,
            "sent": self.sent,
            "deferred": self.deferred,
            "failed": self.failed,
            "waiting": self.waiting,
        }


def send_due(office: Office, *, now: datetime, by: Signature) -> SendReport:
    """Lay out pending papers and send every message whose attempt is due by `now`.

    Raises `ConfigurationError` when messages may leave but no relay is set, or its address is none.
    """
    report = SendReport(render_pending(office, by=by))
    asyncio.run(_send_all(_Sender(office, now, by, report)))
    with reading(office.engine) as tx:
        report.waiting = queries.count_waiting(tx)
    return report


@dataclass(slots=True)
class _Sender:
    """One run: whose installation, at what instant, by whose hand, and what came of it."""

    office: Office
    now: datetime
    by: Signature
    report: SendReport

    def claim(self) -> list[Row[Any]]:
        """Lease the next messages to allowed domains; each attempt is counted before it is made."""
        settings = self.office.settings
        lease_until = self.now + timedelta(seconds=settings.lease_seconds)
        with transaction(self.office.engine) as tx:
            return queries.lease_messages(tx, self.now, lease_until, settings.mail_allow, BATCH)

    def bytes_of(self, message: Row[Any]) -> bytes:
        """The message's bytes: built at the first attempt and kept, the same ever after."""
        root = self.office.settings.files
        if message.sha256 is not None:
            return files.fetch(root, message.sha256)
        data = self._build(message)
        with transaction(self.office.engine) as tx:
            at = self.by.recorded_at
            kept = files.keep(tx, root, data, name=f"{message.id}.eml", media_type=MAIL, at=at)
            queries.keep_message_bytes(tx, message.id, kept.sha256)
        return data

    def record(self, message: Row[Any], outcome: Outcome, answer: str) -> None:
        """Enter what came of an attempt, unless the lease has passed to somebody else meanwhile."""
        following = after_attempt(
            "leased", outcome, attempts=message.attempts, dated=message.dated, now=self.now
        )
        values = {"state": following.state, "next_attempt_at": following.at, "last_answer": answer,
                  "sent_at": self.now if following.state == "sent" else None}  # fmt: skip
        with transaction(self.office.engine) as tx:
            if not queries.settle_message(tx, message.id, message.attempts, values):
                return
            case = opened(queries.case_by_id_for_update(tx, message.case_id))
            work = begin(tx, self.office, by=self.by, at=self.now)
            details = _attempt(message, outcome, answer)
            state = case.facts.state
            work.batch.enter(case, Act(following.event, self.now, SYSTEM, details, before=state, after=state))
            work.batch.flush()
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
        """The laid-out paper; person-level papers never travel by mail."""
        if message.kind in CONFIDENTIAL_KINDS:
            return []
        data = files.fetch(self.office.settings.files, document.sha256)
        return [Attachment(f"{document.number}.pdf", data, PDF)]


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
    messages = sender.claim()
    if not messages:
        return
    try:
        address = _address(sender.office)
    except ConfigurationError:
        _give_back(sender, messages)
        raise
    async with Relay(address) as relay:
        while messages:
            for place, message in enumerate(messages):
                if not await _hand_over(sender, relay, message):
                    _give_back(sender, messages[place + 1 :])
                    return
            messages = sender.claim()


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


def _give_back(sender: _Sender, messages: list[Row[Any]]) -> None:
    """Leased messages that were not tried go back, so that they need not wait for their lease to run out."""
    with transaction(sender.office.engine) as tx:
        queries.release_messages(tx, [message.id for message in messages])


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
    """Every message with its case, paper and standing."""
    with reading(office.engine) as tx:
        return [_message(row) for row in queries.list_outbox(tx)]


def _message(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "case": row.case,
        "kind": row.kind,
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
