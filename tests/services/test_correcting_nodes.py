"""A milestone put right on the whole road: in its plan, its history, the light and the lists; provably."""

from datetime import date

import pytest

from states.corrections import EMPTY
from states.errors import FactInvalid, NotPermitted
from states.nodes.planning import Step
from tests.builders import (
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    a_case,
    a_paper_of_proof,
    asking,
    at,
    give,
    signed,
    stored,
)
from workflow.services import cases
from workflow.services.duties import owed
from workflow.services.milestones import nodes_of
from workflow.services.register import list_cases, show
from workflow.services.timeline import history as timeline
from workflow.services.verification import verify

STEPS = (
    Step(title="采购灯具", working_days=3, weight=30),
    Step(title="安装调试", working_days=4, weight=50, after=(1,)),
    Step(title="夜间验收", working_days=2, weight=20, after=(2,)),
)
PLANNED, REACHED, ON = at(2026, 7, 2), at(2026, 7, 13), at(2026, 7, 16)
TAKEN_BACK = {"node": 1, "field": "完成日期", "old": "2026-07-13", "new": EMPTY, "reason": "灯具未到货"}


@pytest.fixture
def case(office):
    """A matter due on 2026-07-22 whose first milestone, due on the 14th, was reported reached on the 13th."""
    planned = give(office, a_case(office), "plan_nodes", LIAISON, PLANNED, nodes=STEPS)
    return give(office, planned, "reach_node", LIAISON, REACHED, node=1)


def correct(office, case, node, *said, by=OFFICER, when=ON):
    """Correct a milestone: the field, what is said of it, and what should be."""
    stated = {"node": node, **dict(zip(("field", "old", "new"), said, strict=True))}
    return give(office, case, "correct", by, when, **stated, reason="登记时录错")


def nodes(office, case, **more):
    return show(office, case.number, today=ON, **more)["nodes"]["nodes"]


def sentences(office, case, **more):
    return [entry["sentence"] for entry in timeline(office, case.number, **more)]


def test_a_milestone_reported_by_mistake_is_owed_again(office, case):
    done = correct(office, case, 1, "完成日期", "2026-07-13", "空")
    assert done.decision.moved == {"done": ["30%", "0%"]}
    assert done.decision.warnings == ("亮灯：节点“采购灯具”应于2026-07-14完成，已逾2个工作日。",)
    (line,) = list_cases(office, today=ON)
    assert line.timeliness.light.value == "yellow"
    (mine,) = owed(office, day=ON.date(), person=LIAISON).lists
    assert "待完成节点（1、采购灯具）" in [duty.label for duty in mine.duties]
    assert stored(office, case).facts == done.facts
    assert verify(office).findings == []


def test_it_is_reached_again_when_it_is(office, case):
    correct(office, case, 1, "完成日期", "2026-07-13", EMPTY)
    again = give(office, case, "reach_node", LIAISON, at(2026, 7, 17), node=1)
    assert (again.facts.nodes[0].reached_on, again.facts.nodes[0].late) == (date(2026, 7, 17), 3)
    reached = [one for one in sentences(office, case) if one.startswith("节点完成")]
    assert [one.count("已更正") for one in reached] == [1, 0]


def test_the_timeline_says_which_entry_was_put_right_and_by_which(office, case):
    correct(office, case, 1, "完成日期", "2026-07-13", EMPTY)
    reached, corrected = timeline(office, case.number)[-2:]
    assert reached["sentence"] == f"节点完成（1、采购灯具，2026-07-14）（已更正，见第{corrected['seq']}条）"
    assert reached["corrected_by"] == [corrected["seq"]]
    assert corrected["sentence"] == (
        "更正（节点1的完成日期由2026-07-13改为（空））（1、采购灯具，2026-07-14）"
        "（序时进度已完成由30%改为0%）"
    )


def test_a_day_a_milestone_was_moved_to_is_told_as_it_is_right(office, case):
    moved = {"node": 2, "due_on": date(2026, 7, 17), "reason": "提前"}
    give(office, case, "move_node", OFFICER, at(2026, 7, 15), **moved)
    done = correct(office, case, 2, "应完成日期", "2026-07-17", "2026-07-16")
    first, *_ = (one for one in sentences(office, case) if one.startswith("调整节点日期"))
    assert first == f"调整节点日期（2、安装调试，2026-07-16）（已更正，见第{done.seq}条）"


def test_the_case_shows_the_right_milestone_and_that_it_was_corrected(office, case):
    title = correct(office, case, 1, "节点名称", "采购灯具", "采购灯杆")
    day = correct(office, case, 1, "完成日期", "2026-07-13", "2026-07-15")
    first, second, _ = nodes(office, case)
    assert (first["title"], first["reached_on"], first["working_days_late"]) == ("采购灯杆", "2026-07-15", 1)
    assert (first["corrected_by"], second["corrected_by"]) == ([title.seq, day.seq], [])
    assert nodes_of(office, case.number, today=ON)["nodes"] == nodes(office, case)


def test_as_of_an_earlier_instant_the_plan_reads_as_it_did_then(office, case):
    cases.perform(office, case.number, "correct", by=signed(OFFICER, ON), at=ON, **TAKEN_BACK)
    then = at(2026, 7, 15)
    assert nodes(office, case, as_of=then)[0]["reached_on"] == "2026-07-13"
    assert nodes_of(office, case.number, today=ON, as_of=then)["nodes"][0]["corrected_by"] == []
    assert sentences(office, case, as_of=then)[-1] == "节点完成（1、采购灯具，2026-07-14）"


def test_weights_swapped_by_mistake_are_put_right_in_their_order(office, case):
    correct(office, case, 1, "权重", "30", "50%")
    done = correct(office, case, 2, "权重", "36", "30")
    assert [one.weight for one in done.facts.nodes] == [50, 30, 20]
    assert [len(one["corrected_by"]) for one in nodes(office, case)] == [1, 1, 0]
    assert done.decision.moved["node:3:weight"] == ["14", "20"]


def test_of_several_corrections_in_one_go_each_sees_those_before_it(office, case):
    weights = ((1, "30", "50"), (2, "36", "30"))
    said = [{"node": id, "field": "weight", "old": old, "new": new} for id, old, new in weights]
    orders = [cases.Order("correct", case.number, one | {"reason": "写反"}) for one in said]
    *_, done = cases.perform_all(office, orders, by=signed(OFFICER, ON), at=ON)
    assert [one.weight for one in done.facts.nodes] == [50, 30, 20]
    assert verify(office).findings == []


def test_an_extended_matter_s_plan_is_corrected_as_it_was_planned(office, case):
    asking(office, case, at(2026, 7, 14), date(2026, 7, 29))
    give(office, case, "grant_extension", LEADER, at(2026, 7, 14))
    with pytest.raises(FactInvalid) as refused:
        correct(office, case, 3, "应完成日期", "2026-07-22", "2026-07-24")
    assert refused.value.code == "node_after_final"
    assert "replan-nodes" in refused.value.message and "move-node" in refused.value.message


def test_it_is_corrected_wherever_the_matter_stands(office, case):
    proof = {"evidence": [a_paper_of_proof(office)]}
    give(office, case, "report_completion", LIAISON, at(2026, 7, 14), result="312盏全部复亮", **proof)
    correct(office, case, 1, "完成日期", "2026-07-13", "2026-07-10")
    closed = give(office, case, "close_out", DIRECTOR, ON, verification="夜间抽查40盏均亮", **proof)
    done = correct(office, closed, 1, "完成日期", "2026-07-10", EMPTY)
    assert (done.facts.state, done.facts.nodes[0].reached_on) == ("closed", None)
    assert (done.decision.warnings, verify(office).findings) == ((), [])


def test_another_lead_inherits_nothing_from_a_milestone_that_was_not_reached(office, case):
    handed_on = give(office, case, "reassign", DIRECTOR, ON, lead_unit="市水务局", reason="职能调整")
    done = correct(office, handed_on, 1, "完成日期", "2026-07-13", EMPTY)
    assert done.facts.nodes[0].dropped_on == ON.date()


def test_the_unit_does_not_correct_its_own_report(office, case):
    with pytest.raises(NotPermitted):
        correct(office, case, 1, "完成日期", "2026-07-13", EMPTY, by=LIAISON)
    assert correct(office, case, 1, "完成日期", "2026-07-13", EMPTY, by=DIRECTOR)
