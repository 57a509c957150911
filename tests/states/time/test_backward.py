"""Counting back: so many working days before a due date, and the latest start that is still in time."""

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.deadlines.limit import Term
from states.deadlines.pauses import merged
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import DEFAULT_RULE, RULES
from states.vocabulary import LimitUnit
from tests.states.time import oracle
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
SHANGHAI = CALENDAR.zone
COUNTED = [LimitUnit.DAYS, LimitUnit.WEEKS, LimitUnit.MONTHS, LimitUnit.WORKING_DAYS]
DATED_RULES = ["cn-civil-code", "cn-agreed-no-roll", "local-start-day-counts", "local-rest-day-arrival"]

days = st.dates(date(2016, 1, 1), date(2026, 10, 31))
amounts = st.integers(1, 40)

BEFORE_DUE = [
    ("2026-07-22", 3, "2026-07-17"),
    ("2026-02-24", 3, "2026-02-12"),  # over the Spring Festival and a make-up Saturday
    ("2025-02-05", 3, "2025-01-24"),  # a make-up Sunday is the second
    ("2026-10-08", 3, "2026-09-28"),
    ("2024-10-12", 5, "2024-09-30"),  # from a Saturday that is worked
    ("2023-10-07", 1, "2023-09-28"),
    ("2020-02-03", 2, "2020-01-22"),
    ("2019-01-02", 2, "2018-12-28"),  # 29 December 2018 was worked
    ("2022-10-08", 3, "2022-09-28"),
    ("2026-10-03", 1, "2026-09-30"),  # a due date a leader set on a rest day
    ("2026-01-04", 1, "2025-12-31"),
    ("2021-10-08", 2, "2021-09-29"),
]


@pytest.mark.parametrize(("due", "amount", "before"), BEFORE_DUE)
def test_working_days_before_a_due_date_skip_the_holidays(due, amount, before):
    due, before = date.fromisoformat(due), date.fromisoformat(before)
    assert CALENDAR.add_working_days(due, -amount) == before
    assert Reckoner(CALENDAR).due(due, Term(LimitUnit.WORKING_DAYS, -amount)) == before
    assert oracle.before(due, amount) == before


LATEST = [
    ("2026-03-09", "working_days", 15, "2026-02-10"),
    ("2026-10-15", "working_days", 15, "2026-09-18"),
    ("2025-02-14", "working_days", 15, "2025-01-20"),
    ("2026-02-24", "working_days", 5, "2026-02-10"),
    ("2026-10-03", "working_days", 1, "2026-09-29"),  # nothing is done on a rest day
    ("2026-10-01", "days", 7, "2026-09-23"),  # a day later would roll beyond National Day
    ("2026-10-08", "days", 7, "2026-10-01"),
    ("2026-09-28", "days", 7, "2026-09-21"),
    ("2026-10-08", "weeks", 1, "2026-10-01"),
    ("2026-02-28", "months", 1, "2026-01-31"),  # any of its last four days; the last
    ("2024-02-29", "months", 12, "2023-02-28"),
    ("2025-02-28", "months", 12, "2024-02-29"),
    ("2026-10-08", "months", 1, "2026-09-08"),
    ("2026-10-07", "months", 1, "2026-08-31"),
    ("2025-04-30", "months", 2, "2025-02-28"),
]


@pytest.mark.parametrize(("due", "unit", "amount", "start"), LATEST)
def test_the_latest_start_is_the_last_that_ends_in_time(due, unit, amount, start):
    found = Reckoner(CALENDAR).latest_start(date.fromisoformat(due), Term(LimitUnit(unit), amount))
    assert found == date.fromisoformat(start)


@given(st.dates(date(2016, 1, 1), date(2026, 4, 30)), st.sampled_from(COUNTED), amounts)
def test_no_start_that_ends_in_time_is_later(due, unit, amount):
    amount = min(amount, 7)
    among = oracle.by_the_notices if unit is LimitUnit.WORKING_DAYS else lambda _: True
    expected = oracle.latest_start(due, partial(oracle.due, unit=unit.value, amount=amount), among=among)
    assert Reckoner(CALENDAR).latest_start(due, Term(unit, amount)) == expected


@pytest.mark.parametrize("rule", DATED_RULES)
@given(due=days, unit=st.sampled_from(COUNTED), amount=amounts)
def test_the_latest_start_is_in_time_and_the_next_day_is_not(rule, due, unit, amount):
    reckoner, term = Reckoner(CALENDAR, RULES[rule]), Term(unit, min(amount, 12))
    start = reckoner.latest_start(due, term)
    later = start + oracle.DAY
    if unit is LimitUnit.WORKING_DAYS:
        later = CALENDAR.roll_forward(later)  # a rest day starts no term: it is a working day that is told
    assert reckoner.due(start, term) <= due
    assert reckoner.due(later, term) > due


@given(days, amounts)
def test_forward_then_backward_returns_for_working_days(start, amount):
    reckoner, term = Reckoner(CALENDAR), Term(LimitUnit.WORKING_DAYS, amount)
    assert reckoner.latest_start(reckoner.due(start, term), term) == CALENDAR.roll_back(start)


@given(days, amounts)
def test_backward_then_forward_returns_for_working_days(due, amount):
    reckoner, term = Reckoner(CALENDAR), Term(LimitUnit.WORKING_DAYS, amount)
    assert reckoner.due(reckoner.latest_start(due, term), term) == CALENDAR.roll_back(due)


@given(days, st.integers(0, 95), st.sampled_from(COUNTED), amounts)
def test_an_instant_s_latest_start_is_in_time_and_the_next_day_is_not(day, quarter, unit, amount):
    reckoner, term = Reckoner(CALENDAR), Term(unit, min(amount, 12))
    due = datetime.combine(day, time(quarter // 4, quarter % 4 * 15), SHANGHAI)
    start = reckoner.latest_start(due, term)
    later = start.date() + oracle.DAY
    later = CALENDAR.roll_forward(later) if unit is LimitUnit.WORKING_DAYS else later
    assert reckoner.due(start, term) <= due
    assert reckoner.due(datetime.combine(later, time(), SHANGHAI), term) > due


@given(days, st.integers(0, 95), st.integers(1, 200), st.sampled_from(["working_minutes", "minutes"]))
def test_hours_forward_then_backward_return_to_the_same_open_instant(day, quarter, amount, unit):
    reckoner, term = Reckoner(CALENDAR), Term(LimitUnit(unit), 15 * amount)
    start = datetime.combine(day, time(quarter // 4, quarter % 4 * 15), SHANGHAI)
    begun = CALENDAR.open_time.next_open(start) if unit == "working_minutes" else start
    assert reckoner.latest_start(reckoner.due(start, term), term) == begun


HOURS_BACK = [
    ("2026-07-01T14:30", 2, "2026-07-01T11:00"),
    ("2026-07-02T09:30", 2, "2026-07-01T17:00"),
    ("2026-07-01T18:00", 8, "2026-07-01T08:30"),
    ("2026-10-08T09:30", 2, "2026-09-30T17:00"),
    ("2026-10-03T12:00", 1, "2026-09-30T17:00"),
    ("2026-07-01T12:00", 0.5, "2026-07-01T11:30"),
]


@pytest.mark.parametrize(("due", "hours", "start"), HOURS_BACK)
def test_the_latest_start_of_working_hours_is_counted_back_in_office_hours(due, hours, start):
    due, start = (datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (due, start))
    assert Reckoner(CALENDAR).latest_start(due, Term(LimitUnit.WORKING_HOURS, hours)) == start


@given(days, st.integers(1, 30))
def test_a_date_s_latest_start_in_working_hours_is_in_time(due, hours):
    reckoner, term = Reckoner(CALENDAR), Term(LimitUnit.WORKING_HOURS, hours)
    start = reckoner.latest_start(due, term)
    assert reckoner.due(start, term) <= due
    assert reckoner.due(CALENDAR.add_working_days(start, 1), term) > due


@given(days, amounts, st.integers(0, 20), st.integers(1, 15), st.sampled_from(["days", "working_days"]))
def test_a_latest_start_before_a_pause_is_in_time_too(due, amount, ahead, lasted, unit):
    end = datetime.combine(due - timedelta(ahead), time(), SHANGHAI)
    reckoner = Reckoner(CALENDAR, DEFAULT_RULE, merged([(end - timedelta(lasted), end)]))
    term = Term(LimitUnit(unit), amount)
    start = reckoner.latest_start(due, term)
    later = start + oracle.DAY
    assert reckoner.due(start, term) <= due
    assert reckoner.due(CALENDAR.roll_forward(later) if unit == "working_days" else later, term) > due


def test_a_latest_start_is_found_before_the_longest_pause_that_can_be_counted():
    pause = (datetime(1912, 1, 1, tzinfo=SHANGHAI), datetime(1984, 1, 1, tzinfo=SHANGHAI))
    reckoner, term = Reckoner(CALENDAR, DEFAULT_RULE, merged([pause])), Term(LimitUnit.DAYS, 100)
    assert reckoner.due(date(1911, 10, 23), term) == date(1984, 1, 31)
    assert reckoner.latest_start(date(1984, 1, 31), term) == date(1911, 10, 23)


@given(days, amounts, st.integers(0, 20), st.integers(1, 15), st.sampled_from(["minutes", "working_minutes"]))
def test_hours_counted_back_over_a_pause_run_in_full(due, amount, ahead, lasted, unit):
    at = datetime.combine(due, time(16), SHANGHAI)
    end = at - timedelta(hours=ahead)
    reckoner = Reckoner(CALENDAR, DEFAULT_RULE, merged([(end - timedelta(hours=lasted), end)]))
    start = reckoner.latest_start(at, Term(LimitUnit(unit), 15 * amount))
    assert reckoner.elapsed(start, at, working=unit == "working_minutes") == timedelta(minutes=15 * amount)


@given(days, st.sampled_from(COUNTED), amounts)
def test_a_later_due_date_never_asks_for_an_earlier_start(due, unit, amount):
    reckoner, term = Reckoner(CALENDAR), Term(unit, min(amount, 12))
    assert reckoner.latest_start(due, term) <= reckoner.latest_start(due + oracle.DAY, term)


@given(days, st.sampled_from(COUNTED), amounts)
def test_a_longer_term_never_allows_a_later_start(due, unit, amount):
    reckoner = Reckoner(CALENDAR)
    shorter, longer = (Term(unit, min(amount, 12) + more) for more in (0, 1))
    assert reckoner.latest_start(due, longer) <= reckoner.latest_start(due, shorter)
