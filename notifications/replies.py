"""What a relay's answer says besides its code: cleaned words, the enhanced code, the number in its queue."""

import re
import unicodedata

REPLY_BOUND = 500
ENHANCED = re.compile(r"(?:^|\(#)([245]\.\d{1,3}\.\d{1,3})(?![.\d])")
QUEUED = (
    re.compile(r"\bqueued as <?([^\s<>]+)", re.IGNORECASE),  # Postfix, Coremail, aiosmtpd
    re.compile(r"\bid=([^\s,;]+)"),  # Exim
    re.compile(r"\bInternalId=(\d+)"),  # Exchange
    re.compile(r"(\S+) Message accepted for delivery"),  # Sendmail, OpenSMTPD
)


def cleaned(reply: str) -> str:
    """The answer on one line, without control characters, cut at 500 characters."""
    line = " ".join(reply.split())
    return "".join(c for c in line if unicodedata.category(c)[0] != "C")[:REPLY_BOUND]


def enhanced_code(reply: str) -> str | None:
    """The code of RFC 3463 the answer begins with, as in `5.1.1`, or holds as `(#5.1.1)`; else None."""
    found = ENHANCED.search(reply)
    return found[1] if found else None


def queue_id(reply: str) -> str | None:
    """What the relay calls the mail it took, where it is one of the common forms; else None."""
    found = next((match for form in QUEUED if (match := form.search(reply))), None)
    return (found[1].rstrip(".,;:)]") or None) if found else None
