"""Laying out papers: once, the same bytes every time, and in the words of the day they were issued."""

import hashlib
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from notifications.facts import KINDS
from states.errors import Refusal
from tests.builders import (
    DIRECTOR,
    TITLE,
    UNIT_HEAD,
    a_case,
    a_draft,
    at,
    give,
    kinds,
    rows,
    signed,
    suspended,
)
from tests.notifications.ofd.reader import Opened, text_of
from tests.notifications.word.reader import said
from tests.stories import OF_A_STORY, a_whole_story
from workflow.services import files, printing
from workflow.services.rendering import render_pending, render_to
from workflow.services.timeline import history
from workflow.services.verification import verify
from workflow.storage.models import Document, Event, StoredFile

LATER = at(2026, 9, 1)
TEMPLATES = Path(__file__).parents[2] / "templates"
OF_NO_MATTER = {"circular", "personal_reminder", "personal_inquiry", "personal_inquiry_reply"}
FORMS = [".pdf", ".docx", ".ofd", ".html", ".txt"]


def laid_out(office):
    return render_pending(office, by=signed(None, LATER))


def written(office, number, kind, target, **more):
    told = render_to(office, number, kind, target, by=signed(None, LATER), at=LATER, **more)
    return told, target.read_bytes()


def readable(data, form):
    """The text of a paper, whatever its form, without breaks."""
    if form == ".pdf":
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    elif form == ".docx":
        text = said(docx.Document(BytesIO(data)))
    elif form == ".ofd":
        text = text_of(Opened(data), above=263)
    else:
        text = data.decode()
    return "".join(text.split())


def an_empty_sheet():
    """What Typst prints when a font has no glyphs: a page, and nothing on it."""
    writer, target = PdfWriter(), BytesIO()
    writer.add_blank_page(595.28, 841.89)
    writer.write(target)
    return target.getvalue()


@pytest.fixture
def reworded(office, tmp_path):
    """The office after somebody rewrote the wording of every kind."""
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for notice in (folder / "notices").iterdir():
        notice.write_text(notice.read_text(encoding="utf-8").replace("。", "，特此改写。"), encoding="utf-8")
    return replace(office, settings=office.settings.model_copy(update={"templates": folder}))


def test_a_long_run_dates_each_paper_when_it_is_laid_out(office):
    a_whole_story(office)
    minutes = count(0, 20)
    by = replace(signed(None, LATER), clock=lambda: LATER + timedelta(minutes=next(minutes)))
    assert render_pending(office, by=by).rendered > 1
    dates = [row.recorded_at for row in rows(office, Event) if row.kind == "document_rendered"]
    assert len(set(dates)) == len(dates) and min(dates) >= LATER


def test_every_issued_paper_is_laid_out_once(office):
    a_whole_story(office)
    assert (laid_out(office).rendered, laid_out(office).rendered) == (len(OF_A_STORY) - 2, 0)
    assert {paper.kind for paper in rows(office, Document)} == OF_A_STORY
    without_file = {paper.kind for paper in rows(office, Document) if paper.sha256 is None}
    assert without_file == {paper.kind for paper in rows(office, Document) if paper.number is None}
    assert verify(office).exit_code == 0


def test_a_laid_out_paper_is_a_pdf_kept_under_its_hash_and_entered(office):
    case = a_case(office, "assigned")
    laid_out(office)
    (paper,) = rows(office, Document)
    data = files.fetch(office.settings.files, paper.sha256)
    assert hashlib.sha256(data).hexdigest() == paper.sha256
    assert TITLE in readable(data, ".pdf")
    assert kinds(office, case)[-1] == "document_rendered"
    assert [file.media_type for file in rows(office, StoredFile)] == ["application/pdf"]


def test_the_same_paper_has_the_same_bytes_every_time(office, tmp_path):
    case = a_case(office, "assigned")
    laid_out(office)
    (paper,) = rows(office, Document)
    for name in ("甲.pdf", "乙.pdf"):
        told, data = written(office, case.number, "assignment", tmp_path / name)
        assert (told["draft"], told["number"]) == (False, paper.number)
        assert hashlib.sha256(data).hexdigest() == paper.sha256


def test_a_wording_changed_since_does_not_change_an_issued_paper(office, reworded, tmp_path):
    case = a_case(office, "assigned")
    laid_out(reworded)
    told, data = written(reworded, case.number, "assignment", tmp_path / "通知单.txt")
    assert not told["draft"]
    assert "特此改写" not in data.decode()
    (paper,) = rows(office, Document)
    assert written(office, case.number, "assignment", tmp_path / "通知单.pdf")[1] == files.fetch(
        office.settings.files, paper.sha256
    )


def test_a_wording_changed_since_changes_the_papers_to_come(reworded, tmp_path):
    case = a_case(reworded, "assigned")
    _, data = written(reworded, case.number, "assignment", tmp_path / "通知单.txt")
    assert "特此改写" in data.decode()


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_can_be_written_as_it_was_issued(office, tmp_path, form):
    case = a_whole_story(office)
    for kind in OF_A_STORY:
        told, data = written(office, case.number, kind, tmp_path / f"{kind}{form}")
        assert (told["draft"], told["number"] is None) == (False, kind in ("due_soon", "urge"))
        assert "".join((told["number"] or TITLE).split()) in readable(data, form)


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_can_be_drafted_before_it_is_issued(office, tmp_path, form):
    case = a_case(office)
    for kind in set(KINDS) - {"assignment"}:
        told, data = written(office, case.number, kind, tmp_path / f"{kind}{form}")
        assert (told["draft"], told["number"]) == (True, None)
        assert (TITLE in readable(data, form)) == (kind not in OF_NO_MATTER)


def test_a_draft_shows_its_gaps_and_leaves_no_trace(office, tmp_path):
    case = a_case(office)
    before = kinds(office, case), rows(office, Document)
    _, data = written(office, case.number, "inquiry", tmp_path / "函询.txt")
    assert "〔待填〕" in data.decode()
    assert (kinds(office, case), rows(office, Document)) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_due_date_is_explained_day_by_day(office, tmp_path, form):
    case = a_case(office)
    told, data = written(office, case.number, "deadline", tmp_path / f"期限{form}")
    assert (told["draft"], told["number"]) == (False, None)
    text = readable(data, form)
    assert "办结期限为15个工作日，自2026年7月1日起算，于2026年7月22日24时届满。" in text
    assert "依据：民法典第二百零一条" in text
    assert "2026-07-22三工作日计入15工作日；届满日" in re.sub("</?t[dr]>", "", text)


def test_an_explanation_is_no_paper_of_the_case_and_always_the_same_file(office, tmp_path):
    case = suspended(office, a_case(office), at(2026, 7, 8), date(2026, 7, 31))
    before = kinds(office, case), rows(office, Document)
    _, data = written(office, case.number, "deadline", tmp_path / "甲.pdf")
    assert written(office, case.number, "deadline", tmp_path / "乙.pdf")[1] == data
    assert "2026年7月8日9时起，因挂起暂停计时" in readable(data, ".pdf")
    assert (kinds(office, case), rows(office, Document)) == before


def test_a_case_without_a_due_date_has_nothing_to_explain(office, tmp_path):
    case = a_case(office, open_ended=True, cadence="每月")
    undone = give(office, a_case(office, "assigned"), "object", UNIT_HEAD, reason="不属于本单位职责")
    assert undone.facts.clocks
    for number in (case.number, undone.number):
        with pytest.raises(Refusal) as refused:
            written(office, number, "deadline", tmp_path / "期限.pdf")
        assert refused.value.code == "due_on_missing"


@pytest.mark.parametrize("form", FORMS)
def test_a_draft_can_carry_the_ledger_of_its_date(office, tmp_path, form):
    case = a_case(office)
    told, data = written(office, case.number, "reminder", tmp_path / f"函{form}", annex=True)
    text = readable(data, form)
    assert told["draft"]
    assert "附件：期限逐日计算表" in text
    assert "2026-07-22" in text


def test_a_paper_that_is_issued_takes_no_annex(office, tmp_path):
    case = a_case(office, "assigned")
    with pytest.raises(Refusal) as refused:
        written(office, case.number, "assignment", tmp_path / "通知单.pdf", annex=True)
    assert refused.value.code == "annex_issued"
    assert not (tmp_path / "通知单.pdf").exists()


@pytest.mark.parametrize(
    ("kind", "form", "code"),
    [
        ("poem", ".pdf", "document_kind_unknown"),
        ("assignment", ".doc", "form_unknown"),
        ("deadline", ".wps", "form_unknown"),
        ("assignment", "", "form_unknown"),
    ],
)
def test_an_unknown_kind_or_form_is_refused_and_nothing_written(office, tmp_path, kind, form, code):
    case = a_case(office, "assigned")
    with pytest.raises(Refusal) as refused:
        written(office, case.number, kind, tmp_path / f"文书{form}")
    assert refused.value.code == code
    assert not (tmp_path / f"文书{form}").exists()


def test_an_unknown_case_has_no_paper(office, tmp_path):
    with pytest.raises(Refusal) as refused:
        written(office, "滨督2026-999", "assignment", tmp_path / "文书.pdf")
    assert refused.value.code == "case_unknown"


def test_a_matter_nobody_leads_yet_has_no_draft(office, tmp_path):
    draft = a_draft(office)
    with pytest.raises(Refusal) as refused:
        written(office, draft.number, "assignment", tmp_path / "文书.pdf")
    assert refused.value.code == "lead_unit_missing"


@pytest.mark.parametrize("kind", ["urge", "reminder", "assignment", "close_out"])
@pytest.mark.parametrize("end", ["withdraw", "merge"])
def test_no_paper_is_drafted_of_a_matter_that_was_given_up(office, tmp_path, kind, end):
    survivor, case = a_case(office), a_case(office)
    give(
        office,
        case,
        end,
        DIRECTOR,
        reason="重复",
        **({"surviving": survivor.number} if end == "merge" else {}),
    )
    with pytest.raises(Refusal) as refused:
        written(office, case.number, kind, tmp_path / "文书.pdf", anew=True)
    assert (refused.value.code, (survivor.number in refused.value.message)) == (
        "draft_of_ended",
        end == "merge",
    )
    assert not (tmp_path / "文书.pdf").exists()


def test_what_was_issued_before_a_matter_was_given_up_can_still_be_taken_out(office, tmp_path):
    case = a_case(office)
    give(office, case, "withdraw", DIRECTOR, reason="重复")
    assert written(office, case.number, "assignment", tmp_path / "文书.txt")[0]["draft"] is False


def test_a_paper_that_cannot_be_laid_out_does_not_hold_up_the_others(office):
    a_case(office, "assigned", requirement="全部修复，亮灯率不低于98%" + "亮" * 6_000)
    a_case(office, "assigned")
    report = laid_out(office)
    assert report.rendered == 1
    (failed,) = report.failed
    assert failed["code"] == "fact_too_long"
    assert laid_out(office).failed == report.failed


def test_a_paper_that_cannot_be_laid_out_is_told_once_in_its_case(office):
    case = a_case(office, "assigned", requirement="亮" * 6_001)
    for _ in range(3):
        laid_out(office)
    assert kinds(office, case).count("document_unrenderable") == 1
    (entry,) = (one for one in history(office, case.number) if one["kind"] == "document_unrenderable")
    assert "需人工处理" in entry["sentence"]
    assert verify(office).exit_code == 0


def test_a_paper_printed_without_its_title_is_not_kept(office, monkeypatch):
    case = a_case(office, "assigned")
    monkeypatch.setattr(printing, "typeset", lambda *_, **__: an_empty_sheet())
    (failed,) = laid_out(office).failed
    assert failed["code"] == "print_faulty"
    assert any(one.startswith("首页找不到“") for one in failed["facts"]["findings"])
    assert rows(office, StoredFile) == []
    assert kinds(office, case)[-1] == "document_unrenderable"
