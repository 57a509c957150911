"""拟稿 and 修改: what people state joins what the register knows, and both are kept under one hash."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.papers.deciding import PaperDecision, decide
from states.papers.facts import PaperFacts
from states.papers.kinds import PAPERS, PaperKind
from states.papers.life import UNISSUED
from states.papers.lives import BLANK
from states.papers.pursuing import check_pursued
from workflow.errors import NotFound
from workflow.services import units
from workflow.services.batch import OpenCase, opened
from workflow.services.chains import enter
from workflow.services.documents.acting import PaperAtHand, concerned, found
from workflow.services.documents.composing import written_paper
from workflow.services.documents.content import Content, Writing
from workflow.services.documents.stating import Facts, merged, stated_for
from workflow.services.documents.telling import plain
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.paper_lives import REPLACES
from workflow.services.people import Actors
from workflow.services.stated_times import check_not_ahead
from workflow.services.work import Work, begin
from workflow.storage import queries
from workflow.storage.paper_models import PaperLife
from workflow.storage.session import transaction


def draft(
    office: Office,
    kind: str,
    number: str | None = None,
    *,
    by: Signature,
    at: datetime,
    stated: Facts | None = None,
    to: Sequence[str] = (),
    replaces: str | None = None,
) -> dict[str, Any]:
    """Draft a paper of a kind, of the case `number` or of none; returns it as it stands.

    `stated` are facts by their names as templates call them; `to` the units it goes to, by any name the
    directory knows, without them the lead unit; `replaces` names an issued paper it will take the place of.
    Raises `NotFound`, `FactInvalid`, `FactMissing`, `NotPermitted`, and `NoticeUnrenderable` for what no
    paper can hold.
    """
    row = _kind(kind, number)
    facts = stated_for(kind, stated or {})
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        case = None if number is None else _case(work, number)
        writing = Writing(work, case, kind, _units(work, to, case, row))
        id = _Draft(writing, facts, _actor(work, case, by)).keep(replaces)
        work.batch.flush()
        return PaperAtHand(tx, office, id, by=by, at=at).told()


def revise(
    office: Office,
    name: str,
    *,
    by: Signature,
    at: datetime,
    stated: Facts | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Change a draft: facts given now take the place of those stated before, the register is asked anew."""
    with transaction(office.engine) as tx:
        paper = PaperAtHand(tx, office, name, by=by, at=at)
        facts = stated_for(paper.columns["kind"], stated or {})
        decision = paper.decided("revise", {"reason": reason})
        whole = merged(paper.stated, facts)
        content = _written(paper.writing(), whole)
        paper.details["stated"] = whole
        paper.record(decision, columns=content.columns, kept={"facts": content.text})
        return paper.told()


def _actor(work: Work, case: OpenCase | None, by: Signature) -> Actor:
    actor = Actors(work.tx, by.person, work.day).towards(case.facts.lead_unit if case else None)
    if case is not None:
        check_not_ahead(work, case, actor)
    return actor


@dataclass(frozen=True, slots=True)
class _Draft:
    """A paper about to be kept: who writes it, and what he states for it."""

    writing: Writing
    stated: Facts
    actor: Actor

    def keep(self, replaces: str | None) -> str:
        """Add its row and its entry; returns its id. `replaces` names the paper it is to replace."""
        decision, content = self._decided(), _written(self.writing, self.stated)
        columns = {**decision.changes, **content.columns, "units": self.writing.units}
        id, replaced = secrets.token_hex(16), _replaced(self.writing, replaces)
        row = {**BLANK, **columns, "kind": self.writing.kind, "replaces": replaced, "facts": content.text}
        self.writing.work.batch.add(PaperLife, id=id, case_id=self.writing.chain_id, **row)
        self._enter(decision, {"document": id, REPLACES: replaced, **plain(columns)})
        return id

    def _decided(self) -> PaperDecision:
        work = self.writing.work
        asked = PaperFacts(self.writing.row, objects=concerned(work, self.stated))
        return decide(asked, "draft", self.actor, work.day)

    def _enter(self, decision: PaperDecision, told: dict[str, Any]) -> None:
        work, person, acting_for = self.writing.work, self.actor.person, decision.acting_for
        details = {**told, "kind": self.writing.kind, "stated": self.stated}
        chain = self.writing.case or work.batch.open_journal()
        enter(work, chain, Act(decision.event, work.at, person, details, acting_for=acting_for))


def _written(writing: Writing, stated: Facts) -> Content:
    """What the paper says; one that no layout could take is refused before it is kept."""
    content = writing.content(stated)
    written_paper(writing.work.tx, content.signed, content.stationery, draft=True)
    return content


def _kind(kind: str, number: str | None) -> PaperKind:
    if kind not in PAPERS:
        known = "、".join(f"{name}（{row.label}）" for name, row in PAPERS.items() if row.signers)
        raise NotFound(f"没有“{kind[:40]}”这种文书，可拟制的有：{known}。", code="document_kind_unknown")
    row = PAPERS[kind]
    if row.about == "case" and number is None:
        raise FactMissing(f"“{row.label}”是就某一事项制发的，请用--case写明事项。", code="case_missing")
    if row.about == "office" and number is not None:
        raise FactInvalid(f"“{row.label}”不针对某一事项，请去掉--case。", code="case_unwanted")
    return row


def _case(work: Work, number: str) -> OpenCase:
    rows = queries.cases_for_update(work.tx, [number])
    if not rows:
        raise NotFound(f"没有编号为“{number}”的事项，请核对编号。", code="case_unknown", number=number)
    case = opened(rows[0])
    check_pursued(case.facts, work.lifecycle_of(case))
    return case


def _units(work: Work, to: Sequence[str], case: OpenCase | None, kind: PaperKind) -> tuple[str, ...]:
    """The units a paper goes to, by code. One that concerns a person is handed over, and goes to none."""
    if kind.is_confidential:
        if to:
            raise NotPermitted("致个人的文书一件一人，不成批发出，请不写收文单位。", code="person_in_bulk")
        return ()
    if to:
        found = units.codes_by_name(work.tx, set(to), work.day)
        return tuple(dict.fromkeys(code for name in to for code in found[name]))
    if case is None:
        return ()
    if case.facts.lead_unit is None:
        raise FactMissing("该事项还没有牵头单位，请用--to写明收文单位。", code="lead_unit_missing")
    return (case.facts.lead_unit,)


def _replaced(writing: Writing, name: str | None) -> str | None:
    """The paper a draft is to replace: of the same matter and kind, and issued."""
    if name is None:
        return None
    row = found(writing.work.tx, name)
    if row.case_id != writing.chain_id or row.kind != writing.kind:
        raise FactInvalid("只能替换同一事项的同一种文书，请核对文号。", code="replaces_other")
    if row.state in UNISSUED or row.state == "voided":
        raise FactInvalid(
            "只能替换已经印发、没有作废的文书；未印发的请修改或者作废。", code="replaces_unissued"
        )
    return str(row.id)
