"""Open cases under another version of the policy: previewed, applied, verified, and taken back."""

from datetime import date

import pytest

from tests.builders import (
    DIRECTOR,
    LIAISON,
    at,
    give,
    kinds,
    row_counts,
    signed,
    stored,
)
from workflow.errors import NotFound
from workflow.services import retargeting
from workflow.services.verification import verify

REVISED = at(2026, 7, 3)
WHY = "规则修订"


def plan(office, by=DIRECTOR, numbers=None):
    return retargeting.plan(office, "current", numbers, by=signed(by), at=REVISED, reason=WHY)


def apply(office, numbers=None):
    return retargeting.apply(office, "current", numbers, by=signed(DIRECTOR), at=REVISED, reason=WHY)


def test_a_plan_says_what_would_move_and_writes_nothing(office, revised):
    before = row_counts(office)
    planned = plan(office)
    assert [(one.due, one.new_due) for one in planned] == [
        ("2026-07-08", "2026-07-15"),
        ("2026-07-08", "2026-07-15"),
        ("2026-07-31", "2026-07-31"),
    ]
    assert row_counts(office) == before


def test_applying_does_what_was_planned_and_reads_it_back(office, revised):
    applied = apply(office)
    assert (len(applied.done), applied.refused, applied.verified) == (3, [], True)
    assert {stored(office, case).facts.due_on for case in revised[:2]} == {date(2026, 7, 15)}
    assert kinds(office, revised[0])[-1] == "retargeted"
    assert plan(office) == []
    assert verify(office).exit_code == 0


def test_only_the_named_cases_change(office, revised):
    apply(office, [revised[1].number])
    assert [stored(office, case).facts.due_on.day for case in revised] == [8, 15, 31]


def test_a_run_is_taken_back_with_its_dates(office, revised):
    old = stored(office, revised[0]).facts.policy
    run = apply(office).run
    reverted = retargeting.revert(office, run, by=signed(DIRECTOR), at=REVISED, reason="暂不施行")
    assert (len(reverted.done), reverted.verified) == (3, True)
    assert [stored(office, case).facts.due_on.day for case in revised] == [8, 8, 31]
    assert {stored(office, case).facts.policy for case in revised} == {old}


def test_a_case_that_ended_meanwhile_is_refused_by_itself(office, revised):
    run = apply(office).run
    give(office, revised[0], "withdraw", DIRECTOR, REVISED, reason="重复交办")
    reverted = retargeting.revert(office, run, by=signed(DIRECTOR), at=REVISED, reason="暂不施行")
    assert [one["code"] for one in reverted.refused] == ["transition_refused"]
    assert len(reverted.done) == 2


def test_somebody_without_the_right_is_refused_case_by_case(office, revised):
    assert {one.refused["code"] for one in plan(office, by=LIAISON)} == {"not_permitted"}


def test_the_versions_say_how_many_cases_each_has(office, revised):
    assert [one["cases"] for one in retargeting.versions(office)] == [3, 0]
    apply(office)
    assert [one["cases"] for one in retargeting.versions(office)] == [0, 3]


@pytest.mark.parametrize("name", ["ffffffff", "4e", ""])
def test_an_unknown_target_is_refused(office, name):
    with pytest.raises(NotFound) as refused:
        retargeting.plan(office, name, None, by=signed(DIRECTOR), at=REVISED, reason=WHY)
    assert refused.value.code == "policy_unknown"


def test_an_unknown_run_cannot_be_taken_back(office):
    with pytest.raises(NotFound) as refused:
        retargeting.revert(office, "0" * 16, by=signed(DIRECTOR), at=REVISED, reason=WHY)
    assert refused.value.code == "run_unknown"
