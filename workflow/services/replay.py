"""Reading a history back: its entries as typed values, and what they say of cases, escalations and papers.

Verification compares this with the rows; views of the past are made of it. Never reads a projection.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from states.facts import CaseFacts, fold
from states.office_time import office_day
from states.visibility import COMMENTED, MENTION_SEEN
from workflow.services.batch import Pending

SET_LATER = (
    "drafted_by", "snoozed_until", "decided_by", "decided_on", "issued_on", "service", "served_on",
    "reply_due_on", "answered_on", "judge_by", "judged_on", "judgement", "effect_until", "review_on",
    "finding", "concluded_on", "document_id",
)  # fmt: skip
NAMED_OTHERWISE = {"document": "document_id", "reason_text": "reason"}
ESCALATION_COLUMNS = frozenset(
    {
        "state",
        "clock",
        "epoch",
        "step",
        "mode",
        "policy",
        "unit",
        "due_on",
        "reached_on",
        "raised_on",
        "reason",
    }
    | {"asked_again", *SET_LATER}
)
ESCALATION_DATES = frozenset(
    {
        "due_on", "reached_on", "raised_on", "snoozed_until", "decided_on", "issued_on", "served_on",
        "reply_due_on", "answered_on", "judge_by", "judged_on", "effect_until", "review_on", "concluded_on",
    }
)  # fmt: skip


class Told(BaseModel):
    """Something an entry tells; what is not looked at is left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class File(Told):
    """A file that came with an entry."""

    sha256: str
    name: str = ""


class Mail(Told):
    """A message as the entry that issued its paper names it; `recipient` is the address's SHA-256."""

    id: str
    message_id: str
    recipient: str


class Details(BaseModel):
    """An entry's particulars. Those with a type here are relied on; the rest is kept as it is."""

    model_config = ConfigDict(frozen=True, extra="allow")
    document: str | None = None
    document_number: str | None = None
    facts_sha256: str | None = None
    stationery: str | None = None
    messages: tuple[Mail, ...] = ()
    matters: int = 1
    evidence: tuple[File, ...] = ()
    evidence_before: tuple[File, ...] = ()
    evidence_after: tuple[File, ...] = ()
    mentions: tuple[str, ...] = ()
    deadline: dict[str, Any] | None = None
    deadlines: dict[str, dict[str, Any]] | None = None
    escalation: str | None = None
    message: str | None = None
    sha256: str | None = None
    file: str | None = None
    digest: str | None = None

    @property
    def files(self) -> tuple[File, ...]:
        """Every file that came with the entry."""
        return (*self.evidence, *self.evidence_before, *self.evidence_after)


class Entry(Told):
    """One entry read back, with the people's words beside it."""

    case: str
    seq: int
    kind: str
    actor: str
    acting_for: str | None = None
    occurred_at: datetime
    recorded_at: datetime
    before: str | None = None
    after: str | None = None
    sets: dict[str, Any] = Field(alias="set")
    details: Details
    personal: str | None = None
    words: dict[str, dict[str, Any]] = Field(default_factory=dict)


def read(event: Row[Any] | Pending) -> Entry:
    """The entry of a row, stored or to be. Raises `ValueError` or `TypeError` where that is past reading."""
    return read_from(orjson.loads(event.payload), event.personal)


def read_from(payload: Mapping[str, Any], personal: str | None) -> Entry:
    """The same of what a row says, once that is parsed, and of the words beside it."""
    return Entry.model_validate({**payload, "words": orjson.loads(personal) if personal else {}})


def readable(events: Iterable[Row[Any] | Pending]) -> Iterator[Entry]:
    """The entries of rows, without any that was changed past reading."""
    for event in events:
        try:
            yield read(event)
        except (TypeError, ValueError):
            continue


def facts_of(entries: Iterable[Entry]) -> CaseFacts:
    """The facts after a history, people's words among them."""
    return fold({"set": entry.sets | entry.words.get("set", {})} for entry in entries)


def escalations_of(entries: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """The escalations a history tells of, by id, each as the columns of its row that entries name."""
    told: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.details.escalation is not None:
            unset = {**dict.fromkeys((*SET_LATER, "reached_on")), "asked_again": 0}
            told.setdefault(entry.details.escalation, unset).update(escalation_columns(entry))
    return told


def escalation_columns(entry: Entry) -> dict[str, Any]:
    """The columns of an escalation's row that an entry about it sets."""
    return {"state": entry.kind.removeprefix("escalation_")} | _named(entry)


def _named(entry: Entry) -> dict[str, Any]:
    details = entry.details.model_dump(exclude_unset=True)
    named = {NAMED_OTHERWISE.get(name, name): value for name, value in details.items()}
    return {name: _revived(name, named[name]) for name in ESCALATION_COLUMNS & named.keys()}


def _revived(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if value is not None and name in ESCALATION_DATES else value


def issued_in(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The entry that issued each paper or mail, by the paper's id: the one that tells its frozen facts."""
    issuing = (entry for entry in entries if entry.details.facts_sha256 is not None)
    return {entry.details.document: entry for entry in issuing if entry.details.document is not None}


def redirected_in(entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """The entries by which messages went to another address as other messages, with the paper's id."""
    for entry in entries:
        if entry.kind == "mail_redirected" and entry.details.document is not None:
            yield entry.details.document, entry


def sent_in(entries: Iterable[Entry]) -> dict[str, datetime]:
    """When each message left, by the message's id: when the relay took it."""
    taken = (entry for entry in entries if entry.kind == "mail_sent")
    return {entry.details.message: entry.occurred_at for entry in taken if entry.details.message is not None}


def laid_out_in(entries: Iterable[Entry]) -> dict[str, str | None]:
    """The hash of each paper's file once it was laid out, by the paper's id."""
    laid_out = (entry.details for entry in entries if entry.kind == "document_rendered")
    return {details.document: details.sha256 for details in laid_out if details.document is not None}


def mentions_in(entries: Iterable[Entry]) -> dict[tuple[int, str], dict[str, Any]]:
    """Who was mentioned in which entry, on which day, and when he put it behind him or commented himself."""
    told: dict[tuple[int, str], dict[str, Any]] = {}
    for entry in entries:
        if entry.kind in (COMMENTED, MENTION_SEEN):
            day = office_day(entry.occurred_at)
            for (_, person), columns in told.items():
                if person == entry.actor and columns["seen_on"] is None:
                    columns["seen_on"] = day
            for person in entry.details.mentions:
                told[entry.seq, person] = {"mentioned_on": day, "seen_on": None}
    return told
