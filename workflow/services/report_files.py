"""A report as a file: a workbook, a page, or the draft of a 通报; with an entry that tells it was taken out.

The 通报 is the paper of that kind (`circular`) on the same road as one that is drafted, with a gap for all
that only people know. It is the supervision office's to write, so those who see a unit alone get none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from notifications.document import Document as PaperModel
from notifications.figures import as_page
from notifications.stationery import load_stationery
from notifications.wording import compose
from states.errors import FactInvalid, NotPermitted
from states.papers.kinds import PAPERS
from states.reports.result import span_of
from workflow.placing import beside, digest_of, put
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.paper_facts.circulating import reported
from workflow.services.paper_values import Paper
from workflow.services.papers import Desk
from workflow.services.people import signer
from workflow.services.rendering import as_file
from workflow.services.report_figures import figures
from workflow.services.reports import Reported
from workflow.services.work import begin
from workflow.storage.session import reading, transaction
from workflow.workbooks.figures import write_figures

CIRCULAR, SCOPE = "circular", "督查事项"
XLSX, HTML, PDF, DOCX = ".xlsx", ".html", ".pdf", ".docx"
Write = Callable[[Office, Reported, Path, Signature], None]


def write_report(office: Office, found: Reported, out: Path, *, by: Signature) -> dict[str, Any]:
    """Write a report as its suffix says (.xlsx .html .pdf .docx) and enter that it was taken out.

    Raises `FactInvalid` (`form_unknown`), `NotPermitted` (`circular_not_yours`) and what the wording of the
    通报 is refused for.
    """
    suffix = out.suffix.lower()
    if suffix not in FORMS:
        known = "、".join(FORMS)
        raise FactInvalid(f"不能生成“{suffix}”格式，可用：{known}。", code="form_unknown", form=suffix)
    with beside(out) as waiting:
        FORMS[suffix](office, found, waiting, by)
        told = _told(found, suffix, digest_of(waiting))
        with transaction(office.engine) as tx:
            batch = Batch(tx, office, by)
            batch.note(Act("report_exported", by.recorded_at, signer(tx, by.person), told))
            batch.flush()
        put(waiting, out, force=True)
    return {"file": str(out), "format": suffix.removeprefix("."), "sha256": told["sha256"]}


def circular_of(office: Office, found: Reported, *, by: Signature) -> PaperModel:
    """The draft of a 通报 over a report's figures, with gaps for what people state.

    Raises `NotPermitted` (`circular_not_yours`).
    """
    if not found.is_whole:
        message = "通报由督查室拟制；本单位的数据请导出表格（.xlsx）或者网页（.html）。"
        raise NotPermitted(message, code="circular_not_yours")
    with reading(office.engine) as tx:
        desk = Desk(begin(tx, office, by=by, at=found.at))
        scope = "、".join(found.scope) + SCOPE
        told = {**reported(found.report), "circular": {"scope": scope}}
        paper = Paper(CIRCULAR, PAPERS[CIRCULAR].series, "", (), told, issuer=PAPERS[CIRCULAR].issuer)
        facts = {name: value for name, value in desk.draft(None, paper).items() if value not in (None, "")}
    return compose(load_stationery(CIRCULAR, office.settings.templates), facts, draft=True)


def _told(found: Reported, suffix: str, sha256: str) -> dict[str, Any]:
    return {
        "span": found.span.value,
        **span_of(found.period),
        "unit": found.unit,
        "late": len(found.report.late),
        "format": suffix.removeprefix("."),
        "sha256": sha256,
    }


def _workbook(_: Office, found: Reported, out: Path, by: Signature) -> None:
    write_figures(out, figures(found), made_at=by.recorded_at)


def _page(_: Office, found: Reported, out: Path, __: Signature) -> None:
    out.write_text(as_page(figures(found)), encoding="utf-8")


def _paper(suffix: str) -> Write:
    def write(office: Office, found: Reported, out: Path, by: Signature) -> None:
        made: datetime = found.at
        out.write_bytes(as_file(circular_of(office, found, by=by), suffix, office, made))

    return write


FORMS: Mapping[str, Write] = {XLSX: _workbook, HTML: _page, PDF: _paper(PDF), DOCX: _paper(DOCX)}
"""The forms a report is written in."""
