"""Milestones by commands: what is refused by name, what is printed, what comes as data."""

from datetime import date

import pytest

from tests.builders import DIRECTOR, LEAD, LIAISON, OFFICER, a_case, a_paper_of_proof, at, give, relapsed

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

PLAN = ["--node", "采购灯具:3:30", "--node", "安装调试:4:50:after=1", "--node", "夜间验收：2：20%：前置=2"]


def on(day):
    return ["--at", f"2026-07-{day:02d}T09:00:00+08:00"]


@pytest.fixture
def number(ask, office):
    """The number of a matter with three milestones, planned on 2026-07-02."""
    number = a_case(office).number
    ask("case", "plan-nodes", number, *PLAN, "--as", LIAISON, *on(2))
    return number


REFUSED = [
    (["--node", "采购@2026-08-30"], "node_after_final"),
    (["--node", "甲:1:after=2", "--node", "乙:1:after=1"], "nodes_in_a_circle"),
    (["--node", "甲:1:after=3"], "predecessor_unknown"),
    (["--node", "甲:1:30", "--node", "乙:1:30"], "weights_wrong"),
    (["--node", "甲:99"], "plan_does_not_fit"),
    (["--node", ":1"], "node_title_missing"),
    (["--node", "甲:1", "--node", "乙"], "node_unreadable"),
    ([], "nodes_missing"),
]


@pytest.mark.parametrize(("words", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_a_plan_that_cannot_be_is_refused_by_name(duban, office, words, code):
    refused = duban("case", "plan-nodes", a_case(office).number, *words, "--as", LIAISON, *on(2), "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


def test_a_plan_is_printed_with_its_days_and_what_should_be_done(duban, ask, number):
    ask("case", "reach-node", number, "--node", "1", "--as", LIAISON, *on(15))
    said = duban("case", "nodes", number, *on(21)).out
    assert "序时进度 应完成80% 已完成30%（时限已过93%）" in said
    assert all(word in said for word in ("节点（办结期限2026-07-22）", "2026-07-15", "逾期1个工作日完成"))
    assert "安装调试" in duban("case", "show", number).out


def test_planning_prints_the_days_it_came_to_and_what_it_replaced(duban, ask, number):
    ask("case", "reach-node", number, "--node", "1", "--as", LIAISON, *on(14))
    again = ("case", "plan-nodes", number, "--node", "安装:3", "--as", LIAISON)
    said = duban(*again, *on(15)).out
    assert all(word in said for word in ("节点（办结期限2026-07-22）", "2026-07-20", "安装", "70%"))
    assert (
        "原有未完成节点2个已替换：2、安装调试（应于2026-07-20完成），3、夜间验收（应于2026-07-22完成）"
        in said
    )
    document = ask(*again, *on(16))
    assert [(one["id"], one["starts_on"], one["due_on"]) for one in document["nodes"]] == [
        (1, "2026-07-10", "2026-07-14"), (5, "2026-07-20", "2026-07-22"),
    ]  # fmt: skip
    assert document["replaced"] == [{"id": 4, "title": "安装", "due_on": "2026-07-22"}]


def test_planning_anew_prints_the_days_it_moved_to(duban, ask, office, number):
    proof = ["--evidence", a_paper_of_proof(office), "--review-on", "2026-07-20"]
    ask("case", "suspend", number, "--reason", "停工", *proof, "--as", DIRECTOR, *on(6))
    ask("case", "resume", number, "--reason", "复工", "--as", DIRECTOR, *on(13))
    assert "2026-07-21" in duban("case", "replan-nodes", number, "--as", OFFICER, *on(13)).out


def test_a_plan_comes_as_data_for_a_wall_chart(ask, number):
    document = ask("case", "nodes", number, *on(14))
    assert [(one["id"], one["starts_on"], one["due_on"], one["after"]) for one in document["nodes"]] == [
        (1, "2026-07-10", "2026-07-14", []),
        (2, "2026-07-15", "2026-07-20", [1]),
        (3, "2026-07-21", "2026-07-22", [2]),
    ]
    assert document["schedule"]["planned"] == 30


def test_a_milestone_is_moved_and_dropped_by_its_number(ask, duban, number):
    ask(
        "case",
        "move-node",
        number,
        "--node",
        "3",
        "--due",
        "2026-07-21",
        "--reason",
        "提前",
        "--as",
        OFFICER,
        *on(3),
    )
    ask("case", "drop-node", number, "--node", "3", "--reason", "并入安装", "--as", DIRECTOR, *on(3))
    unknown = duban(
        "case", "drop-node", number, "--node", "3", "--reason", "又", "--as", DIRECTOR, *on(3), "--json"
    )
    assert unknown.json["code"] == "node_unknown"
    assert "2026-07-03取消" in duban("case", "nodes", number, *on(3)).out


def test_a_milestone_that_was_dropped_has_no_weight_and_counts_for_nothing(ask, duban, number):
    ask("case", "drop-node", number, "--node", "3", "--reason", "并入", "--as", DIRECTOR, *on(3))
    document = ask("case", "nodes", number, *on(22))
    assert [one["weight"] for one in document["nodes"]] == [38, 62, 0]
    assert (document["schedule"]["planned"], document["schedule"]["done"]) == (100, 0)
    (line,) = (one for one in duban("case", "nodes", number, *on(22)).out.splitlines() if "夜间验收" in one)
    assert "%" not in line and "2026-07-03取消" in line


def test_a_milestone_of_a_former_round_has_no_weight_either(ask, duban, office, number):
    proof = a_paper_of_proof(office)
    ask("case", "reach-node", number, "--node", "1", "--as", LIAISON, *on(14))
    give(office, number, "report_completion", LIAISON, at(2026, 7, 15), result="全部复亮", evidence=[proof])
    give(office, number, "close_out", DIRECTOR, at(2026, 7, 16), verification="夜查均亮", evidence=[proof])
    relapsed(office, number, at(2026, 7, 17))
    give(office, number, "reopen", DIRECTOR, at(2026, 7, 17), reason="反弹", due_on=date(2026, 8, 5))
    document = ask("case", "nodes", number, *on(20))
    assert ([one["weight"] for one in document["nodes"]], document["schedule"]["planned"]) == (
        [0, 0, 0],
        None,
    )
    assert "上一轮完成，不再计算" in duban("case", "nodes", number, *on(20)).out


def test_what_a_moved_date_leaves_to_do_is_said_where_it_is_moved_and_where_it_is_seen(
    duban, ask, office, number
):
    proof = ["--evidence", a_paper_of_proof(office), "--review-on", "2026-07-20"]
    ask("case", "suspend", number, "--reason", "停工", *proof, "--as", DIRECTOR, *on(6))
    resumed = duban("case", "resume", number, "--reason", "复工", "--as", DIRECTOR, *on(13))
    assert "请重新倒排节点" in resumed.err
    assert f"duban case replan-nodes {number}" in duban("case", "nodes", number, *on(13)).out
    ask("case", "replan-nodes", number, "--as", OFFICER, *on(13))
    assert "replan-nodes" not in duban("case", "nodes", number, *on(13)).out


def test_all_matters_milestones_are_listed_missed_ones_first(duban, ask, number):
    document = ask("milestones", *on(15), "--days", 7)
    assert [(one["id"], one["missed"]) for one in document["nodes"]] == [(1, True), (2, False), (3, False)]
    said = duban("milestones", "--unit", LEAD, *on(15)).out
    assert "节点：截至2026-07-15逾期1个，至2026-07-22将到2个" in said
    assert "已逾1个工作日" in said
    assert duban("milestones", "--unit", "火星局", "--json").json["code"] == "unit_unknown"


def test_a_matter_without_milestones_says_so(duban, office):
    assert "未编排节点" in duban("case", "nodes", a_case(office).number).out


def test_a_milestone_is_corrected_by_its_number_and_printed_so(ask, duban, number):
    ask("case", "reach-node", number, "--node", "1", "--as", LIAISON, *on(13))
    field = ("--node", "1", "--field", "完成日期", "--old", "2026-07-13", "--new", "空")
    said = duban("case", "correct", number, *field, "--reason", "灯具未到货", "--as", OFFICER, *on(15))
    assert "序时进度已完成由30%改为0%" in said.out
    assert "亮灯：节点“采购灯具”应于2026-07-14完成，已逾1个工作日" in said.err
    assert "（已更正，见第" in duban("case", "nodes", number, *on(15)).out
    assert "（已更正，见第" in duban("case", "show", number).out
    before = ask("case", "nodes", number, "--as-of", "2026-07-14T09:00:00+08:00")
    assert before["nodes"] == []
