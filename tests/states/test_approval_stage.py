"""An office with one more approval stage has another table, not another program."""

import pytest

from states.diagram import mermaid
from states.errors import NotPermitted, TransitionRefused
from states.facts import NEW
from states.lifecycle import parse
from states.vocabulary import Role
from tests.builders import with_approval_stage
from tests.states.matters import decided, facts_in, holding

ROAD = [
    ("open", Role.OFFICER, "draft"),
    ("propose", Role.OFFICER, "proposed"),
    ("approve_project", Role.LEADER, "approved"),
    ("assign", Role.DIRECTOR, "assigned"),
    ("acknowledge", Role.LIAISON, "registered"),
    ("begin", Role.LIAISON, "handling"),
    ("report_completion", Role.UNIT_HEAD, "verifying"),
    ("close_out", Role.DIRECTOR, "closed"),
    ("archive", Role.ARCHIVIST, "archived"),
]


@pytest.fixture(scope="module")
def variant():
    return parse(with_approval_stage())


def test_a_matter_walks_the_longer_road_to_its_end(variant, calendar):
    state = NEW
    for command, role, reached in ROAD:
        details = {"reason": "市长要求立项"} if command == "propose" else {}
        decision = decided(variant, calendar, facts_in(state), command, actor=holding(role), **details)
        assert (decision.after, decision.changes["state"]) == (reached, reached)
        state = decision.after


def test_nothing_is_dispatched_before_its_approval(variant, calendar):
    for state in ("draft", "proposed"):
        with pytest.raises(TransitionRefused):
            decided(variant, calendar, facts_in(state), "assign")


def test_the_new_stage_has_its_own_role(variant, calendar):
    with pytest.raises(NotPermitted) as refused:
        decided(variant, calendar, facts_in("proposed"), "approve_project", actor=holding(Role.DIRECTOR))
    assert refused.value.facts["roles"] == ["leader"]


def test_group_words_of_the_table_take_the_new_stage_in(variant, calendar):
    assert decided(variant, calendar, facts_in("proposed"), "withdraw").after == "cancelled"


def test_the_diagram_shows_the_new_stage(variant):
    assert "    proposed --> approved : 批准立项\n" in mermaid(variant)
