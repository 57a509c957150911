"""Time that stood still: pauses between office hours, over days, overlapping, back to back."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from states.batch.calendars import read_calendar
from states.calendar.open_time import local_instant
from states.deadlines.limit import Term
from states.deadlines.pauses import merged
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import DEFAULT_RULE, RULES
from states.errors import FactInvalid
from states.vocabulary import LimitUnit
from tests.states.time import oracle
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
SHANGHAI = CALENDAR.zone
HOUR = timedelta(hours=1)
NINE = datetime(2026, 7, 1, 9, tzinfo=SHANGHAI)
OFFICE = [(8 * 60 + 30, 12 * 60), (13 * 60 + 30, 18 * 60)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def pausing(*pauses: tuple[str, str], rule: str = "cn-civil-code") -> Reckoner:
    return Reckoner(CALENDAR, RULES[rule], merged((at(start), at(end)) for start, end in pauses))


def office_hours(day: date) -> oracle.Spans:
    return OFFICE if oracle.by_the_notices(day) else []


def closing(day: date) -> datetime:
    """When a day of a term is used up: the office closes, or on a rest day it is 24:00."""
    return local_instant(day, 18 * 60 if oracle.by_the_notices(day) else 24 * 60, SHANGHAI)


quarters = st.integers(0, 40 * 96).map(lambda number: NINE.replace(hour=0) + number * HOUR / 4)
stops = st.lists(st.tuples(quarters, quarters).map(sorted).map(tuple), max_size=4)


@given(quarters, quarters, stops, st.booleans())
def test_pause_and_run_together_are_all_the_time_that_passed(one, other, pauses, working):
    start, end = sorted((one, other))
    stood = merged(pauses)
    whole, running = Reckoner(CALENDAR), Reckoner(CALENDAR, pauses=stood)
    paused = sum(
        (
            whole.elapsed(max(a, start), min(b, end), working=working)
            for a, b in stood
            if max(a, start) < min(b, end)
        ),
        timedelta(0),
    )
    assert running.elapsed(start, end, working=working) + paused == whole.elapsed(start, end, working=working)
    assert timedelta(0) <= running.elapsed(start, end, working=working) <= end - start


@given(quarters, st.integers(1, 200), stops)
def test_a_term_has_run_in_full_when_it_is_due(start, amount, pauses):
    reckoner = Reckoner(CALENDAR, pauses=merged(pauses))
    for unit, working in ((LimitUnit.WORKING_MINUTES, True), (LimitUnit.MINUTES, False)):
        due = reckoner.due(start, Term(unit, 15 * amount))
        assert reckoner.elapsed(start, due, working=working) == timedelta(minutes=15 * amount)
        assert reckoner.elapsed(start, due - timedelta(seconds=1), working=working) < amount * HOUR / 4


@given(quarters, st.integers(1, 60), stops)
def test_working_hours_end_where_a_walk_past_the_pauses_ends(start, amount, pauses):
    reckoner = Reckoner(CALENDAR, pauses=merged(pauses))
    walked = oracle.reached(start, 15 * amount, SHANGHAI, office_hours, pauses=pauses)
    assert reckoner.due(start, Term(LimitUnit.WORKING_MINUTES, 15 * amount)) == walked


@given(quarters, st.integers(1, 20), stops, st.sampled_from(["days", "working_days", "months"]))
def test_days_end_where_a_walk_past_the_paused_days_ends(start, amount, pauses, unit):
    amount = min(amount, 3) if unit == "months" else amount

    begun = next((last for first, last in merged(pauses) if first <= start < last), start).astimezone(
        SHANGHAI
    )

    def stood(day: date) -> bool:
        return any(max(first, begun) < closing(day) <= last for first, last in pauses)

    expected = oracle.due(begun.date(), unit, amount, stood=stood)
    due = Reckoner(CALENDAR, pauses=merged(pauses)).due(start, Term(LimitUnit(unit), amount))
    assert due == local_instant(expected, 1440, SHANGHAI)


@given(quarters, st.integers(1, 30), stops, st.sampled_from(LimitUnit))
def test_a_pause_never_makes_a_term_end_earlier(start, amount, pauses, unit):
    term = Term(unit, min(amount, 6) if unit is LimitUnit.MONTHS else amount)
    assert Reckoner(CALENDAR, pauses=merged(pauses)).due(start, term) >= Reckoner(CALENDAR).due(start, term)


WORKING_HOURS = [
    (16, [], "2026-07-02T18:00"),
    (16, [("2026-07-01T12:00", "2026-07-01T13:30")], "2026-07-02T18:00"),  # over lunch: costs nothing
    (16, [("2026-07-01T18:00", "2026-07-02T08:30")], "2026-07-02T18:00"),  # over night
    (16, [("2026-07-01T17:00", "2026-07-02T09:30")], "2026-07-03T10:30"),  # an hour at either end
    (16, [("2026-07-03T18:00", "2026-07-06T08:30")], "2026-07-02T18:00"),  # after it was due
    (32, [("2026-07-03T18:00", "2026-07-06T08:30")], "2026-07-06T18:00"),  # a weekend
    (16, [("2026-06-01T09:00", "2026-06-30T09:00")], "2026-07-02T18:00"),  # before it began
    (16, [("2026-06-30T09:00", "2026-07-01T10:30")], "2026-07-03T10:30"),  # began within it
    (
        1,
        [("2026-07-01T09:00", "2026-07-01T10:00"), ("2026-07-01T10:00", "2026-07-01T11:00")],
        "2026-07-01T11:30",
    ),
    (
        1,
        [("2026-07-01T08:30", "2026-07-01T10:30"), ("2026-07-01T09:30", "2026-07-01T11:00")],
        "2026-07-01T12:00",
    ),
    (1, [("2026-07-01T09:30", "2026-07-01T09:30")], "2026-07-01T09:30"),  # an empty one
    (1, [("2026-07-01T09:30", "2026-07-01T09:31")], "2026-07-01T09:30"),  # begins as the term ends
    (1, [("2026-07-01T09:29", "2026-07-01T09:31")], "2026-07-01T09:32"),
    (8, [("2026-09-30T18:00", "2026-10-08T08:30")], "2026-07-01T18:00"),
]


@pytest.mark.parametrize("example", WORKING_HOURS, ids=lambda one: f"{one[0]}h-{len(one[1])}-{one[2]}")
def test_working_hours_stand_still_only_while_the_office_is_open(example):
    hours, pauses, due = example
    assert pausing(*pauses).due(at("2026-07-01T08:30"), Term(LimitUnit.WORKING_HOURS, hours)) == at(due)


WORKING_DAYS = [
    ([], "2026-07-08"),
    ([("2026-07-02T10:00", "2026-07-02T17:00")], "2026-07-08"),  # within a day: costs none
    ([("2026-07-02T10:00", "2026-07-03T10:00")], "2026-07-09"),
    ([("2026-07-04T00:00", "2026-07-06T00:00")], "2026-07-08"),  # a weekend
    ([("2026-07-02T00:00", "2026-07-05T00:00")], "2026-07-10"),  # Thursday and Friday
    ([("2026-07-02T00:00", "2026-07-03T00:00"), ("2026-07-03T00:00", "2026-07-04T00:00")], "2026-07-10"),
    ([("2026-07-08T09:00", "2026-07-10T09:00")], "2026-07-10"),  # on the last day
    ([("2026-07-09T00:00", "2026-07-20T00:00")], "2026-07-08"),  # afterwards
    ([("2026-06-20T00:00", "2026-07-01T00:00")], "2026-07-08"),  # until it starts
    ([("2026-07-03T18:00", "2026-07-06T08:30")], "2026-07-08"),  # from Friday's closing to Monday's opening
    ([("2026-07-02T18:00", "2026-07-03T08:30")], "2026-07-08"),  # a night
    ([("2026-07-01T10:00", "2026-07-03T10:00")], "2026-07-09"),  # the start day is not counted, paused or not
    (
        [("2026-06-30T10:00", "2026-07-03T10:00")],
        "2026-07-10",
    ),  # a term that starts in a pause starts at its end
    ([("2026-07-02T00:00", "2026-10-01T00:00")], "2026-10-13"),  # up to National Day, a make-up Saturday
]


@pytest.mark.parametrize(("pauses", "due"), WORKING_DAYS)
def test_a_paused_working_day_is_made_up_for(pauses, due):
    term = Term(LimitUnit.WORKING_DAYS, 5)
    assert pausing(*pauses).due(date(2026, 7, 1), term) == date.fromisoformat(due)


@given(quarters, st.integers(1, 20), stops, st.sampled_from(LimitUnit))
@example(at("2026-07-01T20:00"), 1, [(at("2026-07-01T17:00"), at("2026-07-01T19:00"))], LimitUnit.DAYS)
def test_a_pause_that_was_over_before_the_start_costs_nothing(start, amount, pauses, unit):
    past = [(first, min(last, start)) for first, last in pauses if first < start]
    term = Term(unit, min(amount, 6) if unit is LimitUnit.MONTHS else amount)
    assert Reckoner(CALENDAR, pauses=merged(past)).due(start, term) == Reckoner(CALENDAR).due(start, term)


def test_a_last_day_within_a_pause_rolls_out_of_it():
    reckoner = pausing(("2026-07-05T12:00", "2026-07-07T12:00"))  # from a Sunday noon
    assert reckoner.due(date(2026, 6, 27), Term(LimitUnit.DAYS, 8)) == date(2026, 7, 7)


def test_a_pause_over_the_hour_the_clocks_repeat_is_as_long_as_it_was():
    zone = ZoneInfo("America/New_York")
    calendar = read_calendar({"tz": "America/New_York"})
    before = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    pause = (before, before.replace(fold=1))  # the same face of the clock, an hour apart
    reckoner = Reckoner(calendar, DEFAULT_RULE, merged([pause]))
    start = datetime(2026, 11, 1, 0, 30, tzinfo=zone)
    assert reckoner.elapsed(start, before.replace(fold=1) + HOUR, working=False) >= HOUR
    assert reckoner.due(start, Term(LimitUnit.HOURS, 2)) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    with pytest.raises(FactInvalid):
        merged([tuple(reversed(pause))])


def test_a_pause_that_ends_before_it_starts_is_refused_by_name():
    with pytest.raises(FactInvalid) as refused:
        merged([(NINE, NINE - HOUR)])
    assert refused.value.code == "pause_reversed"


def test_more_than_a_thousand_pauses_are_refused_by_name():
    many = [(NINE + number * HOUR, NINE + number * HOUR + HOUR / 2) for number in range(1_001)]
    assert len(merged(many[:-1])) == 1_000
    with pytest.raises(FactInvalid) as refused:
        merged(many)
    assert refused.value.code == "pauses_too_many"


@given(stops)
def test_pauses_lie_in_order_and_apart_however_they_came(pauses):
    one = merged(pauses)
    assert one == merged(reversed(pauses)) == merged(one)
    assert all(start < end for start, end in one)
    assert all(left[1] < right[0] for left, right in pairwise(one))
