"""Building a mail: text and HTML, the paper attached, one recipient.

Everything that could differ between two renderings (Message-ID, Date, MIME boundaries) is given or derived
from what is given, so that the same input makes the same bytes and a repeated mail is the same mail. Mails of
a confidential kind say only that a paper waits: whatever its template asks for, the matter is not there.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any

from markupsafe import Markup

from notifications.errors import NoticeUnrenderable
from notifications.messages import dress, headers
from notifications.messages.agenda import agenda
from notifications.messages.confidence import CONFIDENTIAL_KINDS, mailed_facts
from notifications.messages.enclosures import Attachment, attach, file_name, parted
from notifications.stationery import Stationery
from notifications.substitution import render

OF_A_MACHINE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""No machine is to answer it."""

SPARE_LINES = re.compile(r"\n\s*\n")

Notes = tuple[str, str]
"""What stands before or behind the words of a mail: as text, and as HTML."""


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
    checkpoint: str | None = None,
) -> bytes:
    """The mail as bytes, ready for the relay, or for `notifications.dkim.sign` before it.

    `sender` and `recipient` are bare addresses, `message_id` includes its angle brackets, `date` is aware.
    Of attachments over 10 MiB together those too large stay behind, and the mail says where to get them. A
    mail that hands a matter out has its due date with it as an appointment. `checkpoint` names the newest of
    the history's, so that every mail kept anywhere bears witness to it.
    Raises NoticeUnrenderable: `address_invalid`, `header_unsafe`, `instant_naive`, and `attachment_refused`
    for a confidential kind.
    """
    _check_confidence(stationery.kind, attachments)
    code = copy_code(headers.message_id(message_id))
    told = mailed_facts(stationery.kind, facts, recipient_name=recipient_name, copy_code=code)
    lines = {
        "Subject": _subject(stationery, told),
        "From": headers.mailbox(str((told.get("office") or {}).get("name") or ""), sender),
        "To": headers.mailbox(recipient_name, recipient),
        "Date": headers.aware(date),
        "Message-ID": message_id,
    }
    message = _headed(lines | OF_A_MACHINE | headers.haste(told), is_plain=f"{sender}{recipient}".isascii())
    fitting, left_out = parted(attachments)
    _write(message, stationery, told, [_left_behind(left_out, told), _witness(checkpoint)])
    attach(message, [*fitting, *agenda(stationery.kind, told, sender=sender, dated=date)])
    _fix_boundaries(message, message_id)
    return message.as_bytes()


def subject_of(stationery: Stationery, facts: Mapping[str, Any], *, recipient_name: str = "") -> str:
    """What a mail is about, in one line. Raises NoticeUnrenderable (`header_unsafe`)."""
    told = mailed_facts(stationery.kind, facts, recipient_name=recipient_name, copy_code="")
    return _subject(stationery, told)


def copy_code(message_id: str) -> str:
    """Eight characters by which a person recognises two copies of one mail."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:8].upper()


def _subject(stationery: Stationery, told: Mapping[str, Any]) -> str:
    return headers.subject(render(stationery.subject, told, medium="text").strip())


def _headed(lines: Mapping[str, object], *, is_plain: bool) -> EmailMessage:
    """A mail with its header and nothing else; addresses beyond ASCII want SMTPUTF8."""
    message = EmailMessage(policy=SMTP if is_plain else SMTPUTF8)
    for name, value in lines.items():
        message[name] = value
    return message


def _check_confidence(kind: str, attachments: Sequence[Attachment]) -> None:
    if attachments and kind in CONFIDENTIAL_KINDS:
        raise NoticeUnrenderable(
            "此类文书不得随邮件发送，请由本人到场签收或登录系统查阅。", code="attachment_refused", kind=kind
        )


def _left_behind(left_out: Sequence[Attachment], told: Mapping[str, Any]) -> Notes:
    """What the mail says of files too large for it, as text and as HTML; nothing where there are none."""
    if not left_out:
        return "", ""
    behind = f"附件{'、'.join(f'“{file_name(one.name)}”' for one in left_out)}过大，未随邮件发送，请"
    if link := told.get("link"):
        page = Markup('<p>{}<a href="{}">登录督办系统下载</a>。</p>').format(behind, link)
        return f"{behind}登录督办系统下载：{link}\n\n", str(page)
    asked = f"{behind}向{_whom_to_ask(told.get('office') or {})}索取。"
    return f"{asked}\n\n", str(Markup("<p>{}</p>").format(asked))


def _whom_to_ask(office: Mapping[str, Any]) -> str:
    phone = f"（电话：{office['phone']}）" if office.get("phone") else ""
    return f"{office.get('name') or '发件单位'}{phone}"


def _witness(checkpoint: str | None) -> Notes:
    """The last line of a mail, or nothing."""
    if checkpoint is None:
        return "", ""
    line = f"发信时督办历史的检查点：{checkpoint}"
    return f"{line}\n", str(Markup('<p class="last">{}</p>').format(line))


def _write(
    message: EmailMessage, stationery: Stationery, told: Mapping[str, Any], notes: Sequence[Notes]
) -> None:
    """The words, once as text and once as HTML, each between its notes."""
    before, behind = notes
    text = SPARE_LINES.sub("\n\n", render(stationery.text, told, medium="text"))
    message.set_content(f"{before[0]}{text.rstrip()}\n{behind[0]}", cte="base64")
    html = render(stationery.html, told, medium="html")
    page = dress.page(html, title=str(message["Subject"]), notes=before[1], last=behind[1])
    message.add_alternative(page, subtype="html", cte="base64")


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    digest = hashlib.sha256(message_id.encode()).hexdigest()
    for place, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={digest[:40]}={place}=")
