"""`duban calendar feed`: for whoever looks after somebody's telephone."""

import pytest

from tests.builders import DIRECTOR, LEAD, LIAISON, row_counts
from tests.web.browsing import account_of

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def test_an_address_is_made_listed_without_itself_and_revoked(ask, duban, office):
    account_of(office, LIAISON)
    made = ask("calendar", "feed", "make", "--as", LIAISON, "--unit", LEAD)
    assert made["link"].startswith("/calendars/") and made["name"] == LEAD
    listed = duban("calendar", "feed", "list", "--as", LIAISON, "--json")
    assert made["link"].split("/")[-1][:-4] not in listed.out
    assert [(one["name"], bool(one["made_at"])) for one in listed.json["calendars"]] == [
        (LIAISON, False),
        (LEAD, True),
    ]
    assert ask("calendar", "feed", "revoke", "--as", LIAISON, "--unit", LEAD) == {"revoked": LEAD}
    assert duban("calendar", "feed", "revoke", "--as", LIAISON, "--json").json["code"] == "feed_unknown"


def test_people_are_told_that_it_is_shown_once(duban, office):
    account_of(office, LIAISON)
    assert "只显示这一次" in duban("calendar", "feed", "make", "--as", LIAISON).out
    assert LIAISON in duban("calendar", "feed", "list", "--as", LIAISON).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["make"], "person_missing"),
        (["make", "--as", DIRECTOR, "--unit", LEAD], "feed_not_yours"),
        (["make", "--as", LIAISON, "--unit", "没有这个单位"], "unit_unknown"),
        (["make", "--as", LIAISON], "account_unknown"),
    ],
)
def test_what_is_not_his_is_refused(duban, office, words, code):
    before = row_counts(office)
    answer = duban("calendar", "feed", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
    assert row_counts(office) == before
