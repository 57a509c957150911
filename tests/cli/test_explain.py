"""A date explained at the command line: by a small calendar for people, day by day for programs."""

import json
from datetime import date

import pytest

from tests.builders import LIAISON, a_case, asking, at, give, suspended

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def paused(office):
    """Fifteen working days from 2026-09-18, set aside from the 22nd to the 24th."""
    case = a_case(office, "handling", at(2026, 9, 18))
    suspended(office, case, at(2026, 9, 22), date(2026, 9, 28))
    return give(office, case, "resume", "卞知远", at(2026, 9, 24), reason="改造完成")


def test_a_person_sees_which_days_counted_and_by_which_notice(duban, paused):
    told = duban("explain", paused.number, "--at", "2026-09-29").out
    assert "办结期限 2026-10-19　15个工作日，自2026-09-18起" in told
    assert "18起19休20班" in told
    assert "21✓ 22停23停24✓ 25休26休27休" in told
    assert "第二百零三条（法定休假日顺延" in told
    assert "2026-09-25　不计：中秋节" in told and "国务院办公厅关于2026年部分节假日安排的通知" in told
    assert "停计　2026-09-22 09:00至2026-09-24 09:00（挂起）" in told


def test_a_program_gets_every_day_with_its_reason(ask, paused):
    clocks = {one["clock"]: one for one in ask("explain", paused.number, "--at", "2026-09-29")["clocks"]}
    handle = clocks["handle"]
    assert (handle["due_on"], handle["ledger"][-1]["date"], handle["ledger"][-1]["number"]) == (
        "2026-10-19",
        "2026-10-19",
        15,
    )
    assert handle["standing"]["run"] == {"days": 9, "working_days": 5}
    assert handle["standing"]["paused"] == {"days": 2, "working_days": 2}
    assert handle["rule"]["basis"].startswith("民法典")


def test_the_date_before_an_extension_is_still_told(duban, office):
    case = a_case(office)
    asking(office, case, at(2026, 7, 15), date(2026, 8, 7))
    give(office, case, "grant_extension", "卞知远", at(2026, 7, 16))
    told = duban("explain", case.number, "--at", "2026-07-17").out
    assert "办结期限 2026-08-07　指定日期" in told
    assert "原期限　办结期限 2026-07-22" in told


def test_a_task_s_former_date_does_not_run_into_its_number(duban, office):
    case = a_case(office)
    task = {"unit": "市水务局", "task_title": "抢修灯杆120处", "due_on": date(2026, 7, 16)}
    give(office, case, "add_task", LIAISON, at(2026, 7, 6), **task)
    give(office, case, "extend_task", LIAISON, at(2026, 7, 8), task=1, due_on=date(2026, 7, 20), reason="雨")
    told = duban("explain", case.number, "--at", "2026-07-17").out
    assert "原期限　协办任务1期限 2026-07-16" in told


def test_a_provisional_date_says_so(duban, office):
    case = a_case(office, "assigned", at(2026, 12, 21))
    told = duban("explain", case.number, "--at", "2026-12-22").out
    assert "2027-01-12（暂定）" in told and "节假日安排尚未公布" in told


def test_a_matter_due_by_the_hour_is_late_the_minute_after(duban, ask, office):
    matter = ["--title", "管道爆裂", "--source", "热线", "--requirement", "恢复供水", "--as", "吕喆"]
    duban("case", "open", *matter, "--at", "2026-09-18T15:00")
    order = ["--lead", "市水务局", "--limit", "6wh", "--as", "卞知远", "--at", "2026-09-18T16:00"]
    done = ask("case", "assign", "滨督2026-001", *order)
    assert done["due"] == "2026-09-20"
    seen = [ask("explain", "滨督2026-001", "--at", f"2026-09-20T{hour}") for hour in ("14:00", "14:01")]
    at_two, later = (one["case"] for one in seen)
    assert (at_two["overdue"], later["overdue"], later["light"]) == (False, True, "red")


def test_a_command_tells_the_dates_it_moved_and_what_to_mind(duban, office):
    case = a_case(office)
    asking(office, case, at(2026, 7, 15), date(2026, 10, 3))
    granted = duban("case", "grant-extension", case.number, "--as", "卞知远", "--at", "2026-07-16")
    assert "办结期限由2026-07-22改为2026-10-03" in granted.out
    assert "国庆节" in granted.err and "不顺延" in granted.err
    assert LIAISON not in granted.err


def test_a_calendar_is_loaded_weighed_and_accepted_by_commands(ask, duban, office, tmp_path):
    case = a_case(office)
    notice = {"papers": ["停工令"], "days": [{"name": "台风停工", "date": "2026-07-13", "isOffDay": True}]}
    (tmp_path / "台风.json").write_text(json.dumps(notice), encoding="utf-8")
    loaded = ask("calendar", "import", tmp_path / "台风.json", "--as", "吕喆")
    assert [(one["case"], one["old"], one["new"]) for one in loaded["impact"]] == [
        (case.number, "2026-07-22", "2026-07-23")
    ]
    assert duban("calendar", "accept", "--as", "吕喆", "--json").json["code"] == "number_missing"
    settled = ask("calendar", "accept", "--all", "--as", "吕喆")
    assert settled["done"][0]["due"]["handle"] == "2026-07-23"
    assert ask("calendar", "impact") == {"impact": []}
    assert ask("verify")["verdict"] == "clean"


def test_a_policy_is_changed_for_open_cases_only_with_apply(ask, office, environment, monkeypatch, tmp_path):
    duban_case = a_case(office, "assigned")
    default = ask("policy", "list")["policies"][0]["digest"]
    planned = ask("policy", "retarget", "--to", default[:12], "--reason", "修订", "--as", "卞知远")
    assert planned == {"plan": []}
    refused = ask("policy", "retarget", duban_case.number, "--reason", "修订", "--as", "卞知远")["plan"]
    assert refused[0]["refused"]["code"] == "policy_unchanged"


def test_a_person_reads_what_comes_next_to_whom_and_what_would_change_it(duban, office):
    case = a_case(office)
    told = duban("explain", case.number, "--at", "2026-07-28").out
    assert "本级 提醒：已达到（2026年7月23日），待巡查" in told
    assert "下一步 函询：待“提醒”送达满5个工作日（若“提醒”于7月28日送达" in told
    assert "致市城市管理局主要负责人（由组织部门承办人颜秉文、童晓棠当面送达）" in told
    assert "若报结、挂起：计时停止，督办阶梯暂停" in told
    assert "现状　办结期限2026年7月22日，已逾期4个工作日" in told
