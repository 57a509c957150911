"""Machines that answer in somebody's place: out of office, holidays, receipts (RFC 3834)."""

from notifications.bounces.bounce import Bounce
from notifications.bounces.letter import Letter
from notifications.bounces.reports import is_receipt
from notifications.bounces.vocabulary import AUTO_REPLY_TITLE
from notifications.replies import cleaned

MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-vacation")


def read_auto_reply(letter: Letter) -> tuple[Bounce, ...]:
    """That a machine answered; nothing where a person did."""
    if not (is_receipt(letter) or _says_so(letter) or AUTO_REPLY_TITLE.match(letter.header("subject"))):
        return ()
    sender = next(iter(letter.addresses("from")), None)
    return (Bounce("auto_reply", recipient=sender, diagnostic=cleaned(letter.header("subject"))),)


def _says_so(letter: Letter) -> bool:
    submitted = letter.header("auto-submitted").lower()
    answered = submitted.startswith("auto-replied") or letter.header("precedence").lower() == "auto_reply"
    return answered or bool(letter.headers(*MARKS))
