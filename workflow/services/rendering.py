"""Laying out issued papers, once each: frozen facts and frozen wording in, bytes and their SHA-256 out.

Rendering is deterministic, so two workers that take the same paper make the same bytes, and the guarded
update lets only one of them enter it. What cannot be laid out is set aside for a person and tried again each
run: new fonts or a new release may have mended it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from notifications.document import Document as PaperModel
from notifications.errors import MailRoomError
from notifications.facts import INTERNAL_FORMS, KINDS, kind_label
from notifications.plain import as_html, as_text
from notifications.reckoning import reckoning
from notifications.stationery import load_form, load_stationery
from notifications.term import awaited, is_tentative
from notifications.typesetting import typeset
from notifications.wording import compose
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.office_time import morning_of
from states.papers.kinds import PAPERS
from states.papers.life import UNISSUED
from states.papers.pursuing import check_pursued
from states.policy import Rung
from states.visibility import Curtain
from states.vocabulary import ClockName, IssueMode
from workflow.errors import NotFound
from workflow.placing import beside, put
from workflow.services import files
from workflow.services.access import shown_case
from workflow.services.batch import OpenCase, opened
from workflow.services.chains import enter_all
from workflow.services.documents.composing import issued_paper
from workflow.services.documents.withholding import is_withheld
from workflow.services.documents.words import as_it_reads
from workflow.services.drafts import drafted_words
from workflow.services.explaining import ExplainedClock, clock_of
from workflow.services.office import Office, Signature
from workflow.services.paper_facts import particulars
from workflow.services.paper_seals import seal_of
from workflow.services.paper_values import Paper
from workflow.services.papers import Desk, headline
from workflow.services.printing import fonts, printed
from workflow.services.raising import paper_of, prior_papers
from workflow.services.seeing import Onlooker
from workflow.services.unprintable import LAID_OUT, SET_ASIDE
from workflow.services.urging import KIND as URGE
from workflow.services.urging import urge_paper
from workflow.services.work import Work, begin
from workflow.storage import joint_papers, outbox, papers, queries
from workflow.storage.session import reading, transaction

PDF = "application/pdf"


@dataclass(slots=True)
class RenderReport:
    """What a rendering run did; a paper that cannot be laid out needs a person."""

    rendered: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)


def render_pending(office: Office, *, by: Signature) -> RenderReport:
    """Lay out every issued paper that has no file yet, oldest first; plain mails are none and never have one.

    One that cannot be laid out never stops the others: its messages fail, with an entry in every case it
    concerns, until some run can lay it out.
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
        paper = issued_paper(tx, document)
    data, seal = _sealed_print(office, document, paper)
    with transaction(office.engine) as tx:
        cases = joint_papers.cases_of_papers_for_update(tx, [document.id])[document.id]
        kept = files.keep(
            tx, office.settings.files, data, name=f"{document.number}.pdf", media_type=PDF, at=by.recorded_at
        )
        if not queries.keep_rendering(tx, document.id, kept.sha256):
            return False
        outbox.bring_back(tx, document.id)
        used = list(fonts(office.settings.fonts).substitutions)
        work = begin(tx, office, by=by, at=by.recorded_at)
        told = {"sha256": kept.sha256, "fonts": used, **seal}
        enter_all(work, cases, LAID_OUT, _named(document) | told)
    return True


def _sealed_print(office: Office, document: Row[Any], paper: PaperModel) -> tuple[bytes, dict[str, str]]:
    """The paper printed, looked over and sealed as its organ seals; and what the entry tells of the seal."""
    seal = seal_of(office.settings, PAPERS[document.kind].issuer)
    paper = seal.on(paper)
    data = printed(paper, office.settings, issued_at=document.issued_at, seal=seal.image())
    return seal.put_on(data, title=f"{document.number} {paper.name}")


def _set_aside(office: Office, document: Row[Any], refusal: MailRoomError, by: Signature) -> None:
    """Tell people once, unless another worker, who may have had the fonts, has laid it out."""
    with transaction(office.engine) as tx:
        cases = joint_papers.cases_of_papers_for_update(tx, [document.id])[document.id]
        laid_out = queries.document(tx, document.id).sha256 is not None
        if laid_out or queries.is_noted(tx, document.case_id, SET_ASIDE, document.id):
            return
        outbox.set_aside(tx, document.id, refusal.message)
        work = begin(tx, office, by=by, at=by.recorded_at)
        told = {"code": refusal.code, "message": refusal.message}
        enter_all(work, cases, SET_ASIDE, _named(document) | told)


def _named(document: Row[Any]) -> dict[str, Any]:
    """A paper as the entries about it name it."""
    return {"document": document.id, "document_number": document.number}


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
    viewer: Onlooker | None = None,
    noting: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Write a case's newest paper of a kind to a file, as its suffix says (.pdf .docx .ofd .html .txt).

    Without an issued paper, or `anew`, it is a draft with gaps, with `annex` the ledger of the due date
    behind it; an internal form is always made anew. The PDF of an issued paper is the very file kept,
    whatever the fonts or the seal are now; one not laid out yet is laid out first. Raises `NotFound` for an
    unknown case or kind, `FactMissing` for what cannot be told yet, and `FactInvalid` for a form that cannot
    be made, an annex to a paper that is issued, or a draft of a matter that was given up. To a `viewer` it is
    what he may see, else `NotPermitted` (`not_yours`, `matter_sealed`): no paper that is not issued, none of
    a measure that is not his, and of a person only to those who handle and sign it. `noting` enters that it
    is looked at, once nothing stands against it any more; where that is refused nothing is written.
    """
    _check_kind(kind)
    with reading(office.engine) as tx:
        row, drawn = shown_case(tx, office, number, viewer)
        hidden = _hidden_from(tx, row.id, drawn, kind, viewer)
        issued = None if anew else _newest(tx, row.id, kind, hidden)
        is_void = issued is not None and issued.id in _void(tx, row.id)
        work, asked = begin(tx, office, by=by, at=at), {"annex": annex, "anew": anew}
        paper = issued_paper(tx, issued) if issued else _fresh(work, opened(row), kind, hidden, **asked)
    _check_annex(annex, issued)
    if issued is not None and issued.number and out.suffix.lower() == ".pdf":
        make = partial(_official, office, issued, by)
    else:
        make = partial(as_file, paper, out.suffix.lower(), office, issued.issued_at if issued else at)
    _write(out, make, noting)
    return {
        "file": str(out),
        "kind": kind,
        "case": number,
        "number": issued.number if issued else None,
        "draft": paper.draft,
        "void": is_void,
        "substitutions": list(fonts(office.settings.fonts).substitutions),
    }


def draft_of(
    office: Office, number: str, kind: str, *, by: Signature, at: datetime, viewer: Onlooker | None = None
) -> PaperModel:
    """A case's paper of a kind as it would go out now, whatever was issued before. Raises as `render_to`."""
    _check_kind(kind)
    with reading(office.engine) as tx:
        row, drawn = shown_case(tx, office, number, viewer)
        hidden = _hidden_from(tx, row.id, drawn, kind, viewer)
        work = begin(tx, office, by=by, at=at)
        return _fresh(work, opened(row), kind, hidden, annex=False, anew=True)


def write_paper(office: Office, paper_id: str, out: Path, *, by: Signature) -> None:
    """Write a paper, issued or not, to a file in the form its suffix names; the PDF of an issued one as kept.

    An unsigned one as it would read were it signed now. Raises `FactInvalid` for a form that cannot be made,
    and `NotFound` (`text_gone`) for one nothing is kept of.
    """
    with reading(office.engine) as tx:
        row = papers.life(tx, paper_id)
        paper = as_it_reads(begin(tx, office, by=by, at=by.recorded_at), row)
        issued = queries.document(tx, row.id) if row.number else None
    if paper is None:
        raise NotFound("该文书作废前没有印发，内容没有留存。", code="text_gone")
    if issued is not None and out.suffix.lower() == ".pdf":
        make = partial(_official, office, issued, by)
    else:
        drafted = issued.issued_at if issued else morning_of(row.drafted_on)
        make = partial(as_file, paper, out.suffix.lower(), office, drafted)
    _write(out, make, lambda: None)


def issued_file(office: Office, document: Row[Any], suffix: str, *, by: Signature) -> bytes:
    """An issued paper or plain mail in a form, `.pdf` or `.txt` among them; a paper's PDF is the file kept.

    Raises as `_official` finds the file, and `FactInvalid` for a form that cannot be made.
    """
    if document.number and suffix == ".pdf":
        return _official(office, document, by)
    with reading(office.engine) as tx:
        paper = issued_paper(tx, document)
    return as_file(paper, suffix, office, document.issued_at)


def _official(office: Office, document: Row[Any], by: Signature) -> bytes:
    """The file of an issued paper; where no run has laid it out yet, it is done now.

    Raises `NoticeUnrenderable` for one that cannot be, `NotFound` for a file lost, `FileRefused` for one
    that was changed.
    """
    if document.sha256 is None:
        _render(office, document, by)
        with reading(office.engine) as tx:
            document = queries.document(tx, document.id)
    return files.fetch(office.settings.files, document.sha256)


def _hidden_from(
    tx: Connection, case_id: int, drawn: Curtain, kind: str, viewer: Onlooker | None
) -> frozenset[str]:
    """The papers of a case that are kept from somebody, by their ids. Refuses a kind that is none of his."""
    if viewer is not None and is_withheld(tx, case_id, kind, drawn, viewer):
        raise NotPermitted(
            f"“{PAPERS[kind].label}”涉及个人，只供组织部门和经办人阅看。",
            code="not_yours",
            person=viewer.person,
        )
    return drawn.papers | drawn.wordless


def _newest(tx: Connection, case_id: int, kind: str, hidden: frozenset[str]) -> Row[Any] | None:
    """The newest paper of a kind that is not void, else the newest that is; of those not `hidden`."""
    found = [one for one in queries.documents_of(tx, case_id, kind) if one.id not in hidden]
    void = _void(tx, case_id)
    return next((one for one in found if one.id not in void), next(iter(found), None))


def _void(tx: Connection, case_id: int) -> frozenset[str]:
    return frozenset(one.id for one in papers.lives_around(tx, case_id) if one.state == "voided")


def _write(out: Path, make: Callable[[], bytes], noting: Callable[[], None]) -> None:
    with beside(out) as waiting:  # a place that cannot be written is refused before anything is made or noted
        waiting.write_bytes(make())
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


def _fresh(
    work: Work, case: OpenCase, kind: str, hidden: frozenset[str], *, annex: bool, anew: bool
) -> PaperModel:
    """A paper that is not issued: an internal form, or a draft of any other."""
    if kind in INTERNAL_FORMS:
        return _deadline(work, case)
    written = None if anew else _being_written(work, case, kind, hidden)
    draft = written or _draft(work, case, kind)
    return draft.with_annexes(_deadline(work, case).annexes) if annex else draft


def _being_written(work: Work, case: OpenCase, kind: str, hidden: frozenset[str]) -> PaperModel | None:
    """The paper of a kind that people are writing, the newest first; none of those `hidden`."""
    lives = papers.lives_of(work.tx, [case.id])
    shown = (one for one in lives if one.kind == kind and one.id not in hidden)
    drafts = (one for one in shown if one.state in UNISSUED)
    newest = max(drafts, key=lambda one: (one.drafted_on, one.id), default=None)
    return as_it_reads(work, newest) if newest is not None else None


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


def _draft(work: Work, case: OpenCase, kind: str) -> PaperModel:
    check_pursued(case.facts, work.lifecycle_of(case))
    desk = Desk(work)
    desk.know([case])
    if case.facts.lead_unit is None:
        raise FactMissing("该事项还没有牵头单位，不能拟制文书，请先交办。", code="lead_unit_missing")
    policy = work.policy_of(case)
    rung = next((one for one in policy.rungs if one.document == kind), None)
    prior = prior_papers(work.tx, [case.id]).get(case.id, [])
    automatic = rung is not None and rung.mode is IssueMode.AUTOMATIC
    paper = (
        paper_of(desk, case, rung, policy, prior, automatic=automatic, words=_drafted(work, case, rung))
        if rung
        else _command_paper(desk, case, kind)
    )
    facts = {
        name: value
        for name, value in desk.draft(case, paper).items()
        if value is not None or name not in _GAPS
    }
    return compose(load_stationery(kind, work.office.settings.templates), facts, draft=True)


def _drafted(work: Work, case: OpenCase, rung: Rung) -> dict[str, Any]:
    """What was written for the proposal of this rung that waits, if one does."""
    waiting = (one for one in queries.escalations_of(work.tx, [case.id]) if one.state == "proposed")
    found = next((one for one in waiting if one.step == rung.step), None)
    return drafted_words(work.tx, case.id, found.id) if found else {}


_GAPS = frozenset({"number", "question", "ground", "approved_by", "approved_on", "late", "left"})


def _command_paper(desk: Desk, case: OpenCase, kind: str) -> Paper:
    """A paper no rung of the ladder sends; a 催办单 is that of the attempt to come."""
    if kind == URGE:
        return urge_paper(desk, case, attempt=case.facts.urges + 1)
    told = particulars(desk, case, kind, {})
    return Paper(kind, "", desk.lead_name(case.facts), (), told, issuer=PAPERS[kind].issuer)


def as_file(paper: PaperModel, suffix: str, office: Office, issued_at: datetime) -> bytes:
    if suffix == ".pdf":
        return typeset(paper, fonts(office.settings.fonts), issued_at=issued_at)
    if suffix == ".txt":
        return as_text(paper).encode()
    if suffix == ".html":
        return as_html(paper).encode()
    if suffix == ".docx":
        word: Any = import_module("notifications.word.editable")  # long to import, and few papers are edited
        return bytes(word.as_docx(paper, issued_at=issued_at))
    if suffix == ".ofd":
        ofd: Any = import_module("notifications.ofd.writing")
        return bytes(ofd.as_ofd(paper, fonts(office.settings.fonts), issued_at=issued_at))
    raise FactInvalid(
        f"不能生成“{suffix}”格式，请用.pdf、.docx、.ofd、.html或.txt。", code="form_unknown", form=suffix
    )
