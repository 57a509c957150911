"""The page of an invitation: whose it is, until when, what is to be done before a password is typed."""

from datetime import timedelta

import pytest

from tests.accounts.people import OTHER_PASSWORD as PASSWORD
from tests.administrators import SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import OFFICER, OPENED, signed
from workflow.services.accounts import adding, admitting, disabling, resetting


@pytest.fixture
def invited(office, pages):
    """Somebody who is invited while the three are in office."""
    with_three(office)
    return adding.add(office, OFFICER, login="lvzhe", by=signed(SYSTEM_ADMIN), at=OPENED)


@pytest.fixture
def link(invited):
    return f"/invitations/{invited.token}"


def code_of(office):
    return admitting.admit(office, OFFICER, by=signed(SECURITY_ADMIN), at=OPENED).code


def test_it_says_whose_it_is_until_when_and_that_it_waits(link, pages):
    page = pages.stranger().sees(link)
    assert all(word in page for word in (OFFICER, "lvzhe", "2026-07-08 09:00", "尚待安全保密管理员核准"))
    assert 'name="password"' not in page


def test_admitted_it_asks_for_code_and_password_and_lets_its_person_in(office, link, pages):
    browser, code = pages.stranger(), code_of(office)
    assert 'name="code"' in browser.sees(link)
    wrong = browser.sends(link, code="00000000", password=PASSWORD, again=PASSWORD)
    assert wrong.status_code == 422 and "还可以试4次" in wrong.text and OFFICER in wrong.text
    done = browser.sends(link, code=code, password=PASSWORD, again=PASSWORD)
    assert done.headers["location"] == "/sign-in?said=set"
    into = browser.sends("/sign-in", login="lvzhe", password=PASSWORD, code="")
    assert into.headers["location"] == "/"


def test_a_form_sent_before_it_was_admitted_sets_no_password(link, pages):
    browser = pages.stranger()
    form = {"_token": browser.form("/sign-in")["_token"], "password": PASSWORD, "again": PASSWORD}
    answer = browser.post(link, data={**form, "code": "12345678"})
    assert answer.status_code == 409 and "尚待安全保密管理员核准" in answer.text


def goes_out_of_date(office, pages):
    pages.now += timedelta(days=7)


def is_taken_the_place_of(office, pages):
    resetting.reset(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)


def is_disabled(office, pages):
    disabling.disable(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)


def is_refused(office, pages):
    admitting.refuse(office, OFFICER, reason="未申请", by=signed(SECURITY_ADMIN), at=OPENED)


@pytest.mark.parametrize("ends", [goes_out_of_date, is_taken_the_place_of, is_disabled, is_refused])
def test_one_that_holds_no_more_says_so_and_whom_to_ask_and_no_name(office, link, pages, ends):
    ends(office, pages)
    answer = pages.stranger().get(link)
    assert answer.status_code == 409
    assert "邀请链接无效" in answer.text and "请联系系统管理员" in answer.text
    assert not any(word in answer.text for word in (OFFICER, "lvzhe", 'name="password"'))


def test_after_the_fifth_wrong_code_the_page_says_it_is_withdrawn(office, link, pages):
    browser = pages.stranger()
    code = f"{(int(code_of(office)) + 1) % 10**8:08}"
    sent = {**browser.form(link), "code": code, "password": PASSWORD, "again": PASSWORD}
    answers = [browser.post(link, data=sent) for _ in range(5)]
    assert [one.status_code for one in answers] == [422] * 4 + [409]
    assert "连错5次，邀请已作废" in answers[-1].text and OFFICER not in answers[-1].text


def test_before_there_are_three_no_code_is_asked_for(office, pages):
    token = adding.add(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED).token
    page = pages.stranger().sees(f"/invitations/{token}")
    assert OFFICER in page and 'name="code"' not in page and 'name="password"' in page
