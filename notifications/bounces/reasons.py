"""Why a mail failed, from the codes and words of the other side.

The codes are those of RFC 3463; where a provider writes none, or one that leaves the detail open, its words
count.
"""

import re
from dataclasses import dataclass
from typing import Literal, Self

from notifications.bounces.vocabulary import FOR_GOOD, FOR_NOW, FULL, GONE
from notifications.replies import cleaned

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)", re.ASCII)
SMTP_CODE = re.compile(
    r"(?<![\d.:])(25[0-2]|[45]\d\d)(?=[ #-](?![\d ]|hour|day|min|sec|byte|[kmg]b)|[ -]\d\.\d)",
    re.ASCII | re.IGNORECASE,
)
VAGUE = re.compile(r"[245]\.\d{1,3}\.0")
"""Codes that leave the detail open: words may know better."""
PASSING = frozenset({"5.2.2", "5.3.1", "5.4.7", "5.4.300", "5.4.316", "5.4.317"})
"""Permanent in form only: a full mailbox, a full system, a mail that waited too long."""
OF_THE_ADDRESS = re.compile(r"5\.1\.(?![78]$)\d{1,3}|5\.2\.1|5\.4\.(?:4|310)")
"""No such mailbox, domain or host, or one switched off; 5.1.7 and 5.1.8 blame the sender's address."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The codes and words a mail was refused with; `words` is the diagnostic, cleaned."""

    status: str | None
    smtp_code: int | None
    words: str

    @classmethod
    def read(cls, words: str, status: str | None = None) -> Self:
        """From what the other side said; `status` is a code stated apart, which holds unless it is vague."""
        said, code = STATUS.search(words), SMTP_CODE.search(words)
        if said and (status is None or VAGUE.fullmatch(status)):
            status = said[1]
        return cls(status, int(code[1]) if code else None, cleaned(words))

    def of_failure(self, *, notice: str = "") -> Literal["hard", "soft"]:
        """What a failure for this reason is; `notice` are the words around it, the last to be asked."""
        if self.status and not VAGUE.fullmatch(self.status):
            return "hard" if self.status[0] == "5" and self.status not in PASSING else "soft"
        if FULL.search(self.words):
            return "soft"
        if self.smtp_code:
            return "hard" if self.smtp_code >= 500 else "soft"
        return self._in_words(notice)

    def _in_words(self, notice: str) -> Literal["hard", "soft"]:
        words = self.words or notice
        if self.status and self.status[0] == "4":
            return "soft"
        if GONE.search(words):
            return "hard"
        if FOR_NOW.search(words):
            return "soft"
        return "hard" if self.status or FOR_GOOD.search(notice) else "soft"


def refuses_address(words: str) -> bool:
    """Whether these words of a relay, codes among them, refuse an address for good and because of itself."""
    reason = Reason.read(words)
    return reason.of_failure() == "hard" and blames_address(reason.status, reason.words)


def blames_address(status: str | None, words: str) -> bool:
    """Whether a refusal for good is about the recipient's address."""
    if status and not VAGUE.fullmatch(status):
        return OF_THE_ADDRESS.fullmatch(status) is not None
    return GONE.search(words) is not None
