"""What holds for any term on any calendar: order, rest days, there and back, and what is said of it."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from states.batch.calendars import read_calendar
from states.calendar import DayKind, WorkCalendar
from states.deadlines.limit import Term
from states.deadlines.pauses import merged
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import RULES
from states.vocabulary import LimitUnit
from tests.states.time import oracle
from workflow.calendars import base_calendar

REAL = base_calendar(2026)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = [["08:30", "12:00"], ["13:30", "18:00"]]
COUNTED = [LimitUnit.DAYS, LimitUnit.WEEKS, LimitUnit.MONTHS, LimitUnit.WORKING_DAYS]
WORKING = LimitUnit.WORKING_DAYS

near = st.dates(date(2026, 1, 1), date(2026, 6, 30))
amounts = st.integers(1, 30)


def a_calendar(week: set[str], holidays: list[date], workdays: list[date]) -> WorkCalendar:
    described = {
        "week": dict.fromkeys(week, OFFICE),
        "holidays": [str(day) for day in holidays] + ["*-01-01", "*-05-01"],
        "workdays": [str(day) for day in workdays],
    }
    return read_calendar(described)


calendars = st.just(REAL) | st.builds(
    a_calendar,
    st.sets(st.sampled_from(NAMES), min_size=1),
    st.lists(near, max_size=60),
    st.lists(near, max_size=20),
)


@given(calendars, near, near, amounts)
def test_a_later_start_is_never_due_earlier(calendar, one, other, amount):
    earlier, later = sorted((one, other))
    for unit in COUNTED:
        reckoner, term = Reckoner(calendar), Term(unit, amount)
        assert reckoner.due(earlier, term) <= reckoner.due(later, term)


ARRIVALS = ("local-next-day-after-cutoff", "local-rest-day-arrival")
"""Rules that move a start to an opening: fair among working days, and for terms that pass on working days."""
instants = st.lists(st.integers(0, 8 * 96), min_size=2, max_size=2).map(sorted)


@pytest.mark.parametrize("rule", RULES)
@given(day=near, quarters=instants, amount=amounts)
def test_a_later_instant_is_never_due_earlier_by_any_rule(rule, day, quarters, amount):
    midnight = datetime.combine(day, time(), REAL.zone)
    earlier, later = (midnight + number * timedelta(minutes=15) for number in quarters)
    if rule in ARRIVALS:
        assume(REAL.is_working(earlier.date()) and REAL.is_working(later.date()))
    for unit in LimitUnit:
        if rule not in ARRIVALS or unit.needs_working_time:
            reckoner, term = Reckoner(REAL, RULES[rule]), Term(unit, amount)
            assert reckoner.due(earlier, term) <= reckoner.due(later, term)


@given(calendars, near, near, st.integers(0, 20), amounts)
def test_a_later_start_is_never_due_earlier_over_a_pause_either(calendar, start, paused, lasted, amount):
    first, last = (datetime.combine(paused + timedelta(n), time(), calendar.zone) for n in (0, lasted))
    reckoner, term = Reckoner(calendar, pauses=merged([(first, last)])), Term(WORKING, amount)
    assert reckoner.due(start, term) <= reckoner.due(start + oracle.DAY, term)


@given(calendars, near, amounts)
def test_one_working_day_more_is_due_later_and_on_the_next_one(calendar, start, amount):
    reckoner = Reckoner(calendar)
    shorter, longer = (reckoner.due(start, Term(WORKING, one)) for one in (amount, amount + 1))
    assert calendar.working_days_between(shorter, longer) == 1
    assert longer > shorter > start


@given(calendars, near, amounts)
def test_so_many_days_more_are_never_due_earlier(calendar, start, amount):
    for unit in COUNTED:
        shorter, longer = (Reckoner(calendar).due(start, Term(unit, one)) for one in (amount, amount + 1))
        assert longer >= shorter > start
        assert calendar.is_working(shorter)


@given(calendars, near, amounts, near, st.sampled_from(COUNTED))
def test_a_rest_day_more_never_makes_a_date_earlier(calendar, start, amount, rest, unit):
    more = with_day(calendar, rest, DayKind.REST)
    term = Term(unit, amount)
    assert Reckoner(more).due(start, term) >= Reckoner(calendar).due(start, term)
    assert Reckoner(more).latest_start(start, term) <= Reckoner(calendar).latest_start(start, term)


@given(calendars, near, amounts, near, st.sampled_from(COUNTED))
def test_a_make_up_day_more_never_makes_a_date_later(calendar, start, amount, worked, unit):
    more = with_day(calendar, worked, DayKind.MAKE_UP)
    assert Reckoner(more).due(start, Term(unit, amount)) <= Reckoner(calendar).due(start, Term(unit, amount))


@given(calendars, near, st.integers(1, 200), near, st.booleans())
def test_a_rest_day_more_never_makes_working_hours_end_earlier(calendar, start, amount, rest, back):
    more = with_day(calendar, rest, DayKind.REST)
    at = datetime.combine(start, time(10), calendar.zone)
    term = Term(LimitUnit.WORKING_HOURS, -amount if back else amount)
    before, after = Reckoner(calendar).due(at, term), Reckoner(more).due(at, term)
    assert after <= before if back else after >= before


@given(calendars, near, amounts)
def test_forward_then_backward_returns(calendar, start, amount):
    reckoner, term = Reckoner(calendar), Term(WORKING, amount)
    worked = calendar.roll_back(start)
    due = reckoner.due(start, term)
    assert reckoner.latest_start(due, term) == worked
    assert reckoner.due(worked, term) == due
    assert calendar.add_working_days(due, -amount) in (worked, calendar.roll_forward(start))


@given(calendars, near, amounts)
def test_working_days_there_and_back_are_as_many(calendar, start, amount):
    end = calendar.add_working_days(start, amount)
    assert calendar.working_days_between(start, end) == amount == -calendar.working_days_between(end, start)
    assert sum(calendar.is_working(day) for day in oracle.days_of(start + oracle.DAY, end)) == amount


@given(calendars, near, amounts, st.sampled_from(COUNTED))
def test_any_calendar_counts_as_a_walk_does(calendar, start, amount, unit):
    expected = oracle.due(start, unit.value, min(amount, 12), calendar.is_working)
    assert Reckoner(calendar).due(start, Term(unit, min(amount, 12))) == expected


@given(near, amounts, st.sampled_from(COUNTED))
def test_a_date_and_its_midnight_are_due_the_same_day(start, amount, unit):
    at = datetime.combine(start, time(), REAL.zone)
    due = Reckoner(REAL).due(start, Term(unit, amount))
    assert Reckoner(REAL).due(at, Term(unit, amount)) == datetime.combine(due + oracle.DAY, time(), REAL.zone)


@given(near, st.integers(0, 1439), amounts, st.sampled_from(LimitUnit))
def test_the_zone_a_start_is_written_in_changes_nothing(start, minute, amount, unit):
    at = datetime.combine(start, time(), REAL.zone) + timedelta(minutes=minute)
    elsewhere = at.astimezone(read_calendar({"tz": "America/New_York"}).zone)
    assert Reckoner(REAL).due(at, Term(unit, amount)) == Reckoner(REAL).due(elsewhere, Term(unit, amount))


@given(st.dates(date(2014, 6, 1), date(2028, 6, 1)), st.integers(1, 400))
def test_a_date_is_provisional_exactly_when_its_term_touches_an_unknown_year(start, amount):
    term = Term(WORKING, amount)
    due = Reckoner(REAL).due(start, term)
    touched = range(start.year, due.year + 1)
    known = all(2015 <= year <= 2026 for year in touched)
    assert Reckoner(REAL).is_provisional(start, due, term.unit) == (not known)


def test_a_rule_that_moves_the_start_rests_on_the_calendar_too():
    rule = RULES["local-rest-day-arrival"].model_copy(update={"roll": "none"})
    start, term = date(2027, 10, 1), Term(LimitUnit.DAYS, 7)
    assert Reckoner(REAL, rule).is_provisional(start, Reckoner(REAL, rule).due(start, term), term.unit)


def with_day(calendar: WorkCalendar, day: date, kind: DayKind) -> WorkCalendar:
    """The calendar with one day made rest or worked."""
    return WorkCalendar(
        calendar.version,
        calendar.announced_years,
        {**calendar.days, day: kind},
        hours=calendar.hours,
        zone=calendar.zone,
        yearly=calendar.yearly,
    )
