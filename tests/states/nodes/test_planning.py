"""倒排工期: planned back from the final date by working days, against a walk day by day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import FactInvalid
from states.nodes.moving import dropped, moved, shifted
from states.nodes.planning import Span, Step, plan
from states.nodes.weights import shared
from tests.states.nodes.oracle import counted_back
from tests.states.time.oracle import by_the_notices
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
START = date(2026, 1, 5)
FINAL_DATES = st.dates(date(2026, 9, 1), date(2026, 12, 31))


@st.composite
def plans(draw):
    """Up to eight steps, each after some of those listed before it, together short enough for the year."""
    count = draw(st.integers(1, 8))
    return [
        Step(
            title=f"节点{place + 1}",
            working_days=draw(st.integers(1, 12)),
            after=tuple(sorted(draw(st.sets(st.integers(1, place), max_size=2)))) if place else (),
        )
        for place in range(count)
    ]


def span(final_on, today=START):
    return Span(today=today, final_on=final_on, calendar=CALENDAR)


def in_order(nodes):
    """Whether every milestone ends before each that waits for it begins."""
    by_id = {one.id: one for one in nodes if one.dropped_on is None}
    return all(by_id[before].due_on < one.starts_on for one in by_id.values() for before in one.after)


@given(plans(), FINAL_DATES)
def test_a_plan_is_what_a_walk_day_by_day_finds(steps, final_on):
    nodes = plan(steps, span(final_on))
    assert [(one.starts_on, one.due_on) for one in nodes] == counted_back(steps, final_on, by_the_notices)


@given(plans(), FINAL_DATES)
def test_every_milestone_ends_before_what_waits_for_it_and_the_last_on_the_final_date(steps, final_on):
    nodes = plan(steps, span(final_on))
    assert in_order(nodes)
    awaited = {before for one in nodes for before in one.after}
    assert {one.due_on for one in nodes if one.id not in awaited} == {final_on}
    assert all(one.starts_on <= one.due_on for one in nodes)


@given(plans(), FINAL_DATES, st.integers(-40, 40))
def test_a_final_date_moved_by_working_days_moves_the_whole_plan_by_as_many(steps, final_on, by):
    final_on = CALENDAR.roll_back(final_on)
    other = CALENDAR.add_working_days(final_on, by)
    nodes, again = plan(steps, span(final_on)), plan(steps, span(other))
    for one, same in zip(nodes, again, strict=True):
        assert CALENDAR.working_days_between(one.due_on, same.due_on) == by
        assert CALENDAR.working_days_between(one.starts_on, same.starts_on) == by


@given(plans(), FINAL_DATES, st.integers(1, 40))
def test_moving_a_plan_with_its_date_is_planning_it_for_that_date(steps, final_on, by):
    final_on = CALENDAR.roll_back(final_on)
    other = span(CALENDAR.add_working_days(final_on, by))
    assert shifted(plan(steps, span(final_on)), other) == plan(steps, other)


@given(plans(), FINAL_DATES, FINAL_DATES)
def test_a_plan_moved_to_any_day_keeps_its_order_and_ends_by_that_day(steps, before, after):
    nodes = plan(steps, span(before))
    if before == after:
        return
    again = shifted(nodes, span(after))
    assert in_order(again)
    assert max(one.due_on for one in again) == after
    assert {one.final_on for one in again} == {after}


@given(plans(), FINAL_DATES, st.data())
def test_a_single_milestone_moves_only_where_the_order_holds(steps, final_on, data):
    nodes = plan(steps, span(final_on))
    chosen = data.draw(st.sampled_from(nodes))
    day = data.draw(st.dates(START, final_on))
    try:
        again = moved(nodes, chosen.id, day, span(final_on))
    except FactInvalid as refused:
        assert refused.code in ("node_before_predecessor", "node_after_successor", "node_unmoved")
        return
    assert in_order(again)
    assert [one.id for one in again if one.due_on != nodes[one.id - 1].due_on] == [chosen.id]


@given(st.lists(st.integers(1, 100), min_size=1, max_size=50))
def test_shares_always_add_to_the_whole_and_nobody_s_is_nothing(parts):
    found = shared([1] * len(parts), 100)
    assert (sum(found), min(found) >= 1, max(found) - min(found) <= 1) == (100, True, True)
    assert sum(shared(parts, 100)) == 100


@given(plans().filter(lambda steps: len(steps) > 1), FINAL_DATES)
def test_what_is_dropped_leaves_its_weight_to_the_rest_and_its_number_to_nobody(steps, final_on):
    nodes = plan(steps, span(final_on))
    left = dropped(nodes, nodes[-1].id, START)
    assert [one.id for one in left] == [one.id for one in nodes]
    kept = [one for one in left if one.dropped_on is None]
    assert (len(kept), sum(one.weight for one in kept)) == (len(nodes) - 1, 100)


def test_a_made_up_day_counts_and_a_holiday_does_not():
    """2026-10-10, a Saturday, is worked; the first week of October is not (国务院办公厅2026年安排)."""
    (node,) = plan([Step(title="施工", working_days=4)], span(date(2026, 10, 10)))
    assert (node.starts_on, node.due_on) == (date(2026, 9, 30), date(2026, 10, 10))


def test_a_final_date_on_a_rest_day_stands_and_the_work_ends_before_it():
    first, last = plan(
        [Step(title="施工", working_days=2), Step(title="验收", working_days=1, after=(1,))],
        span(date(2026, 7, 19)),
    )
    assert (last.starts_on, last.due_on) == (date(2026, 7, 17), date(2026, 7, 19))
    assert (first.starts_on, first.due_on) == (date(2026, 7, 15), date(2026, 7, 16))


def test_a_fixed_day_stands_even_on_a_saturday_and_pulls_what_comes_before_it():
    steps = [
        Step(title="公告", working_days=3),
        Step(title="开标", due_on=date(2026, 8, 1), after=(1,)),
        Step(title="施工", working_days=20, after=(2,)),
    ]
    notice, opening, works = plan(steps, span(date(2026, 9, 30), today=date(2026, 7, 1)))
    assert (opening.starts_on, opening.due_on) == (date(2026, 8, 1), date(2026, 8, 1))
    assert (notice.starts_on, notice.due_on) == (date(2026, 7, 29), date(2026, 7, 31))
    assert works.due_on == date(2026, 9, 30)


def test_a_saturday_that_moves_to_a_working_day_still_comes_after_what_goes_before():
    steps = [Step(title="公告", working_days=3), Step(title="开标", due_on=date(2026, 8, 1), after=(1,))]
    steps.append(Step(title="施工", working_days=20, after=(2,)))
    room, later = (span(day, today=date(2026, 7, 1)) for day in (date(2026, 9, 30), date(2026, 10, 8)))
    notice, opening, works = shifted(plan(steps, room), later)
    assert (notice.due_on, opening.due_on, works.due_on) == (
        date(2026, 7, 31),
        date(2026, 8, 3),
        date(2026, 10, 8),
    )
    assert in_order((notice, opening, works))


@pytest.mark.parametrize(("days", "wanting"), [(6, 0), (7, 1), (9, 3)])
def test_a_plan_that_does_not_fit_says_by_how_many_working_days(days, wanting):
    """From Wednesday 2026-07-15 to Wednesday 2026-07-22 there are six working days, today among them."""
    steps = [Step(title="施工", working_days=days - 1), Step(title="验收", working_days=1, after=(1,))]
    room = span(date(2026, 7, 22), today=date(2026, 7, 15))
    if not wanting:
        assert plan(steps, room)[0].starts_on == date(2026, 7, 15)
        return
    with pytest.raises(FactInvalid) as refused:
        plan(steps, room)
    assert (refused.value.code, refused.value.facts["too_long_by"]) == ("plan_does_not_fit", wanting)
    assert f"长出{wanting}个工作日" in refused.value.message


def test_a_circle_is_named_in_its_order():
    steps = [Step(title=name, working_days=1, after=after) for name, after in (("甲", (2,)), ("乙", (1,)))]
    with pytest.raises(FactInvalid) as refused:
        plan(steps, span(date(2026, 9, 1)))
    assert refused.value.code == "nodes_in_a_circle"
    assert "“甲”→“乙”→“甲”" in refused.value.message or "“乙”→“甲”→“乙”" in refused.value.message
