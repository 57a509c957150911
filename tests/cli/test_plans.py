"""Plans and forecasts at the command line: written to a file, applied from it, told in Chinese."""

import json

import pytest

from tests.builders import a_case, at, give, row_counts

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

LATE = "2026-07-23"
SAME = ("case", "step", "clock", "epoch", "mode", "document", "reason")


def test_a_plan_says_the_same_as_the_dry_run_of_the_sweep(ask, office):
    a_case(office), a_case(office)
    planned, dry = ask("plan", "--at", LATE), ask("sweep", "--dry-run", "--at", LATE)
    assert [{name: one[name] for name in SAME} for one in planned["steps"]] == dry["steps"]
    assert (planned["cases_due"], len(dry["steps"])) == (dry["cases_due"], 2)


def test_a_plan_is_written_read_by_people_and_applied(ask, duban, office, tmp_path):
    case = a_case(office)
    told = duban("plan", "--at", LATE, "--out", "计划.json").out
    assert case.number in told and "提醒" in told and "尚未执行" in told
    assert json.loads((tmp_path / "计划.json").read_text(encoding="utf-8"))["digest"]
    done = ask("sweep", "--once", "--plan", "计划.json", "--at", LATE)
    assert ([one["step"] for one in done["steps"]], done["issued"]) == (["reminder"], 1)
    again = duban("sweep", "--once", "--plan", "计划.json", "--at", LATE)
    assert again.code == 0
    assert "本次没有办理任何步骤" in again.out and "不重复办理" in again.out


def test_a_stale_plan_is_refused_with_what_has_changed(duban, office):
    case = a_case(office)
    duban("plan", "--at", LATE, "--out", "计划.json")
    give(office, case, "withdraw", "卞知远", at(2026, 7, 22), reason="重复交办")
    answer = duban("sweep", "--plan", "计划.json", "--at", LATE)
    assert (answer.code, "原为办结，现为已停止计时" in answer.out) == (1, True)


REFUSALS = [
    (["sweep", "--plan", "没有.json"], "file_not_found"),
    (["sweep", "--plan", "空.json"], "plan_unreadable"),
    (["sweep", "--plan", "空.json", "--dry-run"], "plan_dry_run"),
    (["plan", "--out", "没有/计划.json"], "file_unusable"),
    (["plan", "--at", "明天"], "instant_invalid"),
    (["forecast", "--days", "0"], "days_out_of_range"),
    (["forecast", "--days", "367"], "days_out_of_range"),
    (["forecast", "--days", "三十"], "usage"),
    (["forecast", "--unit", "月球管理局"], "unit_unknown"),
    (["forecast", "--unit", "督" * 65], "text_too_long"),
]


@pytest.mark.parametrize(("words", "code"), REFUSALS)
def test_a_refusal_has_its_code_and_writes_nothing(duban, office, tmp_path, words, code):
    a_case(office)
    (tmp_path / "空.json").write_text("{}", encoding="utf-8")
    before = row_counts(office)
    answer = duban(*words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
    assert row_counts(office) == before


def test_a_forecast_is_told_by_day_and_by_unit(duban, ask, office):
    a_case(office)
    told = duban("forecast", "--at", "2026-07-01").out
    assert "2026-07-23" in told and "若“提醒”于7月23日送达" in told and "市城市管理局" in told
    found = ask("forecast", "--at", "2026-07-01", "--days", "20")
    assert [one["step"] for one in found["steps"]] == ["due_soon"]
    assert (found["since"], found["until"]) == ("2026-07-01", "2026-07-20")


def test_a_forecast_without_anything_ahead_says_so(duban):
    assert "没有事项达到" in duban("forecast").out
