"""Reports of a real register: held against SQL by hand, shown by sight, and written as files."""

from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import openpyxl
import pytest
from sqlalchemy import text

from notifications.plain import as_text
from states.errors import FactInvalid, NotPermitted
from states.reports import Span, read_period
from states.statistics import By, LeftOut, Measure
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    OFFICER,
    a_case,
    a_paper_of_proof,
    at,
    give,
    row_counts,
    rows,
    signed,
)
from tests.registers import TAKEN_OVER, WAITING_ROWS, take_over
from workflow.errors import NotFound
from workflow.services.report_figures import figures
from workflow.services.report_files import circular_of, write_report
from workflow.services.reports import report
from workflow.services.seeing import Onlooker
from workflow.services.statistics import statistics
from workflow.storage.models import Event
from workflow.storage.session import reading

JULY = read_period(Span.MONTH, "2026-07")
AUGUST = at(2026, 8, 1)
HAPPENED = ["本期发生（按单位）", "本期发生（按类别）", "本期发生（按领导）"]
SQL = {
    "carried": "dispatched_on < :since AND (closed_on IS NULL OR closed_on >= :since)",
    "accepted": "dispatched_on BETWEEN :since AND :until",
    "closed": "closed_on BETWEEN :since AND :until",
    "open": "dispatched_on <= :until AND (closed_on IS NULL OR closed_on > :until)",
}
COUNTED = """SELECT count(*) FROM cases WHERE state NOT IN ('draft', 'cancelled')
    AND NOT coalesce(open_ended, :no) AND dispatched_on IS NOT NULL
    AND NOT (state IN ('closed', 'archived') AND closed_on IS NULL) AND """


def july(office, when=AUGUST, **options):
    return report(office, Span.MONTH, JULY, at=when, by=options.pop("by", None), **options)


def seen_by(person, when=AUGUST):
    return Onlooker(person, when)


def close(office, case, when):
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", "盛宁远", when, result="312盏全部复亮", evidence=proof)
    give(office, case, "close_out", DIRECTOR, when, verification="夜间抽查40盏均亮", evidence=proof)


@pytest.fixture
def lived(office):
    """One closed in time, one late, one of another unit, one withdrawn, one of August."""
    close(office, a_case(office), at(2026, 7, 20))
    a_case(office)
    a_case(office, "assigned", lead_unit="市水务局")
    give(office, a_case(office, "assigned"), "withdraw", DIRECTOR, reason="重复交办")
    return office


@pytest.fixture
def old_register(office):
    """The demo register taken over, every suggestion taken."""
    take_over(office, accept=WAITING_ROWS)
    return office


@pytest.mark.parametrize("month", ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"])
@pytest.mark.parametrize("name", SQL)
def test_how_matters_came_and_went_is_what_sql_counts(old_register, name, month):
    period = read_period(Span.MONTH, month)
    found = report(old_register, Span.MONTH, period, at=TAKEN_OVER, by=None)
    given = {"since": period.since.isoformat(), "until": period.until.isoformat(), "no": False}
    if old_register.engine.dialect.name == "postgresql":
        given |= {"since": period.since, "until": period.until}
    with reading(old_register.engine) as tx:
        counted = tx.execute(text(COUNTED + SQL[name]), given).scalar_one()
        unknown = tx.execute(text(UNDATED), {"no": False}).scalar_one()
    more = unknown if name in ("carried", "open") else 0
    assert getattr(found.report.now.total.flow, name) == counted + more


UNDATED = """SELECT count(*) FROM cases WHERE state NOT IN ('draft', 'cancelled', 'closed', 'archived')
    AND NOT coalesce(open_ended, :no) AND dispatched_on IS NULL AND origin IS NOT NULL"""


@pytest.mark.parametrize("span", [(Span.QUARTER, "2026Q3"), (Span.YEAR, "2026"), (Span.MONTH, "2026-08")])
def test_the_shares_are_those_of_the_statistics(old_register, span):
    period = read_period(*span)
    total = statistics(old_register, today=TAKEN_OVER, since=period.since, until=period.until).total
    found = report(old_register, span[0], period, at=TAKEN_OVER, by=None).report.now.total.line
    assert (found.rates, found.duration, found.matters) == (total.rates, total.duration, total.matters)


def test_what_was_given_up_is_counted_apart_and_the_late_are_named(lived):
    found = july(lived)
    assert found.report.now.left_out[LeftOut.WITHDRAWN] == 1
    flow = found.report.now.total.flow
    assert (flow.accepted, flow.closed, flow.open, flow.overdue) == (3, 1, 2, 2)
    assert {one.unit for one in found.report.late} == {LEAD, "市水务局"}
    assert found.report.now.total.line.rates[Measure.ON_TIME].denominator == 3


def test_a_unit_sees_its_own_and_who_works_in_the_office_sees_all(lived):
    whole, own = july(lived, by=seen_by(OFFICER)), july(lived, by=seen_by("盛宁远"))
    assert (whole.report.now.total.flow.accepted, own.report.now.total.flow.accepted) == (3, 2)
    assert ([one.line.group for one in own.report.now.lines[By.UNIT]], own.scope) == ([LEAD_CODE], (LEAD,))
    asked = july(lived, by=seen_by(OFFICER), unit=LEAD)
    assert asked.report.now.total == own.report.now.total


@pytest.mark.parametrize(
    ("options", "refusal", "code"),
    [
        ({"by": seen_by("盛宁远"), "unit": "市水务局"}, NotPermitted, "unit_not_yours"),
        ({"by": seen_by("沈以恒")}, NotPermitted, "report_not_permitted"),
        ({"unit": "无此单位"}, NotFound, "unit_unknown"),
        ({"when": at(2026, 6, 30)}, FactInvalid, "period_ahead"),
    ],
)
def test_what_is_not_his_or_is_not_there_is_refused(office, options, refusal, code):
    with pytest.raises(refusal) as refused:
        july(office, **options)
    assert refused.value.code == code


def test_a_period_that_is_not_over_says_so(lived):
    assert not july(lived, at(2026, 7, 31)).report.is_over
    assert july(lived).report.is_over
    assert "本期尚未结束" in figures(july(lived, at(2026, 7, 31))).notes[0]


def test_a_report_writes_nothing_and_its_file_one_entry(lived, tmp_path):
    before = row_counts(lived)
    found = july(lived)
    assert row_counts(lived) == before
    done = write_report(lived, found, tmp_path / "报表.xlsx", by=signed(OFFICER, AUGUST))
    (entry,) = (one for one in rows(lived, Event) if one.kind == "report_exported")
    assert done["sha256"] in entry.payload


def test_the_workbook_prints_at_a_size_that_can_be_read_with_the_names_on_every_page(lived, tmp_path):
    write_report(lived, july(lived), tmp_path / "报表.xlsx", by=signed(OFFICER, AUGUST))
    book = openpyxl.load_workbook(tmp_path / "报表.xlsx")
    assert all((one.page_setup.scale or 100) >= 60 and not one.page_setup.fitToWidth for one in book)
    wide = book["按单位"]
    assert wide.max_column >= 40 and wide.col_breaks.brk and wide.print_title_cols == "$A:$B"


def test_the_workbook_has_real_numbers_and_no_formula_whatever_a_title_begins_with(lived, tmp_path):
    found = july(lived)
    hostile = ("=1+1", "@SUM(A1)", "-2+3", "+cmd|'/c calc'!A0", "\t=1", "＝1+1", "http://a.example")
    late = tuple(replace(found.report.late[0], title=title, unit=title) for title in hostile)
    file, found = tmp_path / "报表.xlsx", replace(found, report=replace(found.report, late=late))
    write_report(lived, found, file, by=signed(OFFICER, AUGUST))
    with ZipFile(file) as packed:
        told = "".join(packed.read(one).decode() for one in packed.namelist() if "worksheets" in one)
    assert "<f>" not in told and "hyperlink" not in told
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["总表", "按单位", "按类别", "按领导", *HAPPENED, "逾期清单", "口径说明"]
    share = next(row for row in book["总表"].iter_rows(min_row=5) if row[0].value == "按期办结率")
    assert (share[1].number_format, share[2].value, share[3].value) == ("0.0%", 1, 3)
    assert share[1].value == pytest.approx(1 / 3)
    assert book["总表"].freeze_panes == "B5"
    assert [row[1].value for row in book["逾期清单"].iter_rows(min_row=5, max_row=11)] == list(hostile)


def test_the_same_report_makes_the_same_bytes(lived, tmp_path):
    found, by = july(lived), signed(OFFICER, AUGUST)
    made = [write_report(lived, found, tmp_path / f"{one}.xlsx", by=by)["sha256"] for one in "甲乙"]
    assert made[0] == made[1]


def test_the_circular_is_a_draft_that_says_the_figures_and_names_nobody(lived):
    a_case(lived, accountable_leader="沈以恒")
    paper = circular_of(lived, july(lived), by=signed(OFFICER, AUGUST))
    told = as_text(paper)
    assert paper.draft and "".join(paper.title) == "关于2026年7月督查事项办理情况的通报"
    assert "本期交办4件，本期销号1件，期末在办3件" in told
    assert "沈以恒" not in told and "〔待填〕" in told
    assert [annex.title for annex in paper.annexes] == ["2026年7月各单位办理情况", "2026年7月各类别办理情况"]


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html", ".xlsx"])
def test_every_form_is_written(lived, tmp_path, suffix):
    out = tmp_path / f"报表{suffix}"
    write_report(lived, july(lived), out, by=signed(OFFICER, AUGUST))
    begins = {".pdf": b"%PDF", ".docx": b"PK", ".xlsx": b"PK", ".html": b"<!doctype"}[suffix]
    assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize(("name", "code"), [("报表.pdf", "circular_not_yours"), ("报表.csv", "form_unknown")])
def test_a_circular_is_the_office_s_and_no_file_is_left_of_what_is_refused(lived, tmp_path, name, code):
    with pytest.raises((NotPermitted, FactInvalid)) as refused:
        write_report(lived, july(lived, by=seen_by("盛宁远")), tmp_path / name, by=signed("盛宁远", AUGUST))
    assert refused.value.code == code
    assert not any(one.name.startswith(("报表", ".duban")) for one in tmp_path.iterdir())


def test_days_of_the_list_are_days(lived, tmp_path):
    write_report(lived, july(lived), tmp_path / "报表.xlsx", by=signed(OFFICER, AUGUST))
    sheet = openpyxl.load_workbook(tmp_path / "报表.xlsx")["逾期清单"]
    assert sheet["E5"].value.date() == date(2026, 7, 22)
    assert sheet["G5"].value == 7
