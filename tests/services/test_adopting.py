"""A case opened under a former table: what the newer one adds is there once the case was brought over."""

import pytest

from states.errors import NotPermitted, TransitionRefused
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, at, give, signed, stored
from workflow.services import adopting
from workflow.services.doctor import examine
from workflow.services.verification import verify

LATER = at(2026, 7, 2)
REASON = "流程增加一项命令"


def adopted(office, numbers=None, person=DIRECTOR):
    return adopting.adopt(office, numbers, by=signed(person, LATER), at=LATER, reason=REASON)


def test_a_case_stays_with_its_table_until_it_is_brought_over(newer):
    office, case = newer
    with pytest.raises(TransitionRefused):
        give(office, case, "note_visit", OFFICER, LATER, reason="现场看了")
    assert adopted(office).done == [case.number]
    give(office, case, "note_visit", OFFICER, LATER, reason="现场看了")
    assert verify(office).exit_code == 0


def test_nothing_of_the_case_changes_but_its_table(newer):
    office, case = newer
    before = stored(office, case).facts
    adopted(office)
    after = stored(office, case).facts
    assert after.lifecycle != before.lifecycle
    assert (after.state, after.clocks, after.due_on) == (before.state, before.clocks, before.due_on)


def test_only_the_director_brings_it_over_and_only_once(newer):
    office, case = newer
    assert adopted(office, [case.number], LIAISON).refused[0]["code"] == NotPermitted.code
    assert adopted(office).refused == []
    assert adopted(office, [case.number]).refused[0]["code"] == "lifecycle_unchanged"


def test_the_tables_are_listed_with_the_cases_under_each(newer):
    office, _ = newer
    assert [one["cases"] for one in adopting.versions(office)] == [1, 0]
    told = {one.check: one.message for one in examine(office.settings, today=OPENED.date())}
    assert "lifecycle adopt" in told["lifecycle"]
    adopted(office)
    assert [one["cases"] for one in adopting.versions(office)] == [0, 1]
