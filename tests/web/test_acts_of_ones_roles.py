"""台账: each is offered on what is ticked the acts of his roles; where none is his, nothing to tick."""

import re
from datetime import date

import pytest

from tests.administrators import THREE, with_three
from tests.builders import AUDITOR, DIRECTOR, LEAD, LIAISON, OFFICER, OPENED, a_case, signed
from workflow.services import deputies

ACT, TICK = re.compile(r'<button name="act" value="(\w+)"'), 'class="tick"'
DEPUTY = "岑朗月"


@pytest.mark.parametrize(
    ("person", "acts"),
    [(OFFICER, {"log_urge", "comment"}), (LIAISON, {"acknowledge"}), (AUDITOR, set())],
)
def test_each_is_offered_the_acts_of_his_roles_alone(office, pages, person, acts):
    case, browser = a_case(office, "assigned"), pages.signed_in(person)
    shown = browser.sees("/cases")
    assert case.number in shown and set(ACT.findall(shown)) == acts and (TICK in shown) is bool(acts)
    for act in ("log_urge", "comment", "acknowledge"):
        form = browser.get("/register/acts", params={"act": act, "number": case.number})
        assert (form.status_code != 404) is (act in acts)


def test_a_deputy_is_offered_what_his_principal_is(office, pages):
    case, days = a_case(office, "handling"), {"valid_from": date(2026, 7, 1), "valid_to": date(2026, 7, 9)}
    deputies.appoint(office, DIRECTOR, DEPUTY, "director", by=signed(DIRECTOR), at=OPENED, **days)
    shown = pages.signed_in(DEPUTY).sees("/cases")
    assert case.number in shown and "comment" in ACT.findall(shown)


def test_the_three_are_told_they_see_no_case_and_where_their_own_work_lies(office, pages):
    with_three(office)
    a_case(office, "handling")
    for person in THREE.values():
        shown = pages.signed_in(person).sees("/cases?words=灯")
        assert "不得查看事项内容" in shown and 'class="button" href="/accounts"' in shown
        assert not any(word in shown for word in ('role="search"', "从第一页看起", LEAD))
