"""Months, weeks and days: held against dateutil, and against the words of 民法典 Art. 200-204."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from states.batch.calendars import read_calendar
from states.deadlines.day_terms import corresponding_day
from states.deadlines.limit import Term
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import RULES
from states.vocabulary import LimitUnit
from tests.states.time import oracle
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
ROLLING, STANDING = Reckoner(CALENDAR), Reckoner(CALENDAR, RULES["cn-agreed-no-roll"])
START_COUNTS = Reckoner(CALENDAR, RULES["local-start-day-counts"])
days = st.dates(date(2015, 3, 1), date(2026, 6, 30))
centuries = st.dates(date(1930, 1, 1), date(2170, 12, 31))

MONTH_ENDS = [
    ("2025-01-31", 1, "2025-02-28"),
    ("2024-01-31", 1, "2024-02-29"),
    ("2024-01-30", 1, "2024-02-29"),
    ("2024-01-29", 1, "2024-02-29"),
    ("2023-01-29", 1, "2023-02-28"),
    ("2026-03-31", 1, "2026-04-30"),
    ("2026-04-30", 1, "2026-05-30"),  # not the month's end: the corresponding day
    ("2026-02-28", 1, "2026-03-28"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2024-02-29", 48, "2028-02-29"),
    ("2023-02-28", 12, "2024-02-28"),
    ("2025-12-31", 2, "2026-02-28"),
    ("2025-11-15", 14, "2027-01-15"),
    ("2000-02-29", 1200, "2100-02-28"),  # 2100 is no leap year
    ("2026-03-31", -1, "2026-02-28"),
    ("2024-03-31", -1, "2024-02-29"),
    ("2026-01-15", -1, "2025-12-15"),
    ("2026-01-31", -2, "2025-11-30"),
    ("2026-12-31", 0, "2026-12-31"),
]


@pytest.mark.parametrize(("start", "months", "ends"), MONTH_ENDS)
def test_a_month_ends_on_its_corresponding_day_or_else_its_last(start, months, ends):
    start, ends = date.fromisoformat(start), date.fromisoformat(ends)
    assert corresponding_day(start, months) == ends == start + relativedelta(months=months)
    assert STANDING.due(start, Term(LimitUnit.MONTHS, months)) == ends


def test_every_day_of_eight_years_has_the_corresponding_days_of_dateutil():
    for start in oracle.days_of(date(2019, 1, 1), date(2026, 12, 31)):
        for months in (-25, -12, -1, 0, 1, 2, 3, 6, 11, 12, 13, 24, 48):
            assert corresponding_day(start, months) == start + relativedelta(months=months)


@given(centuries, st.integers(-300, 300))
def test_any_corresponding_day_is_that_of_dateutil(start, months):
    assert corresponding_day(start, months) == start + relativedelta(months=months)


@given(days, st.integers(1, 5))
def test_a_month_term_rolls_as_a_walk_says(start, months):
    assert ROLLING.due(start, Term(LimitUnit.MONTHS, months)) == oracle.due(start, "months", months)


@given(days, st.integers(1, 100))
def test_days_and_weeks_roll_as_a_walk_says(start, amount):
    assert ROLLING.due(start, Term(LimitUnit.DAYS, amount)) == oracle.due(start, "days", amount)
    assert STANDING.due(start, Term(LimitUnit.DAYS, amount)) == start + timedelta(days=amount)
    weeks = min(amount, 20)
    assert ROLLING.due(start, Term(LimitUnit.WEEKS, weeks)) == oracle.due(start, "weeks", weeks)


@given(days, st.sampled_from(["days", "weeks", "working_days"]), st.integers(1, 20))
def test_a_start_day_that_counts_is_the_term_s_first(start, unit, amount):
    expected = oracle.due(start, unit, amount, start_counts=True)
    assert START_COUNTS.due(start, Term(LimitUnit(unit), amount)) == expected


COUNTED_MONTHS = [
    ("2026-05-11", 1, "2026-06-10"),
    ("2026-03-02", 1, "2026-04-01"),
    ("2026-07-01", 1, "2026-07-31"),  # a whole month, to its last day
    ("2026-03-01", 1, "2026-03-31"),
    ("2026-06-01", 6, "2026-11-30"),
    ("2023-03-01", 12, "2024-02-29"),
    ("2025-01-31", 1, "2025-02-28"),
]


@pytest.mark.parametrize(("start", "months", "ends"), COUNTED_MONTHS)
def test_a_month_whose_first_day_counts_ends_the_day_before_its_corresponding_day(start, months, ends):
    assert START_COUNTS.due(date.fromisoformat(start), Term(LimitUnit.MONTHS, months)) == date.fromisoformat(
        ends
    )


@given(days, st.integers(1, 24))
def test_a_month_whose_first_day_counts_ends_where_a_walk_ends(start, months):
    calendar = read_calendar(
        {"week": {name: [["00:00", "24:00"]] for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}
    )
    expected = oracle.due(start, "months", months, lambda _: True, start_counts=True)
    rule = RULES["local-start-day-counts"]
    assert Reckoner(calendar, rule).due(start, Term(LimitUnit.MONTHS, months)) == expected


@given(days, st.integers(1, 24))
def test_a_later_start_never_ends_a_month_term_earlier(start, months):
    for reckoner in (ROLLING, STANDING):
        term = Term(LimitUnit.MONTHS, months)
        assert reckoner.due(start, term) <= reckoner.due(start + oracle.DAY, term)


def test_a_month_is_never_thirty_days_and_a_week_never_five():
    start = date(2026, 7, 3)
    assert STANDING.due(start, Term(LimitUnit.MONTHS, 2)) == date(2026, 9, 3)
    assert STANDING.due(start, Term(LimitUnit.WEEKS, 1)) == date(2026, 7, 10)


@given(days, st.integers(1, 150))
def test_a_last_day_rolls_forward_only_and_only_from_a_rest_day(start, amount):
    standing, rolled = (one.due(start, Term(LimitUnit.DAYS, amount)) for one in (STANDING, ROLLING))
    assert rolled >= standing
    assert (rolled == standing) == oracle.by_the_notices(standing)
