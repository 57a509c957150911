"""The page of a case tells of the papers that are on their way, and whom each waits for."""

import pytest

from tests.builders import CLERK, DIRECTOR, LIAISON, OFFICER, OPENED, a_case, signed
from tests.writing import HANDLER, TO_PERSON, brought_to, drafted
from workflow.services.documents import filing
from workflow.web.frame.pages import address_of

TO_THE_ROOM = '<a href="/signing">到签批室办理</a>'
WAITS = {
    "drafted": ("已拟稿", "待核稿：督查员、文书", CLERK),
    "reviewed": ("已核稿", "待签发：督查室主任、签发人", DIRECTOR),
    "signed": ("已签发", "待印发：督查员、文书", OFFICER),
}


def written(office, state, *given, **more):
    case = a_case(office, "handling")
    paper = drafted(office, case, *given, **more)
    if state != "drafted":
        brought_to(office, paper, state)
    return address_of(case.number), paper


@pytest.mark.parametrize("state", WAITS)
def test_a_paper_under_way_stands_among_the_papers_with_whom_it_waits_for(office, pages, state):
    page, _ = written(office, state)
    told, waits, his = WAITS[state]
    shown = pages.signed_in(his).sees(page)
    assert "在办的文书" in shown and f'<td data-label="状态">{told}</td>' in shown
    assert f"<li>督办单{told}，{waits}</li>" in shown and TO_THE_ROOM in shown


def test_whoever_wrote_it_is_not_led_to_review_it_and_a_unit_is_not_told_of_it(office, pages):
    page, _ = written(office, "drafted")
    shown = pages.signed_in(OFFICER).sees(page)
    assert "待核稿：督查员、文书" in shown and TO_THE_ROOM not in shown
    assert "待核稿" not in pages.signed_in(LIAISON).sees(page)


def test_what_is_void_or_issued_is_not_under_way(office, pages):
    page, paper = written(office, "drafted")
    filing.void(office, paper, by=signed(OFFICER), at=OPENED, reason="另拟")
    assert "在办的文书" not in pages.signed_in(OFFICER).sees(page)
    assert "在办的文书" not in pages.signed_in(OFFICER).sees(written(office, "issued")[0])


def test_of_a_paper_about_a_person_it_says_where_it_stands_and_no_word(office, pages):
    page, _ = written(office, "drafted", "personal_reminder", TO_PERSON, by=HANDLER)
    shown = pages.signed_in(OFFICER).sees(page)
    assert "待核稿：组织部门承办人" in shown and TO_THE_ROOM not in shown
    assert TO_PERSON["personal"]["facts"] not in shown
