"""No formal paper gives a date as certain that rests on a year whose holidays are not announced."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from notifications.plain import as_text
from notifications.stationery import load_stationery
from notifications.substitution import render
from notifications.wording import compose
from states.deadlines import Limit
from states.vocabulary import LimitUnit
from tests.builders import (
    DIRECTOR,
    LEAD,
    OFFICER,
    UNIT_HEAD,
    a_case,
    asking,
    at,
    give,
    papers,
    rows,
    signed,
    sweep_on,
)
from tests.notifications.matter import FACTS
from workflow.services.calendars import load
from workflow.storage.models import Document

BEGUN = at(2026, 12, 21)
"""A Monday. Fifteen working days end on 2027-01-12, if only New Year's Day is a holiday."""

SAMPLES = Path(__file__).parents[1] / "notifications" / "samples"
TERM = "自2026年12月21日起15个工作日内（具体截止日期待2027年节假日安排公布后确定）"
TENTATIVE = "2027年1月12日"
NEW_YEAR = "日期,名称,类型\n2027-01-01,元旦,放假\n"


def worded(office, kind):
    """The newest paper of a kind as it reads, with its mail in both forms."""
    facts, wording = papers(office, kind)[-1], load_stationery(kind)
    told = {**facts, "recipient_name": "盛宁远", "copy_code": "5F2C"}
    mails = [render(source, told, medium="text") for source in (wording.text, wording.html)]
    return as_text(compose(wording, facts)), mails


@pytest.fixture
def tentative(office):
    """A case handed out for fifteen working days that end in a year nobody has announced."""
    return a_case(office, when=BEGUN)


def test_an_assignment_promises_the_term_and_not_the_date(office, tentative):
    paper, mails = worded(office, "assignment")
    assert f"请{TERM}办结，并书面报告办理结果。" in paper
    assert "2027年1月" not in paper
    assert all(f"办理时限：{TENTATIVE}（暂定）" in mail for mail in mails)


def test_a_notice_before_the_date_counts_by_the_tentative_calendar(office, tentative):
    sweep_on(office, at(2027, 1, 8))
    paper, mails = worded(office, "due_soon")
    assert f"办结时限为{TERM}，按暂定日历计算，距到期还有2个工作日（4天）。" in paper
    assert TENTATIVE not in paper
    assert all(f"办结时限：{TENTATIVE}（暂定）" in mail for mail in mails)
    assert all("按暂定日历计算即将到期，还有2个工作日" in mail for mail in mails)


def test_a_reminder_calls_nobody_late_but_by_the_tentative_calendar(office, tentative):
    sweep_on(office, at(2027, 1, 20))
    paper, mails = worded(office, "reminder")
    assert f"该事项应{TERM}办结，截至2027年1月20日，按暂定日历计算已逾期6个工作日（8天），尚未办结。" in paper
    assert TENTATIVE not in paper
    assert all(f"办结时限：{TENTATIVE}（暂定）" in mail for mail in mails)
    assert all("按暂定日历计算已逾期6个工作日" in mail for mail in mails)


def test_an_inquiry_holds_the_term_against_the_unit_and_not_the_date(office, tentative):
    facts = {**papers(office, "assignment")[0], "late": {"working_days": 11, "days": 15}, "prior": []}
    paper = as_text(compose(load_stationery("inquiry"), {**facts, "date": "2027-01-27"}))
    assert f"应{TERM}办结，截至2027年1月27日，按暂定日历计算已逾期11个工作日（15天）。" in paper


def test_a_date_somebody_set_is_exact_in_any_year(office):
    case = a_case(office, when=BEGUN, due_on=date(2027, 1, 15))
    assert case.facts.provisional
    paper, mails = worded(office, "assignment")
    assert "请于2027年1月15日前办结，" in paper
    assert all("办理时限：2027年1月15日" in mail and "暂定" not in mail for mail in mails)


def test_a_plan_s_date_is_tentative_like_any_other(office):
    case = a_case(office, "assigned", when=BEGUN, complexity="very_complex", limit=None)
    assert case.facts.due_for_plan
    paper, _ = worded(office, "assignment")
    assert "请自2026年12月21日起1个月内（具体截止日期待2027年节假日安排公布后确定）办结" in paper


def test_the_date_is_given_once_the_year_is_announced(office, tmp_path):
    notice = tmp_path / "2027.csv"
    notice.write_text(NEW_YEAR, encoding="utf-8")
    load(office, notice, by=signed(OFFICER, BEGUN), at=BEGUN)
    a_case(office, when=BEGUN)
    paper, mails = worded(office, "assignment")
    assert f"请于{TENTATIVE}前办结，" in paper
    assert "暂定" not in "".join((paper, *mails))


def test_a_year_announced_since_leaves_the_date_to_be_counted_again(office, tentative, tmp_path):
    notice = tmp_path / "2027.csv"
    notice.write_text(NEW_YEAR, encoding="utf-8")
    load(office, notice, by=signed(OFFICER, BEGUN), at=BEGUN)
    sweep_on(office, at(2027, 1, 8))
    paper, _ = worded(office, "due_soon")
    assert "15个工作日内（具体截止日期待按已公布的节假日安排重新计算后确定）" in paper


def test_a_reply_date_in_an_unannounced_year_is_told_by_its_days(office):
    a_case(office, when=at(2026, 12, 1), limit=Limit(LimitUnit.WORKING_DAYS, 18))
    sweep_on(office, at(2026, 12, 28))
    (reminder,) = papers(office, "reminder")
    assert (reminder["case"]["due_on"], reminder["reply_by"]) == ("2026-12-25", None)
    paper, mails = worded(office, "reminder")
    assert "请自收到本函之日起5个工作日内将滞后原因" in paper
    assert all("按附件要求书面反馈" in mail for mail in mails)


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        (BEGUN, "（原定自2026年12月21日起15个工作日内，经批准已作调整）"),
        (at(2026, 12, 1), "（原定2026年12月22日，经批准已作调整）"),
    ],
    ids=["tentative", "certain"],
)
def test_an_original_date_that_was_tentative_is_told_by_its_term(office, begun: datetime, said: str) -> None:
    case = asking(office, a_case(office, when=begun), begun, date(2027, 2, 26))
    give(office, case, "grant_extension", DIRECTOR, begun)
    sweep_on(office, at(2027, 2, 24))
    paper, _ = worded(office, "due_soon")
    assert f"办结时限为2027年2月26日{said}，距到期还有" in paper


def test_a_matter_handed_back_and_out_again_without_a_date_has_no_term(office):
    case = a_case(office, "assigned", when=BEGUN)
    give(office, case, "object", UNIT_HEAD, BEGUN, reason="不属于本单位职责")
    give(office, case, "assign", DIRECTOR, BEGUN, lead_unit=LEAD, open_ended=True, cadence="每月")
    paper, _ = worded(office, "assignment")
    assert "本事项须长期坚持，请每月书面报告一次进展情况。" in paper


def test_the_frozen_facts_say_which_date_they_withhold(office, tentative):
    (row,) = rows(office, Document)
    matter = json.loads(row.facts)["case"]
    assert (matter["due_on"], matter["due_within"], matter["tentative_due_on"]) == (None, TERM, "2027-01-12")


@pytest.mark.parametrize("kind", ["assignment", "due_soon", "reminder", "inquiry"])
def test_facts_frozen_before_there_were_terms_are_worded_as_they_were(kind):
    assert "due_within" not in FACTS[kind]["case"]
    text = as_text(compose(load_stationery(kind), FACTS[kind]))
    assert text == (SAMPLES / f"{kind}.txt").read_text(encoding="utf-8")
