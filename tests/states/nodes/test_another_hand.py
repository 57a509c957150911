"""What becomes of a plan whose matter goes to another hand, or through another round."""

from dataclasses import replace
from datetime import date

from states import lifecycle as lifecycles
from states.duties import DutyKind, Matter, duties
from states.nodes import in_plan, still_open
from states.nodes.planning import Step
from tests.states.matters import DEFAULT, NODES, TABLES, TODAY, decided, facts_for
from tests.states.nodes.test_progress import CALENDAR, FIRST, matter

STANDARD = lifecycles.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
REACHED = replace(FIRST, reached_on=date(2026, 7, 10))


def after(command, state, nodes=(REACHED, NODES[1])):
    facts = facts_for(command, state, nodes=nodes)
    return replace(facts, **decided(STANDARD, CALENDAR, facts, command).changes)


def test_another_lead_inherits_no_milestone_still_to_be_reached():
    facts = after("reassign", "handling")
    assert (still_open(facts.nodes), in_plan(facts.nodes)) == ((), (REACHED,))
    assert facts.nodes[1].dropped_on == TODAY.date()


def test_an_objection_leaves_no_milestone_to_be_reached():
    assert still_open(after("object", "assigned").nodes) == ()


def test_another_round_has_a_plan_of_its_own():
    facts = after("reopen", "closed", tuple(replace(one, reached_on=REACHED.reached_on) for one in NODES))
    assert in_plan(facts.nodes) == ()
    again = replace(facts, state="handling", progress_of=None)
    planned = decided(
        STANDARD, CALENDAR, again, "plan_nodes", nodes=(Step(title="复查", working_days=2),)
    ).changes["nodes"]
    assert [(one.id, one.weight) for one in in_plan(planned)] == [(3, 100)]


def test_nobody_is_asked_for_a_milestone_no_light_calls_late():
    saturday = replace(FIRST, due_on=date(2026, 7, 17))
    asked = [
        {one.kind for one in duties(Matter(matter(nodes=(saturday,)), STANDARD, DEFAULT, CALENDAR, day))}
        for day in (date(2026, 7, 19), date(2026, 7, 20))
    ]
    assert [DutyKind.NODE_MISSED in kinds for kinds in asked] == [False, True]
