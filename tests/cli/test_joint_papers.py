"""Papers of several matters at the command line: approved, signed for and withdrawn, told to people."""

import pytest

from tests.builders import (
    DIRECTOR,
    LIAISON,
    PRINCIPAL,
    at,
    late_cases,
    rows,
    sweep_on,
    with_reminders_approved,
)
from workflow.storage.models import Escalation

LATE = at(2026, 7, 23)
WHEN = ("--at", "2026-07-23T10:00:00+08:00")


@pytest.fixture
def waiting(office, tmp_path):
    """Three proposals to one unit."""
    with_reminders_approved(office, tmp_path)
    late_cases(office, 3)
    sweep_on(office, LATE)
    return [row.id for row in rows(office, Escalation)]


@pytest.fixture
def issued(office):
    """Three measures on one paper."""
    late_cases(office, 3)
    sweep_on(office, LATE)
    return [row.id for row in rows(office, Escalation)]


def test_several_are_approved_by_their_ids(ask, duban, waiting):
    done = ask("escalation", "approve", *(one[:8] for one in waiting), "--as", DIRECTOR, *WHEN)
    assert [one["state"] for one in done["approved"]] == ["issued"] * 3
    (number,) = {one["paper"] for one in ask("escalation", "list")["escalations"]}
    assert number == "滨督函〔2026〕1号"


def test_one_is_approved_as_before(ask, waiting):
    done = ask("escalation", "approve", waiting[0], "--as", DIRECTOR, *WHEN)
    assert (done["escalation"], done["state"]) == (waiting[0], "issued")


def test_one_of_several_that_is_refused_is_named(duban, waiting):
    refused = duban("escalation", "approve", *waiting, "--as", PRINCIPAL, *WHEN, "--json")
    assert (refused.code, refused.json["code"]) == (1, "not_permitted")
    assert "其余各件也未批准" in refused.json["message"]
    assert refused.json["facts"]["escalation"] in waiting


def test_more_than_a_screen_of_them_are_refused(duban, waiting):
    refused = duban("escalation", "approve", *["abcdef"] * 501, "--as", DIRECTOR, *WHEN, "--json")
    assert (refused.code, refused.json["code"]) == (1, "too_many")


def test_who_signs_is_told_what_was_signed_for_with_it(ask, duban, issued):
    done = ask("escalation", "sign", issued[0], "--as", LIAISON, *WHEN)
    assert len(done["also"]) == 2


def test_people_are_told_of_the_others(duban, issued):
    withdrawn = duban("escalation", "withdraw", issued[2], "--reason", "列错", "--as", DIRECTOR, *WHEN)
    assert "该文书还列有其他2项，对其继续有效。" in withdrawn.out
    signed_for = duban("escalation", "sign", issued[0], "--as", LIAISON, *WHEN)
    assert "同一文书所列其余1项一并登记" in signed_for.out


def test_a_dry_run_tells_how_many_papers_it_would_make(office, ask):
    late_cases(office, 3)
    told = ask("sweep", "--once", "--dry-run", "--at", LATE.isoformat())
    assert (told["issued"], told["papers"], len(told["steps"])) == (3, 1, 3)


def test_withdrawing_the_last_says_that_the_paper_is_void(ask, duban, issued):
    for one in issued[:2]:
        ask("escalation", "withdraw", one, "--reason", "期限有误", "--as", DIRECTOR, *WHEN)
    said = duban("escalation", "withdraw", issued[2], "--reason", "期限有误", "--as", DIRECTOR, *WHEN).out
    assert "滨督函〔2026〕1号所列各项均已撤回，该文书作废。" in said
