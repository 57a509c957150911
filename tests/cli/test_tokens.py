"""`duban token`: the interface's tokens at the command line, each told once."""

import io

import pytest

from tests.accounts.people import PASSWORD, an_account
from tests.administrators import SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import LEAD, OFFICER
from tests.web.browsing import account_of

MACHINE = ("token", "create", "市热线平台", "--machine", "--answerable", OFFICER, "--scope", "read")


@pytest.fixture
def typed(monkeypatch):
    """What stands on standard input: the password, and no code."""

    def types(password):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n\n"))

    return types


def makes(duban, typed, *more, password=PASSWORD):
    typed(password)
    return duban("token", "create", "统计脚本", "--scope", "read", "--as", OFFICER, "--json", *more)


def test_a_token_is_made_told_once_listed_and_revoked(office, duban, ask, typed):
    an_account(office)
    made = makes(duban, typed).json
    assert made["secret"].startswith("duban_")
    (listed,) = ask("token", "list", "--as", OFFICER)["tokens"]
    assert "secret" not in listed and listed["state"] == "live"
    assert ask("token", "revoke", made["token"][:8], "--as", OFFICER)["state"] == "revoked"


def test_the_command_line_makes_no_token_without_the_password(office, duban, typed):
    an_account(office)
    answer = makes(duban, typed, password="falsch")
    assert (answer.code, answer.json["code"]) == (1, "password_wrong")


def test_a_token_is_somebodys(duban):
    answer = duban("token", "create", "统计脚本", "--scope", "read", "--json")
    assert (answer.code, answer.json["code"]) == (1, "person_missing")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--scope", "root"], "scope_unknown"),
        (["--scope", "write", "--whole"], "scope_of_people"),
        ([], "sight_missing"),
        (["--unit", "没有这个单位"], "unit_unknown"),
    ],
)
def test_what_a_machine_may_not_be_is_refused(office, duban, more, code):
    account_of(office, OFFICER)
    assert duban(*MACHINE, *more, "--json").json["code"] == code


def test_a_machine_is_proposed_by_one_and_confirmed_by_another(office, duban, ask):
    with_three(office)
    account_of(office, OFFICER)
    made = ask(*MACHINE, "--unit", LEAD, "--as", SYSTEM_ADMIN)
    assert made["state"] == "waiting"
    assert duban("token", "confirm", made["token"], "--as", SYSTEM_ADMIN).code == 1
    assert ask("token", "confirm", made["token"], "--as", SECURITY_ADMIN)["state"] == "live"
    (listed,) = ask("token", "list", "--machine", "--as", SYSTEM_ADMIN)["tokens"]
    assert listed["unit_names"] == [LEAD]
    told = ask("token", "revoke", made["token"], "--machine", "--as", SYSTEM_ADMIN)
    assert told["state"] == "revoked"


def test_a_machine_that_is_declined_is_told_why(office, duban, ask):
    with_three(office)
    account_of(office, OFFICER)
    made = ask(*MACHINE, "--whole", "--as", SYSTEM_ADMIN)
    declined = ("token", "decline", made["token"], "--as", SECURITY_ADMIN)
    assert duban(*declined, "--json").json["code"] == "reason_missing"
    assert ask(*declined, "--reason", "范围过大")["state"] == "revoked"


def test_without_json_a_token_is_shown_whole_and_listed_in_a_table(office, duban, typed):
    an_account(office)
    typed(PASSWORD)
    made = duban("token", "create", "[b]脚本", "--scope", "read", "--as", OFFICER)
    assert "duban_" in made.out and "只显示这一次" in made.out
    assert "[b]脚本" in duban("token", "list", "--as", OFFICER).out
