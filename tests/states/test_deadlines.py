"""Terms counted on the real calendar: the vectors of the domain brief, and what holds for any term."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.calendar import ONE_DAY, SHANGHAI, DayKind
from states.deadlines import CIVIL_CODE, STATED, Limit, count, stated, timeliness
from states.vocabulary import Light, LimitUnit
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
WORKING, DAYS, MONTHS = LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.MONTHS
VECTORS = [
    (15, WORKING, "2026-02-10", "2026-03-09"),
    (15, WORKING, "2026-09-18", "2026-10-15"),
    (15, WORKING, "2026-04-28", "2026-05-21"),
    (15, WORKING, "2025-09-25", "2025-10-22"),
    (15, WORKING, "2025-01-20", "2025-02-14"),
    (5, WORKING, "2026-02-10", "2026-02-24"),
    (5, WORKING, "2025-01-20", "2025-01-26"),  # a Sunday worked for the Spring Festival
    (7, DAYS, "2026-09-18", "2026-09-28"),
    (7, DAYS, "2026-09-24", "2026-10-08"),
    (1, MONTHS, "2026-01-31", "2026-02-28"),  # month end, a Saturday that is worked
    (1, MONTHS, "2026-09-01", "2026-10-08"),
    (1, MONTHS, "2026-08-31", "2026-09-30"),
    (6, MONTHS, "2025-08-31", "2026-02-28"),
    (1, LimitUnit.WEEKS, "2026-01-13", "2026-01-20"),
    (12, MONTHS, "2024-02-29", "2025-02-28"),
]
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
IN_DAYS = [unit for unit in LimitUnit if not unit.is_duration]
limits = st.builds(Limit, st.sampled_from(IN_DAYS), st.integers(1, 60))


@pytest.mark.parametrize(("amount", "unit", "start", "due_on"), VECTORS)
def test_a_term_ends_on_the_day_the_law_says(amount, unit, start, due_on):
    deadline = count(date.fromisoformat(start), Limit(unit, amount), CALENDAR)
    assert deadline.due_on == date.fromisoformat(due_on)
    assert (deadline.rule, deadline.provisional) == (CIVIL_CODE, False)


def test_a_term_into_2027_is_provisional():
    deadline = count(date(2026, 12, 21), Limit(WORKING, 15), CALENDAR)
    assert deadline.provisional
    assert deadline.due_on.year == 2027


@pytest.mark.parametrize(("year", "working_days"), [(2025, 248), (2026, 248)])
def test_an_announced_year_has_its_working_days(year, working_days):
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days
    assert not CALENDAR.is_provisional(date(year, 1, 1), date(year, 12, 31))


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_a_make_up_day_is_worked_at_the_weekend(day):
    assert CALENDAR.kind(date.fromisoformat(day)) is DayKind.MAKE_UP


@given(days, limits)
def test_a_counted_term_ends_later_on_a_day_that_is_worked(start, limit):
    deadline = count(start, limit, CALENDAR)
    assert deadline.due_on > start
    assert CALENDAR.is_working(deadline.due_on)


@given(days, st.integers(1, 300))
def test_counting_working_days_there_and_back_agrees(start, amount):
    end = CALENDAR.add_working_days(start, amount)
    assert CALENDAR.working_days_between(start, end) == amount
    assert CALENDAR.working_days_between(end, start) == -amount


@given(days, st.integers(0, 400))
def test_a_stated_date_stands_as_it_is(start, ahead):
    due_on = start + timedelta(days=ahead)
    assert stated(start, due_on, CALENDAR).due_on == due_on


@given(days, st.integers(0, 90), st.integers(0, 90))
def test_a_pause_moves_a_stated_date_by_the_working_days_it_lasted(paused_on, lasted, left):
    due_on = CALENDAR.add_working_days(paused_on, left)
    resumed_on = paused_on + timedelta(days=lasted)
    pause = [(_morning(paused_on), _morning(resumed_on))]
    moved = stated(paused_on, due_on, CALENDAR, pauses=pause).due_on
    stood_still = CALENDAR.working_days_between(paused_on - ONE_DAY, resumed_on - ONE_DAY)
    assert CALENDAR.working_days_between(due_on, moved) == stood_still


def test_a_stated_date_stands_in_any_year_and_warns_of_a_rest_day():
    far = stated(date(2026, 12, 1), date(2027, 1, 13), CALENDAR)
    assert (far.due_on, far.provisional, far.rest_day) == (date(2027, 1, 13), True, None)
    on_holiday = stated(date(2026, 9, 1), date(2026, 10, 2), CALENDAR)
    assert (on_holiday.due_on, on_holiday.rest_day) == (date(2026, 10, 2), "国庆节")


def _morning(day):
    return datetime.combine(day, time(9), SHANGHAI)


def test_a_deadline_carries_its_provenance_as_plain_json():
    told = count(date(2026, 7, 1), Limit(WORKING, 15), CALENDAR).as_json()
    assert told["limit"] == {"unit": "working_days", "amount": 15}
    assert (told["start"], told["due_on"], told["calendar"]) == ("2026-07-01", "2026-07-22", CALENDAR.version)
    assert stated(date(2026, 7, 1), date(2026, 7, 4), CALENDAR).as_json()["rule"] == STATED


LIGHTS = [
    ("2026-07-16", Light.GREEN, 4, 0, 0),
    ("2026-07-17", Light.YELLOW, 3, 0, 0),
    ("2026-07-22", Light.YELLOW, 0, 0, 0),
    ("2026-07-23", Light.RED, 0, 1, 1),
    ("2026-07-27", Light.RED, 0, 3, 5),
]


@pytest.mark.parametrize("example", LIGHTS, ids=lambda one: one[0])
def test_the_light_turns_with_the_working_days_left(example):
    day, light, left, working_days_late, days_late = example
    seen = timeliness(date(2026, 7, 22), date(2026, 7, 1), date.fromisoformat(day), CALENDAR)
    assert (seen.light, seen.working_days_left) == (light, left)
    assert (seen.working_days_late, seen.days_late) == (working_days_late, days_late)
    assert seen.overdue == (light is Light.RED)


def test_a_long_term_turns_yellow_in_its_last_fifth():
    dispatched_on, due_on = date(2026, 3, 2), date(2026, 6, 30)
    term = CALENDAR.working_days_between(dispatched_on, due_on)
    first_yellow = CALENDAR.add_working_days(due_on, -(term // 5))
    assert timeliness(due_on, dispatched_on, first_yellow, CALENDAR).light is Light.YELLOW
    day_before = CALENDAR.add_working_days(first_yellow, -1)
    assert timeliness(due_on, dispatched_on, day_before, CALENDAR).light is Light.GREEN


def test_a_matter_without_limit_is_never_late():
    assert timeliness(None, date(2020, 1, 1), date(2026, 7, 1), CALENDAR).light is Light.GREEN
