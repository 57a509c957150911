"""Putting a body into the outbox for addresses: once for each, whatever is repeated."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.delivery import OF_WEBHOOKS
from workflow.canonical import canonical_text
from workflow.services.batch import JOURNAL
from workflow.services.office import Office
from workflow.services.paper_values import Recipient
from workflow.services.posting import waiting
from workflow.services.work import Work
from workflow.storage.models import OutboxMessage
from workflow.storage.outbox import WEBHOOK
from workflow.storage.webhook_models import WebhookMessage


def post(work: Work, to: Iterable[Row[Any]], body: dict[str, Any]) -> None:
    """Put a body into the outbox for these webhooks, with the batch of the work: it leaves if that commits.

    `body` has an `id` of 32 letters that nothing else has, and a `type` of at most 32; it is frozen as it is.
    It is about no case: what tells of an entry is put there by `telling`.
    """
    told = canonical_text(body)
    work.batch.add(WebhookMessage, **body_row(body["id"], body["type"], told, work.at))
    for webhook in to:
        work.batch.add(OutboxMessage, **message_row(work.office, webhook, body["id"], body["type"], work.at))


def body_row(
    id: str, kind: str, body: str, at: datetime, *, case_id: int = JOURNAL, seq: int = 0
) -> dict[str, Any]:
    """The columns of a body."""
    return {"id": id, "case_id": case_id, "seq": seq, "kind": kind, "body": body, "made_at": at}


def message_row(
    office: Office, webhook: Row[Any], body: str, kind: str, at: datetime, *, again: str = ""
) -> dict[str, Any]:
    """The columns of the message of a body to one webhook; `again` tells a further one from the first."""
    return waiting(
        office,
        at,
        kind,
        Recipient(webhook.name, webhook.id),
        of=f"webhook:{body}{again}",
        channel=WEBHOOK,
        case_id=JOURNAL,
        document_id=body,
        priority=OF_WEBHOOKS,
    )
