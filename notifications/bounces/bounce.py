"""What one mail that came back says of one recipient."""

from dataclasses import dataclass
from typing import Literal

from notifications.bounces.reasons import blames_address

Kind = Literal["hard", "soft", "delayed", "delivered", "complaint", "auto_reply"]


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient's part of a report.

    `hard` was refused for good, `soft` given up for a reason that may pass (a full mailbox, days of silence),
    `delayed` is still being tried, `delivered` was delivered or handed on to where no report comes from,
    `complaint` was marked as unwanted, `auto_reply` is a machine's answer in somebody's place. Only the first
    two mean that the mail did not arrive. Whatever cannot be told for sure is `soft`, never `hard`.
    """

    kind: Kind
    message_ids: tuple[str, ...] = ()
    """Message-IDs of the mail it is about, angle brackets included, the surest first."""
    verp: str | None = None
    """The token of the bounce address it came to: what stands before the `@` in our Message-ID."""
    recipient: str | None = None
    """The address as we wrote it, where the report still knows it."""
    status: str | None = None
    """The enhanced code (RFC 3463), as `5.1.1`."""
    smtp_code: int | None = None
    diagnostic: str = ""
    """What the other side said: one line, no control characters, at most 500 characters."""

    @property
    def blames_address(self) -> bool:
        """Whether the address itself is no good, rather than this mail, its size, or who sent it."""
        return self.kind == "hard" and blames_address(self.status, self.diagnostic)
