"""Outgoing messages against the entries that queued them and the attempts written down since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from workflow.services.replay import Entry, issued_in, laid_out_in
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding
from workflow.storage.outbox import WAITING

SETTLED = {"mail_sent": "sent", "mail_failed": "failed"}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a message ended. Whether one that has not ended is queued, leased or waiting, no entry says."""

    state: str = "waiting"
    sent_at: datetime | None = None


def check_mails(dossier: Dossier) -> Iterator[Finding]:
    """Messages and entries answer each other: who is written to, in which paper, and what came of it."""
    told = _told(dossier.history)
    kinds = {paper.id: paper.kind for paper in dossier.papers}
    for row in dossier.messages:
        where = {"case": dossier.name, "mail": row.id}
        columns = told.pop(row.id, None)
        if columns is None:
            yield finding("mail_unrecorded", f"邮件{row.message_id}没有对应的历史记载：疑似伪造", **where)
            continue
        different = sorted(name for name, value in columns.items() if _kept(row)[name] != value)
        if different or row.kind != kinds.get(row.document_id):
            names = "、".join(different or ["kind"])
            message = f"邮件{row.message_id}与历史不符（{names}）：邮件被改动"
            yield finding("mail_changed", message, **where)
    for lost, columns in told.items():
        message = f"历史记载的邮件{columns['message_id']}不存在：邮件被删除"
        yield finding("mail_missing", message, case=dossier.name, mail=lost)


def _told(history: tuple[Entry, ...]) -> dict[str, dict[str, Any]]:
    outcomes, set_aside = _outcomes(history), _set_aside(history)
    return {
        mail.id: {
            "message_id": mail.message_id,
            "recipient": mail.recipient,
            "document_id": document,
            "dated": entry.occurred_at,
            "outcome": outcomes.get(mail.id, _Outcome("failed") if document in set_aside else _Outcome()),
        }
        for document, entry in issued_in(history).items()
        for mail in entry.details.messages
    }


def _outcomes(history: tuple[Entry, ...]) -> dict[str, _Outcome]:
    ended = (entry for entry in history if entry.kind in SETTLED and entry.details.message)
    return {str(entry.details.message): _outcome(SETTLED[entry.kind], entry.occurred_at) for entry in ended}


def _set_aside(history: tuple[Entry, ...]) -> set[str | None]:
    """The papers that could not be laid out, and so far never were; their messages failed unsent."""
    failed = {entry.details.document for entry in history if entry.kind == "document_unrenderable"}
    return failed - laid_out_in(history).keys()


def _kept(row: Row[Any]) -> dict[str, Any]:
    same = ("message_id", "document_id", "dated")
    return {name: getattr(row, name) for name in same} | {
        "recipient": sha256(row.recipient.encode()).hexdigest(),
        "outcome": _Outcome() if row.state in WAITING else _outcome(row.state, row.sent_at),
    }


def _outcome(state: str, at: datetime | None) -> _Outcome:
    return _Outcome(state, at if state == "sent" else None)
