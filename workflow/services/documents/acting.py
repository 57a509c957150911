"""Commands on one paper on their way through decision and record."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row

from states.papers.deciding import JUDGING, PaperDecision, decide
from states.papers.facts import PaperFacts
from states.papers.kinds import PAPERS
from states.papers.life import UNSIGNED
from states.papers.lives import DAYS
from states.vocabulary import UNIT_ROLES
from workflow.errors import Ambiguous, NotFound
from workflow.services import people
from workflow.services.attaching import attach, check_room, with_evidence
from workflow.services.batch import JOURNAL, OpenCase
from workflow.services.chains import chain_of, enter
from workflow.services.documents.content import Content, Writing, different
from workflow.services.documents.telling import plain
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.stated_times import check_not_ahead
from workflow.services.work import Work, begin
from workflow.storage import outbox, papers, queries
from workflow.storage.paper_models import PaperLife
from workflow.storage.signing import WROTE

SHORTEST_ID = 6
"""A paper may be named by the beginning of its id, as lists print it, or by its number."""


def found(tx: Connection, name: str) -> Row[Any]:
    """The paper of a number or of the beginning of an id. Raises `NotFound` or `Ambiguous`."""
    rows = papers.lives_called(tx, name) if len(name) >= SHORTEST_ID else []
    if not rows:
        raise NotFound(
            f"没有编号为“{name}”的文书，请核对文号或文书编号。", code="document_unknown", document=name
        )
    if len(rows) > 1:
        raise Ambiguous(f"有多件文书的编号以“{name}”开头，请多写几位。", code="document_ambiguous")
    return rows[0]


class PaperAtHand:
    """One paper in one transaction, with its case or the journal locked."""

    def __init__(self, tx: Connection, office: Office, name: str, *, by: Signature, at: datetime) -> None:
        row = found(tx, name)
        self.work = begin(tx, office, by=by, at=at)
        self.chain = chain_of(self.work, row.case_id)
        self.columns: dict[str, Any] = papers.life_for_update(tx, row.id)._asdict()
        lead = None if self.case is None else self.case.facts.lead_unit
        self.actor = people.Actors(tx, by.person, self.work.day).towards(lead)
        self.kind = PAPERS[self.columns["kind"]]
        self.details: dict[str, Any] = {}

    @property
    def case(self) -> OpenCase | None:
        return None if self.chain.id == JOURNAL else self.chain

    @property
    def said(self) -> dict[str, Any]:
        """What the paper says; nothing of one that was void before it was issued."""
        if self.columns["number"]:
            return dict(json.loads(queries.document(self.work.tx, self.columns["id"]).facts))
        return dict(json.loads(self.columns["facts"])) if self.columns["facts"] else {}

    def writing(self) -> Writing:
        return Writing(self.work, self.case, self.columns["kind"], self.columns["units"])

    @property
    def stated(self) -> dict[str, Any]:
        """What people stated for it last, as it lies beside the entry."""
        about = self.work.tx, self.chain.id, self.columns["id"], WROTE
        return dict(papers.last_words(*about).get("stated") or {})

    @cached_property
    def now(self) -> Content:
        """What the paper would say if it were written now of what people stated."""
        return self.writing().content(self.stated)

    def facts(self, command: str) -> PaperFacts:
        """What the rule book is told of it for a command."""
        about = self.work.tx, self.chain.id, self.columns["id"]
        return PaperFacts(
            kind=self.kind,
            state=self.columns["state"],
            content=self.columns["content_sha256"] or "",
            otherwise=self._otherwise() if command in JUDGING else (),
            drafters=papers.authors_of(*about, WROTE),
            reviewers=frozenset({self.columns["reviewed_by"]} - {None}),
            objects=concerned(self.work, self.said),
            of_unit=_of_units(self.work, self.columns["units"]),
            since=max((self.columns[name] for name in DAYS if self.columns[name]), default=None),
            measure=papers.measure_of(self.work.tx, self.columns["id"]),
            mail_accepted="sent" in outbox.states_of(self.work.tx, self.columns["id"]),
        )

    def decided(self, command: str, details: Mapping[str, Any]) -> PaperDecision:
        """What the rule book says of a command on it."""
        if self.case is not None:
            check_not_ahead(self.work, self.case, self.actor)
        self.details = with_evidence(
            self.work, {name: one for name, one in details.items() if one is not None}
        )
        return decide(self.facts(command), command, self.actor, self.work.day, **self.details)

    def record(
        self,
        decision: PaperDecision,
        *,
        columns: Mapping[str, Any] | None = None,
        kept: Mapping[str, Any] | None = None,
        told: Mapping[str, Any] | None = None,
    ) -> None:
        """One entry and the row's new columns, which say the same; what is only `kept` the entry does not."""
        changes = {**decision.changes, **(columns or {})}
        self.work.batch.amend(PaperLife, self.columns["id"], **changes, **(kept or {}))
        self.columns |= {**changes, **(kept or {})}
        details = {**self._about(), **(told or {}), **plain(changes)}
        act = Act(decision.event, self.work.at, self.actor.person, details, acting_for=decision.acting_for)
        seq = enter(self.work, self.chain, act)
        check_room(self.work.tx, {self.chain.id: attach(self.work.batch, self.chain.id, seq, self.details)})
        self.work.batch.flush()

    def _otherwise(self) -> tuple[str, ...]:
        """What would be written otherwise now than the draft says, as long as it may be changed."""
        if self.columns["state"] not in UNSIGNED:
            return ()
        wording = () if self.now.stationery == self.columns["stationery"] else ("文书措辞",)
        return (*different(self.columns["facts"], self.now.facts), *wording)

    def _about(self) -> dict[str, Any]:
        """What was said with a command, and which paper it was given on."""
        said = {name: value for name, value in self.details.items() if name != "seen"}
        number = {"document_number": self.columns["number"]} if self.columns["number"] else {}
        return {**said, "document": self.columns["id"], "kind": self.columns["kind"], **number}

    def told(self) -> dict[str, Any]:
        """The paper as it stands, for whoever gave the command."""
        shown = {
            name: value for name, value in self.columns.items() if name not in ("id", "case_id", "facts")
        }
        case = self.case.number if self.case else None
        return {"document": self.columns["id"], "case": case, **plain(shown), "units": list(shown["units"])}


def concerned(work: Work, said: Mapping[str, Any]) -> frozenset[str]:
    """Whoever bears the name of a person the paper concerns; namesakes stand back too."""
    person = said.get("person")
    name = person.get("name") if isinstance(person, Mapping) else None
    return frozenset(row.code for row in queries.people_called(work.tx, str(name))) if name else frozenset()


def _of_units(work: Work, units: tuple[str, ...]) -> frozenset[str]:
    """Who holds a role at a unit the paper goes to: he would decide on his own house."""
    held = (
        queries.holders_at(work.tx, role.value, unit, work.day)
        for unit in units
        for role in sorted(UNIT_ROLES)
    )
    return frozenset(row.code for rows in held for row in rows)
