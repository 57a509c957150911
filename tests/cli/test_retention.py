"""Terms of keeping and sealing at the command line."""

import pytest

from tests.builders import a_case

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

KEYS = {
    "number",
    "title",
    "state",
    "closed_on",
    "retention",
    "retention_label",
    "kept_until",
    "ended",
    "sealed_on",
}
DIRECTOR, WHY = ("--as", "卞知远"), ("--reason", "经鉴定")


@pytest.fixture
def archived(office):
    return a_case(office, "archived").number


def test_what_is_kept_until_when_is_one_document(ask, archived):
    found = ask("retention", "list", "--on", "2057-01-01")
    assert found.keys() == {"on", "matters", "withheld", "unreadable"}
    (one,) = found["matters"]
    assert one.keys() == KEYS
    assert (one["retention_label"], one["kept_until"], one["ended"]) == ("30年", "2056-12-31", True)


def test_people_see_what_came_to_its_end(duban, archived):
    assert "到期待鉴定" in duban("retention", "list", "--on", "2057-01-01", "--ended").out
    assert "没有这样的事项" in duban("retention", "list", "--on", "2056-12-31", "--ended").out


def test_a_term_is_set_and_a_sealing_before_its_end_is_refused(ask, duban, archived):
    done = ask("retention", "set", archived, "--class", "10年", *DIRECTOR, *WHY)
    assert (done["retention"], done["kept_until"]) == ("10y", "2036-12-31")
    answer = duban("retention", "seal", archived, *DIRECTOR, *WHY, "--json")
    assert (answer.code, answer.json["code"]) == (1, "retention_running")
    assert "保管期限到2036-12-31为止" in answer.json["message"]


@pytest.mark.parametrize("command", ["purge", "delete"])
def test_there_is_no_command_that_removes_a_matter(duban, archived, command):
    for group in ("retention", "case", "audit"):
        assert duban(group, command, archived, "--json").json["code"] == "unknown_command"
