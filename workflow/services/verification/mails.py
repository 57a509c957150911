"""Outgoing messages against the entries that queued them and the attempts written down since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.delivery import WAITING
from workflow.services.posting import hashed
from workflow.services.replay import Entry, issued_in, laid_out_in, redirected_in
from workflow.services.unprintable import SET_ASIDE
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.papers import Kept, cut_off
from workflow.services.verification.verdict import Finding, finding
from workflow.storage.outbox import MAIL, WEBHOOK

OUTCOMES = {
    "mail_sent": "sent",
    "mail_failed": "failed",
    "mail_gave_up": "gave_up",
    "mail_held": "held",
    "mail_cancelled": "cancelled",
    "mail_redirected": "cancelled",
    "mail_bounced": "bounced",
    "mail_released": "waiting",
    "mail_requeued": "waiting",
}
"""What a message comes to by each kind of entry about it; by every other it still waits."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a message ended, or why it is held. Whether one that waits is queued or leased, no entry says."""

    state: str = "waiting"
    sent_at: datetime | None = None
    held_for: str | None = None


FOR_ITS_PAPER = _Outcome("held", held_for="paper")


def check_mails(dossier: Dossier, joint: Mapping[str, Kept]) -> Iterator[Finding]:
    """Messages and entries answer each other: who is written to, in which paper, and what came of it."""
    outcomes = _outcomes(dossier.history)
    told, own = _told(dossier.history, outcomes), {row.id for row in dossier.messages}
    kinds = {paper.id: paper.kind for paper in dossier.papers}
    for row in (*dossier.messages, *(row for paper in joint.values() for row in paper.messages)):
        where = {"case": dossier.name, "mail": row.id}
        if row.channel == WEBHOOK:
            yield from _check_told_program(row, outcomes.get(row.id, _Outcome()), where)
            continue
        columns = told.pop(row.id, None)
        if columns is None and row.id not in own:  # the measure names a paper it did not go out with
            continue
        if columns is None:
            yield finding("mail_unrecorded", f"邮件{row.message_id}没有对应的历史记载：疑似伪造", **where)
            continue
        different = sorted(name for name, value in columns.items() if _kept(row)[name] != value)
        if different or (row.id in own and row.kind != kinds.get(row.document_id)):
            names = "、".join(different or ["kind"])
            message = f"邮件{row.message_id}与历史不符（{names}）：邮件被改动"
            yield finding("mail_changed", message, **where)
    for lost, columns in told.items():
        if columns["document_id"] in cut_off(dossier):
            continue
        message = f"历史记载的邮件{columns['message_id']}不存在：邮件被删除"
        yield finding("mail_missing", message, case=dossier.name, mail=lost)


def _check_told_program(row: Row[Any], told: _Outcome, where: Mapping[str, Any]) -> Iterator[Finding]:
    """What a program is told is queued by the entry it tells of; what became of it stands in the journal."""
    if _kept(row)["outcome"] != told:
        yield finding("mail_changed", f"推送{row.message_id}与历史不符（outcome）：推送被改动", **where)


def _told(history: tuple[Entry, ...], outcomes: Mapping[str, _Outcome]) -> dict[str, dict[str, Any]]:
    set_aside, handed_over = _set_aside(history), _handed_over(history)
    return {
        mail.id: {
            "message_id": mail.message_id,
            "recipient": mail.recipient,
            "document_id": document,
            "dated": entry.occurred_at,
            "redirected_from": entry.details.message,
            "channel": True,
            "outcome": outcomes.get(mail.id, FOR_ITS_PAPER if document in set_aside else _Outcome()),
        }
        | ({"sha256": handed_over[mail.id]} if mail.id in handed_over else {})
        for document, entry in (*issued_in(history).items(), *redirected_in(history))
        for mail in entry.details.messages
    }


def _outcomes(history: tuple[Entry, ...]) -> dict[str, _Outcome]:
    told: dict[str, _Outcome] = {}
    for entry in history:
        if entry.kind in OUTCOMES and entry.details.message:
            held_for = (entry.details.model_extra or {}).get("held_for")
            told[entry.details.message] = _outcome(OUTCOMES[entry.kind], entry.occurred_at, held_for)
        if entry.kind == "document_voided":
            stopped = (entry.details.model_extra or {}).get("stopped", ())
            told |= dict.fromkeys(stopped, _Outcome("cancelled"))
    return told


def _handed_over(history: tuple[Entry, ...]) -> dict[str, str]:
    """The hash of the bytes that were handed over, or were to be, by message, as the last attempt told it."""
    attempts = ((entry.details.message, entry.details.model_extra or {}) for entry in history)
    return {id: more["mail_sha256"] for id, more in attempts if id and "mail_sha256" in more}


def _set_aside(history: tuple[Entry, ...]) -> set[str | None]:
    """The papers that could not be laid out, and so far never were; their messages are held."""
    failed = {entry.details.document for entry in history if entry.kind == SET_ASIDE}
    return failed - laid_out_in(history).keys()


def _kept(row: Row[Any]) -> dict[str, Any]:
    same = ("message_id", "document_id", "dated", "redirected_from", "sha256")
    return {name: getattr(row, name) for name in same} | {
        "recipient": hashed(row.recipient),
        "outcome": _outcome("waiting" if row.state in WAITING else row.state, row.sent_at, row.held_for),
        "channel": row.channel == (MAIL if "@" in row.recipient else row.recipient),
    }


def _outcome(state: str, at: datetime | None, held_for: str | None) -> _Outcome:
    return _Outcome(state, at if state == "sent" else None, held_for)
