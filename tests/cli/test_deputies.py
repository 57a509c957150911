"""`duban deputy …`: appointing, ending and listing deputies, and seeing in a history who acted for whom."""

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, a_case, at, on_escalation, raised, sweep_on

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

WHEN = ("--at", "2026-07-01")
DAYS = ("--from", "2026-07-06", "--to", "2026-07-17")
WORDS = ("deputy", "appoint", "--as", DIRECTOR, "--deputy", OFFICER, "--role", "督查室主任", *DAYS, *WHEN)


def test_whoever_signs_appoints_his_own_deputy(ask):
    made = ask(*WORDS)
    assert (made["person_name"], made["deputy_name"], made["role"]) == (DIRECTOR, OFFICER, "director")
    assert (made["valid_from"], made["valid_to"], made["revoked_on"]) == ("2026-07-06", "2026-07-17", None)


def test_the_director_appoints_for_an_officer(ask):
    words = ("--for", OFFICER, "--deputy", "骆文渊", "--role", "officer")
    made = ask("deputy", "appoint", "--as", DIRECTOR, *words, *DAYS, *WHEN)
    assert (made["person_name"], made["appointed_by"]) == (OFFICER, "R010")


def test_people_read_whom_they_appointed(duban):
    told = duban(*WORDS).out
    assert f"已安排：{OFFICER}代{DIRECTOR}履行督查室主任职责，2026-07-06至2026-07-17" in told


@pytest.mark.parametrize(
    ("left_out", "code"),
    [("--as", "person_missing"), ("--deputy", "deputy_missing"), ("--role", "role_missing"),
     ("--from", "valid_from_missing"), ("--to", "valid_to_missing")],
)  # fmt: skip
def test_what_is_missing_is_named(duban, left_out, code):
    place = WORDS.index(left_out)
    refused = duban(*WORDS[:place], *WORDS[place + 2 :], "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


@pytest.mark.parametrize("changed", [("--from", "明天"), ("--to", "9999-01-01"), ("--role", "x" * 65)])
def test_words_that_cannot_be_read_are_refused(duban, changed):
    assert duban(*WORDS, *changed, "--json").code == 1


def test_a_list_holds_all_and_that_of_a_day_what_counts(ask, duban):
    made = ask(*WORDS)
    assert [one["id"] for one in ask("deputy", "list")["deputies"]] == [made["id"]]
    assert len(ask("deputy", "list", "--at", "2026-07-17")["deputies"]) == 1
    assert ask("deputy", "list", "--at", "2026-07-18")["deputies"] == []
    assert all(word in duban("deputy", "list").out for word in (made["id"][:10], DIRECTOR, "督查室主任"))


def test_a_revoked_appointment_stays_on_the_list(ask, duban):
    made = ask(*WORDS)
    words = ("deputy", "revoke", made["id"][:10], "--as", DIRECTOR, "--at", "2026-07-08")
    assert "自2026-07-08起不再有效" in duban(*words).out
    assert duban(*words, "--json").json["code"] == "deputy_over"
    assert "2026-07-08撤销" in duban("deputy", "list").out


def test_a_history_says_who_acted_for_whom(office, ask, duban):
    draft = a_case(office, "draft")
    ask(*WORDS)
    order = ("--lead", "市城市管理局", "--limit", "15wd")
    ask("case", "assign", draft.number, "--as", OFFICER, *order, "--at", "2026-07-08")
    assert f"{OFFICER}（代{DIRECTOR}）" in duban("case", "history", draft.number).out
    entries = ask("case", "history", draft.number)["events"]
    assert [one["acting_for_name"] for one in entries if one["kind"] == "assigned"] == [DIRECTOR]


def test_an_approver_stands_back_at_the_command_line(office, ask, duban):
    a_case(office)
    sweep_on(office, at(2026, 7, 23))
    on_escalation(office, "reminder", "sign", LIAISON, at(2026, 7, 23))
    sweep_on(office, at(2026, 7, 30))
    named = (raised(office, "inquiry").id[:10], "--as", DIRECTOR, "--at", "2026-07-31")
    assert ask("escalation", "recuse", *named, "--reason", "亲属")["state"] == "proposed"
    refused = duban("escalation", "approve", *named, "--question", "为何未修复？", "--json")
    assert (refused.code, refused.json["code"]) == (1, "recusal")
