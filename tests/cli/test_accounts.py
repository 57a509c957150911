"""`duban user …`: adding, inviting, disabling, resetting, unlocking and listing accounts."""

import pytest

from tests.accounts.people import ADMIN, AUDIT, CODE, PASSWORD, an_account, signs_in
from tests.builders import AUDITOR, DIRECTOR, OFFICER, OPENED
from workflow.errors import SignInRefused
from workflow.services.accounts import invitations

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

BY = ("--as", ADMIN, "--at", "2026-07-01T09:00:00+08:00")


def test_an_account_is_added_and_its_invitation_lets_its_person_in(office, ask):
    made = ask("user", "add", OFFICER, "--login", "lvzhe", *BY)
    assert (made["person"], made["name"], made["login"]) == (CODE, OFFICER, "lvzhe")
    assert made["until"] == "2026-07-08T09:00:00+08:00"
    assert invitations.accept(office, made["token"], PASSWORD, at=OPENED) == "lvzhe"
    assert signs_in(office).visitor.name == OFFICER


def test_people_read_the_token_once_and_what_to_do_with_it(duban):
    told = duban("user", "add", OFFICER, *BY).out
    assert all(word in told for word in ("已建立账号", OFFICER, CODE.casefold(), "邀请链接：", "只能用一次"))
    assert "邀请链接" not in duban("user", "list", *BY).out


def test_nobody_who_may_not_is_let_do_it(duban):
    refused = duban("user", "add", OFFICER, "--as", DIRECTOR, "--json")
    assert (refused.code, refused.json["code"]) == (1, "not_permitted")
    nobody = duban("user", "add", OFFICER, "--json")
    assert (nobody.code, nobody.json["code"]) == (1, "person_missing")


def test_an_account_is_disabled_and_enabled(office, ask, duban):
    an_account(office)
    signs_in(office)
    assert "结束1处登录" in duban("user", "disable", OFFICER, *BY).out
    with pytest.raises(SignInRefused):
        signs_in(office)
    assert ask("user", "enable", OFFICER, *BY)["login"] == "lvzhe"
    assert signs_in(office).visitor.person == CODE
    assert "已恢复" in duban("user", "disable", OFFICER, *BY).out + duban("user", "enable", OFFICER, *BY).out


def test_an_account_is_reset(office, ask, duban):
    an_account(office)
    assert "已重置" in duban("user", "reset", OFFICER, "--second-factor", *BY).out
    again = ask("user", "invite", OFFICER, *BY)
    assert "已重发邀请" in duban("user", "invite", OFFICER, *BY).out
    assert again["token"] != ask("user", "reset", OFFICER, *BY)["token"]


def test_an_account_is_unlocked(office, duban, ask):
    an_account(office)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            signs_in(office, password="falsch")
    assert ask("user", "list", *BY)["accounts"][0]["standing"] == "locked"
    assert "暂时锁定" in duban("user", "list", *BY).out
    assert "已解除" in duban("user", "unlock", OFFICER, *BY).out
    assert duban("user", "unlock", OFFICER, *BY, "--json").json["code"] == "account_not_locked"


def test_a_list_goes_on_where_it_ended(ask, duban):
    for person in (OFFICER, DIRECTOR):
        ask("user", "add", person, *BY)
    first = ask("user", "list", "--limit", "1", *BY)
    rest = ask("user", "list", "--after", first["next"], *BY)
    assert [one["login"] for one in first["accounts"] + rest["accounts"]] == ["r010", "r011"]
    assert rest["next"] is None
    assert "--after r010" in duban("user", "list", "--limit", "1", *BY).out
    assert [one["name"] for one in ask("user", "list", "--name", "吕", *BY)["accounts"]] == [OFFICER]


def test_sessions_are_listed(office, ask, duban):
    an_account(office)
    signs_in(office)
    (one,) = ask("user", "sessions", OFFICER, "--as", AUDIT, "--at", "2026-07-01T09:10:00+08:00")["sessions"]
    assert (one["name"], one["address"], one["ended_for"]) == (OFFICER, "10.8.3.21", None)
    told = duban("user", "sessions", "--as", AUDIT, "--at", "2026-07-01T10:00:00+08:00").out
    assert all(word in told for word in (OFFICER, "10.8.3.21", "长时间没有操作"))


def test_an_auditor_reads_in_the_journal_what_became_of_an_account(office, duban, ask):
    an_account(office)
    signs_in(office)
    with pytest.raises(SignInRefused):
        signs_in(office, password="falsch")
    ask("user", "disable", OFFICER, *BY)
    told = duban("audit", "journal", "--as", AUDITOR).out
    assert all(word in told for word in ("建立账号并发出邀请", "登录失败", "密码不对", "停用账号", OFFICER))
