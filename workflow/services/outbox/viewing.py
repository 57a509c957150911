"""What is in the outbox, as people and programs are told of it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from notifications.facts import kind_label
from states.delivery import HeldFor, MailState
from states.errors import FactInvalid
from workflow.errors import Ambiguous, NotFound
from workflow.services.office import Office
from workflow.services.replay import Entry, read
from workflow.services.timeline import SENTENCES
from workflow.storage import outbox
from workflow.storage.session import reading

SHORTEST = 6
"""So many characters of an id tell a message, as long as no other begins with them."""

AS_IT_IS = (
    "id", "case", "kind", "channel", "recipient", "recipient_name", "message_id", "priority", "state",
    "held_for", "attempts", "redirected_from", "sha256",
)  # fmt: skip
"""Columns that are told under their own names."""


def list_outbox(
    office: Office, *, states: Collection[str] = (), case: str | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Messages with their case, paper and standing, oldest first; what has no case or number has None there.

    Raises `FactInvalid` (`mail_state_unknown`).
    """
    _check(states)
    with reading(office.engine) as tx:
        return [told(row) for row in outbox.listed(tx, states=states, case=case, limit=limit)]


def count_outbox(office: Office, *, states: Collection[str] = (), case: str | None = None) -> int:
    """How many messages `list_outbox` has without a limit."""
    with reading(office.engine) as tx:
        return outbox.count(tx, states=states, case=case)


def show_message(office: Office, name: str) -> dict[str, Any]:
    """One message with all that became of it, by its id, the beginning of it or its Message-ID.

    Raises `NotFound` or `Ambiguous`.
    """
    with reading(office.engine) as tx:
        row = find(tx, name)
        entries = [read(event) for event in outbox.entries_about(tx, row)]
    return told(row) | {"attempts_told": [_step(entry) for entry in entries]}


def find(tx: Connection, name: str) -> Row[Any]:
    """The message of this id, of which the beginning is enough, or of this Message-ID."""
    found = outbox.find(tx, name) if len(name) >= SHORTEST else []
    if not found:
        raise NotFound(
            f"待发箱中没有编号为“{name}”的邮件，请用duban outbox list查编号（至少写前{SHORTEST}位）。",
            code="mail_unknown",
            mail=name,
        )
    if len(found) > 1:
        ids = [row.id for row in found]
        message = f"不止一封邮件的编号以“{name}”开头，请多写几位。"
        raise Ambiguous(message, code="mail_ambiguous", candidates=ids)
    return found[0]


def told(row: Row[Any]) -> dict[str, Any]:
    """A message as the doors print it."""
    again = row.next_attempt_at if row.state in ("queued", "retry") else None
    return {
        **{name: getattr(row, name) for name in AS_IT_IS},
        **_labels(row),
        "document": row.paper,
        "answer": row.last_answer,
        "dated": _iso(row.dated),
        "next_attempt_at": _iso(again),
        "sent_at": _iso(row.sent_at),
    }


def _labels(row: Row[Any]) -> dict[str, str | None]:
    """What people call its kind, its state, and why it is held."""
    return {
        "kind_label": kind_label(row.kind),
        "state_label": MailState(row.state).label,
        "held_for_label": HeldFor(row.held_for).label if row.held_for else None,
    }


def _step(entry: Entry) -> dict[str, Any]:
    """What became of a message, by whom, and the relay's words or the person's."""
    more = (entry.details.model_extra or {}) | entry.words.get("details", {})
    return {
        "at": _iso(entry.occurred_at),
        "kind": entry.kind,
        "told": SENTENCES[entry.kind],
        "actor": entry.actor,
        **{name: more.get(name) for name in ("attempt", "stage", "code", "enhanced", "answer", "reason")},
    }


def _check(states: Iterable[str]) -> None:
    unknown = sorted(set(states) - {state.value for state in MailState})
    if unknown:
        known = "、".join(f"{state.value}（{state.label}）" for state in MailState)
        message = f"没有“{'、'.join(unknown)}”这种状态，可用的有：{known}。"
        raise FactInvalid(message, code="mail_state_unknown", states=unknown)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
