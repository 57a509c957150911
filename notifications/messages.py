"""The mail that carries a notice: text and HTML, the paper attached, one recipient.

Everything that could differ between two renderings (Message-ID, Date, MIME boundaries) is given or derived
from what is given, so that the same input makes the same bytes and a repeated mail is the same mail. Mails of
a confidential kind say only that a paper waits: whatever its template asks for, the matter is not there.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any

from notifications.errors import NoticeUnrenderable
from notifications.stationery import Stationery
from notifications.substitution import render

CONFIDENTIAL_KINDS = frozenset({"admonition"})
CONFIDENTIAL_FACTS = frozenset({"office"})  # the link holds the number of the case
ATTACHMENTS_BOUND = 10 * 1024 * 1024
SUBJECT_BOUND = 200

ADDRESS = re.compile(r"[^\s@<>(),:;\"\\\[\]]{1,64}@[^\s@<>(),:;\"\\\[\]]{1,255}")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
SPARE_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go with the mail; `name` is what the recipient sees, Chinese allowed."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


def build_message(
    stationery: Stationery,
    facts: Mapping[str, Any],
    *,
    sender: str,
    recipient_name: str,
    recipient: str,
    message_id: str,
    date: datetime,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The mail as bytes, ready for the relay; attachments at most 10 MiB together.

    `sender` and `recipient` are bare addresses, `message_id` includes its angle brackets, `date` is aware.
    Raises NoticeUnrenderable: `address_invalid`, `header_unsafe`, `attachments_too_large`, and
    `attachment_refused` for a confidential kind.
    """
    _check_attachments(stationery.kind, attachments)
    code = copy_code(message_id)
    told = {**_told(stationery.kind, facts), "recipient_name": recipient_name, "copy_code": code}
    message = EmailMessage(policy=SMTP if f"{sender}{recipient}".isascii() else SMTPUTF8)
    _write_headers(
        message,
        {
            "Subject": _subject(stationery, told),
            "From": _address(_office_name(facts), sender),
            "To": _address(recipient_name, recipient),
            "Date": _aware(date),
            "Message-ID": _message_id(message_id),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    text = SPARE_LINES.sub("\n\n", render(stationery.text, told, medium="text"))
    message.set_content(text, cte="base64")
    message.add_alternative(render(stationery.html, told, medium="html"), subtype="html", cte="base64")
    for attachment in attachments:
        _attach(message, attachment)
    _fix_boundaries(message, message_id)
    return message.as_bytes()


def copy_code(message_id: str) -> str:
    """Eight characters by which a person recognises two copies of one mail."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:8].upper()


def _told(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    if kind in CONFIDENTIAL_KINDS:
        return {name: value for name, value in facts.items() if name in CONFIDENTIAL_FACTS}
    return dict(facts)


def _check_attachments(kind: str, attachments: Sequence[Attachment]) -> None:
    if attachments and kind in CONFIDENTIAL_KINDS:
        raise NoticeUnrenderable(
            "此类文书不得随邮件发送，请由本人到场签收或登录系统查阅。", code="attachment_refused", kind=kind
        )
    total = sum(len(attachment.content) for attachment in attachments)
    if total > ATTACHMENTS_BOUND:
        raise NoticeUnrenderable(
            f"附件共{total}字节，超过10 MiB，请改为登录系统下载。", code="attachments_too_large", total=total
        )


def _subject(stationery: Stationery, facts: Mapping[str, Any]) -> str:
    subject = render(stationery.subject, facts, medium="text").strip()
    if len(subject) > SUBJECT_BOUND:
        raise NoticeUnrenderable(f"邮件主题超过{SUBJECT_BOUND}字，请缩短模板。", code="header_unsafe")
    return _single_line("邮件主题", subject)


def _office_name(facts: Mapping[str, Any]) -> str:
    office = facts.get("office") or {}
    return str(office.get("name") or "")


def _address(name: str, address: str) -> Address:
    if not ADDRESS.fullmatch(address):
        raise NoticeUnrenderable(
            "邮箱地址不合规范，请在人员信息中改正；一栏只填一个地址。",
            code="address_invalid",
            address=address,
        )
    try:
        return Address(display_name=_single_line("姓名或单位名称", name), addr_spec=address)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise NoticeUnrenderable(
            "邮箱地址不合规范，请在人员信息中改正。", code="address_invalid", address=address
        ) from error


def _message_id(message_id: str) -> str:
    if not MESSAGE_ID.fullmatch(message_id):
        raise NoticeUnrenderable("邮件标识不合规范，应形如<标识@域名>。", code="header_unsafe")
    return message_id


def _aware(date: datetime) -> datetime:
    if date.tzinfo is None:
        raise NoticeUnrenderable("邮件日期缺少时区，请传入带时区的时间。", code="instant_naive")
    return date


def _single_line(what: str, value: str) -> str:
    """Values arrive folded; a line break here is the wording's, or an attack."""
    if any(ord(character) < 0x20 or character in "\x7f\x85\u2028\u2029" for character in value):
        raise NoticeUnrenderable(f"{what}含有换行或控制字符，请删去。", code="header_unsafe")
    return value


def _write_headers(message: EmailMessage, headers: Mapping[str, Any]) -> None:
    for name, value in headers.items():
        message[name] = value


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.media_type.partition("/")
    message.add_attachment(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        filename=_single_line("附件名称", attachment.name),
    )


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    digest = hashlib.sha256(message_id.encode()).hexdigest()
    for place, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={digest[:40]}={place}=")
