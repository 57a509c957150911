"""What is missed and by how much, 序时进度, and the light; time that stood still is not charged."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.clocks import Pause
from states.lights import reasons, worst
from states.nodes.moving import has_moved, moved
from states.nodes.planning import Span
from states.nodes.progress import Progress
from states.policy import MilestoneRule
from states.vocabulary import Light
from tests.builders import at
from tests.states.matters import NODES, facts_in, running
from tests.states.policies import changed
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
FINAL = date(2026, 7, 20)
PLANNED = {"due_on": FINAL, "nodes": NODES}
FIRST = NODES[0]
"""Due on Thursday 2026-07-16; the second, after it, on Monday the 20th."""


def matter(**changes):
    """The matter in hand with its two milestones, its clock running to the date they were planned for."""
    return facts_in("handling", **{"clocks": (running(FINAL),), **PLANNED, **changes})


def lights(facts, day, **rule):
    policy = changed(milestones=MilestoneRule(**rule))
    return [(one.light, one.words) for one in reasons(facts, policy, day, CALENDAR)]


def stood_still(start, end, due_on=FINAL):
    return running(due_on, pauses=(Pause(start, end, "suspended"),))


@pytest.mark.parametrize(
    ("day", "late", "light"),
    [
        (date(2026, 7, 16), None, None),
        (date(2026, 7, 17), 1, Light.YELLOW),
        (date(2026, 7, 23), 5, Light.YELLOW),
        (date(2026, 7, 24), 6, Light.RED),
    ],
)
def test_a_missed_milestone_turns_the_light_by_the_working_days_it_is_late(day, late, light):
    found = lights(matter(), day)[:1]
    assert [one[0] for one in found] == ([light] if light else [])
    assert all(words.startswith(f"节点“采购”应于2026-07-16完成，已逾{late}个工作日") for _, words in found)


def test_a_policy_says_how_many_days_are_forgiven_and_how_many_are_red():
    friday = date(2026, 7, 17)
    assert lights(matter(), friday, yellow_after_working_days=1) == []
    assert lights(matter(), friday, red_after_working_days=0)[0][0] is Light.RED


def test_a_milestone_that_is_reached_or_dropped_warns_of_nothing():
    day = date(2026, 7, 20)
    assert lights(matter(nodes=(replace(FIRST, reached_on=day), NODES[1])), day) == []
    assert lights(matter(nodes=(replace(FIRST, dropped_on=day), NODES[1])), day) == []


def test_several_missed_are_told_by_the_worst():
    ((_, words), *_) = lights(matter(), date(2026, 7, 22))
    assert words == "节点“采购”应于2026-07-16完成，已逾4个工作日，另有1个节点逾期"


def test_a_weekend_makes_nothing_late():
    facts = matter(nodes=(replace(FIRST, due_on=date(2026, 7, 17)),))
    assert lights(facts, date(2026, 7, 19)) == []
    assert [one.late for one in Progress(facts, CALENDAR, date(2026, 7, 19)).missed()] == [0]


def test_time_set_aside_since_the_plan_is_not_charged():
    """From Wednesday the 8th to Wednesday the 15th five working days stood still."""
    facts = matter(clocks=(stood_still(at(2026, 7, 8), at(2026, 7, 15)),))
    progress = Progress(facts, CALENDAR, date(2026, 7, 24))
    assert [progress.due_on(one) for one in NODES] == [date(2026, 7, 23), date(2026, 7, 27)]
    assert [one.late for one in progress.missed()] == [1]


def test_time_set_aside_before_the_plan_is_in_it_already():
    facts = matter(
        nodes=tuple(replace(one, planned_on=date(2026, 7, 15)) for one in NODES),
        clocks=(stood_still(at(2026, 7, 8), at(2026, 7, 15)),),
    )
    assert Progress(facts, CALENDAR, FINAL).due_on(facts.nodes[0]) == FIRST.due_on


def test_a_day_set_anew_has_the_time_set_aside_in_it_already():
    room = Span(today=date(2026, 7, 16), final_on=date(2026, 7, 27), calendar=CALENDAR)
    facts = matter(
        nodes=moved(NODES, 1, date(2026, 7, 17), room), due_on=room.final_on,
        clocks=(stood_still(at(2026, 7, 8), at(2026, 7, 15), room.final_on),),
    )  # fmt: skip
    progress = Progress(facts, CALENDAR, FINAL)
    assert [progress.due_on(one) for one in facts.nodes] == [date(2026, 7, 17), date(2026, 7, 27)]
    assert has_moved(facts.nodes, facts.due_on)


@pytest.mark.parametrize("state", ["suspended", "verifying"])
def test_while_it_stands_still_the_day_it_was_paused_is_looked_at(state):
    clock = stood_still(at(2026, 7, 17), None)
    facts = facts_in(state, clocks=(clock,), paused_on=date(2026, 7, 17), **PLANNED)
    found = Progress(facts, CALENDAR, date(2026, 9, 1))
    assert [(one.node.id, one.late) for one in found.missed()] == [(1, 1)]
    assert found.schedule.planned == 40


def test_after_its_end_a_matter_misses_nothing_more():
    clock = running(FINAL, stopped_at=at(2026, 7, 17))
    facts = facts_in("closed", clocks=(clock,), **PLANNED)
    assert [one.late for one in Progress(facts, CALENDAR, date(2026, 9, 1)).missed()] == [1]


def test_a_matter_opened_again_is_late_from_then_on():
    clock = running(date(2026, 9, 30), started_at=at(2026, 9, 1))
    facts = matter(clocks=(clock,), due_on=date(2026, 9, 30))
    assert Progress(facts, CALENDAR, date(2026, 9, 3)).late(FIRST) == 2


def test_the_schedule_holds_what_is_due_against_what_is_reached():
    facts = matter(nodes=(replace(FIRST, reached_on=date(2026, 7, 14)), NODES[1]), completion_rate=55)
    early = Progress(facts, CALENDAR, date(2026, 7, 15)).schedule
    assert (early.planned, early.done, early.behind) == (0, 40, -40)
    late = Progress(facts, CALENDAR, FINAL).schedule
    assert (late.planned, late.done, late.behind) == (100, 40, 60)
    assert (late.elapsed, late.rate) == (100, 55)


def test_behind_the_schedule_is_judged_only_where_the_policy_tolerates_so_much():
    day = date(2026, 7, 16)
    assert lights(matter(), day) == []
    assert lights(matter(), day, schedule_tolerance=40) == []
    told = [(Light.YELLOW, "节点已完成0%，落后序时进度（40%）40个百分点")]
    assert lights(matter(), day, schedule_tolerance=39) == told


def test_without_milestones_the_reported_rate_is_held_against_the_time_that_has_run():
    """By Wednesday the 8th five of thirteen working days had run."""
    day, rule = date(2026, 7, 8), {"schedule_tolerance": 10}
    assert lights(matter(nodes=(), completion_rate=28), day, **rule) == []
    told = [(Light.YELLOW, "完成率27%，落后序时进度（38%）11个百分点")]
    assert lights(matter(nodes=(), completion_rate=27), day, **rule) == told
    assert lights(matter(nodes=(), completion_rate=27), day) == told
    assert lights(matter(nodes=(), completion_rate=0), day, schedule_tolerance=100) == []
    assert lights(matter(nodes=(), completion_rate=None), day, **rule) == []
    assert lights(matter(nodes=(), due_on=None, clocks=(), completion_rate=0), day, **rule) == []


def test_a_final_date_moved_to_before_a_milestone_is_seen_in_the_light():
    facts = matter(due_on=date(2026, 7, 17), clocks=(running(date(2026, 7, 17)),))
    told = (Light.YELLOW, "节点“安装”（2026-07-20）在办结期限2026-07-17之后，请重新倒排节点")
    assert told in lights(facts, date(2026, 7, 15))


@given(st.dates(date(2026, 7, 1), date(2026, 9, 30)), st.integers(0, 10), st.integers(0, 10))
def test_a_light_never_gets_better_as_an_open_milestone_gets_later(day, yellow, more):
    rule = {"yellow_after_working_days": yellow, "red_after_working_days": yellow + more}
    before, after = (
        worst(Light.GREEN, reasons(matter(), changed(milestones=MilestoneRule(**rule)), on, CALENDAR))
        for on in (day, day + timedelta(days=1))
    )
    assert (before, after) != (Light.RED, Light.YELLOW)
    assert after is not Light.GREEN or before is Light.GREEN


def test_a_rule_that_is_red_before_it_is_yellow_is_refused():
    with pytest.raises(ValueError, match="节点逾期亮黄灯"):
        MilestoneRule(yellow_after_working_days=6)


def test_the_default_rule_stands_outside_the_hash():
    assert changed().digest == changed(milestones=MilestoneRule()).digest
    assert changed().digest != changed(milestones=MilestoneRule(red_after_working_days=3)).digest
