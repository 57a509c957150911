"""Co-units' tasks from the command line: handed out, done, shown, found, and read by themselves."""

import pytest

from tests.builders import LEAD, a_case

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

TRAFFIC = ("--as", "祝启明")
ORDER = ("--unit", "市交通局", "--title", "迁移占压灯杆的公交站牌12处", "--as", "吕喆")


@pytest.fixture
def shared(ask, office):
    """The number of a matter with one task, due on 2026-07-16."""
    number = a_case(office).number
    ask("case", "add-task", number, *ORDER, "--due", "2026-07-16", "--at", "2026-07-06")
    return number


def test_a_task_goes_its_way_by_sub_commands(ask, shared, tmp_path):
    proof = tmp_path / "验收单.txt"
    proof.write_text("12处全部迁移", encoding="utf-8")
    day = ("--task", "1", "--at", "2026-07-08")
    ask("case", "acknowledge-task", shared, *day, *TRAFFIC)
    ask("case", "report-task", shared, *day, *TRAFFIC, "--progress", "已迁5处", "--completion-rate", "40%")
    (told,) = ask("case", "show", shared)["tasks"]
    assert (told["unit_name"], told["state"], told["completion_rate"]) == ("市交通运输局", "working", 40)
    ask("case", "complete-task", shared, *day, *TRAFFIC, "--result", "完成", "--evidence", proof)
    ask("case", "accept-task", shared, *day, "--as", "盛宁远")
    (told,) = ask("case", "show", shared)["tasks"]
    assert (told["state_label"], told["light"], told["due"]) == ("已办结", "grey", "2026-07-16")


def test_a_matter_is_printed_with_its_tasks(duban, shared):
    said = duban("case", "show", shared).out
    assert "协办任务" in said
    for words in ("市交通运输局", "迁移占压灯杆的公交站牌12处", "待签收", "2026-07-16"):
        assert words in said.replace("\n", "")


def test_a_moved_date_of_a_task_is_said_by_its_number(duban, shared):
    order = ("--task", "1", "--due", "2026-07-20", "--reason", "公交改线", "--as", "卞知远")
    said = duban("case", "extend-task", shared, *order, "--at", "2026-07-08").out
    assert "协办任务1期限由2026-07-16改为2026-07-20" in said
    assert "协办任务1期限" in duban("explain", shared, "--at", "2026-07-08").out


def test_a_date_on_a_rest_day_is_minded(duban, office):
    number = a_case(office).number
    done = duban("case", "add-task", number, *ORDER, "--due", "2026-07-18", "--at", "2026-07-06")
    assert (done.code, "协办任务1期限2026-07-18为休息日" in done.err) == (0, True)


def test_a_unit_finds_what_it_shares_in_only_when_it_asks(ask, duban, shared):
    def found(*words):
        return [one["number"] for one in ask("case", "list", *words)["cases"]]

    assert found("--unit", "市交通运输局") == []
    assert found("--unit", "BH213", "--as-co-unit") == [shared]
    assert found("--unit", "交通", "--as-co-unit") == [shared]
    assert found("--unit", LEAD, "--as-co-unit") == [shared]
    assert duban("case", "list", "--as-co-unit", "--json").json["code"] == "unit_missing"


def test_the_history_of_one_task_is_printed_by_itself(ask, duban, shared):
    ask("case", "acknowledge-task", shared, "--task", "1", *TRAFFIC, "--at", "2026-07-08")
    told = ask("case", "history", shared, "--task", "1")["events"]
    assert [one["kind"] for one in told] == ["task_added", "task_acknowledged"]
    said = duban("case", "history", shared, "--task", "1").out
    assert "签收协办任务（市交通运输局的任务1）" in said.replace("\n", "")
    assert duban("case", "history", shared, "--task", "2", "--json").json["code"] == "task_unknown"


def test_what_is_owed_names_its_task(ask, shared):
    (duty,) = [one for one in ask("todo", *TRAFFIC, "--at", "2026-07-08")["duties"] if one["task"]]
    assert (duty["kind"], duty["case"], duty["task"]) == ("acknowledge_task", shared, 1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--task", "一", *TRAFFIC), "serial_invalid"),
        (("--task", "9", *TRAFFIC), "task_unknown"),
        (TRAFFIC, "task_missing"),
        (("--task", "1", "--as", "盛宁远"), "not_permitted"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_task_that_cannot_be_acted_on_is_refused_by_code(duban, shared, words, code):
    refused = duban("case", "acknowledge-task", shared, *words, "--at", "2026-07-08", "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


def test_a_completion_over_an_open_task_is_refused_with_the_unit_s_name(duban, shared, tmp_path):
    proof = tmp_path / "验收单.txt"
    proof.write_text("全部复亮", encoding="utf-8")
    order = ("--result", "复亮", "--evidence", proof, "--as", "盛宁远", "--at", "2026-07-20", "--json")
    refused = duban("case", "report-completion", shared, *order)
    assert refused.json["code"] == "tasks_open"
    assert "--open-tasks-reason" in refused.json["message"]
    assert "市交通运输局的任务1待签收，逾期2个工作日" in refused.json["message"]
    assert duban("case", "report-completion", shared, "--open-tasks-reason", "另行销号", *order).code == 0
