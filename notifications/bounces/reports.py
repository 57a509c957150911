"""Reports in their standard forms: delivery status (RFC 3464, 6533), complaint (RFC 5965)."""

import re
from collections.abc import Mapping

from notifications.bounces.bounce import Bounce, Kind
from notifications.bounces.letter import ADDRESS, Letter
from notifications.bounces.reasons import Reason
from notifications.replies import cleaned

STATUSES = ("message/delivery-status", "message/global-delivery-status")
RECEIPTS = ("message/disposition-notification", "message/global-disposition-notification")
FEEDBACK = "message/feedback-report"
MACHINE_READABLE = (*STATUSES, *RECEIPTS, FEEDBACK)
RECIPIENTS_BOUND = 64
ARRIVED = frozenset({"delivered", "relayed", "expanded"})
NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "dmarc"})
BLANK_LINES = re.compile(r"\n[ \t]*\n")
TYPED = re.compile(r"\A\s*[\w-]{1,40}\s*;\s*", re.ASCII)
"""The type of an address or of a code, as in `rfc822; name@example`."""

Fields = Mapping[str, str]


def field_groups(letter: Letter, *media_types: str) -> list[Fields]:
    """The groups of fields in its parts of these types, names in lower case."""
    texts = [part.text for part in letter.of_type(*media_types)]
    groups = [_fields(group) for text in texts for group in BLANK_LINES.split(text)[: RECIPIENTS_BOUND + 1]]
    return [group for group in groups if group]


def read_report(letter: Letter) -> tuple[Bounce, ...]:
    """One bounce for each recipient of a delivery report; none for any other mail."""
    told = (group for group in field_groups(letter, *STATUSES) if {"action", "status"} & group.keys())
    return tuple(_of_recipient(group, letter.words) for group in told)


def read_complaint(letter: Letter) -> tuple[Bounce, ...]:
    """That a recipient marked the mail as unwanted."""
    fields = next(iter(field_groups(letter, FEEDBACK)), {})
    feedback = fields.get("feedback-type", "").lower()
    if not feedback or feedback in NO_COMPLAINT:
        return ()
    recipient = _address(fields.get("original-rcpt-to", "") or fields.get("removal-recipient", ""))
    if recipient is None:
        recipient = next((one for mail in letter.returned for one in mail.addresses("to")), None)
    return (Bounce("complaint", recipient=recipient, diagnostic=cleaned(feedback)),)


def is_receipt(letter: Letter) -> bool:
    """Whether it only says what became of the mail in the recipient's hands (RFC 8098)."""
    return bool(letter.of_type(*RECEIPTS))


def _fields(group: str) -> Fields:
    """The first of each name; folded lines joined."""
    head = Letter.open_part(group.strip().encode("utf-8", "replace"))
    return {name: head.header(name) for name, _ in head.head}


def _of_recipient(fields: Fields, notice: str) -> Bounce:
    said = TYPED.sub("", fields.get("diagnostic-code", ""))
    stated = Reason.read(fields.get("status", "")).status
    reason = Reason.read(said, stated)
    return Bounce(
        _kind(fields.get("action", ""), reason, notice),
        recipient=_address(fields.get("original-recipient", ""))
        or _address(fields.get("final-recipient", "")),
        status=reason.status,
        smtp_code=reason.smtp_code,
        diagnostic=reason.words,
    )


def _kind(action: str, reason: Reason, notice: str) -> Kind:
    """What the relay did, in its own word; without a known one, what the code means."""
    word = (re.match(r"[a-z]*", action.lower()) or [""])[0]
    if word in ARRIVED or (word != "failed" and (reason.status or "").startswith("2")):
        return "delivered"
    if word == "delayed":
        return "delayed"
    return reason.of_failure(notice=notice)


def _address(value: str) -> str | None:
    """The bare address: without type and brackets, in whatever script."""
    bare = TYPED.sub("", value).strip().strip("<>").strip()
    known = ADDRESS.search(bare)
    if known and bare.isascii():
        return known[0]
    return bare[:320] if re.fullmatch(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}", bare) else None
