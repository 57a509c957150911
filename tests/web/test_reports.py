"""报表: whose matters it counts, what it says of a period, and the files it gives."""

import pytest

from tests.builders import AUDITOR, LEAD, LIAISON, OFFICER, OTHER, SYSTEM_ADMIN, a_case, at, rows
from workflow.storage.models import Event

JULY = "/reports?span=month&period=2026-07"
AUGUST = at(2026, 8, 3)


@pytest.fixture
def counted(office, pages):
    """One closed, one late, one of another unit, seen in August."""
    a_case(office, "closed")
    a_case(office, accountable_leader="沈以恒")
    a_case(office, "assigned", lead_unit=OTHER)
    pages.now = AUGUST
    return pages


@pytest.mark.parametrize("person", [OFFICER, AUDITOR])
def test_whoever_sees_everything_sees_all_units_and_may_take_a_circular(counted, person):
    shown = counted.signed_in(person).sees("/reports")
    assert LEAD in shown and OTHER in shown
    assert "2026年7月督查事项办理情况" in shown, "the last month that is over"
    assert "通报草稿" in shown


def test_a_unit_sees_its_own_and_takes_no_circular(counted):
    him = counted.signed_in(LIAISON)
    shown = him.sees(JULY)
    assert LEAD in shown and OTHER not in shown and "通报草稿" not in shown
    assert him.sends(JULY, to="/reports/file", form=".pdf").status_code == 403


def test_the_three_are_shown_none(counted):
    assert counted.signed_in(SYSTEM_ADMIN).get(JULY).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("span=month&period=2026-13", 422, "请写成2026-11"),
        ("span=month&period=2026-09", 422, "还没有到"),
        ("span=month&period=2026-07&unit=无此单位", 404, "无此单位"),
        ("span=month&period=2026-08", 200, "本期尚未结束"),
        ("span=quarter&period=2026Q3", 200, "2026年第三季度"),
        ("span=year&period=2026", 200, "2026年督查事项"),
    ],
)
def test_a_period_is_chosen_and_what_cannot_be_counted_is_said(counted, asked, status, words):
    answer = counted.signed_in(OFFICER).get(f"/reports?{asked}")
    assert (answer.status_code, words in answer.text) == (status, True)


@pytest.mark.parametrize(("form", "begins"), [(".xlsx", b"PK"), (".html", b"<!doctype"), (".pdf", b"%PDF")])
def test_a_file_is_taken_along_and_the_journal_tells_of_it(office, counted, form, begins):
    answer = counted.signed_in(OFFICER).sends(JULY, to="/reports/file", form=form)
    assert (answer.status_code, answer.content.startswith(begins)) == (200, True)
    assert "attachment" in answer.headers["content-disposition"]
    assert [one.kind for one in rows(office, Event)].count("report_exported") == 1
