"""A message as it is put into the outbox: what it is known by, and how the entry about it names it."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from states.delivery import OF_COPIES, MailState, priority_of
from workflow.services.office import Office
from workflow.services.paper_values import Recipient
from workflow.services.work import Work
from workflow.storage.outbox import MAIL

MESSAGE_EPOCH = 1
"""Part of a Message-ID, after the message's id: how often its bytes were written, which is once.

No Message-ID can come twice to mean two mails. Whatever is written anew (another address, a paper issued in
the place of a void one) is another message, with 128 random bits of its own; so is whatever a restored
database writes after its lost branch. What that database still has to send bears the Message-ID it had, so
that a repeat is known as one. The part stays, as bounce addresses and reports are read by it.
"""


def new_message(
    work: Work, kind: str, recipient: Recipient, *, of: str, channel: str = MAIL, **columns: Any
) -> dict[str, Any]:
    """The columns of a message that waits to leave; there is one to each recipient `of` a paper or message.

    A copy by another channel leaves in a lane of its own.
    """
    return waiting(work.office, work.at, kind, recipient, of=of, channel=channel, **columns)


def waiting(
    office: Office, at: datetime, kind: str, recipient: Recipient, *, of: str, channel: str, **columns: Any
) -> dict[str, Any]:
    """The same outside a transaction's work, dated `at`."""
    id = secrets.token_hex(16)
    domain = office.settings.mail_from.rpartition("@")[2]
    return {
        "id": id,
        "kind": kind,
        "channel": channel,
        "dedupe_key": f"{of}:{hashed(recipient.address)}",
        "recipient": recipient.address,
        "recipient_name": recipient.name,
        "message_id": f"<{id}.{MESSAGE_EPOCH}@{domain}>",
        "dated": at,
        "priority": priority_of(kind) if channel == MAIL else OF_COPIES,
        "state": MailState.QUEUED.value,
        "attempts": 0,
        "next_attempt_at": at,
        **columns,
    }


def named(message: dict[str, Any]) -> dict[str, str]:
    """A message as the entry that puts it into the outbox names it."""
    hash = hashed(message["recipient"])
    return {"id": message["id"], "message_id": message["message_id"], "recipient": hash}


def hashed(address: str) -> str:
    """An address as entries name it: they stay for good, and it may be a person's own."""
    return hashlib.sha256(address.encode()).hexdigest()
