"""Laying out issued papers, once each: frozen facts and frozen wording in, bytes and their SHA-256 out.

Rendering is deterministic, so two workers that take the same paper make the same bytes, and the guarded
update lets only one of them enter it. What cannot be laid out is set aside for a person and tried again each
run: new fonts or a new release may have mended it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from notifications.document import Document as PaperModel
from notifications.errors import MailRoomError, NoticeUnrenderable
from notifications.facts import INTERNAL_FORMS, KINDS, kind_label
from notifications.fonts import FontSet, find_fonts
from notifications.inspection import inspect
from notifications.plain import as_html, as_text
from notifications.reckoning import reckoning
from notifications.stationery import Stationery, load_form, load_stationery
from notifications.term import awaited, is_tentative
from notifications.typesetting import typeset
from notifications.wording import compose
from states.errors import FactInvalid, FactMissing
from states.statistics import Stage, stage_of
from states.vocabulary import ClockName, IssueMode
from workflow.errors import NotFound
from workflow.placing import beside, put
from workflow.services import files
from workflow.services.batch import OpenCase, opened
from workflow.services.entries import SYSTEM, Act
from workflow.services.explaining import ExplainedClock, clock_of
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk, Paper, headline
from workflow.services.raising import paper_of, prior_papers
from workflow.services.urging import KIND as URGE
from workflow.services.urging import urge_paper
from workflow.services.work import Work, begin
from workflow.storage import outbox, queries
from workflow.storage.session import reading, transaction

PDF = "application/pdf"
SET_ASIDE = "document_unrenderable"


@dataclass(slots=True)
class RenderReport:
    """What a rendering run did; a paper that cannot be laid out needs a person."""

    rendered: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)


def render_pending(office: Office, *, by: Signature) -> RenderReport:
    """Lay out every issued paper that has no file yet, oldest first; plain mails are none and never have one.

    One that cannot be laid out never stops the others: its messages fail, with an entry in its case, until
    some run can lay it out.
    """
    report = RenderReport()
    with reading(office.engine) as tx:
        pending = queries.unrendered_documents(tx)
    for document in pending:
        try:
            report.rendered += _render(office, document, by)
        except MailRoomError as refusal:
            _set_aside(office, document, refusal, by)
            report.failed.append({"document": document.number, **refusal.as_json()})
    return report


def _render(office: Office, document: Row[Any], by: Signature) -> bool:
    """Whether this run was the one that entered the file."""
    with reading(office.engine) as tx:
        paper = _issued(tx, document)
    data = typeset(paper, fonts(office.settings.fonts), issued_at=document.issued_at)
    _check_print(data, paper)
    with transaction(office.engine) as tx:
        case = opened(queries.case_by_id_for_update(tx, document.case_id))
        kept = files.keep(
            tx, office.settings.files, data, name=f"{document.number}.pdf", media_type=PDF, at=by.recorded_at
        )
        if not queries.keep_rendering(tx, document.id, kept.sha256):
            return False
        outbox.bring_back(tx, document.id)
        used = list(fonts(office.settings.fonts).substitutions)
        work = begin(tx, office, by=by, at=by.recorded_at)
        _enter(work, case, document, "document_rendered", sha256=kept.sha256, fonts=used)
    return True


def _check_print(data: bytes, paper: PaperModel) -> None:
    """A paper is kept for good, so what was printed is looked over first."""
    found = inspect(data, title=paper.name, number=paper.number)
    if found:
        raise NoticeUnrenderable(
            f"文书成稿未通过检查：{'；'.join(found)}。请检查字体和模板。", code="print_faulty", findings=found
        )


def _set_aside(office: Office, document: Row[Any], refusal: MailRoomError, by: Signature) -> None:
    """Tell people once, unless another worker, who may have had the fonts, has laid it out."""
    with transaction(office.engine) as tx:
        case = opened(queries.case_by_id_for_update(tx, document.case_id))
        laid_out = queries.document(tx, document.id).sha256 is not None
        if laid_out or queries.is_noted(tx, case.id, SET_ASIDE, document.id):
            return
        outbox.set_aside(tx, document.id, refusal.message)
        work = begin(tx, office, by=by, at=by.recorded_at)
        _enter(work, case, document, SET_ASIDE, code=refusal.code, message=refusal.message)


def _enter(work: Work, case: OpenCase, document: Row[Any], kind: str, **told: Any) -> None:
    """Enter what became of a paper into its case."""
    details, state = {"document": document.id, "document_number": document.number, **told}, case.facts.state
    work.batch.enter(case, Act(kind, work.at, SYSTEM, details, before=state, after=state))
    work.batch.flush()


@lru_cache(maxsize=4)
def fonts(folder: Path | None) -> FontSet:
    """The fonts of this installation, found once a process."""
    return find_fonts([] if folder is None else [folder])


def render_to(
    office: Office,
    number: str,
    kind: str,
    out: Path,
    *,
    by: Signature,
    at: datetime,
    annex: bool = False,
    anew: bool = False,
    noting: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Write a case's newest paper of a kind to a file, in the form its suffix names (.pdf .html .txt).

    Without an issued paper, or `anew`, it is a draft with gaps, with `annex` the ledger of the due date
    behind it; an internal form is always made anew. Raises `NotFound` for an unknown case or kind,
    `FactMissing` for what cannot be told yet, and `FactInvalid` for a form that cannot be made, an annex to a
    paper that is issued, or a draft of a matter that was given up. `noting` enters that it is looked at, once
    nothing stands against it any more; where that is refused nothing is written.
    """
    _check_kind(kind)
    with transaction(office.engine) as tx:
        row = queries.case_by_number(tx, number)
        if row is None:
            raise NotFound(f"没有编号为“{number}”的事项，请核对编号。", code="case_unknown", number=number)
        issued = None if anew else next(iter(queries.documents_of(tx, row.id, kind)), None)
        work = begin(tx, office, by=by, at=at)
        paper = _issued(tx, issued) if issued else _fresh(work, opened(row), kind, annex=annex)
    _check_annex(annex, issued)
    _write(out, _as(paper, out.suffix, office, issued.issued_at if issued else at), noting)
    return {
        "file": str(out),
        "kind": kind,
        "case": number,
        "number": issued.number if issued else None,
        "draft": paper.draft,
        "substitutions": list(fonts(office.settings.fonts).substitutions),
    }


def _write(out: Path, data: bytes, noting: Callable[[], None]) -> None:
    with beside(out) as waiting:  # a place that cannot be written is refused before anything is noted
        waiting.write_bytes(data)
        noting()
        put(waiting, out, force=True)


def _check_kind(kind: str) -> None:
    kinds = {**KINDS, **INTERNAL_FORMS}
    if kind not in kinds:
        known = "、".join(f"{name}（{title}）" for name, title in kinds.items())
        raise NotFound(f"没有“{kind}”这种文书，可用的有：{known}。", code="document_kind_unknown", kind=kind)


def _check_annex(annex: bool, issued: Row[Any] | None) -> None:
    if annex and issued is not None:
        sent = f"文书{issued.number}已经印发" if issued.number else f"{kind_label(issued.kind)}已经发出"
        raise FactInvalid(
            f"{sent}，不能再加附件；期限计算说明请用duban render deadline另行输出。",
            code="annex_issued",
            number=issued.number,
        )


def _fresh(work: Work, case: OpenCase, kind: str, *, annex: bool) -> PaperModel:
    """A paper that is not issued: an internal form, or a draft of any other."""
    if kind in INTERNAL_FORMS:
        return _deadline(work, case)
    draft = _draft(work, case, kind)
    return draft.with_annexes(_deadline(work, case).annexes) if annex else draft


def _deadline(work: Work, case: OpenCase) -> PaperModel:
    """《期限计算说明》: the case's due date, what it rests on, and every day of it."""
    if case.facts.due_on is None:
        raise FactMissing("该事项没有办结期限，没有可说明的计算。", code="due_on_missing", missing="due_on")
    clock = headline(case.facts)
    told = clock_of(work.tx, work.office, case, clock.name if clock else ClockName.HANDLE)
    desk = Desk(work)
    desk.know([case])
    facts = desk.draft(case, Paper("deadline", "", "", (), {"reckoning": _reckoning(work, case, told)}))
    return compose(load_form("deadline", work.office.settings.templates), facts)


def _reckoning(work: Work, case: OpenCase, told: ExplainedClock) -> dict[str, Any]:
    clock = told.clock
    tentative = is_tentative(clock, work.calendar, declined=case.facts.calendar_declined)
    return reckoning(
        clock,
        told.deadline,
        told.calendar,
        told.days,
        rule=told.told_rule,
        causes={row.id: row.label for row in work.lifecycle_of(case).states},
        awaits=awaited(clock.started_at, clock.due_on, work.calendar) if tentative else None,
    )


def _issued(tx: Connection, document: Row[Any]) -> PaperModel:
    wording = Stationery.from_json(queries.stationery(tx, document.stationery))
    return compose(wording, json.loads(document.facts))


def _draft(work: Work, case: OpenCase, kind: str) -> PaperModel:
    _check_pursued(work, case, kind)
    desk = Desk(work)
    desk.know([case])
    if case.facts.lead_unit is None:
        raise FactMissing("该事项还没有牵头单位，不能拟制文书，请先交办。", code="lead_unit_missing")
    policy = work.policy_of(case)
    rung = next((one for one in policy.rungs if one.document == kind), None)
    prior = prior_papers(work.tx, [case.id]).get(case.id, [])
    automatic = rung is not None and rung.mode is IssueMode.AUTOMATIC
    paper = (
        paper_of(desk, case, rung, policy, prior, automatic=automatic)
        if rung
        else _command_paper(desk, case, kind)
    )
    facts = {
        name: value
        for name, value in desk.draft(case, paper).items()
        if value is not None or name not in _GAPS
    }
    return compose(load_stationery(kind, work.office.settings.templates), facts, draft=True)


def _check_pursued(work: Work, case: OpenCase, kind: str) -> None:
    """Of a matter that was withdrawn or merged no paper is to come."""
    facts = case.facts
    if stage_of(work.lifecycle_of(case), facts.state) is not Stage.CANCELLED:
        return
    gone = f"并入{facts.merged_into}，请为该事项拟制" if facts.merged_into else "撤销，不再拟制文书"
    raise FactInvalid(
        f"事项{facts.number}已{gone}；已印发的文书仍可取用。",
        code="draft_of_ended",
        kind=kind,
        merged_into=facts.merged_into,
    )


_GAPS = frozenset({"number", "question", "ground", "approved_by", "approved_on", "late", "left"})


def _command_paper(desk: Desk, case: OpenCase, kind: str) -> Paper:
    """A paper no rung of the ladder sends; a 催办单 is that of the attempt to come."""
    if kind == URGE:
        return urge_paper(desk, case.facts, attempt=case.facts.urges + 1)
    particulars: Mapping[str, Any] = {
        "cadence": case.facts.cadence,
        "result": case.facts.progress,
        "closed_on": case.facts.closed_on.isoformat() if case.facts.closed_on else None,
        "verification": None,
    }
    return Paper(kind, "", desk.lead_name(case.facts), (), particulars)


def _as(paper: PaperModel, suffix: str, office: Office, issued_at: datetime) -> bytes:
    if suffix == ".pdf":
        return typeset(paper, fonts(office.settings.fonts), issued_at=issued_at)
    if suffix == ".txt":
        return as_text(paper).encode()
    if suffix == ".html":
        return as_html(paper).encode()
    raise FactInvalid(f"不能生成“{suffix}”格式，请用.pdf、.html或.txt。", code="form_unknown", form=suffix)
