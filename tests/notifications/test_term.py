"""A limit told by its term: what is certain of a date that rests on an unannounced year."""

from datetime import UTC, date, datetime

import pytest

from notifications.term import awaited, awaiting, is_tentative, within
from states.calendar import SHANGHAI, WorkCalendar
from states.clocks import Clock, Pause
from states.deadlines import RULES, CountingRule, Limit
from states.vocabulary import ClockName, LimitUnit

CALENDAR = WorkCalendar("2026版", frozenset({2025, 2026}))
COMPLETE = WorkCalendar("2027版", frozenset({2025, 2026, 2027}))
CIVIL = RULES["cn-civil-code"]
BEGUN = datetime(2026, 12, 21, 17, 30, tzinfo=SHANGHAI)
WEEKS = Limit(LimitUnit.WORKING_DAYS, 15)


def a_clock(
    limit: Limit | None = WEEKS, *, provisional: bool = True, pauses: tuple[Pause, ...] = ()
) -> Clock:
    due = date(2027, 1, 12)
    stated = None if limit else due
    return Clock(
        ClockName.HANDLE, 1, BEGUN, limit, False, "", stated, due, provisional=provisional, pauses=pauses
    )


@pytest.mark.parametrize(
    ("limit", "rule", "said"),
    [
        (WEEKS, CIVIL, "自2026年12月21日起15个工作日内"),
        (Limit(LimitUnit.MONTHS, 1), CIVIL, "自2026年12月21日起1个月内"),
        (Limit(LimitUnit.WORKING_HOURS, 48), CIVIL, "自2026年12月21日17时30分起48个工作小时内"),
        (WEEKS, RULES["local-start-day-counts"], "自2026年12月21日（含当日）起15个工作日内"),
        (WEEKS, RULES["local-next-day-after-cutoff"], "自2026年12月22日起15个工作日内"),
    ],
)
def test_a_term_is_told_from_the_day_its_rule_sees_it_start(
    limit: Limit, rule: CountingRule, said: str
) -> None:
    assert within(BEGUN.astimezone(UTC), limit, CALENDAR, rule) == said


def test_a_tentative_date_is_told_by_its_term_and_what_it_waits_for() -> None:
    said = "自2026年12月21日起15个工作日内（具体截止日期待2027年节假日安排公布后确定）"
    assert awaiting(a_clock(), CALENDAR, CIVIL) == said


def test_time_that_stood_still_is_not_held_against_anybody() -> None:
    pause = Pause(BEGUN, BEGUN.replace(day=23), "suspended")
    said = awaiting(a_clock(pauses=(pause,)), CALENDAR, CIVIL)
    assert "（暂停计时的时间不计入，具体截止日期待2027年节假日安排公布后确定）" in said


def test_every_year_waited_for_is_named() -> None:
    assert awaited(BEGUN, date(2028, 2, 1), CALENDAR) == "2027年、2028年节假日安排公布"


def test_a_year_announced_since_leaves_the_date_to_be_counted_again() -> None:
    said = awaiting(a_clock(), COMPLETE, CIVIL)
    assert said.endswith("（具体截止日期待按已公布的节假日安排重新计算后确定）")


@pytest.mark.parametrize(
    ("clock", "calendar", "declined", "tentative"),
    [
        (a_clock(), CALENDAR, None, True),
        (a_clock(provisional=False), CALENDAR, None, False),
        (a_clock(limit=None), CALENDAR, None, False),
        (a_clock(), CALENDAR, "2026版", True),
        (a_clock(), COMPLETE, None, True),
        (a_clock(), COMPLETE, "2027版", False),
    ],
    ids=["counted", "certain", "stated", "still unknown", "to be recounted", "let stand"],
)
def test_a_date_is_tentative_until_it_is_known_or_let_stand(
    clock: Clock, calendar: WorkCalendar, declined: str | None, tentative: bool
) -> None:
    assert is_tentative(clock, calendar, declined=declined) is tentative


def test_a_stated_date_has_no_term() -> None:
    with pytest.raises(ValueError, match="stated"):
        awaiting(a_clock(limit=None), CALENDAR, CIVIL)
