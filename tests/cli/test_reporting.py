"""`duban case report-progress` with what belongs to it, and `duban burden`, as people read them."""

import pytest

from tests.builders import (
    LEAD,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    at,
    signed,
    under_policy,
)
from workflow.services.installation import install

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

SIXTH, SEVENTH = ("--at", "2026-07-06"), ("--at", "2026-07-07")
BY_LIAISON = ("--as", LIAISON)


@pytest.fixture
def number(office):
    return a_case(office, cadence="每周").number


@pytest.fixture
def cosigning(office, tmp_path, monkeypatch):
    own = under_policy(office, tmp_path, "cosign = false", "cosign = true")
    install(own, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    return a_case(office, cadence="每周").number


def report(duban, number, *words):
    return duban("case", "report-progress", number, *words, *BY_LIAISON, *SIXTH, "--json")


def test_a_report_is_given_with_all_it_may_say_and_shown(duban, ask, office, number):
    said = ("--progress", "已修复120盏", "--difficulty", "缺灯具", "--completion-rate", "40%")
    later = ("--hard-to-meet", "--expected-on", "2026-08-05", "--evidence", a_paper_of_proof(office))
    assert report(duban, number, *said, *later).code == 0
    told = ask("case", "show", number)["feedback"]
    assert {**told, "overdue": None} == {
        "cadence": "每周", "by_category": False, "next_on": "2026-07-13", "overdue": None,
        "last_on": "2026-07-06", "waits_for_signature": False, "waiting_rate": None,
        "reported_by": None, "reported_by_name": None,
        "hard_to_meet": True, "expected_on": "2026-08-05",
    }  # fmt: skip
    out = duban("case", "show", number).out
    assert "反馈：每周，下次2026-07-13前" in out and "上次2026-07-06" in out
    assert "难以按期：预计2026-08-05完成" in out
    assert ask("case", "list", "--light", "red")["cases"][0]["number"] == number


def test_the_last_report_is_a_start_for_the_next(duban, ask, number):
    report(duban, number, "--progress", "已修复120盏", "--completion-rate", "40")
    again = report(duban, number, "--as-before", "--completion-rate", "30")
    assert again.json["warnings"] == ["完成率由40%降为30%，请核对；确有回落的，请在进展情况中说明原因。"]
    assert ask("case", "show", number)["case"]["progress"] == "已修复120盏"


def test_a_waiting_report_is_seen_signed_and_sent_back(duban, ask, cosigning):
    report(duban, cosigning, "--progress", "已修复120盏")
    assert (
        f"反馈待会签：{LIAISON}2026-07-06所报，待单位主要负责人会签" in duban("case", "show", cosigning).out
    )
    back = ("case", "send-back-progress", cosigning, "--reason", "数字不符", "--as", UNIT_HEAD, *SEVENTH)
    assert ask(*back)["command"] == "send_back_progress"
    report(duban, cosigning, "--progress", "已修复118盏")
    assert ask("case", "cosign-progress", cosigning, "--as", UNIT_HEAD, *SEVENTH)["case"] == cosigning
    assert "会签" not in duban("case", "show", cosigning).out
    assert "反馈进展（待会签）" in duban("case", "history", cosigning).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "progress_missing"),
        (["--as-before"], "no_earlier_report"),
        (["--progress", "好", "--completion-rate", "101"], "rate_invalid"),
        (["--progress", "好", "--hard-to-meet"], "expected_on_missing"),
        (["--progress", "好", "--expected-on", "2026-08-05"], "expected_without_reason"),
        (["--progress", "好", "--hard-to-meet", "--expected-on", "2026-07-05"], "date_in_the_past"),
        (["--progress", "好", "--hard-to-meet", "--expected-on", "2026-07-22"], "expected_in_time"),
    ],
)
def test_a_report_that_cannot_be_is_refused_by_name(duban, number, words, code):
    refused = report(duban, number, *words)
    assert (refused.code, refused.json["code"]) == (1, code)
    assert code != "progress_missing" or "--as-before" in refused.json["message"]


def test_how_often_a_matter_reports_is_set_and_refused_by_name(duban, ask, number):
    set_ = ("case", "set-cadence", number, "--reason", "减负", "--as", OFFICER, *SIXTH, "--cadence")
    assert duban(*set_, "每半年", "--json").json["facts"]["known"] == [
        "day", "week", "month", "quarter", "none",
    ]  # fmt: skip
    assert duban(*set_, "week", "--json").json["code"] == "cadence_unchanged"
    assert ask(*set_, "month")["case"] == number
    assert ask("case", "show", number)["feedback"]["cadence"] == "每月"


def test_the_burden_of_every_unit_is_printed_worst_first(duban, ask, office, number):
    a_case(office, lead_unit="市水务局", state="assigned", cadence="每日")
    report(duban, number, "--progress", "已修复120盏")
    at_ten = ("--at", "2026-07-10")
    document = ask("burden", *at_ten)
    assert (document["as_of"], document["cap"]) == ("2026-07-10", None)
    assert [one["name"] for one in document["units"]] == ["市水务局", LEAD]
    assert document["units"][1] == {
        "unit": "BH212", "name": LEAD, "matters": 1, "terms": {"每周": 1}, "asked_a_month": "4.3",
        "given_last_30_days": 1, "cap": None, "over_cap": False,
    }  # fmt: skip
    out = duban("burden", "--unit", LEAD, *at_ten).out
    assert "1项（每周1）" in out and "4.3次" in out and "市水务局" not in out and "不设上限" in out
    assert "reports_per_unit_month" in out
    assert duban("burden", "--unit", "火星局", "--json").json["code"] == "unit_unknown"
