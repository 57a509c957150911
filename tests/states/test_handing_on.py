"""改派: the same matter in other hands, and what each of its clocks does."""

from dataclasses import replace
from datetime import date

import pytest

from states.corrections import EMPTY
from states.deadlines import Limit
from states.errors import FactInvalid
from states.tasks import TaskState
from states.vocabulary import ClockName, LimitUnit
from tests.builders import at
from tests.states.clocks.test_clockwork import Life
from tests.states.matters import DEFAULT, LATER

ACKNOWLEDGE, PLAN, HANDLE, FEEDBACK = (
    ClockName.ACKNOWLEDGE,
    ClockName.PLAN,
    ClockName.HANDLE,
    ClockName.FEEDBACK,
)
HANDED_ON = at(2026, 7, 9)


@pytest.fixture
def life(lifecycle, calendar):
    """A matter in hand since 2026-07-02, due on 2026-07-22."""
    life = Life(lifecycle, calendar)
    life.give("assign", at(2026, 7, 1), co_units=("BH213", "BH214"))
    life.give("acknowledge", at(2026, 7, 2))
    life.give("begin", at(2026, 7, 2))
    return life


def test_the_date_stands_in_a_new_epoch_and_has_to_be_signed_for_anew(life):
    decision = life.give("reassign", HANDED_ON)
    assert (life.facts.state, life.facts.lead_unit, life.facts.co_units) == ("assigned", "BH213", ("BH214",))
    assert (life.facts.due_on, life.facts.epoch, life.clock(HANDLE).epoch) == (date(2026, 7, 22), 2, 2)
    assert (life.clock(HANDLE).started_at, decision.moved) == (at(2026, 7, 1), {})
    acknowledge = life.clock(ACKNOWLEDGE)
    assert (acknowledge.epoch, acknowledge.is_open, acknowledge.due_on) == (2, True, date(2026, 7, 10))
    assert life.facts.dispatched_on == date(2026, 7, 1)


@pytest.mark.parametrize("limit", [{"due_on": LATER}, {"limit": Limit(LimitUnit.WORKING_DAYS, 19)}])
def test_a_new_limit_opens_the_date_anew_beside_the_original(life, limit):
    decision = life.give("reassign", HANDED_ON, **limit)
    assert (life.facts.due_on, life.facts.original_due_on) == (LATER, date(2026, 7, 22))
    assert (life.facts.epoch, life.clock(HANDLE).started_at) == (2, HANDED_ON)
    assert decision.moved == {"handle": ["2026-07-22", "2026-08-05"]}


@pytest.mark.parametrize("limit", [{}, {"due_on": LATER}])
@pytest.mark.parametrize("objected", [False, True])
def test_the_ceiling_of_suspensions_is_the_matter_s_whoever_has_it_and_by_when(life, limit, objected):
    strict = DEFAULT.pause.model_copy(update={"ceiling_working_days": 3})
    life.policy = DEFAULT.model_copy(update={"pause": strict})
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 8))
    life.give("resume", at(2026, 7, 9))
    life.give("reassign", HANDED_ON, **limit)
    if objected:
        life.give("object", at(2026, 7, 10))
        life.give("assign", at(2026, 7, 10), limit=None, due_on=LATER)
    with pytest.raises(FactInvalid) as refused:
        life.give("suspend", at(2026, 7, 13), review_on=date(2026, 7, 14))
    assert (refused.value.code, refused.value.facts["used"]) == ("pause_ceiling", 3)


def test_what_a_suspension_lasts_beyond_what_is_left_of_the_ceiling_is_charged_to_the_new_hand_too(life):
    strict = DEFAULT.pause.model_copy(update={"ceiling_working_days": 3})
    life.policy = DEFAULT.model_copy(update={"pause": strict})
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 7))
    life.give("resume", at(2026, 7, 7))
    life.give("reassign", HANDED_ON, due_on=LATER)
    life.give("suspend", at(2026, 7, 13), review_on=date(2026, 7, 13))
    life.give("resume", at(2026, 7, 20))
    assert life.clock(HANDLE).pauses[-1].end == at(2026, 7, 14, 18)


def test_a_matter_taken_up_again_may_be_suspended_as_a_new_one(life):
    strict = DEFAULT.pause.model_copy(update={"ceiling_working_days": 3})
    life.policy = DEFAULT.model_copy(update={"pause": strict})
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 8))
    life.give("resume", at(2026, 7, 9))
    life.give("report_completion", at(2026, 7, 10))
    life.facts = replace(life.facts, reported_by="BH212-L")
    life.give("close_out", at(2026, 7, 13))
    life.facts = replace(life.facts, lookback_finding="relapsed", lookback_on=date(2026, 7, 14))
    life.give("reopen", at(2026, 7, 15), limit=None, due_on=LATER)
    life.give("suspend", at(2026, 7, 16), review_on=date(2026, 7, 20))
    assert life.facts.state == "suspended"


@pytest.mark.parametrize("limit", [{}, {"due_on": LATER}])
def test_an_objection_after_it_undoes_neither_the_first_dispatch_nor_the_original_date(life, limit):
    life.give("reassign", HANDED_ON, **limit)
    life.give("object", at(2026, 7, 10))
    assert (life.facts.state, life.facts.lead_unit, life.facts.due_on) == ("draft", None, None)
    life.give("assign", at(2026, 7, 13), limit=None, due_on=LATER)
    assert (life.facts.due_on, life.facts.original_due_on) == (LATER, date(2026, 7, 22))
    assert life.facts.dispatched_on == date(2026, 7, 1)


def test_an_objection_of_the_first_unit_undoes_the_dispatch_and_its_date(lifecycle, calendar):
    first = Life(lifecycle, calendar)
    for command, day in (("assign", 1), ("object", 2), ("assign", 6)):
        first.give(command, at(2026, 7, day))
    assert first.facts.original_due_on == first.facts.due_on
    assert first.facts.dispatched_on == date(2026, 7, 6)


def test_a_request_for_more_time_lapses_and_promises_of_the_former_unit_with_it(life):
    life.give("request_extension", at(2026, 7, 6))
    promised = {
        "hard_to_meet": True,
        "expected_on": LATER,
        "promised_on": LATER,
        "coordination_level": "leader",
    }
    for name, value in promised.items():
        life.facts = life.facts.__class__(**{**_facts(life), name: value})
    life.give("reassign", HANDED_ON)
    facts = life.facts
    assert (facts.extension_to, facts.extension_consented_by) == (None, None)
    assert (facts.hard_to_meet, facts.expected_on, facts.promised_on, facts.coordination_level) == (
        False, None, None, None,
    )  # fmt: skip


def _facts(life):
    return {name: getattr(life.facts, name) for name in life.facts.__dataclass_fields__}


def test_feedback_stops_until_the_new_unit_signs_for_it(lifecycle, calendar):
    life = Life(lifecycle, calendar)
    life.give("assign", at(2026, 7, 1), limit=None, open_ended=True, cadence="每周")
    life.give("acknowledge", at(2026, 7, 2))
    life.give("reassign", HANDED_ON)
    assert (life.clock(FEEDBACK).is_open, life.facts.cadence, life.facts.due_on) == (False, "每周", None)
    life.give("acknowledge", at(2026, 7, 10))
    assert (life.clock(FEEDBACK).due_on, life.clock(FEEDBACK).epoch) == (date(2026, 7, 17), 2)


def test_a_plan_that_is_the_date_is_carried_on_and_a_new_limit_takes_its_place(lifecycle, calendar):
    life = Life(lifecycle, calendar)
    life.give("assign", at(2026, 7, 1), limit=None, complexity="very_complex")
    life.give("reassign", HANDED_ON)
    assert (life.facts.due_on, life.facts.due_for_plan, life.clock(PLAN).epoch) == (date(2026, 8, 3), True, 2)
    life.give("reassign", at(2026, 7, 13), lead_unit="BH212", due_on=LATER)
    assert (life.clock(PLAN).is_open, life.facts.due_for_plan, life.facts.due_on) == (False, False, LATER)
    life.give("acknowledge", at(2026, 7, 14))
    assert life.give("begin", at(2026, 7, 14)).after == "handling"


@pytest.mark.parametrize("co_units", [None, ("BH215",)])
def test_co_units_stay_unless_others_are_named(life, co_units):
    life.give("reassign", HANDED_ON, lead_unit="BH216", co_units=co_units)
    assert life.facts.co_units == (co_units or ("BH213", "BH214"))


def test_the_tasks_of_co_units_go_on_and_that_of_the_new_lead_ends(life):
    for unit in ("BH213", "BH214"):
        life.give("add_task", at(2026, 7, 3), unit=unit, task_title="抢修灯杆120处", due_on=date(2026, 7, 20))
    life.give("reassign", HANDED_ON)
    ended, goes_on = life.facts.tasks
    assert (ended.unit, ended.state, ended.clock.is_open) == ("BH213", TaskState.CANCELLED, False)
    assert (goes_on.unit, goes_on.is_open, goes_on.clock.due_on) == ("BH214", True, date(2026, 7, 20))


def test_a_standing_group_that_comes_to_lead_is_neither_co_unit_nor_has_a_task(life):
    task = {"unit": "BH502", "task_title": "抢修灯杆120处", "due_on": date(2026, 7, 20)}
    life.give("add_task", at(2026, 7, 3), **task)
    life.give("reassign", HANDED_ON, lead_unit="BH216", lead_group="BH502", co_units=("BH214",))
    assert life.facts.co_units == ("BH214",)
    assert life.facts.tasks[0].state is TaskState.CANCELLED


@pytest.mark.parametrize(
    ("command", "details"),
    [
        ("reassign", {"lead_unit": "BH216", "co_units": ("BH214",)}),
        ("correct", {"field": "co_units", "old": ("BH213", "BH214"), "new": ("BH214",)}),
        ("correct", {"field": "co_units", "old": ("BH213", "BH214"), "new": EMPTY}),
    ],
)
def test_a_co_unit_whose_task_is_under_way_stays_one(life, command, details):
    life.give("add_task", at(2026, 7, 3), unit="BH213", task_title="抢修灯杆120处", due_on=date(2026, 7, 20))
    with pytest.raises(FactInvalid) as refused:
        life.give(command, HANDED_ON, **details)
    assert (refused.value.code, refused.value.facts["units"]) == ("co_unit_has_tasks", ["BH213"])
    life.give("cancel_task", HANDED_ON, task=1)
    assert life.give(command, HANDED_ON, **details)
