"""What an audit report lists beside departures: dates, rungs passed over, lateness, what was never sent."""

from datetime import date

import pytest

from tests.auditing import listed, report_of
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    a_draft,
    a_paper_of_proof,
    a_receipt,
    at,
    climb,
    give,
    late_cases,
    on_escalation,
    signed,
    sweep_on,
)
from tests.postbox import open_postbox
from tests.services.test_delivery import send
from workflow.services import cases

ORDER = {"lead_unit": "市城市管理局", "complexity": "ordinary"}
HE = "卞知远（R010）"


def entered(office, case, command, by, *, happened, recorded, **details):
    """A command that is entered on another day than it happened on."""
    given = {"by": signed(by, recorded), "at": happened, **details}
    return cases.perform(office, case.number, command, **given)


def commented(office, case, happened, recorded, text="补记"):
    return entered(office, case, "comment", OFFICER, happened=happened, recorded=recorded, text=text)


def test_what_is_entered_late_is_listed_with_the_days_between(office):
    case = a_case(office)
    commented(office, case, at(2026, 7, 3, 17), at(2026, 7, 6, 8))
    (found,) = listed(office, "dating")
    assert (found["kind"], found["stated_on"], found["recorded_at"]) == (
        "补录",
        "2026-07-03",
        "2026-07-06 08:00",
    )
    assert (found["days"], found["what"], found["actor"]) == (3, "发生时间", "吕喆（R011）")
    assert found["reason"] == "未记理由"


def test_hours_within_one_office_day_are_ordinary(office):
    case = a_case(office)
    commented(office, case, at(2026, 7, 3, 0, 1), at(2026, 7, 3, 23, 59))
    assert listed(office, "dating") == []
    commented(office, case, at(2026, 7, 3, 23, 59), at(2026, 7, 4, 0, 1))
    assert [row["days"] for row in listed(office, "dating")] == [1]


def test_what_is_stated_ahead_is_told_apart(office):
    case = a_case(office)
    then, ahead = at(2026, 7, 8), at(2026, 7, 10)
    entered(office, case, "withdraw", DIRECTOR, happened=ahead, recorded=then, reason="演练")
    (found,) = listed(office, "dating")
    assert (found["kind"], found["days"], found["reason"]) == ("预记", 2, "演练")


def test_a_service_stated_for_an_earlier_day_is_back_dated_too(office):
    a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    sweep_on(office, at(2026, 8, 3))
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 8, 3), question="为何逾期")
    proof = {"evidence": a_receipt(office), "served_on": date(2026, 8, 4)}
    on_escalation(office, "inquiry", "serve", OFFICER, at(2026, 8, 6), **proof)
    (found,) = listed(office, "dating")
    assert (found["act"], found["what"], found["days"]) == ("督办文书送达", "送达日期", 2)


def test_rungs_that_were_passed_over_are_named_with_the_reason(office):
    (case,) = late_cases(office, 1)
    sweep_on(office, at(2026, 8, 20))
    (found,) = listed(office, "passed_over")
    assert (found["case"], found["step"], found["kind"]) == (case.number, "提醒", "越级")
    assert (found["passed_over"], found["unit"]) == ("期限提示", "市城市管理局")
    assert "此前未发期限提示" in found["reason"] and found["reached_on"] == "2026-07-23"


def test_a_proposal_taken_back_by_what_became_of_its_matter_is_named_with_why(office):
    case = a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    sweep_on(office, at(2026, 8, 3))
    give(office, case, "withdraw", DIRECTOR, at(2026, 8, 4), reason="并入他事")
    (found,) = listed(office, "passed_over", kind="提请后随事项变动撤回")
    assert (found["step"], found["passed_over"], found["reason"]) == ("函询", "函询", "因撤销")
    assert report_of(office).counts["deviations"] == 0


def test_a_receipt_after_its_limit_is_late_by_working_days_and_has_no_reason(office):
    """Handed out on a Wednesday with one working day; signed for on the Monday."""
    case = give(office, a_draft(office), "assign", DIRECTOR, **ORDER)
    give(office, case, "acknowledge", LIAISON, at(2026, 7, 6))
    (found,) = listed(office, "late", kind="签收")
    assert (found["due_on"], found["came_on"]) == ("2026-07-02", "2026-07-06")
    assert (found["days"], found["working_days"]) == (4, 2)
    assert (found["unit"], found["actor"]) == ("市城市管理局", "盛宁远（BH212-L）")
    assert (found["reason"], found["accepted_by"]) == ("未记理由", "")


def test_a_receipt_on_its_last_day_is_not_late(office):
    case = give(office, a_draft(office), "assign", DIRECTOR, **ORDER)
    give(office, case, "acknowledge", LIAISON, at(2026, 7, 2, 23, 59))
    assert listed(office, "late", kind="签收") == []


def reported(office, case, when):
    proof = [a_paper_of_proof(office)]
    return give(office, case, "report_completion", LIAISON, when, result="全部复亮", evidence=proof)


def test_a_late_completion_with_what_the_unit_said_and_who_struck_it_off(office):
    case = a_case(office)
    said = {"progress": "已复亮200盏", "hard_to_meet": True, "expected_on": date(2026, 7, 30)}
    give(office, case, "report_progress", LIAISON, at(2026, 7, 20), difficulty="灯具缺货", **said)
    reported(office, case, at(2026, 7, 24))
    proof = {"verification": "抽查均亮", "evidence": [a_paper_of_proof(office)]}
    give(office, case, "close_out", DIRECTOR, at(2026, 7, 27), **proof)
    (found,) = listed(office, "late")
    assert (found["kind"], found["due_on"], found["working_days"]) == ("办结", "2026-07-22", 2)
    assert found["reason"] == "曾报难以按期，预计2026-07-30完成：灯具缺货"
    assert found["accepted_by"] == f"销号：{HE}"


def test_what_is_still_owed_at_the_end_is_listed_without_an_entry(office):
    case = a_case(office)
    (found,) = listed(office, "late", (date(2026, 8, 1), date(2026, 8, 31)))
    assert (found["case"], found["seq"], found["came_on"]) == (case.number, "", "期末未办")
    assert (found["kind"], found["days"]) == ("办结", 40)
    assert listed(office, "late", (date(2026, 7, 1), date(2026, 7, 22))) == []


def test_a_period_that_is_not_over_is_told_as_of_today(office):
    a_case(office)
    ends_later = date(2026, 7, 1), date(2027, 6, 30)
    made = report_of(office, ends_later, when=at(2026, 7, 24, 12))
    assert [row["days"] for row in made.sections["late"]] == [2]


def test_a_matter_set_aside_owes_nothing_meanwhile(office):
    case = a_case(office)
    proof = [a_paper_of_proof(office)]
    order = {"reason": "道路改造", "review_on": date(2026, 8, 3), "evidence": proof}
    give(office, case, "suspend", DIRECTOR, at(2026, 7, 20), **order)
    assert listed(office, "late") == []


@pytest.fixture
def inquired(office):
    """A matter whose unit was asked in writing, and has until the 26th of August."""
    case = a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    sweep_on(office, at(2026, 8, 3))
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 8, 3), question="为何逾期")
    on_escalation(office, "inquiry", "serve", OFFICER, at(2026, 8, 5), evidence=a_receipt(office))
    return case


def test_a_late_reply_with_who_accepted_it(office, inquired):
    sweep_on(office, at(2026, 8, 27))
    on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 28), reply="设备到货推迟")
    on_escalation(office, "inquiry", "accept", OFFICER, at(2026, 8, 31))
    (found,) = listed(office, "late", kind="函询回复")
    assert (found["due_on"], found["came_on"], found["working_days"]) == ("2026-08-26", "2026-08-28", 2)
    assert found["accepted_by"] == "认定回复符合要求：吕喆（R011）"
    assert report_of(office).counts["deviations"] == 0


def test_a_reply_that_never_came_is_owed_at_the_end(office, inquired):
    sweep_on(office, at(2026, 8, 27))
    owed = listed(office, "late", (date(2026, 8, 1), date(2026, 8, 31)), came_on="期末未办")
    assert {row["kind"] for row in owed} >= {"函询回复", "办结"}


@pytest.mark.mail
def test_a_mail_that_was_given_up_is_listed_with_the_relay_s_answer(office):
    case = a_case(office, "assigned")
    with open_postbox(office, "550 5.1.1 no such user") as (home, _):
        send(home)
    (found,) = listed(office, "undelivered", case=case.number)
    assert found["act"] == "邮件被拒收" and "550" in found["what"]
