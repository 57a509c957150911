"""Signing in and out before a browser: cookies, where one comes from, what is never told."""

import pytest

from tests.builders import OFFICER, OPENED, SYSTEM_ADMIN, signed
from tests.web.browsing import pages_of
from workflow.services.accounts import adding, invitations

PASSWORD = "海港 大道 42 号的灯亮了"


@pytest.fixture
def invited(office, pages):
    return adding.add(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)


@pytest.fixture
def login(office, invited):
    """The sign-in name of an officer who has chosen his password."""
    return invitations.accept(office, invited.token, PASSWORD, at=OPENED)


def sign_in(browser, login, password=PASSWORD, **more):
    return browser.sends("/sign-in", login=login, password=password, code="", **more)


def test_an_office_without_accounts_is_told_who_sets_them_up(office, pages):
    assert "还没有任何账号" in pages.stranger().sees("/sign-in")
    adding.add(office, OFFICER, by=signed(SYSTEM_ADMIN), at=OPENED)
    shown = pages.stranger().sees("/sign-in")
    assert "还没有任何账号" not in shown and "系统管理员" in shown


def test_by_invitation_somebody_chooses_a_password_and_signs_in(invited, pages):
    browser, link = pages.stranger(), f"/invitations/{invited.token}"
    answer = browser.sends(link, password=PASSWORD, again=PASSWORD)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/sign-in?said=set"
    assert sign_in(browser, invited.login).headers["location"] == "/"
    assert "台账" in browser.sees("/cases")


def test_two_different_words_are_no_password_and_the_invitation_still_holds(invited, pages):
    browser, link = pages.stranger(), f"/invitations/{invited.token}"
    answer = browser.sends(link, password=PASSWORD, again="另一个")
    assert answer.status_code == 422 and "两次输入的密码不一样" in answer.text
    form = browser.form(link)
    assert browser.sends(link, password=PASSWORD, again=PASSWORD).status_code == 303
    again = browser.post(link, data={**form, "password": PASSWORD, "again": PASSWORD})
    assert again.status_code == 409 and "邀请链接无效" in again.text


def test_the_session_cookie_is_read_by_no_script_and_sent_to_no_other_site(login, pages):
    given = sign_in(pages.stranger(), login).headers.get_list("set-cookie")
    kept = {one.partition("=")[0]: one for one in given if 'duban-guest=""' not in one}
    assert kept.keys() == {"duban", "duban-device"}
    assert all("HttpOnly" in one and "SameSite=lax" in one for one in kept.values())
    assert "Max-Age" not in kept["duban"] and "Max-Age=15552000" in kept["duban-device"]


def test_a_session_begins_with_a_token_nobody_knew_before(login, pages):
    browser = pages.stranger()
    browser.cookies.set("duban", "chosen-by-somebody-else")
    sign_in(browser, login)
    assert browser.cookies.get("duban", domain="127.0.0.1") != "chosen-by-somebody-else"


@pytest.mark.parametrize("wrong", [{"login": "nobody"}, {"password": "不对的密码一二三"}])
def test_whatever_is_wrong_the_page_says_the_same(login, pages, wrong):
    told = {"login": login, "password": PASSWORD} | wrong
    answer = sign_in(pages.stranger(), **told)
    assert answer.status_code == 401
    assert "登录名、密码或者动态码不对" in answer.text
    assert told["password"] not in answer.text


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/cases?state=draft", "/cases?state=draft"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("/cases\r\nset-cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_it_one_comes_to_a_page_of_ours(login, pages, asked, place):
    assert sign_in(pages.stranger(), login, next=asked).headers["location"] == place


def test_signed_out_a_copy_of_the_cookie_opens_nothing(login, pages):
    browser, copy = pages.stranger(), pages.stranger()
    sign_in(browser, login)
    copy.cookies.set("duban", browser.cookies["duban"])
    assert copy.get("/cases").status_code == 200
    browser.sends("/cases", to="/sign-out")
    assert copy.get("/cases").status_code == 303


def test_a_new_password_ends_every_other_session_and_changes_this_ones_token(login, pages):
    browser, other = pages.stranger(), pages.stranger()
    sign_in(browser, login), sign_in(other, login)
    before = browser.cookies["duban"]
    chosen = dict.fromkeys(("new", "again"), "另一句 更长 的话 9")
    answer = browser.sends("/account", to="/account/password", old=PASSWORD, **chosen)
    assert answer.headers["location"] == "/account?done=password"
    assert browser.cookies["duban"] != before
    assert (browser.get("/cases").status_code, other.get("/cases").status_code) == (200, 303)


def test_in_clear_over_a_network_no_password_is_asked_for(office):
    passed_on = {"x-forwarded-for": "10.1.2.3", "x-forwarded-proto": "http"}
    with pages_of(office, proxies=("127.0.0.1",)) as pages:
        answer = pages.stranger().get("/sign-in", headers=passed_on)
    assert answer.status_code == 403 and "https://" in answer.text


@pytest.mark.parametrize("wants", ["text/html", "application/json"])
def test_a_stopped_address_is_told_in_how_many_seconds_to_come_again(login, pages, wants):
    browser = pages.stranger()
    form = {**browser.form("/sign-in"), "login": "nobody", "password": PASSWORD}
    for _ in range(30):
        assert browser.post("/sign-in", data=form).status_code == 401
    answer = browser.post("/sign-in", data=form, headers={"accept": wants})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")


def test_whoever_guesses_within_a_session_is_told_when_the_lock_ends(login, pages):
    browser = pages.stranger()
    sign_in(browser, login)
    wrong = {**browser.form("/account"), "old": "不是这一个", "new": "另一句 更长 的话 9"}
    found = [browser.post("/account/password", data={**wrong, "again": wrong["new"]}) for _ in range(6)]
    assert [one.status_code for one in found] == [422] * 5 + [429]
    assert found[5].headers["retry-after"] == "900" and "retry-after" not in found[4].headers


def test_a_browser_somebody_signed_in_from_is_let_in_though_others_locked_his_account(login, pages):
    his, stranger = pages.stranger(), pages.stranger()
    sign_in(his, login)
    before = his.cookies["duban-device"]
    his.sends("/cases", to="/sign-out")
    for _ in range(5):
        sign_in(stranger, login, "不对的密码一二三")
    assert sign_in(stranger, login).status_code == 401
    assert sign_in(his, login).status_code == 303
    assert his.cookies["duban-device"] != before


def test_a_browser_that_changed_a_password_is_still_known(login, pages):
    his, stranger = pages.stranger(), pages.stranger()
    sign_in(his, login)
    chosen = dict.fromkeys(("new", "again"), "另一句 更长 的话 9")
    his.sends("/account", to="/account/password", old=PASSWORD, **chosen)
    for _ in range(5):
        sign_in(stranger, login, "不对的密码一二三")
    his.sends("/cases", to="/sign-out")
    assert sign_in(his, login, chosen["new"]).status_code == 303


def test_what_was_passed_on_comes_from_this_machine_no_more(pages):
    for name in ("x-forwarded-for", "forwarded", "via", "x-real-ip"):
        assert pages.stranger().get("/sign-in", headers={name: "10.1.2.3"}).status_code == 403


def test_signing_in_anew_ends_the_session_this_browser_had(login, pages):
    browser, copy = pages.signed_in(OFFICER), pages.stranger()
    copy.cookies.set("duban", browser.cookies["duban"])
    browser.post("/sign-in", data={**browser.form("/sign-in"), "login": login, "password": PASSWORD})
    assert copy.get("/cases").status_code == 303
