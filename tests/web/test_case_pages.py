"""The register and a case's page: what each sees of them, and acting by form."""

import re

from tests.builders import LIAISON, OFFICER, OPENED, TITLE, a_case, at, late_cases, signed, stored
from workflow.services import cases
from workflow.services.register import show


def test_a_stranger_is_sent_to_sign_in_and_back(pages):
    answer = pages.stranger().get("/cases?state=draft")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fcases%3Fstate%3Ddraft"


def test_an_officer_sees_the_register_and_a_case_with_its_history(office, pages):
    case = a_case(office, "handling")
    him = pages.signed_in(OFFICER)
    assert case.number in him.sees("/cases")
    shown = him.sees(f"/cases/{case.number}")
    assert TITLE in shown and "交办" in shown and "办理方案" in shown


def test_a_command_is_given_by_its_form_and_stands_in_the_history(office, pages):
    case = a_case(office, "assigned")
    him = pages.signed_in(LIAISON)
    answer = him.sends(f"/cases/{case.number}/acts/acknowledge")
    assert answer.status_code == 303, answer.text
    assert stored(office, case).facts.state == "registered"
    assert "已办理：签收" in him.sees(answer.headers["location"])


def test_what_is_still_missing_is_told_line_by_line(office, pages):
    case = a_case(office, "verifying")
    path = f"/cases/{case.number}/acts/return_for_rework"
    missing = "三号路口6盏未亮\r\n\r\n验收单无签字"
    answer = pages.signed_in(OFFICER).sends(path, reason="抽查不合格", missing=missing)
    told = show(office, case.number, today=OPENED)["still_missing"]
    assert told == ["抽查不合格", "三号路口6盏未亮", "验收单无签字"]
    assert "三号路口6盏未亮；验收单无签字" in pages.signed_in(LIAISON).sees(answer.headers["location"])


def test_what_lies_ahead_is_told_with_its_step(office, pages):
    case = a_case(office, "handling")
    shown = pages.signed_in(OFFICER).sees(f"/cases/{case.number}")
    assert "提醒：2026年7月23日，致市城市管理局；" in shown


def test_a_matter_taken_over_says_what_its_old_register_had_behind_it(office, pages):
    (case,) = late_cases(office, 1)
    shown = pages.signed_in(OFFICER).sees(f"/cases/{case.number}")
    told = dict(re.findall(r"<li class=\"\w+\"[^>]*><b>(\w+)</b> <span>([^<]+)</span>", shown))
    assert told["拟办"] == told["台账"] == "原台账已过" and told["销号"] == told["归档"] == "未到"


def test_a_matter_that_ended_says_how_in_words(office, pages):
    case = a_case(office, "closed")
    shown = pages.signed_in(OFFICER).sees(f"/cases/{case.number}")
    assert "<dt>办结情况</dt><dd>按期办结</dd>" in shown


def test_an_entry_made_later_says_when_it_was_written_and_one_made_before_its_time_too(office, pages):
    case, later = a_case(office, "handling"), at(2026, 7, 3)
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}"
    assert "补录于" not in him.sees(path)
    cases.perform(
        office, case.number, "report_progress", by=signed(LIAISON, later), at=OPENED, progress="已修复一百盏"
    )
    told = r"2026年7月1日</h3>(?:(?!</li>).)*>09:00</time>(?:(?!</li>).)*补录于<time[^>]*>2026-07-03 09:00<"
    assert re.search(told, him.sees(path), re.S)
    ahead = {"by": signed(OFFICER), "at": at(2026, 7, 6), "cadence": "week", "reason": "演练"}
    cases.perform(office, case.number, "set_cadence", **ahead)
    assert "预先记于" in pages.signed_in(OFFICER).sees(path)
