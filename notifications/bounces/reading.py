"""Reading one mail that came back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from notifications.bounces.bounce import Bounce
from notifications.bounces.letter import Letter
from notifications.bounces.notices import from_mail_system, read_notice
from notifications.bounces.replies import read_auto_reply
from notifications.bounces.reports import MACHINE_READABLE, field_groups, read_complaint, read_report
from notifications.bounces.verp import bounce_token

IDS_BOUND = 16
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?A-~]{1,250}>")
NAMED_ID = re.compile(r"\bmessage[- ]?id\s*[:：]\s*(<[!-;=?-~]{1,250}@[!-;=?A-~]{1,250}>)", re.IGNORECASE)
OURS_BARE = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}\.\d{1,9}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}")
ADDRESSED = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "resent-to")
SENT_BY = ("return-path", "x-envelope-from", "x-return-path", "sender")


def read_bounces(data: bytes) -> tuple[Bounce, ...]:
    """What a mail tells of mails we sent, one bounce a recipient; empty for a letter that tells nothing.

    `data` is a mail as it came, of anybody and about anything; whatever it holds, this returns. Reads at most
    10 MiB of it, 64 parts, 8 levels deep. A person's answer tells nothing, even where it quotes a report.
    """
    letter = Letter.open(data)
    told = _told(letter)
    if not told:
        return ()
    ids = tuple(islice(dict.fromkeys(_message_ids(letter)), IDS_BOUND))
    token = _token(letter)
    return tuple(dict.fromkeys(replace(one, message_ids=ids, verp=token) for one in told))


def _told(letter: Letter) -> tuple[Bounce, ...]:
    if letter.media_type == "multipart/report":
        standard = read_complaint(letter) or read_report(letter)
        if standard:
            return standard
    if from_mail_system(letter):
        return read_report(letter) or read_notice(letter)
    return read_auto_reply(letter)


def _message_ids(letter: Letter) -> Iterator[str]:
    """The surest first: of the mail given back, in the report's fields, what it answers, in its words."""
    own = set(MESSAGE_ID.findall(letter.header("message-id")))
    yield from (one for one in _mentioned(letter) if one not in own)


def _mentioned(letter: Letter) -> Iterator[str]:
    for mail in letter.returned:
        yield from MESSAGE_ID.findall(mail.header("message-id"))
    for group in field_groups(letter, *MACHINE_READABLE):
        yield from MESSAGE_ID.findall(
            f"{group.get('x-original-message-id')} {group.get('original-envelope-id')}"
        )
    for value in letter.headers("in-reply-to", "references"):
        yield from MESSAGE_ID.findall(value)
    yield from NAMED_ID.findall(letter.words)
    yield from (f"<{one}>" for leaf in letter.leaves for one in OURS_BARE.findall(leaf.text))


def _token(letter: Letter) -> str | None:
    came_to = letter.headers(*ADDRESSED)
    sent_by = [value for mail in letter.returned for value in mail.headers(*SENT_BY)]
    stated = [group.get("x-original-return-path", "") for group in field_groups(letter, *MACHINE_READABLE)]
    return next(filter(None, map(bounce_token, [*came_to, *sent_by, *stated])), None)
