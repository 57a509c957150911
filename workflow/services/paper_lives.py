"""What a history tells of the life of its papers, entry by entry, by the rules of `states.papers.lives`.

Verification compares this with the rows; views of the past are made of it. Never reads a projection.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from states.office_time import office_day
from states.papers.life import BY_HAND, STATES
from states.papers.lives import AUTHORS, DAYS, DROPPED, SERVED, WITHDRAWN, Lives
from workflow.services.replay import Entry

TOLD = ("kind", "state", "stationery", "content_sha256", "signed_sha256", "service", *DAYS, *AUTHORS)
REPLACES = "replaces_document"
"""What an entry calls the id of the paper a draft is to replace."""

NO_KINDS: Mapping[str, str] = {}


def lives_in(entries: Iterable[Entry], kinds: Mapping[str, str] = NO_KINDS) -> Lives:
    """The papers a history tells of. `kinds` has the kind of paper each wording is for."""
    telling = Telling(kinds)
    for entry in entries:
        telling.follow(entry)
    return telling.lives


class Telling:
    """The papers of one history, `lives`, while its entries are read."""

    def __init__(self, kinds: Mapping[str, str] = NO_KINDS) -> None:
        self.lives, self._kinds = Lives(), kinds
        self._papers: dict[str, str] = {}

    def follow(self, entry: Entry) -> None:
        details, day = entry.details, office_day(entry.occurred_at)
        more = details.model_extra or {}
        if entry.kind in BY_HAND and details.document is not None and _is_step(entry):
            self._step(entry, details.document, day)
        elif details.facts_sha256 is not None and details.document and details.document_number:
            self._sent(entry, details.document, day)
        elif entry.kind == DROPPED and details.document in self.lives.of:
            self.lives.drop(details.document, day)
        elif entry.kind in (SERVED, WITHDRAWN) and details.escalation is not None:
            paper = self._papers.get(details.escalation)
            self.lives.follow_measure(paper, entry.kind, {**more, "served_on": _day(more, "served_on")}, day)
        else:
            self.lives.follow_case(entry.kind, day)

    def _sent(self, entry: Entry, id: str, day: date) -> None:
        details, more = entry.details, entry.details.model_extra or {}
        kind = more.get("kind") or self._kinds.get(details.stationery or "")
        self.lives.replace(more.get("replaces"), day)
        signer, matters = more.get("signed_by"), details.matters
        number = str(details.document_number)
        self.lives.send(id, kind, day, number=number, signed_by=signer, matters=matters)
        if details.escalation is not None:
            self._papers[details.escalation] = id

    def _step(self, entry: Entry, id: str, day: date) -> None:
        details = entry.details
        more = details.model_dump(exclude_unset=True)
        if id not in self.lives.of:
            units = tuple(more.get("units", ()))
            self.lives.put(id, replaces=more.get(REPLACES), units=units)
        if details.document_number is not None and details.facts_sha256 is not None:
            self.lives.supersede(self.lives.of[id]["kind"], day)
            self.lives.replace(more.get("replaces"), day)
            self.lives.set(id, {"number": details.document_number})
        named = (name for name in TOLD if name in more)
        self.lives.set(id, {name: _day(more, name) if name in DAYS else more[name] for name in named})


def _is_step(entry: Entry) -> bool:
    """A step of a life people lead tells the state it comes to; a paper a command issues does not."""
    return (entry.details.model_extra or {}).get("state") in STATES


def _day(more: Mapping[str, Any], name: str) -> date | None:
    value = more.get(name)
    return date.fromisoformat(value) if value else None
