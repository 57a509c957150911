"""What a due date costs, in units of numpy's business-day sum called row by row; and a row of the batch desk.

Both sides count on the same days of 2015 to 2026. The desk is held against reading and writing the same rows.
"""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pytest
from sqlalchemy import create_engine

from states.batch import Desk
from states.calendar import WorkCalendar
from states.deadlines.limit import Term
from states.deadlines.pauses import merged
from states.deadlines.reckoning import Reckoner
from states.vocabulary import LimitUnit
from tests.benchmarks.stopwatch import Stopwatch, middle, ratio, show
from workflow.calendars import base_calendar

ROWS, ROUNDS, AIM = 20_000, 7, 3
FIRST, SPAN = date(2016, 1, 1), 3_600
PAUSES = (("2019-05-06T10:00", "2019-05-20T10:00"), ("2021-03-01T09:00", "2021-03-08T17:00"))
Work = Callable[[], object]


@pytest.fixture
def stopwatch() -> Stopwatch:
    """Nothing here asks a database; the engine is never used."""
    return Stopwatch(create_engine("sqlite://"))


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return base_calendar(2026)


@pytest.fixture(scope="module")
def starts() -> list[date]:
    chance = random.Random(1)
    return [FIRST + timedelta(chance.randrange(SPAN)) for _ in range(ROWS)]


@pytest.mark.benchmark
def test_a_due_date_costs_few_sums_of_numpy(stopwatch, calendar, starts):
    subjects = {
        "15 working days": counting(calendar, starts, Term(LimitUnit.WORKING_DAYS, 15)),
        "1 month, rolled": counting(calendar, starts, Term(LimitUnit.MONTHS, 1)),
        "20 working hours, two pauses": counting_hours(calendar, starts),
        "numpy, row by row": numpy_row_by_row(calendar, starts),
        "numpy, dates in and out": numpy_on_dates(calendar, starts),
    }
    laps = run_in_turns(stopwatch, subjects)
    *ours, bare, dated = laps
    told = {name: f"{ROWS / middle(laps[name]).cpu:,.0f} a second" for name in laps}
    for name in ours:
        costs = (ratio(laps[name], laps[one]).cpu for one in (bare, dated))
        told[name] += ", {:.2f}× numpy's CPU, {:.2f}× with dates in and out".format(*costs)
    show(f"{ROWS} due dates, {ROUNDS} rounds (aim: working days within {AIM}×)", told)
    assert ratio(laps[ours[0]], laps[bare]).cpu <= AIM


@pytest.mark.benchmark
def test_a_row_of_the_desk_is_told_in_units_of_its_json(stopwatch, calendar, starts):
    lines = [line(start, place) for place, start in enumerate(starts)]
    desk = Desk(lambda _: calendar)
    answers = [desk.answer(orjson.loads(one)) for one in lines]
    subjects = {
        "the desk": lambda: [orjson.dumps(desk.answer(orjson.loads(one))) for one in lines],
        "loads and dumps": lambda: [
            (orjson.loads(one), orjson.dumps(answer)) for one, answer in zip(lines, answers, strict=True)
        ],
    }
    desk_laps, json_laps = run_in_turns(stopwatch, subjects).values()
    show(
        f"{ROWS} rows of the batch, {ROUNDS} rounds",
        {
            "the desk": f"{ROWS / middle(desk_laps).cpu:,.0f} rows a second",
            "orjson alone": f"{ROWS / middle(json_laps).cpu:,.0f} rows a second",
            "ratio": f"{ratio(desk_laps, json_laps).cpu:.1f}× CPU",
        },
    )


def run_in_turns(stopwatch: Stopwatch, subjects: dict[str, Work]) -> dict[str, list[Any]]:
    """Laps of every subject, round by round; a first round warms the caches."""
    laps: dict[str, list[Any]] = {name: [] for name in subjects}
    for _ in range(1 + ROUNDS):
        for name, subject in subjects.items():
            laps[name].append(stopwatch.time(subject))
    return {name: timed[1:] for name, timed in laps.items()}


def counting(calendar: WorkCalendar, starts: list[date], term: Term) -> Work:
    due = Reckoner(calendar).due
    return lambda: [due(start, term) for start in starts]


def counting_hours(calendar: WorkCalendar, starts: list[date]) -> Work:
    zone = calendar.zone
    stood = merged(tuple(datetime.fromisoformat(end).replace(tzinfo=zone) for end in one) for one in PAUSES)
    due, term = Reckoner(calendar, pauses=stood).due, Term(LimitUnit.WORKING_HOURS, 20)
    instants = [datetime(day.year, day.month, day.day, 10, tzinfo=zone) for day in starts]
    return lambda: [due(start, term) for start in instants]


def numpy_row_by_row(calendar: WorkCalendar, starts: list[date]) -> Work:
    """The same sums of 15 working days, of ready numpy days; checked to be the same."""
    known = numpy_calendar(calendar)
    days = [np.datetime64(start) for start in starts]
    expected = [calendar.add_working_days(start, 15) for start in starts]
    assert [np.busday_offset(day, 15, "backward", busdaycal=known).item() for day in days] == expected
    return lambda: [np.busday_offset(day, 15, "backward", busdaycal=known) for day in days]


def numpy_on_dates(calendar: WorkCalendar, starts: list[date]) -> Work:
    """The same of Python's dates, as the reckoner takes and gives them."""
    known = numpy_calendar(calendar)
    return lambda: [np.busday_offset(day, 15, "backward", busdaycal=known).item() for day in starts]


def numpy_calendar(calendar: WorkCalendar) -> np.busdaycalendar:
    span = (FIRST + timedelta(number) for number in range(SPAN + 365))
    return np.busdaycalendar("1111111", [day for day in span if not calendar.is_working(day)])


def line(start: date, place: int) -> bytes:
    return orjson.dumps(
        {
            "id": place,
            "start": f"{start}T10:00",
            "limit": {"unit": "working_days", "value": 15},
            "rule": {"end_of_day": True},
        }
    )
