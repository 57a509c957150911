"""Reports of a period: what a small world comes to, and what must hold of any world."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import FactInvalid
from states.reports import (
    OF_FLOW,
    OF_HAPPENED,
    OF_HAPPENED_SHARES,
    OF_SHARES,
    Flow,
    Share,
    Span,
    compared,
    counted,
    latest,
    read_period,
)
from states.reports.spans import written
from states.statistics import By, Happening, LeftOut, Matter, Measure, Period, Stage
from tests.builders import at
from tests.states.matters import facts_in
from workflow.calendars import base_calendar

REAL, NAMES = base_calendar(2026), {"甲": "甲局", "乙": "乙局"}
NOW = at(2026, 10, 8)
FIRST = date(2026, 5, 1)
MONTHS = [read_period(Span.MONTH, f"2026-{month:02}") for month in (7, 8, 9)]
QUARTER = read_period(Span.QUARTER, "2026Q3")


def report(*matters, period=QUARTER, **options):
    return counted(matters, period=period, at=NOW, calendar=REAL, names=NAMES, **options)


def a_matter(dispatched=date(2026, 7, 1), due=date(2026, 7, 22), closed=None, **more):
    stage = more.pop("stage", Stage.CLOSED if closed else Stage.RUNNING)
    done = {"closed_on": closed, "reported_on": closed, "reported_by": "某" if closed else None}
    days = {"dispatched_on": dispatched, "due_on": due, "original_due_on": due}
    return Matter(facts_in("handling", **{**days, **done, "lead_unit": "甲", **more}), stage)


DAYS = st.integers(0, 180).map(lambda days: FIRST + timedelta(days=days))


@st.composite
def any_matter(draw):
    dispatched = draw(st.none() | DAYS)
    due = draw(st.none() | DAYS)
    closed = draw(st.none() | DAYS.filter(lambda day: day <= NOW.date()))
    more = {
        "lead_unit": draw(st.sampled_from(["甲", "乙", None])),
        "accountable_leader": draw(st.sampled_from(["沈以恒", None])),
        "open_ended": draw(st.booleans()) and draw(st.booleans()),
        "origin": draw(st.sampled_from([None, "台账第5行"])),
        "merged_into": draw(st.sampled_from([None, None, None, "滨督2026-002"])),
        "extensions": draw(st.integers(0, 1)),
        "original_due_on": draw(st.none() | DAYS) or due,
    }
    if closed is None and draw(st.booleans()):
        more["stage"] = draw(st.sampled_from([Stage.PAUSED, Stage.IDLE, Stage.CANCELLED, Stage.CLOSED]))
    happened = tuple(draw(st.lists(st.tuples(st.sampled_from(Happening), DAYS), max_size=4)))
    matter = a_matter(dispatched, due, closed, **more)
    return replace(matter, returned=draw(st.booleans()), happened=happened)


WORLDS = st.lists(any_matter(), max_size=12)


@given(WORLDS)
def test_what_came_in_is_struck_off_or_left_and_no_numerator_exceeds_its_denominator(world):
    found = report(*world)
    for one in (found.now.total, *(line for lines in found.now.lines.values() for line in lines)):
        flow = one.flow
        assert flow.carried + flow.accepted == flow.closed + flow.open
        assert max(flow.overdue, flow.overdue_originally) <= flow.open
        assert all(0 <= rate.numerator <= rate.denominator for rate in one.line.rates.values())


@given(WORLDS, st.sampled_from([By.UNIT, By.CATEGORY, By.LEADER]))
def test_the_lines_of_every_grouping_add_up_to_the_whole(world, by):
    count = report(*world).now
    for name in OF_FLOW:
        assert sum(getattr(one.flow, name) for one in count.lines[by]) == getattr(count.total.flow, name)
    for measure, rate in count.total.line.rates.items():
        parts = [one.line.rates[measure] for one in count.lines[by]]
        assert sum(one.numerator for one in parts) == rate.numerator
        assert sum(one.denominator for one in parts) == rate.denominator
    for happening in Happening:
        assert sum(one.happened[happening] for one in count.lines[by]) == count.total.happened[happening]


@given(WORLDS)
def test_the_months_of_a_quarter_add_up_to_it(world):
    whole = report(*world).now.total
    parts = [report(*world, period=month).now.total for month in MONTHS]
    for name in ("accepted", "closed"):
        assert sum(getattr(one.flow, name) for one in parts) == getattr(whole.flow, name)
    assert (parts[0].flow.carried, parts[-1].flow.open) == (whole.flow.carried, whole.flow.open)
    assert [one.flow.open for one in parts[:-1]] == [one.flow.carried for one in parts[1:]]
    for measure in Measure:
        assert sum(one.line.rates[measure].denominator for one in parts) == (
            whole.line.rates[measure].denominator
        )
    for happening in Happening:
        assert sum(one.happened[happening] for one in parts) == whole.happened[happening]


@given(WORLDS)
def test_the_period_before_in_a_report_is_the_one_reported_itself(world):
    beside, alone = report(*world, period=MONTHS[2]).before, report(*world, period=MONTHS[1]).now
    assert beside == (None if alone.is_nothing else alone)


@given(WORLDS)
def test_the_late_are_those_the_numbers_say(world):
    found = report(*world)
    assert sum(one.is_open for one in found.late) == found.now.total.flow.overdue
    due = [one for one in found.late if not one.fell_due_before]
    assert len(due) == found.now.total.line.rates[Measure.OVERDUE].numerator


def test_a_small_world_comes_to_what_is_counted_by_hand():
    carried = a_matter(date(2026, 6, 25), date(2026, 7, 10), date(2026, 7, 9))
    late = a_matter(date(2026, 7, 2), date(2026, 7, 20))
    later = a_matter(date(2026, 8, 3), date(2026, 8, 20))
    merged = a_matter(merged_into="滨督2026-001", stage=Stage.CANCELLED)
    found = report(carried, late, later, merged, period=MONTHS[0])
    assert found.now.total.flow == Flow(1, 1, closed=1, open=1, overdue=1, overdue_originally=1)
    rate = found.now.total.line.rates[Measure.ON_TIME]
    assert (rate.numerator, rate.denominator) == (1, 2)
    assert found.now.left_out[LeftOut.MERGED] == 1
    assert (found.before is not None, found.year_before) == (True, None)
    assert [one.working_days > 0 for one in found.late] == [True]


def test_what_happened_counts_in_its_own_month_whenever_the_matter_was_handed_out():
    relapse = ((Happening.LOOKED_BACK, date(2026, 9, 12)), (Happening.RELAPSED, date(2026, 9, 12)))
    matter = replace(a_matter(closed=date(2026, 7, 20)), happened=relapse)
    rates = [report(matter, period=month).now.total.happened.rate(Share.RELAPSED) for month in MONTHS]
    assert [(one.numerator, one.denominator) for one in rates] == [(0, 0), (0, 0), (1, 1)]
    count = report(matter, period=MONTHS[2]).now
    assert not count.is_nothing and count.total.flow.is_nothing


def test_what_happened_to_a_matter_given_up_is_not_counted():
    returned = ((Happening.RETURNED, date(2026, 7, 12)),)
    merged = replace(a_matter(merged_into="滨督2026-001", stage=Stage.CANCELLED), happened=returned)
    assert report(merged, period=MONTHS[0]).now.total.happened.is_nothing


def test_only_the_longest_late_are_listed_and_all_are_counted():
    found = report(*(a_matter(due=date(2026, 7, day)) for day in (20, 21, 22)), listed=1)
    assert (found.late_count, [one.due_on.day for one in found.late]) == (3, [20])


def test_leaders_come_by_name_and_have_no_place():
    named = [a_matter(accountable_leader=one) for one in ("乙某", "甲某", None)]
    lines = report(*named).now.lines[By.LEADER]
    assert [line.line.name for line in lines] == ["乙某", "甲某", "未定包保领导"]
    assert {line.place for line in lines} == {None}


def test_a_matter_without_a_unit_has_no_place_among_the_units():
    late, done = a_matter(lead_unit=None), a_matter(closed=date(2026, 7, 20))
    lines = report(late, done).now.lines[By.UNIT]
    assert [(line.place, line.line.name) for line in lines] == [(1, "甲局"), (None, "未定牵头单位")]


@pytest.mark.parametrize(
    ("span", "text", "since", "until"),
    [
        (Span.MONTH, "2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        (Span.MONTH, "2028年2月", date(2028, 2, 1), date(2028, 2, 29)),
        (Span.QUARTER, "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        (Span.QUARTER, "2026年第一季度", date(2026, 1, 1), date(2026, 3, 31)),
        (Span.YEAR, "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_read_as_people_write_it(span, text, since, until):
    found = read_period(span, text)
    assert found == Period(since, until)
    assert read_period(span, written(span, found)) == found


@pytest.mark.parametrize("text", ["2026-13", "26-01", "1800-01", "11月", "2026-11-01", ""])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(FactInvalid) as refused:
        read_period(Span.MONTH, text)
    assert refused.value.code == "period_invalid"


def test_a_period_is_compared_with_the_one_before_and_the_same_a_year_before():
    def named(span, text):
        return [one and written(span, one) for one in compared(read_period(span, text))]

    assert named(Span.MONTH, "2026-01") == ["2025-12", "2025-01"]
    assert named(Span.QUARTER, "2026Q1") == ["2025Q4", "2025Q1"]
    assert named(Span.YEAR, "2026") == ["2025", None]
    assert compared(Period(date(2026, 1, 2), date(2026, 1, 31))) == (None, None)


def test_the_latest_period_is_the_last_one_that_is_over():
    assert written(Span.MONTH, latest(Span.MONTH, date(2026, 1, 15))) == "2025-12"
    assert written(Span.QUARTER, latest(Span.QUARTER, date(2026, 11, 27))) == "2026Q3"
    assert written(Span.YEAR, latest(Span.YEAR, date(2026, 11, 27))) == "2025"


def test_every_number_says_how_it_is_counted():
    assert OF_SHARES.keys() == set(Measure)
    assert OF_FLOW.keys() == set(Flow.__slots__)
    assert (set(OF_HAPPENED), set(OF_HAPPENED_SHARES)) == (set(Happening), set(Share))
