"""《期限计算说明》: what a date rests on, told so that a person can check it."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.facts import INTERNAL_FORMS
from notifications.fonts import FontSet
from notifications.inspection import examine
from notifications.plain import as_html, as_text
from notifications.reckoning import reckoning
from notifications.stationery import load_form, load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from states.calendar import SHANGHAI, DayKind, WorkCalendar
from states.clocks import Clock, Pause
from states.deadlines import RULES, Limit
from states.deadlines.ledger import ledger
from states.vocabulary import ClockName, LimitUnit
from tests.notifications.matter import FACTS
from tests.notifications.ruler import lines, pages, red_rules
from tests.notifications.test_typesetting import ISSUED_AT

NOTICE = "国务院办公厅关于2026年部分节假日安排的通知"
CALENDAR = WorkCalendar(
    "2026版",
    frozenset({2026}),
    {date(2026, 9, 20): DayKind.MAKE_UP, date(2026, 9, 25): DayKind.REST},
    {date(2026, 9, 20): "调休上班", date(2026, 9, 25): "中秋节"},
    {date(2026, 9, 20): NOTICE, date(2026, 9, 25): NOTICE},
)
CIVIL = RULES["cn-civil-code"]
BEGUN = datetime(2026, 9, 14, 9, tzinfo=SHANGHAI)
PAUSE = Pause(BEGUN.replace(day=16), BEGUN.replace(day=18, minute=30), "suspended")
SAMPLES = Path(__file__).parent / "samples"


def a_clock(**changes: Any) -> Clock:
    """Ten working days, two of them stood still."""
    limit = Limit(LimitUnit.WORKING_DAYS, 10)
    clock = Clock(
        ClockName.HANDLE, 1, BEGUN, limit, False, CIVIL.name, None, date(2026, 9, 14), pauses=(PAUSE,)
    )
    return replace(clock, **changes)


def told(clock: Clock, awaits: str | None = None) -> dict[str, Any]:
    """The facts of the form for a clock."""
    deadline = clock.counted(CALENDAR, CIVIL)
    days = ledger(clock.started_at, deadline, CALENDAR, CIVIL)
    rule = {"title": CIVIL.title, "basis": "民法典第二百零一条、第二百零三条"}
    causes = {"suspended": "挂起"}
    facts = reckoning(
        clock.due_by(deadline), deadline, CALENDAR, days, rule=rule, causes=causes, awaits=awaits
    )
    return {**FACTS["reminder"], "reckoning": facts}


def written(clock: Clock, awaits: str | None = None) -> str:
    return as_text(compose(load_form("deadline"), told(clock, awaits)))


def test_the_form_is_worded_as_its_stored_sample() -> None:
    assert written(a_clock()) == (SAMPLES / "deadline.txt").read_text(encoding="utf-8")


def test_a_date_that_waits_for_a_notice_is_called_tentative() -> None:
    clock = a_clock(started_at=BEGUN.replace(month=12, day=24), pauses=())
    text = written(clock, "2027年节假日安排公布")
    assert "按暂定日历计算，暂定于2027年1月7日24时届满，待2027年节假日安排公布后确定。" in text
    assert "2026-12-31  四    工作日  计入 " in text
    assert "2027-01-04  一    工作日  计入（暂定）" in text


def test_a_date_somebody_set_says_so_and_names_its_rest_day() -> None:
    clock = a_clock(limit=None, stated_on=date(2026, 9, 26), pauses=())
    assert (
        "办结期限为指定的日期2026年9月26日，自2026年9月14日起执行；该日为休息日（周末），不顺延。"
        in written(clock)
    )


def test_a_date_somebody_set_that_moved_past_a_pause_says_both() -> None:
    text = written(a_clock(limit=None, stated_on=date(2026, 9, 23)))
    assert "指定的日期2026年9月23日，扣除暂停计时的工作日后顺延至2026年9月28日，" in text


def test_a_term_in_hours_is_told_to_the_minute() -> None:
    text = written(a_clock(limit=Limit(LimitUnit.HOURS, 30), pauses=()))
    assert "办结期限为30小时，自2026年9月14日9时起算，于2026年9月15日15时届满。" in text


def test_a_clock_that_stands_still_or_was_stopped_says_so() -> None:
    standing = written(a_clock(pauses=(replace(PAUSE, end=None),)))
    assert (
        "2026年9月16日9时起，因挂起暂停计时，尚未恢复；届满时间和逐日计算未扣除这次暂停，恢复后相应顺延。"
        in standing
    )
    assert "已于2026年9月21日9时停止计时。" in written(a_clock(stopped_at=BEGUN.replace(day=21)))


def test_more_days_than_a_paper_can_list_are_counted_and_not_listed() -> None:
    text = written(a_clock(limit=Limit(LimitUnit.DAYS, 600), pauses=()))
    assert "共603日：起算日1日不计，计入600日，末日顺延2日。天数较多，不逐日列示。" in text
    assert "附件" not in text


def test_the_form_has_neither_number_nor_red_head_and_numbers_every_page(fonts: FontSet) -> None:
    paper = compose(load_form("deadline"), told(a_clock()))
    printed = typeset(paper, fonts, issued_at=ISSUED_AT)
    assert examine(printed, paper).faults == ()
    assert (paper.number, paper.mark, paper.seal) == (None, None, "none")
    for place, page in enumerate(pages(printed), start=1):
        assert not red_rules(page)
        assert [line.text for line in lines(page) if line.size == 14] == ["—", str(place), "—"]
    assert 'class="mark"' not in as_html(paper)


@pytest.mark.parametrize("kind", INTERNAL_FORMS)
def test_an_internal_form_is_no_stationery_to_issue_or_mail(kind: str) -> None:
    with pytest.raises(NoticeUnrenderable) as refusal:
        load_stationery(kind)
    assert refusal.value.code == "kind_unknown"


def test_an_office_s_own_form_is_checked_when_it_is_loaded(tmp_path: Path) -> None:
    notices = tmp_path / "notices"
    notices.mkdir()
    (notices / "deadline.txt.j2").write_text("{{ reckoning.due }}{{ reconing.due }}", encoding="utf-8")
    with pytest.raises(NoticeUnrenderable, match=r"不存在的事实：reconing"):
        load_form("deadline", tmp_path)


def test_what_only_forms_know_is_unknown_to_other_papers(tmp_path: Path) -> None:
    notices = tmp_path / "notices"
    notices.mkdir()
    (notices / "reminder.txt.j2").write_text("{{ reckoning.due }}", encoding="utf-8")
    with pytest.raises(NoticeUnrenderable, match=r"不存在的事实：reckoning"):
        load_stationery("reminder", tmp_path)
