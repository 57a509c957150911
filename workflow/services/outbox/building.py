"""The bytes of a message: built once, before its first attempt, and the same ever after."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from notifications.bounces import bounce_address
from notifications.dkim import DkimKey, sign
from notifications.messages import CONFIDENTIAL_KINDS, Attachment, build_message, check_address
from notifications.stationery import Stationery
from states.evidence.checkpoint import SHORT
from workflow.errors import ConfigurationError
from workflow.services import files
from workflow.services.office import Office
from workflow.services.outbox.ahead import Built
from workflow.services.outbox.copies import TEXT, text_of
from workflow.services.rendering import PDF
from workflow.settings import Settings
from workflow.storage import log, outbox, queries
from workflow.storage.session import reading, transaction

LETTER, COPY = (".eml", "message/rfc822"), (".txt", TEXT)
"""Of a mail and of a copy by another channel: the file's suffix, its media type."""
ANY_MESSAGE = f"<{'0' * 32}.1@duban>"
SAMPLE = b"From: duban@localhost\r\nDate: Thu, 01 Jan 2026 00:00:00 +0800\r\n\r\n"


def bytes_of(office: Office, message: Row[Any], now: datetime) -> Built:
    """The message as it is handed over, the same every time.

    Raises `NoticeUnrenderable` for one that cannot be built.
    """
    sha256 = message.sha256 or _keep(office, message, _built(office, message), now)
    return files.fetch(office.settings.files, sha256), sha256


def _keep(office: Office, message: Row[Any], data: bytes, now: datetime) -> str:
    """Keep the bytes, unless another sender has kept his; the SHA-256 of those that are kept."""
    root, (suffix, media_type) = office.settings.files, LETTER if message.channel == outbox.MAIL else COPY
    with transaction(office.engine) as tx:
        kept = files.keep(tx, root, data, name=f"{message.id}{suffix}", media_type=media_type, at=now)
        return outbox.keep_bytes(tx, message.id, kept.sha256)


def _built(office: Office, message: Row[Any]) -> bytes:
    with reading(office.engine) as tx:
        document = queries.document(tx, message.document_id)
        wording = Stationery.from_json(queries.stationery(tx, document.stationery))
        checkpoint = _newest_checkpoint(tx)
    if message.channel != outbox.MAIL:
        return text_of(wording, document)
    data = _mail(office, message, document, wording, checkpoint)
    key = dkim_key(office.settings)
    return sign(data, key) if key else data


def _mail(
    office: Office, message: Row[Any], document: Row[Any], wording: Stationery, checkpoint: str | None
) -> bytes:
    return build_message(
        wording,
        json.loads(document.facts),
        sender=office.settings.mail_from,
        recipient_name=message.recipient_name,
        recipient=message.recipient,
        message_id=message.message_id,
        date=message.dated,
        attachments=_attachments(office, message, document),
        checkpoint=checkpoint,
    )


def _newest_checkpoint(tx: Connection) -> str | None:
    """Number and short code of the newest checkpoint, as `duban checkpoint list` names it."""
    row = log.last_checkpoint(tx)
    return f"第{row.number}号，短码{row.hash[:SHORT]}" if row else None


def check_carriage(settings: Settings) -> None:
    """Refuse to begin where every message would fail for the settings: nobody's notice is to blame for them.

    Raises `MailRoomError` or `ConfigurationError`.
    """
    check_address(settings.mail_from)
    key = dkim_key(settings)
    if key is not None:
        sign(SAMPLE, key)
    if settings.mail_bounces:
        bounce_address(settings.mail_bounces, ANY_MESSAGE)


def dkim_key(settings: Settings) -> DkimKey | None:
    """The key mails are signed with, where one is set. Raises `DkimUnusable`, `ConfigurationError`."""
    if settings.dkim_key is None or settings.dkim_selector is None:
        return None
    try:
        pem = settings.dkim_key.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"DKIM私钥{settings.dkim_key}无法读取，请核对DUBAN_DKIM_KEY和权限。", code="dkim_key_unreadable"
        ) from error
    return DkimKey(settings.mail_from.rpartition("@")[2], settings.dkim_selector, pem)


def _attachments(office: Office, message: Row[Any], document: Row[Any]) -> list[Attachment]:
    """The laid-out paper; a plain mail has none, and person-level papers never travel by mail."""
    if document.number is None or message.kind in CONFIDENTIAL_KINDS:
        return []
    data = files.fetch(office.settings.files, document.sha256)
    return [Attachment(f"{document.number}.pdf", data, PDF)]
