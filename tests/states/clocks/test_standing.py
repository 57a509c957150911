"""How a clock stands: what ran and what stood still add up, and what is left is never also late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.calendar import OpenTime
from states.clocks import Clock, Pause, standing
from states.clocks.standing import Days
from states.deadlines import Limit, count
from states.deadlines.pauses import merged
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import DEFAULT_RULE
from states.vocabulary import ClockName, LimitUnit
from tests.builders import at
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
STARTED = at(2026, 9, 18)
"""A Friday; the Sunday after it is worked, a week later is 中秋节, then come seven days of 国庆节."""


def clock(*pauses: Pause, stopped_at=None, limit=8, started_at=STARTED) -> Clock:
    """So many working days, counted past the pauses that have ended."""
    ended = [(one.start, one.end) for one in pauses if one.end]
    deadline = count(started_at, Limit(LimitUnit.WORKING_DAYS, limit), CALENDAR, pauses=ended)
    opened = Clock(
        ClockName.HANDLE, 1, started_at, deadline.limit, False, DEFAULT_RULE.name, None, deadline.due_on
    )
    return Clock(**{**fields_of(opened), "pauses": pauses, "stopped_at": stopped_at})


def fields_of(one: Clock) -> dict:
    return {name: getattr(one, name) for name in Clock.__dataclass_fields__}


def test_a_running_clock_tells_what_it_used_and_what_is_left():
    seen = standing(clock(), CALENDAR, at(2026, 9, 24))
    assert (seen.run, seen.paused) == (Days(6, 5), Days())
    assert (seen.left, seen.late, seen.schedule) == (Days(6, 3), Days(), 62)


def test_a_late_clock_tells_how_late_in_days_and_working_days():
    seen = standing(clock(), CALENDAR, at(2026, 10, 12))
    assert (seen.left, seen.late, seen.schedule) == (Days(), Days(12, 4), 100)


def test_what_is_left_stands_still_with_the_clock():
    paused = clock(Pause(at(2026, 9, 22), None, "suspended"))
    first, later = (standing(paused, CALENDAR, at(2026, 9, day)) for day in (22, 30))
    assert first.left == later.left == standing(clock(), CALENDAR, at(2026, 9, 21)).left
    assert (first.run, later.run) == (Days(3, 2), Days(3, 2))
    assert later.paused == Days(9, 6)


@pytest.mark.parametrize("end", [None, at(2026, 11, 9)])
def test_a_pause_that_has_not_begun_is_none_yet(end):
    ahead = clock(Pause(at(2026, 11, 2), end, "suspended"))
    assert standing(ahead, CALENDAR, at(2026, 9, 24)).run == standing(clock(), CALENDAR, at(2026, 9, 24)).run
    assert standing(ahead, CALENDAR, at(2026, 9, 24)).paused == Days()


def test_a_stopped_clock_stands_as_it_stood_then():
    stopped = clock(stopped_at=at(2026, 9, 24))
    assert standing(stopped, CALENDAR, at(2026, 12, 1)) == standing(clock(), CALENDAR, at(2026, 9, 24))


def test_a_pause_over_an_evening_or_a_weekend_costs_nothing():
    evening = Pause(at(2026, 9, 21, 19), at(2026, 9, 22, 8), "suspended")
    weekend = Pause(at(2026, 9, 25, 9), at(2026, 9, 28, 8), "suspended")
    assert clock(evening).due_on == clock(weekend).due_on == clock().due_on
    assert standing(clock(evening), CALENDAR, at(2026, 9, 24)).paused == Days()


instants = st.integers(0, 24 * 120).map(lambda hours: STARTED + timedelta(hours=hours))
spans = st.lists(st.tuples(instants, instants).map(sorted), max_size=4)


@given(spans, instants)
def test_pause_and_run_are_what_has_passed(pairs, now):
    pauses = tuple(Pause(start, end, "suspended") for start, end in pairs if start <= end)
    seen = standing(clock(*pauses), CALENDAR, now)
    assert seen.run + seen.paused == seen.passed
    assert min(seen.run.days, seen.run.working_days, seen.paused.days) >= 0
    assert Days() in (seen.left, seen.late)


@given(spans, instants, instants)
def test_pause_and_run_are_the_working_time_that_has_passed(pairs, start, end):
    """The same to the minute, for terms in hours."""
    start, end = sorted((start, end))
    pauses = merged(pairs)
    stood = sum(
        (OpenTime(CALENDAR).between(max(a, start), min(b, end)) for a, b in pauses if b > start and a < end),
        timedelta(0),
    )
    run = Reckoner(CALENDAR, pauses=pauses).elapsed(start, end, working=True)
    assert run + stood == OpenTime(CALENDAR).between(start, end)


@given(st.integers(1, 30), spans)
def test_the_share_grows_until_all_is_used(limit, pairs):
    pauses = tuple(Pause(start, end, "suspended") for start, end in pairs)
    shares = [
        standing(clock(*pauses, limit=limit), CALENDAR, STARTED + timedelta(days=day)).schedule
        for day in range(0, 200, 7)
    ]
    assert all(0 <= share <= 100 for share in shares)
    assert shares[-1] == 100


@pytest.mark.parametrize(("day", "left"), [(date(2026, 9, 18), 8), (date(2026, 9, 30), 0)])
def test_the_whole_term_is_left_at_its_start_and_nothing_at_its_end(day, left):
    assert standing(clock(), CALENDAR, at(day.year, day.month, day.day)).left.working_days == left
