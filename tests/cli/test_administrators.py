"""`duban user setup|roles|requests|confirm|decline`: the three at the command line."""

import pytest
from openpyxl import load_workbook

from tests.accounts.people import PASSWORD, an_account
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED
from tests.conftest import DIRECTORY
from workflow.services.accounts import invitations

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

NAMED = ("--system-admin", SYSTEM_ADMIN, "--security-admin", SECURITY_ADMIN, "--audit-admin", AUDIT_ADMIN)
BY_SYSTEM, BY_SECURITY = ("--as", SYSTEM_ADMIN), ("--as", SECURITY_ADMIN)


@pytest.fixture
def three(ask):
    return ask("user", "setup", *NAMED)["administrators"]


def code_of(answer):
    return answer.code, answer.json["code"]


def test_setup_tells_three_tokens_once(office, three):
    assert [one["role"] for one in three] == ["system_admin", "security_admin", "audit_admin"]
    assert len({one["token"] for one in three}) == 3
    for one in three:
        assert invitations.accept(office, one["token"], PASSWORD, at=OPENED) == one["login"]


def test_people_read_who_is_what_and_what_to_do_with_the_tokens(duban):
    told = duban("user", "setup", *NAMED).out
    assert all(word in told for word in ("系统管理员：易守拙（R023）", "邀请链接：", "分别当面交给本人"))


def test_setup_is_done_once(duban, three):
    assert code_of(duban("user", "setup", *NAMED, "--json")) == (1, "administrator_in_office")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (NAMED[:4], "administrators_incomplete"),
        ((*NAMED[:4], "--audit-admin", SYSTEM_ADMIN), "administrators_not_apart"),
        ((*NAMED, "--code", "没有等号"), "code_invalid"),
    ],
)
def test_setup_is_refused_whole(duban, ask, words, code):
    assert code_of(duban("user", "setup", *words, "--json")) == (1, code)
    assert ask("user", "requests", *BY_SECURITY)["requests"] == []


def test_a_role_is_proposed_listed_confirmed_and_held(duban, ask, three):
    made = ask("user", "roles", LIAISON, "--add", "督查员", *BY_SYSTEM)
    assert [one["request"] for one in ask("user", "requests", *BY_SECURITY)["requests"]] == [made["request"]]
    assert LIAISON in duban("user", "requests", *BY_SECURITY).out
    (done,) = ask("user", "confirm", made["request"][:10], *BY_SECURITY)["confirmed"]
    assert done["decided_by_name"] == SECURITY_ADMIN
    held = ask("user", "roles", LIAISON, *BY_SECURITY)["roles"]
    assert {(one["role_label"], one["unit_name"]) for one in held} == {
        ("督查联络员", "市城市管理局"),
        ("督查员", None),
    }
    assert ask("user", "requests", *BY_SECURITY)["requests"] == []
    assert len(ask("user", "requests", "--all", *BY_SECURITY)["requests"]) == 1


def test_roles_and_proposals_are_shown_to_the_three_so_many_at_a_time(duban, ask, three):
    for role in ("officer", "clerk"):
        ask("user", "roles", LIAISON, "--add", role, *BY_SYSTEM)
    for words, name in ((("requests",), "requests"), (("roles",), "roles")):
        assert code_of(duban("user", *words, "--json")) == (1, "person_missing")
        assert code_of(duban("user", *words, "--as", OFFICER, "--json")) == (1, "not_permitted")
        first = ask("user", *words, "--limit", "1", *BY_SECURITY)
        rest = ask("user", *words, "--limit", "1", "--after", first["next"], *BY_SECURITY)
        assert len(first[name]) == len(rest[name]) == 1 and first[name] != rest[name]


def test_declining_needs_a_reason_and_is_told(duban, ask, three):
    made = ask("user", "roles", LIAISON, "--add", "officer", *BY_SYSTEM)["request"]
    assert code_of(duban("user", "decline", made, *BY_SECURITY, "--json")) == (1, "reason_missing")
    assert "不予核准1项" in duban("user", "decline", made, "--reason", "尚未到岗", *BY_SECURITY).out
    told = duban("audit", "journal", "--kind", "不予核准变动职责").out
    assert "授予盛宁远督查员" in told.replace("\n", "")


def test_an_end_is_done_at_once_and_said_so(duban, ask, three):
    assert "已终止：吕喆的督查员职责" in duban("user", "roles", OFFICER, "--end", "督查员", *BY_SYSTEM).out
    assert ask("user", "roles", OFFICER, *BY_SECURITY)["roles"] == []


def test_all_are_confirmed_but_those_that_cannot_be(duban, ask, three):
    for role in ("officer", "clerk"):
        ask("user", "roles", LIAISON, "--add", role, *BY_SYSTEM)
    assert "已核准2项" in duban("user", "confirm", "--all", *BY_SECURITY).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("roles", LIAISON, "--add", "officer"), "person_missing"),
        (("roles", LIAISON, "--add", "officer", "--as", DIRECTOR), "not_permitted"),
        (("roles", "--add", "officer", *BY_SYSTEM), "person_missing"),
        (("roles", LIAISON, "--add", "officer", "--end", "clerk", *BY_SYSTEM), "change_ambiguous"),
        (("roles", LIAISON, "--add", "市长", *BY_SYSTEM), "role_unknown"),
        (("roles", LIAISON, "--add", "audit_admin", *BY_SYSTEM), "role_set_apart"),
        (("roles", "查无此人", *BY_SYSTEM), "person_unknown"),
        (("confirm", *BY_SECURITY), "request_missing"),
        (("confirm", "abcdef", *BY_SECURITY), "request_unknown"),
        (("confirm", "--all", *BY_SYSTEM), "not_permitted"),
        (("confirm", "--all"), "person_missing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(duban, three, words, code):
    assert code_of(duban("user", *words, "--json")) == (1, code)


def test_a_directory_tells_what_it_proposes_and_ends(duban, ask, three, tmp_path):
    book = load_workbook(DIRECTORY)
    (line,) = (row[0].row for row in book["单位"].iter_rows() if row[2].value == "市城市管理局")
    book["单位"][f"I{line}"] = "方既白"
    book.save(tmp_path / "新名录.xlsx")
    assert code_of(duban("import", "新名录.xlsx", "--json")) == (1, "person_missing")
    told = duban("import", "新名录.xlsx", *BY_SYSTEM).out
    assert "已提请授予职责1项，须经安全保密管理员核准" in told
    assert "单位：新增0，有变化1，已在系统" in told and "市城市管理局（BH212）：督查联络员由" in told
    assert "已终止职责1项" in told and "盛宁远市城市管理局督查联络员" in told
    assert "授予：方既白市城市管理局督查联络员职责" in told
    (one,) = ask("user", "requests", *BY_SECURITY)["requests"]
    assert (one["person_name"], one["role"]) == ("方既白", "liaison")


def test_a_unit_that_is_moved_and_a_new_name_are_told_and_confirmed(duban, ask, three, tmp_path):
    book = load_workbook(DIRECTORY)
    (line,) = (row[0].row for row in book["单位"].iter_rows() if row[2].value == "市水务局")
    book["单位"][f"B{line}"] = "BH212"
    (line,) = (row[0].row for row in book["人员"].iter_rows() if row[1].value == "岑朗月")
    book["人员"][f"B{line}"] = "岑望月"
    book.save(tmp_path / "新名录.xlsx")
    told = duban("import", "新名录.xlsx", *BY_SYSTEM).out
    assert "已提请调整单位隶属1项、确认姓名1项，须经安全保密管理员核准" in told
    told = duban("user", "confirm", "--all", *BY_SECURITY).out.replace("\n", "")
    assert "调整隶属：市水务局改隶市城市管理局" in told
    assert "确认姓名：R020即岑望月，可凭姓名查看列其包保的事项" in told
    told = duban("audit", "journal", "--kind", "核准变动职责").out.replace("\n", "")
    assert "调整隶属：市水务局，改隶市城市管理局" in told and "确认姓名岑望月" in told
    assert ask("user", "requests", *BY_SECURITY)["requests"] == []


def test_before_there_are_three_an_account_is_linked_at_once(office, duban):
    an_account(office)
    assert "已建立吕喆（lvzhe）与统一身份认证的对应" in duban("user", "link", OFFICER, "p-1", *BY_SYSTEM).out


def test_an_account_is_linked_and_unlinked(office, duban, ask, three):
    an_account(office)
    assert "已提请吕喆（lvzhe）与统一身份认证的对应" in duban("user", "link", OFFICER, "p-1", *BY_SYSTEM).out
    assert ask("user", "link", OFFICER, "--remove", *BY_SYSTEM)["person"] == "R011"
    assert code_of(duban("user", "link", OFFICER, *BY_SYSTEM, "--json")) == (1, "subject_missing")
    assert code_of(duban("user", "link", OFFICER, "p-1", "--remove", *BY_SYSTEM, "--json"))[0] == 1
