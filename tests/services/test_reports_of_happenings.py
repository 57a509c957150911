"""What a report says of the acts of a period: by the day of each act, whenever its matter was handed out."""

from datetime import date

import pytest
from sqlalchemy import event

from states.reports import Share, Span, read_period
from states.statistics import By, Happening, Measure
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    THREE_WEEKS,
    a_case,
    a_paper_of_proof,
    asking,
    at,
    give,
    relapsed,
)
from workflow.services.report_figures import figures
from workflow.services.reports import report
from workflow.services.seeing import Onlooker

NOW = at(2026, 11, 20)
FOUND = at(2026, 10, 12)


def total(office, span, period, **options):
    found = report(office, span, read_period(span, period), at=NOW, by=None, **options)
    return found.report.now.total


def month(office, text, **options):
    return total(office, Span.MONTH, text, **options).happened


def rate(happened, share):
    found = happened.rate(share)
    return found.numerator, found.denominator


def close(office, case, when):
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, when, result="312盏全部复亮", evidence=proof)
    return give(office, case, "close_out", DIRECTOR, when, verification="夜间抽查40盏均亮", evidence=proof)


@pytest.fixture
def october(office):
    """Handed out and struck off in July, found to have come back on 12 October."""
    case = relapsed(office, a_case(office, "closed"), FOUND)
    return office, case


@pytest.mark.parametrize(("span", "period"), [(Span.MONTH, "2026-10"), (Span.QUARTER, "2026Q4")])
def test_a_relapse_counts_in_the_period_it_is_found_in(october, span, period):
    found = total(october[0], span, period)
    assert rate(found.happened, Share.RELAPSED) == (1, 1)
    assert found.line.rates[Measure.RELAPSED].denominator == 0


def test_the_month_of_its_matter_tells_of_it_as_of_matters_handed_out_then_and_not_as_its_own(october):
    found = total(october[0], Span.MONTH, "2026-07")
    assert (found.line.rates[Measure.RELAPSED].numerator, rate(found.happened, Share.RELAPSED)) == (1, (0, 0))
    assert rate(found.happened, Share.FIRST_TIME) == (1, 1), "a relapse later takes nothing from it"


def test_a_matter_taken_up_again_and_struck_off_counts_both_times(october):
    office, case = october
    give(office, case, "reopen", DIRECTOR, FOUND, reason="回头看发现反弹", limit=THREE_WEEKS)
    close(office, case, at(2026, 10, 26))
    found = month(office, "2026-10")
    assert (found[Happening.REOPENED], rate(found, Share.FIRST_TIME)) == (1, (0, 1))
    assert month(office, "2026-07")[Happening.STRUCK_OFF] == 1


def test_returns_and_extensions_count_on_the_day_they_are_decided(office):
    case = asking(office, a_case(office, due_on=date(2026, 8, 14)), at(2026, 7, 30, 9), date(2026, 9, 30))
    give(office, case, "grant_extension", DIRECTOR, at(2026, 8, 3))
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, at(2026, 8, 31), result="修复", evidence=proof)
    give(office, case, "return_for_rework", OFFICER, at(2026, 9, 1), reason="仍有9盏不亮")
    close(office, case, at(2026, 9, 20))
    july, august, september = (month(office, f"2026-{one}") for one in ("07", "08", "09"))
    assert july.is_nothing
    assert rate(august, Share.EXTENDED) == (1, 1)
    assert [rate(september, one) for one in (Share.RETURNED, Share.FIRST_TIME)] == [(1, 2), (0, 1)]


def test_the_day_is_the_office_s_from_its_midnight_to_the_next(office):
    cases = [a_case(office, "closed") for _ in range(3)]
    for case, when in zip(
        cases, (at(2026, 9, 30, 23, 59), at(2026, 10, 1, 0), at(2026, 10, 31, 23)), strict=True
    ):
        relapsed(office, case, when)
    found = [month(office, f"2026-{one}")[Happening.RELAPSED] for one in ("09", "10", "11")]
    assert found == [1, 2, 0]


def test_a_unit_is_told_of_its_own_and_the_lines_add_up(october):
    office, _ = october
    other = a_case(office, "assigned", lead_unit="市水务局")
    give(office, other, "reassign", DIRECTOR, FOUND, lead_unit="市交通局", reason="职责在交通局")
    found = report(office, Span.MONTH, read_period(Span.MONTH, "2026-10"), at=NOW, by=Onlooker(LIAISON, NOW))
    assert [one.line.name for one in found.report.now.lines[By.UNIT]] == [LEAD]
    assert found.report.now.total.happened[Happening.REASSIGNED] == 0
    assert month(office, "2026-10")[Happening.REASSIGNED] == 1


def test_the_sheets_keep_what_happened_apart_from_what_became_of_the_matters_handed_out(october):
    found = report(october[0], Span.MONTH, read_period(Span.MONTH, "2026-10"), at=NOW, by=None)
    sheets = {one.name: one for one in figures(found).sheets}
    numbers = {row[0]: row[1] for row in sheets["总表"].rows}
    assert numbers["反弹率（本期发生）"].parts == "1/1"
    assert numbers["反弹率（本期交办事项中）"].parts == "0/0"
    assert [row[1] for row in sheets["按单位"].rows] == ["合计"]
    (line, whole) = sheets["本期发生（按单位）"].rows
    assert (line[0], line[1:]) == (LEAD, whole[1:])


def test_what_happened_is_read_by_one_statement_however_much_it_is(october):
    office, case = october
    told = []

    def note(*asked):
        told.append(asked[2])

    event.listen(office.engine, "before_cursor_execute", note)
    for _ in range(3):
        month(office, "2026-10")
        case = relapsed(office, case, FOUND)
    event.remove(office.engine, "before_cursor_execute", note)
    assert sum("FROM events JOIN cases" in one for one in told) == 3


def test_every_look_that_finds_a_relapse_counts_and_not_the_first_alone(october):
    office, case = october
    for _ in range(3):
        case = relapsed(office, case, FOUND)
    assert rate(month(office, "2026-10"), Share.RELAPSED) == (4, 4)
