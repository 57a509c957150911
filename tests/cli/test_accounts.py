"""`duban user …`: adding, inviting, disabling, resetting, unlocking and listing accounts."""

import re

import pytest

from tests.accounts.people import ADMIN, AUDIT, CODE, PASSWORD, SECURITY, an_account, signs_in
from tests.administrators import with_three
from tests.builders import AUDITOR, DIRECTOR, OFFICER, OPENED, rows
from workflow.errors import InvitationRefused, SignInRefused
from workflow.services.accounts import invitations
from workflow.storage.account_models import Account

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


def test_nobody_who_may_not_is_let_do_it(office, duban):
    refused = duban("user", "add", OFFICER, "--as", DIRECTOR, "--json")
    assert (refused.code, refused.json["code"]) == (1, "not_permitted")
    with_three(office)
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
    assert duban("user", "invite", OFFICER, *BY, "--json").json["code"] == "account_in_use"
    again = ask("user", "reset", OFFICER, *BY)
    assert again["token"] != ask("user", "reset", OFFICER, *BY)["token"]


def test_who_has_set_no_password_is_invited_again(office, ask, duban):
    ask("user", "add", OFFICER, *BY)
    assert "已重发邀请" in duban("user", "invite", OFFICER, *BY).out


BY_SECURITY = ("--as", SECURITY, *BY[2:])


def test_what_waits_is_listed_admitted_and_its_code_shown_once(office, ask, duban):
    with_three(office)
    assert "duban user admit R011" in duban("user", "add", OFFICER, "--login", "lvzhe", *BY).out
    one = ask("user", "waiting", *BY_SECURITY)["waiting"][0]
    assert (one["person"], one["what"], one["made_by_name"]) == (CODE, "added", ADMIN)
    assert "开通" in duban("user", "waiting", *BY_SECURITY).out
    assert "邀请待核准" in duban("user", "list", *BY).out.replace("\n", "")
    assert duban("user", "admit", OFFICER, *BY, "--json").json["code"] == "not_permitted"
    admitted = ask("user", "admit", OFFICER, *BY_SECURITY)
    assert re.fullmatch(r"\d{8}", admitted["code"]) and admitted["what_label"] == "开通"
    assert ask("user", "waiting", *BY_SECURITY)["waiting"] == []
    assert duban("user", "admit", OFFICER, *BY_SECURITY, "--json").json["code"] == "nothing_to_admit"


def test_a_code_is_read_on_the_screen_with_whom_to_give_it_to(office, ask, duban):
    with_three(office)
    token = ask("user", "add", OFFICER, "--login", "lvzhe", *BY)["token"]
    told = duban("user", "admit", OFFICER, *BY_SECURITY).out
    (code,) = re.findall(r"核对码：(\d{8})", told)
    assert "不经系统管理员转交" in told
    assert invitations.accept(office, token, PASSWORD, code=code, at=OPENED) == "lvzhe"
    assert "核准邀请，发出核对码" in duban("audit", "journal", "--as", AUDIT).out


def test_what_waits_is_refused_with_a_reason(office, ask, duban):
    with_three(office)
    token = ask("user", "add", OFFICER, *BY)["token"]
    assert duban("user", "refuse", OFFICER, *BY_SECURITY, "--json").json["code"] == "reason_missing"
    assert "不予核准" in duban("user", "refuse", OFFICER, "--reason", "本人未申请", *BY_SECURITY).out
    entries = ask("audit", "journal", "--as", AUDIT, "--kind", "invitation_declined")["entries"]
    assert entries[0]["words"]["details"] == {"reason": "本人未申请"}
    with pytest.raises(InvitationRefused):
        invitations.accept(office, token, PASSWORD, at=OPENED)


def test_a_name_at_the_provider_waits_and_is_admitted_as_it_was_seen(office, ask, duban):
    with_three(office)
    an_account(office)
    assert "待安全保密管理员核准后生效" in duban("user", "link", OFFICER, "p-1", "--as", ADMIN).out
    (one,) = ask("user", "waiting", "--as", SECURITY)["waiting"]
    assert (one["what_label"], one["subject"]) == ("关联", "p-1")
    ask("user", "link", OFFICER, "p-2", "--as", ADMIN)
    seen = ("--which", one["id"], "--as", SECURITY)
    assert duban("user", "admit", OFFICER, *seen, "--json").json["code"] == "nothing_to_admit"
    assert "p-2" in duban("user", "admit", OFFICER, "--as", SECURITY).out
    told = duban("audit", "journal", "--as", AUDIT).out
    assert "标识摘要" in told and "p-2" not in told
    assert {one.person: one.external for one in rows(office, Account)}[CODE] == "p-2"


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
