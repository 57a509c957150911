"""A deputy before the pages: his principal's acts from the first day to the last, and not a day longer."""

import re
from datetime import date

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, UNIT_HEAD, a_case, at, give, history, signed
from workflow.services import deputies

DEPUTY = "岑朗月"
"""Somebody without any role."""

FIRST, LAST = date(2026, 7, 6), date(2026, 7, 10)
DAYS = {
    "the day before": (at(2026, 7, 5, 23, 59), False),
    "the first day": (at(2026, 7, 6, 0), True),
    "the last day": (at(2026, 7, 10, 23, 59), True),
    "the day after": (at(2026, 7, 11, 0), False),
}


def appoint(office, principal, deputy, role):
    """An appointment of five days."""
    days = {"valid_from": FIRST, "valid_to": LAST}
    return deputies.appoint(office, principal, deputy, role, by=signed(principal), at=OPENED, **days)


def acts_of(pages, person, case):
    """What the page of a case offers somebody who signs in now; None where he is not shown it."""
    answer = pages.signed_in(person).get(f"/cases/{case.number}")
    return re.findall(r"/acts/(\w+)", answer.text) if answer.status_code == 200 else None


@pytest.mark.parametrize(("when", "counts"), DAYS.values(), ids=DAYS)
def test_within_the_dates_a_deputy_is_offered_what_his_principal_is(office, pages, when, counts):
    case = a_case(office, "handling")
    appoint(office, DIRECTOR, DEPUTY, "director")
    pages.now = when
    assert acts_of(pages, DEPUTY, case) == (acts_of(pages, DIRECTOR, case) if counts else None)


@pytest.mark.parametrize(("when", "counts"), DAYS.values(), ids=DAYS)
def test_a_units_deputy_has_its_heads_acts_beside_his_own_within_the_dates(office, pages, when, counts):
    case = a_case(office, "handling")
    give(office, case, "request_extension", LIAISON, due_on=date(2026, 8, 5), reason="灯具到货推迟")
    appoint(office, UNIT_HEAD, LIAISON, "unit_head")
    pages.now = when
    assert ("consent_extension" in acts_of(pages, LIAISON, case)) is counts
    assert "report_progress" in acts_of(pages, LIAISON, case)


def test_what_a_deputy_does_is_told_as_done_for_his_principal(office, pages):
    case = a_case(office, "handling")
    appoint(office, OFFICER, DEPUTY, "officer")
    pages.now = at(2026, 7, 8)
    his = pages.signed_in(DEPUTY)
    answer = his.sends(f"/cases/{case.number}/acts/set_cadence", cadence="week", reason="重点事项")
    assert (answer.status_code, history(office, case)[-1].acting_for) == (303, "R011")
    assert f"{DEPUTY}（代{OFFICER}）" in his.sees(f"/cases/{case.number}")


def test_a_form_opened_on_the_last_day_has_no_effect_on_the_day_after(office, pages):
    case, (last, _), (after, _) = a_case(office, "handling"), DAYS["the last day"], DAYS["the day after"]
    appoint(office, OFFICER, DEPUTY, "officer")
    pages.now, path = last, f"/cases/{case.number}/acts/set_cadence"
    his = pages.signed_in(DEPUTY)
    form = {**his.form(path), "cadence": "week", "reason": "重点事项"}
    pages.now = after
    assert his.post(path, data=form).status_code == 404
    assert history(office, case)[-1].kind != "cadence_set"


def test_revoked_in_the_middle_he_is_offered_nothing_from_that_hour_on(office, pages):
    case = a_case(office, "handling")
    appointment = appoint(office, OFFICER, DEPUTY, "officer")["id"]
    pages.now = at(2026, 7, 8)
    his, path = pages.signed_in(DEPUTY), f"/cases/{case.number}"
    assert his.get(path).status_code == 200
    deputies.revoke(office, appointment, by=signed(OFFICER, pages.now), at=pages.now)
    assert his.get(path).status_code == 404
