"""Coordination: decided at the level that was asked, by somebody else than who asked, with a date or none."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states import lights
from states.case import Actor
from states.duties import DutyKind, Matter, duties
from states.effects.coordinating import NO_COORDINATION
from states.errors import FactInvalid, NotPermitted
from states.vocabulary import CoordinationLevel, Role
from tests.states.matters import DEFAULT, DUE_ON, LATER, decided, facts_in, holding
from tests.states.test_duties import CALENDAR, PLAIN, STANDARD

TODAY, ASKER = date(2026, 7, 15), "BH212-L"
DECIDER = {
    "office": Role.DIRECTOR,
    "leader": Role.LEADER,
    "principal": Role.PRINCIPAL,
    "meeting": Role.PRINCIPAL,
}
SETTLING = ("decide_coordination", "decline_coordination")


def asked(level="leader", state="handling", **changes):
    return facts_in(
        state, coordination_level=level, coordination_by=ASKER, coordination_on=date(2026, 7, 10), **changes
    )


def after(facts, command, **details):
    return replace(facts, **decided(STANDARD, CALENDAR, facts, command, **details).changes)


def test_a_request_says_who_asked_whom_and_when():
    found = after(facts_in("handling"), "request_coordination", actor=holding(Role.LIAISON, person=ASKER))
    assert (found.coordination_level, found.coordination_by, found.coordination_on) == (
        "leader",
        ASKER,
        TODAY,
    )


@pytest.mark.parametrize("command", SETTLING)
@pytest.mark.parametrize("level", [level.value for level in CoordinationLevel])
def test_each_level_is_settled_by_its_own_decider_and_nobody_else(level, command):
    for role in (Role.DIRECTOR, Role.LEADER, Role.PRINCIPAL):
        if role is DECIDER[level]:
            assert after(asked(level), command, actor=holding(role)).coordination_level is None
            continue
        with pytest.raises(NotPermitted) as refused:
            after(asked(level), command, actor=holding(role))
        assert refused.value.code == "decider_of_another_level"


@pytest.mark.parametrize("command", SETTLING)
def test_whoever_asked_does_not_settle_it_nor_does_a_deputy_in_his_place(command):
    own = Actor(ASKER, frozenset({Role.LIAISON, Role.LEADER}))
    in_his_place = Actor("R006", deputising={Role.LEADER: (ASKER,)})
    for actor in (own, in_his_place):
        with pytest.raises(NotPermitted) as refused:
            after(asked(), command, actor=actor)
        assert refused.value.code == "decider_is_asker"


def test_a_deputy_settles_it_in_the_place_of_the_level_that_was_asked():
    director = Actor("R010", frozenset({Role.DIRECTOR}), deputising={Role.LEADER: (ASKER, "R006")})
    decision = decided(STANDARD, CALENDAR, asked(), "decide_coordination", actor=director)
    assert decision.acting_for == "R006"


def test_a_decision_without_a_date_leaves_the_limit_as_it_is():
    decision = decided(STANDARD, CALENDAR, asked(), "decide_coordination")
    assert decision.changes == {**NO_COORDINATION, "witnessed": True}


@given(due_on=st.dates(date(2026, 6, 1), date(2026, 12, 31)))
def test_a_decision_sets_any_day_to_come_that_is_another(due_on):
    if due_on > TODAY and due_on != DUE_ON:
        found = after(asked(), "decide_coordination", due_on=due_on)
        assert (found.due_on, found.original_due_on, found.extensions) == (due_on, due_on, 0)
        assert (found.epoch, found.extension_to) == (2, None)
        return
    with pytest.raises(FactInvalid) as refused:
        after(asked(), "decide_coordination", due_on=due_on)
    assert refused.value.code == ("due_on_unchanged" if due_on == DUE_ON else "date_in_the_past")


def test_the_date_before_the_decision_stays_the_original_one():
    found = after(asked(original_due_on=DUE_ON), "decide_coordination", due_on=LATER)
    assert (found.due_on, found.original_due_on) == (LATER, DUE_ON)


@pytest.mark.parametrize(
    ("command", "state"),
    [("report_completion", "handling"), ("withdraw", "handling"), ("merge", "handling")],
)
def test_a_matter_that_ends_or_is_reported_done_waits_for_no_decision(command, state):
    found = after(asked(state=state), command)
    assert {name: getattr(found, name) for name in NO_COORDINATION} == NO_COORDINATION


@pytest.mark.parametrize("level", [level.value for level in CoordinationLevel])
def test_a_request_lies_with_its_decider_from_the_day_it_was_asked(level):
    facts = asked(level, **PLAIN)
    found = duties(Matter(facts, STANDARD, DEFAULT, CALENDAR, date(2026, 7, 10)))
    (duty,) = (one for one in found if one.kind is DutyKind.COORDINATE)
    assert (duty.whose.roles, duty.since) == ((DECIDER[level],), date(2026, 7, 10))
    assert not duty.overdue


def test_a_request_makes_no_light_worse():
    assert lights.reasons(asked(), DEFAULT, TODAY, CALENDAR) == ()


def test_a_request_of_a_suspended_matter_is_nobody_s_until_it_goes_on():
    found = duties(Matter(asked(state="suspended", **PLAIN), STANDARD, DEFAULT, CALENDAR, TODAY))
    assert DutyKind.COORDINATE not in {duty.kind for duty in found}


@pytest.mark.parametrize(("due_on", "promised_on"), [(LATER, None), (date(2026, 7, 20), date(2026, 7, 18))])
def test_more_time_settles_what_the_unit_promised(due_on, promised_on):
    found = after(asked(promised_on=date(2026, 7, 18)), "decide_coordination", due_on=due_on)
    assert found.promised_on == promised_on
