"""The small life of a co-unit's task, and what holds of every task after whatever was done to it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states import lifecycle as lifecycles
from states import lights
from states.deadlines import Limit
from states.duties import DutyKind, Matter, duties
from states.errors import Refusal
from states.facts import FACT_NAMES, CaseFacts, fold, from_json, to_json
from states.policy import examine
from states.tasks import TaskState, clock_label, late_tasks, standing_of
from states.vocabulary import ClockName, Light, LimitUnit
from tests.builders import at
from tests.states.matters import (
    COMPLETE,
    DEFAULT,
    EVERY_ROLE,
    TABLES,
    TASK_DUE,
    a_task,
    decided,
    facts_in,
    holding,
)
from tests.states.policies import a_limit, changed, with_limits, with_rung
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
STANDARD = lifecycles.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
PLAIN = {"extension_to": None, "extension_consented_by": None, "extension_reviewed_by": None}
WITH_TASKS = (*DEFAULT.limits, a_limit("*", clock="task"))
OTHER = {"unit": "BH207", "task_title": "拨付灯具更换经费"}


def after(facts: CaseFacts, command: str, **details) -> CaseFacts:
    """The matter once the command was given."""
    decision = decided(STANDARD, CALENDAR, facts, command, **details)
    return replace(facts, **from_json(to_json(decision.changes)))


SHORTENED = pytest.mark.parametrize(
    ("command", "details"),
    [
        ("decide_coordination", lambda day: {"due_on": day}),
        ("correct", lambda day: {"field": "due_on", "old": date(2026, 7, 22), "new": day}),
        ("reassign", lambda day: {"lead_unit": "BH216", "due_on": day}),
    ],
)
"""What may bring the final date forward."""


def shortened() -> CaseFacts:
    """A matter due on 2026-07-22 with a task due two days before."""
    asked = {
        "coordination_level": "leader",
        "coordination_by": "BH212-L",
        "coordination_on": date(2026, 7, 10),
    }
    return facts_in("handling", tasks=(a_task(due_on=date(2026, 7, 20)),), **PLAIN, **asked)


def test_a_number_is_not_given_again_when_its_task_has_ended():
    facts = after(after(facts_in("handling"), "add_task"), "cancel_task")
    assert [(one.id, one.state) for one in after(facts, "add_task").tasks] == [
        (1, TaskState.CANCELLED),
        (2, TaskState.ASSIGNED),
    ]


def test_a_task_by_a_term_is_due_by_the_counting_of_the_house():
    facts = after(facts_in("handling"), "add_task", due_on=None, limit=Limit(LimitUnit.WORKING_DAYS, 3))
    clock = facts.tasks[0].clock
    assert (clock.name, clock.epoch, clock.due_on) == (ClockName.TASK, 1, date(2026, 7, 20))


def test_a_matter_whose_plan_sets_the_date_bounds_no_task():
    facts = facts_in("registered", due_for_plan=True)
    assert after(facts, "add_task", due_on=date(2026, 11, 30)).tasks


def test_the_matter_s_own_clocks_are_none_of_a_task_s():
    facts = facts_in("handling")
    assert after(facts, "add_task").clocks == facts.clocks


def test_a_term_the_policy_gives_a_task_is_counted_anew_with_the_category():
    policy = with_limits(
        *DEFAULT.limits, a_limit("ordinary", clock="task", unit="days", amount=2),
        a_limit("complex", clock="task", unit="days", amount=6),
    )  # fmt: skip
    facts = after(facts_in("handling"), "add_task", due_on=None, policy=policy)
    assert facts.tasks[0].clock.due_on == date(2026, 7, 17)
    moved = after(facts, "reclassify", policy=policy)
    assert (moved.tasks[0].clock.due_on, moved.tasks[0].clock.epoch) == (date(2026, 7, 21), 2)


def test_a_policy_whose_ladder_watches_tasks_is_refused():
    policy = changed(with_rung("due_soon", clock=ClockName.TASK), limits=WITH_TASKS)
    found = examine(policy, STANDARD)
    assert [(one.level, one.code) for one in found] == [("fault", "rung_clock_of_task")]


def test_a_task_limit_fits_the_policy_that_has_one():
    assert examine(with_limits(*WITH_TASKS), STANDARD) == ()


def test_a_clock_goes_by_its_name_or_by_its_task():
    assert (clock_label("handle"), clock_label("task:3")) == ("办结", "协办任务3")


def test_a_task_is_as_late_as_it_was_when_it_was_reported():
    reported = a_task(TaskState.REPORTED, due_on=date(2026, 7, 10))
    found = standing_of(reported, date(2026, 7, 31), CALENDAR)
    assert (found.light, found.working_days_late) == (Light.RED, 2)
    accepted = replace(reported, state=TaskState.ACCEPTED)
    ended = standing_of(accepted, date(2026, 7, 31), CALENDAR)
    assert (ended.light, ended.working_days_late) == (Light.GREY, 2)


def test_a_date_to_the_hour_is_late_within_its_day():
    task = a_task()
    assert not standing_of(task, TASK_DUE, CALENDAR).overdue
    assert standing_of(task, TASK_DUE, CALENDAR, hour_passed=True).overdue


def test_only_what_its_unit_still_has_is_late():
    tasks = [a_task(state, id=place, due_on=date(2026, 7, 10)) for place, state in enumerate(TaskState, 1)]
    assert {one.state for one in late_tasks(tasks, date(2026, 7, 13))} == {
        TaskState.ASSIGNED,
        TaskState.WORKING,
    }
    assert late_tasks(tasks, date(2026, 7, 10)) == ()


def test_a_late_co_unit_makes_a_matter_yellow_by_name_and_day():
    late = a_task(due_on=date(2026, 7, 10))
    facts = facts_in("handling", tasks=(a_task(id=2, unit="BH207", due_on=date(2026, 7, 13)), late))
    (found,) = lights.reasons(facts, DEFAULT, date(2026, 7, 14), CALENDAR)
    assert (found.light, found.unit) == (Light.YELLOW, "BH213")
    assert found.words == "协办单位BH213的任务1应于2026-07-10办结，已逾期，另有1项协办任务逾期"


@SHORTENED
def test_a_date_that_moves_before_a_task_s_says_so_at_once_and_turns_the_light(command, details):
    earlier = date(2026, 7, 15) if command == "reassign" else date(2026, 7, 16)
    decision = decided(STANDARD, CALENDAR, shortened(), command, **details(earlier))
    words = f"协办任务1（迁移占压灯杆的站牌12处）应于2026-07-20办结，在办结期限{earlier}之后"
    assert any(one.startswith(words) for one in decision.warnings)
    facts = replace(shortened(), **decision.changes)
    (found,) = lights.reasons(facts, DEFAULT, earlier, CALENDAR)
    assert found.light is Light.YELLOW and found.words.startswith(words)


@pytest.mark.parametrize("changes", [{"due_on": date(2026, 7, 20)}, {"due_for_plan": True}, {"due_on": None}])
def test_a_task_within_the_date_or_without_one_to_keep_warns_of_nothing(changes):
    facts = replace(shortened(), **{"due_on": date(2026, 7, 16), **changes})
    assert lights.reasons(facts, DEFAULT, date(2026, 7, 16), CALENDAR) == ()


@pytest.mark.parametrize("state", ["assigned", "registered", "handling"])
def test_an_open_task_is_always_somebody_s(state):
    for standing in (TaskState.ASSIGNED, TaskState.OBJECTED, TaskState.REPORTED):
        task = a_task(TaskState.REPORTED) if standing is not TaskState.ASSIGNED else a_task()
        facts = facts_in(state, tasks=(replace(task, state=standing),), **PLAIN)
        found = duties(Matter(facts, STANDARD, DEFAULT, CALENDAR, date(2026, 7, 15)))
        assert [duty.task for duty in found if duty.task] == [1]


def test_two_tasks_with_one_date_are_two_things_owed():
    facts = facts_in("handling", tasks=(a_task(), a_task(id=2)), **PLAIN)
    found = duties(Matter(facts, STANDARD, DEFAULT, CALENDAR, date(2026, 7, 15)))
    gists = {duty.gist for duty in found if duty.kind is DutyKind.ACKNOWLEDGE_TASK}
    assert len(gists) == 2


def test_a_matter_that_stands_still_owes_nothing_on_its_tasks():
    facts = facts_in("verifying", tasks=(a_task(due_on=date(2026, 7, 10)),), **PLAIN)
    found = duties(Matter(facts, STANDARD, DEFAULT, CALENDAR, date(2026, 8, 31)))
    assert all(duty.task is None for duty in found)


COMMANDS = {
    **{name: COMPLETE[name] for name in COMPLETE if name.endswith("_task")},
    "report_completion": {"open_tasks_reason": "协办不影响亮灯", **COMPLETE["report_completion"]},
    "suspend": {**COMPLETE["suspend"], "review_on": date(2026, 9, 30)},
    **{name: COMPLETE[name] for name in ("return_for_rework", "resume", "reclassify", "close_out", "reopen")},
    "recount": {},
}
PEOPLE = [EVERY_ROLE, holding(*EVERY_ROLE.roles, person="R011")]
HANDED_OUT = at(2026, 7, 6)
steps = st.tuples(
    st.sampled_from(sorted(COMMANDS)), st.integers(1, 2), st.integers(0, 3), st.sampled_from(PEOPLE)
)
"""A command, the task it is given on, the days since the one before, who gives it."""


def shared() -> CaseFacts:
    """A matter without end, with a task that is worked on and one that has been reported."""
    working, done = a_task(TaskState.WORKING), a_task(TaskState.WORKING, id=2, unit="BH207")
    facts = facts_in("handling", open_ended=True, due_on=None, co_units=("BH213", "BH207"), **PLAIN)
    return after(replace(facts, tasks=(working, done)), "complete_task", task=2, when=HANDED_OUT)


@settings(max_examples=100, deadline=None)
@given(st.lists(steps, min_size=10, max_size=40))
def test_after_any_commands_the_facts_are_the_fold_of_what_was_set(played):
    facts, when = shared(), HANDED_OUT
    entries = [{"set": to_json({name: getattr(facts, name) for name in FACT_NAMES})}]
    for command, task, days, actor in played:
        if all(row.id != command for row in STANDARD.commands_from(facts.state)):
            continue
        when += timedelta(days=days, hours=1)
        details = _particulars(command, task, when.date() + timedelta(days=days))
        try:
            decision = decided(STANDARD, CALENDAR, facts, command, when=when, actor=actor, **details)
        except Refusal:
            continue
        facts = replace(facts, **decision.changes)
        entries.append({"set": to_json(decision.changes)})
        _holds(facts)
    assert fold(entries) == facts


def _particulars(command, task, day):
    details = dict(COMMANDS[command])
    details |= {"task": task} if "task" in details else {}
    details |= {"due_on": day} if command in ("add_task", "extend_task") else {}
    return details | (OTHER if command == "add_task" and task > 1 else {})


def _holds(facts: CaseFacts) -> None:
    """What is true of the tasks of any case at any time."""
    ids = [one.id for one in facts.tasks]
    assert ids == list(range(1, len(ids) + 1))
    for one in facts.tasks:
        assert one.unit and one.unit in facts.co_units
        assert one.is_open == one.clock.is_open
        assert one.clock.pauses == tuple(sorted(one.clock.pauses, key=lambda pause: pause.start))
        assert all(pause.end for pause in one.clock.pauses[:-1])
        waits = facts.state in ("verifying", "suspended") or not one.is_under_way
        assert one.clock.is_paused == (one.is_open and waits)
    if STANDARD.clock(facts.state) == "none":
        assert not any(one.is_open for one in facts.tasks)
