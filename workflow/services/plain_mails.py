"""Mails without a paper: no number, nothing laid out, no attachment; only words, frozen like a paper's.

They belong to a case, or to the office's own journal (a daily list, a word to somebody who must act).
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from notifications.stationery import load_stationery
from workflow.services.batch import JOURNAL, OpenCase
from workflow.services.papers import MESSAGE_EPOCH, Issued, Recipient
from workflow.services.work import Work
from workflow.storage import queries
from workflow.storage.models import Document, OutboxMessage


def post(
    work: Work,
    kind: str,
    facts: Mapping[str, Any],
    recipients: tuple[Recipient, ...],
    case: OpenCase | None = None,
) -> Issued:
    """Freeze a mail with its wording and put one copy for each recipient into the outbox.

    It goes into the caller's batch; whoever posts it enters what `as_details()` says of it.
    """
    wording = load_stationery(kind, work.office.settings.templates)
    queries.keep_stationery(work.tx, wording.digest, kind, wording.as_json())
    document_id, text = secrets.token_hex(16), json.dumps(dict(facts), ensure_ascii=False)
    case_id = case.id if case else JOURNAL
    work.batch.add(
        Document,
        id=document_id,
        case_id=case_id,
        kind=kind,
        number=None,
        issued_at=work.at,
        facts=text,
        stationery=wording.digest,
        sha256=None,
    )
    messages = [_copy(work, kind, case_id, document_id, recipient) for recipient in recipients]
    return Issued(document_id, None, _sha256(text), wording.digest, tuple(messages))


def _copy(work: Work, kind: str, case_id: int, document_id: str, recipient: Recipient) -> dict[str, str]:
    message_id = secrets.token_hex(16)
    header = f"<{message_id}.{MESSAGE_EPOCH}@{work.office.settings.mail_from.rpartition('@')[2]}>"
    work.batch.add(
        OutboxMessage,
        id=message_id,
        case_id=case_id,
        document_id=document_id,
        kind=kind,
        dedupe_key=f"{document_id}:{recipient.address}",
        recipient=recipient.address,
        recipient_name=recipient.name,
        message_id=header,
        dated=work.at,
        state="queued",
        attempts=0,
    )
    return {"id": message_id, "message_id": header, "recipient": _sha256(recipient.address)}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
