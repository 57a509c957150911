"""Milestones through the real services: planned, reached, moved, dropped, moved with the date; by whom."""

from datetime import date

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from states.nodes.planning import Step
from tests.builders import (
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    asking,
    at,
    give,
    history,
    stored,
    suspended,
)
from workflow.services import timeline
from workflow.services.duties import owed
from workflow.services.register import list_cases, show
from workflow.services.verification import verify

STEPS = (
    Step(title="采购灯具", working_days=3, weight=30),
    Step(title="安装调试", working_days=4, weight=50, after=(1,)),
    Step(title="夜间验收", working_days=2, weight=20, after=(2,)),
)
PLANNED, LATER = at(2026, 7, 2), at(2026, 7, 15)
OF_ANOTHER_UNIT = "巫望川"


@pytest.fixture
def case(office):
    """The matter in hand, due on 2026-07-22, with three milestones one after the other."""
    return give(office, a_case(office), "plan_nodes", LIAISON, PLANNED, nodes=STEPS)


def days(case):
    return [(one.id, one.starts_on.day, one.due_on.day, one.weight) for one in case.facts.nodes]


def labels(office, person, day):
    (mine,) = owed(office, day=day, person=person).lists
    return [duty.label for duty in mine.duties]


def light(office, when):
    (line,) = list_cases(office, today=when)
    return line.timeliness.light.value, [one.words for one in line.reasons]


def test_a_plan_ends_on_the_final_date_and_each_milestone_before_the_next(office, case):
    assert days(case) == [(1, 10, 14, 30), (2, 15, 20, 50), (3, 21, 22, 20)]
    assert stored(office, case).facts == case.facts
    assert verify(office).findings == []


def test_what_is_reached_stays_when_the_rest_is_planned_anew(office, case):
    give(office, case, "reach_node", LIAISON, LATER, node=1)
    rest = (Step(title="安装", working_days=2), Step(title="验收", working_days=1, after=(1,)))
    again = give(office, case, "plan_nodes", OFFICER, LATER, nodes=rest)
    assert [(one.id, one.title, one.weight, one.after) for one in again.facts.nodes] == [
        (1, "采购灯具", 30, ()), (4, "安装", 35, ()), (5, "验收", 35, (4,)),
    ]  # fmt: skip


def test_a_number_is_never_given_twice(office, case):
    give(office, case, "drop_node", DIRECTOR, PLANNED, node=3, reason="并入安装")
    assert days(stored(office, case))[2][0] == 3
    one = Step(title="安装", working_days=2)
    again = give(office, case, "plan_nodes", LIAISON, PLANNED, nodes=(one,))
    assert [node.id for node in again.facts.nodes] == [4]


def test_a_dropped_milestone_leaves_its_weight_to_the_rest(office, case):
    left = give(office, case, "drop_node", OFFICER, PLANNED, node=3, reason="并入安装")
    assert [(one.weight, one.dropped_on is None) for one in left.facts.nodes] == [
        (38, True), (62, True), (20, False),
    ]  # fmt: skip
    assert "权重按比例合计为100%" in timeline.history(office, case.number)[-1]["sentence"]


def test_milestones_are_reached_in_their_order_and_with_evidence(office, case):
    with pytest.raises(FactInvalid) as refused:
        give(office, case, "reach_node", LIAISON, LATER, node=2)
    assert refused.value.code == "predecessor_open"
    proof = [a_paper_of_proof(office, "灯具到货验收单")]
    reached = give(office, case, "reach_node", UNIT_HEAD, LATER, node=1, evidence=proof, opinion="已到货")
    assert (reached.facts.nodes[0].reached_on, reached.facts.nodes[0].late) == (LATER.date(), 1)
    assert "已到货" not in history(office, case)[-1].payload


def test_only_the_lead_unit_s_people_and_the_office_s_plan_and_reach(office, case):
    for command, details in (("plan_nodes", {"nodes": STEPS}), ("reach_node", {"node": 1})):
        with pytest.raises(NotPermitted):
            give(office, case, command, OF_ANOTHER_UNIT, PLANNED, **details)
    for command in ("move_node", "drop_node"):
        with pytest.raises(NotPermitted):
            give(office, case, command, LIAISON, PLANNED, node=1, reason="自行调整")
    with pytest.raises(NotPermitted):
        give(office, case, "reach_node", OFFICER, PLANNED, node=1)


@pytest.mark.parametrize("state", ["assigned", "verifying"])
def test_milestones_belong_to_a_matter_in_hand(office, state):
    with pytest.raises(TransitionRefused):
        give(office, a_case(office, state), "plan_nodes", LIAISON, PLANNED, nodes=STEPS)


def test_a_matter_without_a_date_has_nothing_to_plan_back_from(office):
    endless = a_case(office, open_ended=True, cadence="每季度")
    with pytest.raises(FactMissing) as refused:
        give(office, endless, "plan_nodes", LIAISON, PLANNED, nodes=STEPS)
    assert refused.value.code == "final_date_missing"


def test_an_extension_leaves_the_milestones_and_says_what_follows(office, case):
    asking(office, case, at(2026, 7, 9), date(2026, 7, 29))
    granted = give(office, case, "grant_extension", LEADER, at(2026, 7, 9))
    assert days(granted) == days(case)
    assert granted.decision.warnings == (
        "办结期限由2026-07-22变为2026-07-29，节点未随之变动，请重新倒排节点。",
    )
    assert "待重新倒排节点（办结期限已变）" in labels(office, LIAISON, date(2026, 7, 9))
    again = give(office, case, "replan_nodes", LIAISON, at(2026, 7, 9))
    assert days(again) == [(1, 17, 21, 30), (2, 22, 27, 50), (3, 28, 29, 20)]
    assert "待重新倒排节点（办结期限已变）" not in labels(office, LIAISON, date(2026, 7, 9))


def test_time_set_aside_makes_nothing_missed_before_and_after_the_plan_has_moved(office, case):
    suspended(office, case, at(2026, 7, 13), date(2026, 7, 27))
    assert light(office, at(2026, 7, 24))[0] == "grey"
    resumed = give(office, case, "resume", DIRECTOR, at(2026, 7, 27), reason="改造完成")
    assert resumed.facts.due_on == date(2026, 8, 5)
    assert light(office, at(2026, 7, 28)) == ("green", [])
    again = give(office, case, "replan_nodes", OFFICER, at(2026, 7, 28))
    assert [one.due_on for one in again.facts.nodes] == [
        date(2026, 7, 28), date(2026, 8, 3), date(2026, 8, 5),
    ]  # fmt: skip
    assert light(office, at(2026, 7, 29))[1] == ["节点“采购灯具”应于2026-07-28完成，已逾1个工作日"]


def test_a_missed_milestone_is_seen_in_the_register_and_on_the_lists(office, case):
    when = at(2026, 7, 15)
    assert light(office, when) == ("yellow", ["节点“采购灯具”应于2026-07-14完成，已逾1个工作日"])
    assert labels(office, LIAISON, when.date())[0] == "待完成节点（1、采购灯具）"
    assert "待督促逾期节点（采购灯具）" in labels(office, OFFICER, when.date())
    give(office, case, "reach_node", LIAISON, when, node=1)
    assert light(office, when) == ("green", [])


def test_the_case_shows_its_milestones_and_what_should_be_done_by_now(office, case):
    give(office, case, "reach_node", LIAISON, at(2026, 7, 15), node=1)
    told = show(office, case.number, today=at(2026, 7, 21))["nodes"]
    assert told["schedule"] | {"elapsed": 0} == {
        "planned": 80, "done": 30, "behind": 50, "elapsed": 0, "rate": None,
    }  # fmt: skip
    first, second, third = told["nodes"]
    assert (first["reached_on"], first["working_days_late"], first["missed"]) == ("2026-07-15", 1, False)
    assert (second["due_on"], second["working_days_late"], second["missed"]) == ("2026-07-20", 1, True)
    assert (third["after"], third["missed"]) == ([2], False)


def test_the_past_shows_the_plan_of_then(office, case):
    give(office, case, "drop_node", OFFICER, LATER, node=3, reason="并入安装")
    then = show(office, case.number, today=LATER, as_of=at(2026, 7, 3))["nodes"]
    assert [one["dropped_on"] for one in then["nodes"]] == [None, None, None]


def test_the_history_says_which_milestone_was_meant(office, case):
    give(office, case, "reach_node", LIAISON, at(2026, 7, 10), node=1)
    give(office, case, "move_node", OFFICER, at(2026, 7, 10), node=2, due_on=date(2026, 7, 17), reason="提前")
    told = [entry["sentence"] for entry in timeline.history(office, case.number)]
    assert told[-3] == "从办结日期倒排节点"
    assert told[-2:] == ["节点完成（1、采购灯具，2026-07-14）", "调整节点日期（2、安装调试，2026-07-17）"]
