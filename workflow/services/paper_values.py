"""Papers as values: what one says beyond its case, as it was issued, as it was signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.services.letterheads import OFFICE


@dataclass(frozen=True, slots=True)
class Recipient:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says beyond the case itself. `particulars` are the kind's own facts.

    An empty `series` makes it a plain mail.
    """

    kind: str
    series: str
    addressee: str
    recipients: tuple[Recipient, ...]
    particulars: Mapping[str, Any] = field(default_factory=dict)
    copies: tuple[str, ...] = ()
    issuer: str = OFFICE


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as it was issued: what the entry that issues it says of it. A plain mail has no number."""

    id: str
    number: str | None
    facts_sha256: str
    stationery: str
    messages: tuple[dict[str, str], ...]
    matters: int = 1
    signed_by: str | None = None

    def as_details(self) -> dict[str, Any]:
        """For the entry. Recipients stand as hashes of their addresses; none means: to be served by hand.

        A joint paper tells every matter the same, and of how many it is.
        """
        told = {
            "document": self.id,
            "document_number": self.number,
            "facts_sha256": self.facts_sha256,
            "stationery": self.stationery,
            "messages": list(self.messages),
        }
        signed = {"signed_by": self.signed_by} if self.number else {}
        joint = {} if self.matters == 1 else {"matters": self.matters}
        return {**told, **signed, **joint}


def matters_of(frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The matters a joint paper lists, by its frozen facts; none where it is of one matter, or of none."""
    return list(frozen["items"]) if "matters" in frozen else []


@dataclass(frozen=True, slots=True)
class Signed:
    """A paper people wrote, as it was signed: what it says but for its number, and the wording it has."""

    id: str
    paper: Paper
    facts: Mapping[str, Any]
    stationery: str


def iso(day: date | None) -> str | None:
    """A day as papers are given it."""
    return day.isoformat() if day else None
