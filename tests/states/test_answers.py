"""What answers what is owed, and how soon it falls due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.duties import Duty, DutyKind, Whose, duties
from states.duties.answers import ANSWERS
from states.duties.horizon import Horizon, by_horizon, horizon
from states.vocabulary import CoordinationLevel, Role
from tests.states.matters import facts_in
from tests.states.test_duties import STANDARD, matter

DONE_ELSEWHERE = frozenset(
    {
        DutyKind.SIGN, DutyKind.REPLY, DutyKind.DRAFT, DutyKind.APPROVE, DutyKind.SERVE, DutyKind.JUDGE,
        DutyKind.FOLLOW_UP, DutyKind.SELF_CRITICISM, DutyKind.EFFECT_REVIEW,
    }
    | {DutyKind.SET_ASIDE, DutyKind.UNDELIVERED, DutyKind.MENTION, DutyKind.ADVANCE}
)  # fmt: skip
"""Measures and papers, the scheduler, the mail room, comments; and a step of an office's own table."""
MONDAY = date(2026, 7, 13)
DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31))
OWED = st.builds(
    Duty,
    kind=st.sampled_from(DutyKind),
    label=st.just("待办"),
    whose=st.just(Whose(())),
    due_on=st.none() | DAYS,
    overdue=st.just(False),
)


def due(days: int | None, overdue: bool = False) -> Duty:
    day = None if days is None else MONDAY + timedelta(days=days)
    return Duty(DutyKind.HANDLE, "待办结", Whose(()), day, overdue=overdue)


def test_everything_owed_has_a_command_that_does_it_or_is_done_elsewhere():
    assert ANSWERS.keys() | DONE_ELSEWHERE == set(DutyKind)
    assert not ANSWERS.keys() & DONE_ELSEWHERE


def test_every_answer_is_a_command_of_the_table():
    assert {one for commands in ANSWERS.values() for one in commands} <= STANDARD.command_rows.keys()


def test_only_what_exists_where_the_matter_stands_answers():
    answers = {row.id for one in duties(matter(facts_in("assigned"))) for row in one.answers}
    assert answers == {"acknowledge", "object"}


@pytest.mark.parametrize(("level", "role"), [("office", Role.DIRECTOR), ("leader", Role.LEADER)])
def test_coordination_is_answered_by_the_level_that_was_asked(level, role):
    asked = facts_in("handling", coordination_level=CoordinationLevel(level), coordination_on=MONDAY)
    (owed,) = (one for one in duties(matter(asked)) if one.kind is DutyKind.COORDINATE)
    assert {row.roles for row in owed.answers} == {(role,)}


@pytest.mark.parametrize(
    ("days", "overdue", "where"),
    [
        (-1, True, Horizon.OVERDUE),
        (-1, False, Horizon.WAITING),
        (0, False, Horizon.TODAY),
        (1, False, Horizon.THIS_WEEK),
        (6, False, Horizon.THIS_WEEK),
        (7, False, Horizon.LATER),
        (None, False, Horizon.WAITING),
    ],
)
def test_a_week_is_looked_at_from_its_monday_to_its_sunday(days, overdue, where):
    assert horizon(due(days, overdue), MONDAY) is where


@given(st.lists(OWED, max_size=30), DAYS)
def test_nothing_is_lost_and_the_order_is_kept(owed, day):
    found = by_horizon(owed, day)
    assert sorted(map(id, owed)) == sorted(id(one) for some in found.values() for one in some)
    assert list(found) == [one for one in Horizon if one in found]
    assert all(list(some) == [one for one in owed if one in some] for some in found.values())
