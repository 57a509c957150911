"""Whatever ends a session, the next request goes to sign-in, and a form that was open has no effect."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import event

from tests.builders import LIAISON, SYSTEM_ADMIN, a_case, signed, stored
from tests.postbox import PATIENCE
from tests.registers import takes_in_directory
from workflow.services.accounts import adding, disabling, invitations, resetting

FORM = {"content-type": "application/x-www-form-urlencoded"}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PASSWORD, ANOTHER = "海港 大道 42 号的灯亮了", "另一句 更长 的话 9"


def has_password(pages):
    invited = adding.add(pages.office, LIAISON, by=signed(SYSTEM_ADMIN, pages.now), at=pages.now)
    invitations.accept(pages.office, invited.token, PASSWORD, at=pages.now)


def signs_out(pages, browser):
    """Whoever kept a copy of the cookie has nothing of it."""
    copy = browser.cookies["duban"]
    browser.sends("/cases", to="/sign-out")
    browser.cookies.set("duban", copy)


def changes_his_password(pages, browser):
    """In another browser of his."""
    chosen = dict.fromkeys(("new", "again"), ANOTHER)
    elsewhere = pages.signed_in(LIAISON)
    answer = elsewhere.sends("/account", to="/account/password", old=PASSWORD, **chosen)
    assert answer.headers["location"] == "/account?done=password"


def another_is_liaison(pages, browser):
    takes_in_directory(pages.office, pages.now, "BH212", liaison_name="方既白")


def is_disabled(pages, browser):
    disabling.disable(pages.office, LIAISON, by=signed(SYSTEM_ADMIN, pages.now), at=pages.now)


def is_reset(pages, browser):
    """And has set another password with the invitation of it."""
    invited = resetting.reset(pages.office, LIAISON, by=signed(SYSTEM_ADMIN, pages.now), at=pages.now)
    invitations.accept(pages.office, invited.token, ANOTHER, at=pages.now)


def does_nothing_for_half_an_hour(pages, browser):
    pages.now += 29 * MINUTE
    browser.sees("/cases")
    pages.now += 30 * MINUTE


def works_for_twelve_hours(pages, browser):
    begun = pages.now
    while pages.now < begun + 11.5 * HOUR:
        pages.now += 25 * MINUTE
        browser.sees("/cases")
    pages.now = begun + 12 * HOUR


@pytest.mark.parametrize(
    "ends",
    [
        signs_out,
        changes_his_password,
        another_is_liaison,
        is_disabled,
        is_reset,
        does_nothing_for_half_an_hour,
        works_for_twelve_hours,
    ],
)
def test_the_next_request_goes_to_sign_in_and_an_open_form_has_no_effect(office, pages, ends):
    case = a_case(office, "assigned")
    pages.now += DAY
    has_password(pages)
    his, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
    form = his.form(path)
    ends(pages, his)
    for answer in (his.post(path, data=form), his.get(path), his.post(path, data=form)):
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
    assert stored(office, case).facts.state == "assigned"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/cases/new/open", "/sign-in?next=%2Fcases%2Fnew%2Fopen&said=unsent"),
        ("/account/password", "/sign-in?said=lost"),
    ],
)
def test_whoever_sent_a_form_too_late_comes_back_to_a_page_that_is_there(pages, path, place):
    him = pages.signed_in(LIAISON)
    pages.now += DAY
    assert him.post(path).headers["location"] == place
    assert "没有提交" in him.sees(place)


def test_with_another_role_he_signs_in_again_and_has_the_rights_of_that_day(office, pages):
    case = a_case(office, "assigned")
    pages.now += DAY
    assert case.number in pages.signed_in(LIAISON).sees("/cases")
    another_is_liaison(pages, None)
    assert pages.signed_in(LIAISON).get(f"/cases/{case.number}").status_code == 404


@contextmanager
def let_in(office):
    """Tells when a session is next looked up."""
    looked_up = threading.Event()

    def look(*told):
        if "FROM sessions" in told[2]:
            looked_up.set()

    event.listen(office.engine, "after_cursor_execute", look)
    try:
        yield looked_up
    finally:
        event.remove(office.engine, "after_cursor_execute", look)


def test_a_form_whose_body_came_after_the_account_was_disabled_has_no_effect(office, pages):
    case = a_case(office, "assigned")
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
    form = urlencode(him.form(path)).encode()

    def slowly():
        yield form[:10]
        assert was_let_in.wait(PATIENCE)
        disabling.disable(office, LIAISON, by=signed(SYSTEM_ADMIN, pages.now), at=pages.now)
        yield form[10:]

    with let_in(office) as was_let_in:
        answer = him.post(path, content=slowly(), headers=FORM)
    assert answer.headers["location"].startswith("/sign-in")
    assert stored(office, case).facts.state == "assigned"
