"""Every day of a deadline counted or not, with its reason: the ledger agrees with the date it explains."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.calendar import DayKind
from states.deadlines import RULES, Limit, count, stated
from states.deadlines.ledger import COLUMNS, Verdict, ledger
from states.errors import FactInvalid
from states.vocabulary import LimitUnit
from tests.builders import at
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
STARTED = at(2026, 9, 18)
IN_DAYS = [unit for unit in LimitUnit if not unit.is_duration]


def days_of(limit, pauses=(), rule=RULES["cn-civil-code"], started=STARTED):
    deadline = count(started, limit, CALENDAR, rule=rule, pauses=pauses)
    return ledger(started, deadline, CALENDAR, rule)


def on(days, day):
    (found,) = (one for one in days if one.day == day)
    return found


def test_a_make_up_day_counts_and_a_holiday_does_not_each_by_its_notice():
    days = days_of(Limit(LimitUnit.WORKING_DAYS, 8))
    made_up, holiday = on(days, date(2026, 9, 20)), on(days, date(2026, 9, 25))
    assert (made_up.kind, made_up.verdict, made_up.number) == (DayKind.MAKE_UP, Verdict.COUNTED, 1)
    assert (holiday.verdict, holiday.number, "中秋节" in holiday.reason) == (Verdict.SKIPPED, None, True)
    assert made_up.notice == holiday.notice == "国务院办公厅关于2026年部分节假日安排的通知"


def test_calendars_of_one_version_that_differ_have_ledgers_of_their_own():
    festival = date(2026, 9, 25)
    other = replace(CALENDAR, days={**CALENDAR.days, festival: DayKind.WORKING}, names={})
    limit, rule = Limit(LimitUnit.WORKING_DAYS, 8), RULES["cn-civil-code"]
    deadline = count(STARTED, limit, CALENDAR, rule=rule)
    told = [on(ledger(STARTED, deadline, one, rule), festival).verdict for one in (CALENDAR, other, CALENDAR)]
    assert told == [Verdict.SKIPPED, Verdict.COUNTED, Verdict.SKIPPED]


def test_a_last_day_at_rest_says_where_it_rolls_from():
    days = days_of(Limit(LimitUnit.WEEKS, 1))
    assert [one.verdict for one in days[-3:]] == [Verdict.ROLLED] * 3
    assert "2026-09-25" in days[-1].reason
    assert days[-1].is_due


def test_paused_days_say_so():
    pause = (at(2026, 9, 22), at(2026, 9, 24))
    days = days_of(Limit(LimitUnit.WORKING_DAYS, 8), [pause])
    assert [one.day.day for one in days if one.verdict is Verdict.PAUSED] == [22, 23]


def test_a_late_arrival_names_the_day_it_counts_as():
    evening = at(2026, 9, 21, 18)
    days = days_of(
        Limit(LimitUnit.WORKING_DAYS, 2), rule=RULES["local-next-day-after-cutoff"], started=evening
    )
    assert "2026-09-22视为收到之日" in days[0].reason
    assert [one.number for one in days] == [None, None, 1, 2]


def test_hours_say_how_many_minutes_each_day_gave():
    started = at(2026, 9, 18, 16)
    days = days_of(Limit(LimitUnit.WORKING_HOURS, 6), started=started)
    assert [(one.day.day, one.verdict) for one in days] == [
        (18, Verdict.COUNTED),
        (19, Verdict.SKIPPED),
        (20, Verdict.COUNTED),
    ]
    assert ("计入120分钟" in days[0].reason, "计入240分钟" in days[2].reason) == (True, True)


def test_a_stated_date_is_shown_with_its_working_days():
    deadline = stated(date(2026, 9, 18), date(2026, 10, 2), CALENDAR)
    days = ledger(STARTED, deadline, CALENDAR, RULES["cn-civil-code"])
    assert (days[-1].is_due, days[-1].verdict) == (True, Verdict.SKIPPED)
    assert max(one.number or 0 for one in days) == 8


def test_a_day_is_a_row_of_the_annex():
    row = on(days_of(Limit(LimitUnit.WORKING_DAYS, 8)), date(2026, 9, 20)).as_row()
    assert len(row) == len(COLUMNS)
    assert row[:5] == ("2026-09-20", "日", "调休上班日", "计入", "1")


def test_a_term_of_decades_is_not_told_day_by_day():
    with pytest.raises(FactInvalid) as refused:
        days_of(Limit(LimitUnit.MONTHS, 200))
    assert refused.value.code == "ledger_too_long"


limits = st.builds(Limit, st.sampled_from(IN_DAYS), st.integers(1, 15))
starts = st.integers(0, 900).map(lambda days: at(2024, 1, 1) + timedelta(days=days))
hours = st.integers(0, 24 * 60)


@given(limits, starts, st.lists(st.tuples(hours, hours).map(sorted), max_size=3))
def test_the_ledger_ends_on_the_due_day_and_counts_the_whole_term(limit, started, pairs):
    pauses = [(started + timedelta(hours=a), started + timedelta(hours=b)) for a, b in pairs]
    deadline = count(started, limit, CALENDAR, pauses=pauses)
    days = ledger(started, deadline, CALENDAR, RULES["cn-civil-code"])
    assert [one.day for one in days if one.is_due] == [deadline.due_on] == [days[-1].day]
    counted = [one.number for one in days if one.verdict is Verdict.COUNTED]
    assert counted == list(range(1, len(counted) + 1))
    if limit.unit is LimitUnit.WORKING_DAYS:
        assert len(counted) == limit.amount
        assert all(CALENDAR.is_working(one.day) for one in days if one.verdict is Verdict.COUNTED)


@given(st.sampled_from([LimitUnit.DAYS, LimitUnit.WEEKS]), st.integers(1, 15), starts)
def test_calendar_days_are_all_counted_until_the_last(unit, amount, started):
    limit = Limit(unit, amount)
    days = days_of(limit, started=started)
    counted = sum(one.verdict is Verdict.COUNTED for one in days)
    assert counted == amount * (7 if unit is LimitUnit.WEEKS else 1)
