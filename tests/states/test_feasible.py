"""What a page leads to: what could succeed as the case stands. Whatever succeeds is held against it by
`test_any_sequence`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from states.case import Actor
from states.feasible import AS_IT_STANDS, OF_ONE, Prospects
from states.guards import GUARDS
from states.question import Question
from states.tasks import TaskState
from states.vocabulary import Role
from tests.states.matters import DEFAULT, NODES, TODAY, a_task, facts_for, facts_in
from tests.states.test_duties import CALENDAR, PLAIN, STANDARD

ANYBODY = Actor("R010", frozenset(Role))


class Untouched(Mapping):
    """Particulars that nobody may look at."""

    def __getitem__(self, name):
        raise AssertionError(f"{name} was looked at")

    def __iter__(self):
        raise AssertionError("they were looked through")

    def __len__(self):
        return 0

    def __contains__(self, name):
        raise AssertionError(f"{name} was looked for")


def question(facts, details=None):
    rules = STANDARD, CALENDAR, DEFAULT, {}
    return Question(facts, ANYBODY, TODAY, TODAY.date(), {} if details is None else details, *rules)


def is_feasible(command, **facts):
    prospects = Prospects(question(facts_in("handling", **PLAIN, **facts)))
    return prospects.feasible(STANDARD.command_rows[command])


@pytest.mark.parametrize("command", sorted(STANDARD.command_rows))
def test_no_rule_that_is_asked_looks_at_a_particular_but_what_it_is_about(command):
    row = STANDARD.command_rows[command]
    for state in (one.id for one in STANDARD.states if row in STANDARD.commands_from(one.id)):
        assert Prospects(question(facts_for(command, state), Untouched())).feasible(row) in (True, False)


def test_every_rule_that_is_asked_is_a_rule():
    assert AS_IT_STANDS.union(*OF_ONE.values()) <= GUARDS.keys()


@pytest.mark.parametrize(
    "command", ["cosign_progress", "grant_extension", "withdraw_coordination", "reach_node", "replan_nodes"]
)
def test_what_there_is_nothing_for_is_not_led_to(command):
    assert not is_feasible(command)


def test_milestones_are_planned_anew_where_the_final_date_has_left_them_behind():
    due_on = facts_in("handling").due_on
    planned = tuple(replace(one, final_on=due_on) for one in NODES)
    assert not is_feasible("replan_nodes", nodes=planned)
    assert is_feasible("replan_nodes", nodes=planned, due_on=due_on + timedelta(days=7))


def test_a_milestone_is_reached_and_a_report_signed_where_there_is_one():
    assert is_feasible("reach_node", nodes=NODES)
    reported = facts_in("handling", **{**PLAIN, "progress_of": "BH212-L"})
    assert Prospects(question(reported)).feasible(STANDARD.command_rows["cosign_progress"])


@pytest.mark.parametrize(
    ("state", "led_to"),
    [
        (TaskState.ASSIGNED, {"acknowledge_task", "object_task", "extend_task", "cancel_task"}),
        (TaskState.WORKING, {"report_task", "complete_task", "extend_task", "cancel_task"}),
        (TaskState.REPORTED, {"accept_task", "return_task", "cancel_task"}),
    ],
)
def test_a_task_is_led_to_as_it_stands(state, led_to):
    about = {one.id for one in STANDARD.commands if "task" in one.needs}
    assert {one for one in about if is_feasible(one, tasks=(a_task(state),))} == led_to


def test_a_rule_is_asked_once_however_many_commands_rest_on_it(monkeypatch):
    asked = []
    for name, rule in tuple(GUARDS.items()):
        monkeypatch.setitem(GUARDS, name, lambda one, of=name, rule=rule: asked.append(of) or rule(one))
    prospects = Prospects(question(facts_in("handling", **PLAIN)))
    resting = [row for row in STANDARD.commands if "counted_otherwise" in row.guards]
    assert len(resting) == 2
    for row in resting:
        prospects.feasible(row)
    assert asked.count("counted_otherwise") == 1
