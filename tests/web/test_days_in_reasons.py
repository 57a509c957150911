"""Days in what the machine gives as a reason read on a page as people write them; nothing else is touched."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from states.office_time import days_in_words
from tests.builders import LEAD, OFFICER, a_case, at, stored
from workflow.web.frame.pages import address_of, day


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_in_a_reason_is_written_out(one):
    assert days_in_words(f"应于{one}完成，期限{one}") == f"应于{day(one)}完成，期限{day(one)}"


@given(st.text(alphabet="0123456789-T年期", max_size=24))
def test_whatever_looks_like_a_day_breaks_no_page_and_is_written_out_once(text):
    told = days_in_words(text)
    assert days_in_words(told) == told and told.count("T") == text.count("T")


def test_numbers_versions_and_instants_stay_as_they_are():
    for one in (
        "0.109-4608b93f",
        "12026-07-01",
        "2026-07-012",
        "2026-07-01T09:00",
        "2026-13-01",
        "1-2026-07-01",
    ):
        assert days_in_words(one) == one


def test_what_is_quoted_stays_as_people_wrote_it():
    told = days_in_words("节点“2026-07-01前完成招标”应于2026-07-03完成")
    assert told == "节点“2026-07-01前完成招标”应于2026年7月3日完成"


def test_a_matter_s_page_tells_its_reasons_so(office, pages):
    case = a_case(office, "handling", lead_unit=LEAD)
    pages.now = at(2026, 9, 30)
    due = stored(office, case).facts.due_on
    shown = pages.signed_in(OFFICER).sees(address_of(case.number)).partition('id="timeline"')[0]
    assert day(due) in shown and f"期限{due}" not in shown
