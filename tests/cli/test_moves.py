"""改派、拆分、合并、更正 from the command line: what they take, print and refuse."""

import pytest

from tests.builders import DIRECTOR, OFFICER, TITLE, a_case

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
ON = ("--at", "2026-07-09T10:00:00+08:00")
WHY = ("--reason", "经核实", *ON)
BY_DIRECTOR, BY_OFFICER = (*WHY, "--as", DIRECTOR), (*WHY, "--as", OFFICER)


@pytest.fixture
def number(office):
    return a_case(office).number


def test_a_matter_is_handed_on(duban, ask, number):
    done = ask("case", "reassign", number, "--lead", "市水务局", "--due", "2026-08-05", *BY_DIRECTOR)
    assert (done["state"], done["due"], done["moved"]) == (
        "assigned", "2026-08-05", {"handle": ["2026-07-22", "2026-08-05"]},
    )  # fmt: skip
    shown = duban("case", "history", number).out
    assert "改由市水务局牵头" in shown and "办结期限由2026-07-22改为2026-08-05" in shown


def test_a_matter_is_split_and_shown_with_its_parts(duban, ask, number):
    parts = (
        "--part",
        "主干道路灯修复|市城市管理局|5wd",
        "--part",
        "箱变更新｜供电公司｜2026-08-05｜更换4台箱变",
    )
    done = ask("case", "split", number, *parts, *BY_DIRECTOR)
    assert [(one["case"], one["due"]) for one in done["children"]] == [
        ("滨督2026-002", "2026-07-16"), ("滨督2026-003", "2026-08-05"),
    ]  # fmt: skip
    shown = duban("case", "show", number).out
    assert "分出滨督2026-003（拆分，交办）：箱变更新" in shown
    assert f"出自{number}（拆分）" in duban("case", "show", "滨督2026-002").out


def test_a_split_is_printed_part_by_part(duban, number):
    said = duban("case", "split", number, "--part", "箱变更新|供电公司", "--over-cap", *BY_DIRECTOR).out
    assert f"{number} 已拆分，分出1项" in said
    assert "滨督2026-002 箱变更新（期限2026-07-22）" in said


@pytest.mark.parametrize(
    ("part", "code"),
    [("路灯", "part_invalid"), ("|市水务局", "part_invalid"), ("a|b|1wd|c|d", "part_invalid"),
     ("路灯|市水务局|明天", "date_invalid"), ("路灯|市水务局|0wd", "limit_out_of_range"),
     ("路灯|" + "局" * 65, "text_too_long")],
)  # fmt: skip
def test_a_part_that_cannot_be_read_is_refused(duban, number, part, code):
    refused = duban("case", "split", number, "--part", part, *BY_DIRECTOR, "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


def test_nobody_splits_in_nobody_s_name(duban, number):
    refused = duban("case", "split", number, "--part", "路灯|市水务局", "--json")
    assert refused.json["code"] == "person_missing"


def test_a_merger_is_shown_on_both_sides(duban, ask, office, number):
    other = a_case(office).number
    ask("case", "merge", number, "--surviving", other, *BY_DIRECTOR)
    assert f"已并入{other}" in duban("case", "show", number).out
    assert f"{number}并入本事项：{TITLE}" in duban("case", "show", other).out
    refused = duban("case", "merge", other, "--surviving", number, *BY_DIRECTOR, "--json")
    assert (refused.code, refused.json["code"]) == (1, "merge_circle")


def test_a_correction_prints_what_it_changes(duban, number):
    said = duban(
        "case", "correct", number, "--field", "办结期限", "--old", "2026-07-22", "--new", "2026-07-29",
        "--reissue", *BY_DIRECTOR,
    )  # fmt: skip
    assert "办结期限由2026-07-22改为2026-07-29" in said.out
    assert "原办结日期由2026-07-22改为2026-07-29" in said.out
    shown = duban("case", "show", number).out
    assert "文书 滨督交〔2026〕2号" in shown


def test_a_correction_under_a_paper_says_what_to_do(duban, number):
    order = ("--field", "事项名称", "--old", TITLE, "--new", "路灯不亮")
    refused = duban("case", "correct", number, *order, *BY_OFFICER)
    assert refused.code == 1
    assert "滨督交〔2026〕1号（督查通知单）载有此项，请由主任更正并选“重新印发文书”" in refused.err


def test_a_correction_without_its_old_value_is_refused(duban, number):
    refused = duban("case", "correct", number, "--field", "备注", "--new", "补记", *BY_OFFICER, "--json")
    assert refused.json["code"] == "old_missing"
    assert (
        duban("case", "correct", number, "--field", "备注", "--old", "空", "--new", "补记", *BY_OFFICER).code
        == 0
    )


def test_an_entry_and_a_task_are_corrected_by_their_numbers(duban, number):
    urge = ("--method", "电话", "--spoke-with", "值班员", "--answer", "灯具已到货")
    seq = duban("case", "log-urge", number, *urge, "--as", OFFICER, "--json").json["seq"]
    answer = ("--entry", str(seq), "--field", "答复情况", "--old", "灯具已到货", "--new", "灯具未到货")
    assert duban("case", "correct", number, *answer, *BY_OFFICER).code == 0
    assert "灯具未到货" in duban("case", "show", number).out
    assert f"（已更正，见第{seq + 1}条）" in "".join(duban("case", "history", number).out.split())
    task = ("--task", "1", "--field", "任务名称", "--old", "迁移站牌", "--new", "迁移站牌12处")
    refused = duban("case", "correct", number, *task, *BY_OFFICER, "--json")
    assert refused.json["code"] == "task_unknown"
