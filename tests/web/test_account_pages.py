"""账号 and 登录情况: the three look, the system administrator deals with accounts, a link is shown once."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from states.accounts.administrators import Change
from tests.accounts.people import PASSWORD, an_account, signs_in, told
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, rows, signed
from tests.web.test_sight import queries_of
from workflow.errors import SignInRefused
from workflow.services.accounts import adding, roles
from workflow.storage.account_models import Account, Invitation
from workflow.storage.models import Event
from workflow.web.pages import accounts as door

LINK = re.compile(r"<code>([^<]*/invitations/([\w-]+))</code>")
ONE = "/accounts/R011"


@pytest.fixture
def him(office, pages):
    """The system administrator before his pages, the three being in office."""
    with_three(office)
    return pages.signed_in(SYSTEM_ADMIN)


def standing(page):
    return re.search(r'standing-word (\w+)"', page)[1]


def test_each_of_the_three_begins_at_the_accounts_and_sees_nothing_of_the_register(office, pages):
    for one in (SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN):
        front = pages.signed_in(one).get("/", follow_redirects=True)
        assert front.url.path == "/accounts"
        assert all(f'href="{place}"' in front.text for place in ("/accounts", "/roles", "/sessions"))
        assert 'href="/cases"' not in front.text


def test_an_officer_is_led_to_none_of_it(pages):
    assert "/accounts" not in pages.signed_in(OFFICER).sees("/cases")


def test_a_line_tells_who_it_is_how_he_stands_and_when_he_last_came(office, him):
    an_account(office)
    signs_in(office)
    (line,) = re.findall(r"<tr>\n<td class=\"first\">.*?</tr>", him.sees("/accounts?name=吕"), re.S)
    assert all(
        word in line for word in (OFFICER, "市委市政府督查室", "lvzhe", "督查员", "正常", "2026-07-01")
    )


def test_the_link_of_a_new_account_is_shown_on_the_answer(him):
    answer = him.sends("/accounts", person=OFFICER, login="lvzhe")
    link, token = LINK.search(answer.text).groups()
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert link.startswith("http://127.0.0.1") and answer.url.path == "/accounts"
    assert "核对码" in answer.text and 'name="password"' not in him.sees(f"/invitations/{token}")


def test_the_link_is_shown_nowhere_again(office, him, caplog):
    form = {**him.form("/accounts"), "person": OFFICER}
    with caplog.at_level(logging.DEBUG):
        token = LINK.search(him.post("/accounts", data=form).text)[2]
    again = him.post("/accounts", data=form, follow_redirects=True)
    assert "没有重复办理" in again.text and len(rows(office, Invitation)) == 4
    seen = again.text + him.sees(ONE) + caplog.text + "".join(one.payload for one in rows(office, Event))
    assert token not in seen and "/invitations/" not in again.text


def test_a_double_click_opens_one_account(office, him):
    form = {**him.form("/accounts"), "person": OFFICER}
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _: him.post("/accounts", data=form), range(4)))
    assert sorted(one.status_code for one in answers) == [200, 303, 303, 303]
    assert len([one for one in rows(office, Account) if one.person == "R011"]) == 1


@pytest.mark.parametrize(
    ("filled", "field", "word"),
    [
        ({"person": ""}, "person", "请填写人员"),
        ({"person": "没有这个人"}, "person", "不在名录中"),
        ({"person": DIRECTOR}, "person", "已有账号"),
        ({"person": "x" * 65}, "person", "超过64字"),
        ({"person": LIAISON, "login": "a b"}, "login", "登录名只用"),
        ({"person": LIAISON, "login": "r010"}, "login", "已有人使用"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(office, him, filled, field, word):
    him.sends("/accounts", person=DIRECTOR)
    answer = him.sends("/accounts", **filled)
    error = re.search(rf'id="{field}-error">([^<]+)<', answer.text)
    assert answer.status_code == 422 and word in error[1]
    assert filled["person"][:64] in answer.text


def test_a_form_that_was_refused_may_be_sent_again_as_it_is_corrected(him):
    form = him.form("/accounts")
    assert him.post("/accounts", data={**form, "person": "没有这个人"}).status_code == 422
    assert him.post("/accounts", data={**form, "person": OFFICER}).status_code == 200


def test_an_account_is_disabled_by_one_and_let_in_again_by_two_and_the_page_says_so(office, pages, him):
    an_account(office)
    for act, word in (("disable", "已停用"), ("enable", "已提请恢复吕喆的账号，待核准")):
        shown = him.sees(him.sends(ONE, to=f"{ONE}/{act}").headers["location"])
        assert standing(shown) == "disabled" and word in shown
    second = pages.signed_in(SECURITY_ADMIN)
    admitted = second.post(f"{ONE}/admit", data=waiting_form(second.sees("/accounts")))
    assert "已核准恢复" in admitted.text and "核对码" not in admitted.text
    assert standing(him.sees(ONE)) == "active" and signs_in(office)


def test_of_an_admission_sent_twice_the_page_speaks_of_the_code_and_of_no_link(office, pages, him):
    him.sends("/accounts", person=OFFICER, login="lvzhe")
    second = pages.signed_in(SECURITY_ADMIN)
    form = waiting_form(second.sees("/accounts"))
    second.post(f"{ONE}/admit", data=form)
    again = second.post(f"{ONE}/admit", data=form, follow_redirects=True).text
    assert "核对码只显示一次" in again and "邀请链接只显示一次" not in again


def test_of_a_refusal_sent_twice_it_speaks_of_neither(office, pages, him):
    him.sends("/accounts", person=OFFICER, login="lvzhe")
    second = pages.signed_in(SECURITY_ADMIN)
    form = {**waiting_form(second.sees("/accounts")), "reason": "本人没有申请"}
    second.post(f"{ONE}/refuse", data=form)
    again = second.post(f"{ONE}/refuse", data=form, follow_redirects=True).text
    assert "没有重复办理" in again and "只显示一次" not in again


def test_what_is_gone_meanwhile_is_told_without_words_of_the_command_line(office, pages, him):
    him.sends("/accounts", person=OFFICER, login="lvzhe")
    second = pages.signed_in(SECURITY_ADMIN)
    form = waiting_form(second.sees("/accounts"))
    him.sends(ONE, to=f"{ONE}/disable")
    answer = second.post(f"{ONE}/admit", data=form).text
    assert (
        "请重新查看等待核准的事项" in answer
        and "duban " not in answer
        and "--" not in answer.partition("<main")[2]
    )


def test_what_an_address_claims_to_be_done_is_said_only_where_it_stands_so(office, him):
    an_account(office)
    assert "已停用" not in him.sees(f"{ONE}?done=disable")


def test_a_locked_account_is_unlocked(office, him):
    an_account(office)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            signs_in(office, password="falsch")
    assert standing(him.sees(ONE)) == "locked"
    assert standing(him.sees(him.sends(ONE, to=f"{ONE}/unlock").headers["location"])) == "active"


def test_who_lost_his_telephone_is_invited_to_another_password_and_keeps_his_till_then(office, him):
    an_account(office)
    answer = him.sends(ONE, to=f"{ONE}/reset", second_factor="yes")
    assert LINK.search(answer.text) and standing(him.sees(ONE)) == "active"
    assert told(office, "account_reset")[0][1]["second_factor"] is True
    again = him.sends(ONE, to=f"{ONE}/reset")
    assert LINK.search(again.text)[2] != LINK.search(answer.text)[2]


def test_what_another_did_meanwhile_is_told_and_nothing_is_done(office, him):
    an_account(office)
    former = him.form(ONE)
    him.sends(ONE, to=f"{ONE}/disable")
    answer = him.post(f"{ONE}/reset", data=former)
    assert answer.status_code == 422 and "请先恢复" in answer.text
    assert standing(answer.text) == "disabled" and told(office, "account_reset") == []


@pytest.mark.parametrize("person", [SECURITY_ADMIN, AUDIT_ADMIN])
def test_the_other_two_see_and_change_nothing(office, pages, him, person):
    an_account(office)
    other = pages.signed_in(person)
    assert OFFICER in other.sees("/accounts") and 'method="post" action="/accounts' not in other.sees(ONE)
    for path in ("/accounts", *(f"{ONE}/{act}" for act in door.ACTS)):
        assert other.sends("/account", to=path, person=LIAISON, _form="a1").status_code == 403
    assert standing(other.sees(ONE)) == "active" and told(office, "account_reset", "account_disabled") == []


@pytest.mark.parametrize("path", ["/accounts/没有这个人", "/accounts/R010", f"{ONE}/anything"])
def test_where_there_is_nothing_nothing_is_found(office, him, path):
    an_account(office)
    answer = him.get(path) if path.count("/") == 2 else him.sends(ONE, to=path)
    assert answer.status_code == 404


def test_a_list_goes_on_where_it_ended_and_shows_everybody_once(office, pages, monkeypatch):
    monkeypatch.setattr(door, "PAGE", 2)
    with_three(office)
    an_account(office)
    him, place, seen = pages.signed_in(AUDIT_ADMIN), "/accounts", []
    while place:
        shown = him.sees(place)
        seen += re.findall(r'<td class="first"><a href="/accounts/([\w-]+)"', shown)
        more = re.search(r'href="([^"]+)" rel="next"', shown)
        place = more and more[1]
    assert seen == ["R011", "R023", "R024", "R025"]


def test_sessions_are_listed_newest_first_and_why_they_are_over(office, pages, him):
    an_account(office)
    signs_in(office)
    him.sends(ONE, to=f"{ONE}/disable")
    shown = pages.signed_in(AUDIT_ADMIN).sees("/sessions?person=吕喆")
    assert all(word in shown for word in (OFFICER, "10.8.3.21", "Firefox/140.0", "账号已停用"))
    assert "没有登录记载" in him.sees("/sessions?person=卞知远")
    assert "不在名录中" in him.sees("/sessions?person=没有这个人")
    assert "续查的位置无法识别" in him.sees("/sessions?after=nothing")


def test_a_longer_list_asks_the_database_no_more_often(office, pages, him):
    an_account(office)
    paths = ("/accounts", "/roles", "/roles/requests", "/sessions")
    assert all(map(him.sees, paths))
    before = [queries_of(office, him, path) for path in paths]
    for person in (DIRECTOR, LIAISON, "R012"):
        adding.add(office, person, by=signed(SYSTEM_ADMIN), at=OPENED)
        roles.propose(office, person, "archivist", Change.GRANT, by=signed(SYSTEM_ADMIN), at=OPENED)
    assert [queries_of(office, him, path) for path in paths] == before


def waiting_form(page):
    """The fields of the form by which something is admitted."""
    found = re.search(r'<form class="admission".*?</form>', page, re.S)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))


def test_an_account_is_opened_by_one_admitted_by_another_and_used_by_a_third(office, pages, him):
    token = LINK.search(him.sends("/accounts", person=OFFICER, login="lvzhe").text)[2]
    second = pages.signed_in(SECURITY_ADMIN)
    admitted = second.post(f"{ONE}/admit", data=waiting_form(second.sees("/accounts")))
    code = re.search(r"<code>(\d{8})</code>", admitted.text)[1]
    assert admitted.headers["cache-control"] == "no-store" and code not in second.sees("/accounts")
    chosen = {"code": code, "password": PASSWORD, "again": PASSWORD}
    assert pages.stranger().sends(f"/invitations/{token}", **chosen).status_code == 303
    assert signs_in(office)


def test_whoever_prepared_it_is_led_to_no_admission_and_gets_none_by_force(office, pages, him):
    him.sends("/accounts", person=OFFICER, login="lvzhe")
    assert 'class="admission"' not in him.sees("/accounts")
    assert 'class="admission"' not in pages.signed_in(AUDIT_ADMIN).sees("/accounts")
    form = waiting_form(pages.signed_in(SECURITY_ADMIN).sees("/accounts"))
    forged = {**him.form("/accounts"), "which": form["which"]}
    assert him.post(f"{ONE}/admit", data=forged).status_code == 403
    assert rows(office, Invitation)[-1].admitted_at is None


def test_what_is_refused_is_over_and_the_reason_is_asked_for(office, pages, him):
    him.sends("/accounts", person=OFFICER, login="lvzhe")
    second = pages.signed_in(SECURITY_ADMIN)
    form = waiting_form(second.sees("/accounts"))
    unsaid = second.post(f"{ONE}/refuse", data=form)
    (error,) = re.findall(r'<p class="error" id="([^"]+)">不予核准须写明理由', unsaid.text)
    assert unsaid.status_code == 422 and f'aria-invalid="true" aria-describedby="{error}"' in unsaid.text
    form = waiting_form(second.sees("/accounts"))
    done = second.post(f"{ONE}/refuse", data={**form, "reason": "本人没有申请"})
    assert "不予核准，已经作废" in second.sees(done.headers["location"])
    assert "待核准（" not in second.sees("/accounts")
