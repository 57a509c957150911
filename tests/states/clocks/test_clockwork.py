"""Which command opens, stops, pauses and counts which clock, on the real days of 2026."""

from dataclasses import replace
from datetime import date

import pytest

from states.calendar import DayKind
from states.clocks import Clock, Pause, standing
from states.clocks.clockwork import known_clocks
from states.deadlines import Limit
from states.errors import FactInvalid, RuleInvalid
from states.facts import CaseFacts
from states.vocabulary import ClockName, LimitUnit, Role
from tests.builders import at
from tests.states.matters import DEFAULT, LATER, decided, facts_in, holding, running
from tests.states.policies import a_limit, with_limits

ACKNOWLEDGE, PLAN, HANDLE, FEEDBACK = (
    ClockName.ACKNOWLEDGE,
    ClockName.PLAN,
    ClockName.HANDLE,
    ClockName.FEEDBACK,
)
DISPATCHED = at(2026, 7, 1)


class Life:
    """One matter whose commands are decided one after the other, its facts carried along."""

    def __init__(self, lifecycle, calendar, **facts) -> None:
        self.lifecycle, self.calendar = lifecycle, calendar
        self.facts: CaseFacts = facts_in("draft", clocks=(), complexity=None, **facts)
        self.policy, self.former = DEFAULT, {}

    def give(self, command, when, **details):
        decision = decided(
            self.lifecycle,
            self.calendar,
            self.facts,
            command,
            when=when,
            policy=self.policy,
            former=self.former,
            **details,
        )
        self.facts = replace(self.facts, **decision.changes)
        return decision

    def clock(self, name) -> Clock:
        (found,) = (clock for clock in self.facts.clocks if clock.name is name)
        return found


@pytest.fixture
def life(lifecycle, calendar):
    return Life(lifecycle, calendar)


def test_a_dispatch_opens_the_clocks_of_receipt_and_of_handling(life):
    life.give("assign", DISPATCHED)
    assert {clock.name: clock.due_on for clock in life.facts.clocks} == {
        ACKNOWLEDGE: date(2026, 7, 2),
        HANDLE: date(2026, 7, 22),
    }
    assert life.clock(HANDLE).limit == Limit(LimitUnit.WORKING_DAYS, 15)


def test_receipt_stops_its_clock_and_leaves_the_other_running(life):
    life.give("assign", DISPATCHED)
    life.give("acknowledge", at(2026, 7, 2))
    assert life.clock(ACKNOWLEDGE).stopped_at == at(2026, 7, 2)
    assert life.clock(HANDLE).is_open


def test_a_very_complex_matter_first_has_the_plan_s_clock_and_then_the_plan_s_date(life):
    life.give("assign", DISPATCHED, limit=None, complexity="very_complex")
    assert (life.clock(PLAN).due_on, life.facts.due_on) == (date(2026, 8, 3), date(2026, 8, 3))
    assert life.facts.due_for_plan
    life.give("acknowledge", at(2026, 7, 2))
    life.give("begin", at(2026, 7, 20), due_on=date(2026, 12, 31))
    assert not life.clock(PLAN).is_open
    assert (life.clock(HANDLE).due_on, life.clock(HANDLE).epoch, life.facts.epoch) == (
        date(2026, 12, 31),
        2,
        2,
    )


def test_a_plan_s_own_limit_runs_beside_the_handling_limit(life):
    life.policy = with_limits(a_limit(clock="plan", unit="days", amount=1), *DEFAULT.limits)
    life.give("assign", DISPATCHED, limit=None, complexity="ordinary")
    assert (life.clock(PLAN).due_on, life.clock(HANDLE).due_on) == (date(2026, 7, 2), date(2026, 7, 8))
    assert (life.facts.due_on, life.facts.due_for_plan) == (date(2026, 7, 8), False)


def test_a_limit_that_starts_with_receipt_is_counted_from_receipt(life):
    late = [replace_start(row) for row in DEFAULT.limits]
    life.policy = with_limits(*late)
    life.give("assign", DISPATCHED, limit=None, complexity="ordinary")
    assert life.facts.due_on is None
    life.give("acknowledge", at(2026, 7, 3))
    assert (life.facts.due_on, life.facts.original_due_on) == (date(2026, 7, 10), date(2026, 7, 10))


def replace_start(row):
    return row.model_copy(update={"starts": "acknowledged"}) if row.clock == "handle" else row


def test_a_limit_in_hours_is_due_at_an_hour(life):
    life.give("assign", at(2026, 9, 18, 16), limit=Limit(LimitUnit.WORKING_HOURS, 6))
    assert life.clock(HANDLE).due_at == at(2026, 9, 20, 14)  # past Saturday, into the Sunday that is worked
    assert life.facts.due_on == date(2026, 9, 20)


def test_every_report_opens_the_next_epoch_of_the_feedback_clock(life):
    life.give("assign", DISPATCHED, limit=None, open_ended=True, cadence="每周")
    life.give("acknowledge", at(2026, 7, 2))
    assert (life.clock(FEEDBACK).due_on, life.clock(FEEDBACK).epoch) == (date(2026, 7, 9), 1)
    life.give("report_progress", at(2026, 7, 8))
    assert (life.clock(FEEDBACK).due_on, life.clock(FEEDBACK).epoch) == (date(2026, 7, 15), 2)


def test_a_rework_goes_on_with_what_was_left(life):
    reached_handling(life)
    life.give("report_completion", at(2026, 7, 10))
    assert life.clock(HANDLE).is_paused
    life.give("return_for_rework", at(2026, 7, 15))
    assert life.clock(HANDLE).pauses == (Pause(at(2026, 7, 10), at(2026, 7, 15), "verifying"),)
    assert (life.facts.due_on, life.facts.epoch) == (date(2026, 7, 27), 1)


def test_two_pauses_of_one_epoch_add_up(life):
    reached_handling(life)
    for day in (6, 13):
        life.give("suspend", at(2026, 7, day), review_on=date(2026, 7, 20))
        life.give("resume", at(2026, 7, day + 2))
    assert (len(life.clock(HANDLE).pauses), life.facts.due_on) == (2, date(2026, 7, 28))


def test_what_a_suspension_lasts_beyond_the_ceiling_is_charged_again(life):
    strict = DEFAULT.pause.model_copy(update={"ceiling_working_days": 3})
    life.policy = DEFAULT.model_copy(update={"pause": strict})
    reached_handling(life)
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 9))
    decision = life.give("resume", at(2026, 7, 20))
    assert decision.changes["due_on"] == date(2026, 7, 27)  # three working days on, though it lasted ten
    assert life.clock(HANDLE).pauses[-1].end == at(2026, 7, 8, 18)  # when the office closed on the third


def test_an_ended_matter_has_no_clock_running(life):
    reached_handling(life)
    life.give("withdraw", at(2026, 7, 10))
    assert all(clock.stopped_at for clock in life.facts.clocks)


def test_another_category_counts_anew_from_the_same_start_past_the_same_pauses(life):
    life.give("assign", DISPATCHED, limit=None, complexity="ordinary")
    life.give("acknowledge", at(2026, 7, 2))
    life.give("suspend", at(2026, 7, 3), review_on=date(2026, 7, 10))
    life.give("resume", at(2026, 7, 7))
    assert life.facts.due_on == date(2026, 7, 13)
    decision = life.give("reclassify", at(2026, 7, 8), complexity="complex")
    assert decision.moved == {"handle": ["2026-07-13", "2026-08-05"]}
    assert (life.clock(HANDLE).started_at, len(life.clock(HANDLE).pauses)) == (DISPATCHED, 1)
    assert (life.facts.epoch, life.facts.complexity) == (2, "complex")


def test_another_category_leaves_a_date_that_was_ordered_alone(life):
    life.give("assign", DISPATCHED, limit=None, due_on=LATER, complexity="ordinary")
    decision = life.give("reclassify", at(2026, 7, 8), complexity="complex")
    assert (decision.moved, life.facts.due_on) == ({}, LATER)


def test_a_category_that_plans_first_hands_the_time_over_to_the_plan(life):
    life.give("assign", DISPATCHED, limit=None, complexity="ordinary")
    life.give("reclassify", at(2026, 7, 3), complexity="very_complex")
    assert (life.clock(PLAN).started_at, life.clock(PLAN).due_on) == (DISPATCHED, date(2026, 8, 3))
    assert (life.clock(HANDLE).is_open, life.facts.due_for_plan, life.facts.due_on) == (
        False,
        True,
        date(2026, 8, 3),
    )


def test_another_policy_counts_its_limits_anew_and_back_again(life):
    life.give("assign", DISPATCHED, limit=None, complexity="ordinary")
    ten_days = with_limits(
        *(row for row in DEFAULT.limits if row.category != "ordinary"),
        a_limit(category="ordinary", clock="handle", unit="working_days", amount=10),
    )
    life.policy = ten_days
    assert life.give("retarget", at(2026, 7, 3), target=ten_days.digest).moved["handle"][1] == "2026-07-15"
    assert life.facts.policy == ten_days.digest
    life.policy = DEFAULT
    assert life.give("retarget", at(2026, 7, 3)).moved == {"handle": ["2026-07-15", "2026-07-08"]}


def test_a_date_is_counted_again_on_the_calendar_in_force_and_says_both(life, calendar):
    life.give("assign", DISPATCHED)
    typhoon = {**calendar.days, date(2026, 7, 13): DayKind.REST}
    life.calendar = replace(calendar, version="台风", days=typhoon, _years={})
    decision = life.give("recount", at(2026, 7, 14))
    assert decision.moved == {"handle": ["2026-07-22", "2026-07-23"]}
    assert (life.facts.epoch, life.clock(HANDLE).calendar) == (2, "台风")


def test_a_declined_recounting_leaves_the_date_and_is_remembered(life, calendar):
    life.give("assign", DISPATCHED)
    typhoon = {**calendar.days, date(2026, 7, 13): DayKind.REST}
    life.calendar = replace(calendar, version="台风", days=typhoon, _years={})
    life.give("decline_recount", at(2026, 7, 14))
    assert (life.facts.due_on, life.facts.calendar_declined) == (date(2026, 7, 22), "台风")
    assert not life.facts.provisional


def test_a_provisional_date_that_is_confirmed_stays_in_its_epoch(life, calendar):
    life.give("assign", at(2026, 12, 21))
    assert life.facts.provisional
    life.calendar = replace(calendar, version="2027", announced_years=frozenset({2026, 2027}), _years={})
    decision = life.give("recount", at(2026, 12, 22))
    assert (decision.moved, life.facts.provisional, life.facts.epoch) == ({}, False, 1)


def test_a_matter_from_before_clocks_were_kept_has_its_date_as_a_stated_one(calendar):
    facts = CaseFacts(state="handling", due_on=LATER, dispatched_on=date(2026, 7, 1), epoch=3)
    (clock,) = known_clocks(facts, calendar)
    assert (clock.name, clock.epoch, clock.due_on, clock.limit) == (HANDLE, 3, LATER, None)


def test_a_date_on_a_rest_day_is_kept_with_a_warning(life):
    decision = life.give("assign", DISPATCHED, limit=None, due_on=date(2026, 10, 3))
    assert decision.changes["due_on"] == date(2026, 10, 3)
    (warning,) = (one for one in decision.warnings if "国庆节" in one)
    assert "不顺延" in warning


def test_a_pause_after_the_date_leaves_a_matter_as_late_as_it_was(life, calendar):
    reached_handling(life)
    life.give("report_completion", at(2026, 7, 27))  # three working days late
    life.give("return_for_rework", at(2026, 9, 1))
    seen = standing(life.clock(HANDLE), calendar, at(2026, 9, 1))
    assert (seen.late.working_days, life.facts.due_on) == (3, date(2026, 8, 27))


def test_a_pause_that_ends_does_not_bring_in_a_calendar_nobody_accepted(life, calendar):
    reached_handling(life)
    accepted = life.clock(HANDLE).calendar
    typhoon = {**calendar.days, date(2026, 7, 13): DayKind.REST}
    life.calendar = replace(calendar, version="台风", days=typhoon, _years={})
    life.former = {accepted: calendar}
    life.give("suspend", at(2026, 7, 14), review_on=date(2026, 7, 20))
    life.give("resume", at(2026, 7, 14, 11))
    assert (life.facts.due_on, life.clock(HANDLE).calendar) == (date(2026, 7, 22), accepted)


def test_an_extension_carries_the_start_and_the_pauses_and_counts_no_pause_twice(life):
    reached_handling(life)
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 10))
    life.give("resume", at(2026, 7, 8))
    life.give("request_extension", at(2026, 7, 10), due_on=date(2026, 8, 7))
    life.facts = replace(life.facts, extension_consented_by="H", extension_reviewed_by="R")
    life.give("grant_extension", at(2026, 7, 10))
    assert (life.clock(HANDLE).started_at, len(life.clock(HANDLE).pauses)) == (DISPATCHED, 1)
    assert life.facts.due_on == date(2026, 8, 7)
    life.give("suspend", at(2026, 7, 13), review_on=date(2026, 7, 20))
    life.give("resume", at(2026, 7, 15))
    assert life.facts.due_on == date(2026, 8, 11)


def test_the_ceiling_of_suspensions_outlives_an_extension(life):
    strict = DEFAULT.pause.model_copy(update={"ceiling_working_days": 3})
    life.policy = DEFAULT.model_copy(update={"pause": strict})
    reached_handling(life)
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 8))
    life.give("resume", at(2026, 7, 9))
    life.facts = replace(
        life.facts, extension_to=LATER, extension_consented_by="H", extension_reviewed_by="R"
    )
    life.give("grant_extension", at(2026, 7, 10))
    with pytest.raises(FactInvalid) as refused:
        life.give("suspend", at(2026, 7, 13), review_on=date(2026, 7, 14))
    assert (refused.value.code, refused.value.facts["used"]) == ("pause_ceiling", 3)


def test_more_time_for_a_plan_moves_the_plan_s_date(life):
    life.give("assign", DISPATCHED, limit=None, complexity="very_complex")
    life.give("acknowledge", at(2026, 7, 2))
    life.facts = replace(
        life.facts, extension_to=date(2026, 8, 14), extension_consented_by="H", extension_reviewed_by="R"
    )
    life.give("grant_extension", at(2026, 7, 10))
    assert (life.clock(PLAN).due_on, life.facts.due_on) == (date(2026, 8, 14), date(2026, 8, 14))
    assert HANDLE not in {clock.name for clock in life.facts.clocks}


def test_a_policy_that_does_not_know_the_case_s_rule_is_refused(life):
    life.give("assign", DISPATCHED)
    handle = replace(life.clock(HANDLE), rule="own-rule")
    life.facts = replace(life.facts, clocks=(handle,))
    with pytest.raises(RuleInvalid) as refused:
        life.give("retarget", at(2026, 7, 3))
    assert refused.value.code == "counting_rule_unknown"


def test_a_stopped_clock_does_not_stop_twice(life):
    reached_handling(life)
    life.give("report_completion", at(2026, 7, 10))
    before = life.clock(ACKNOWLEDGE).stopped_at
    life.give("close_out", at(2026, 7, 13), actor=holding(*Role, person="R099"))
    assert life.clock(ACKNOWLEDGE).stopped_at == before == DISPATCHED


def test_the_clock_of_a_matter_stands_in_the_state_it_was_paused_in():
    assert running(pauses=(Pause(DISPATCHED, None, "suspended"),)).is_paused


def reached_handling(life):
    for command in ("assign", "acknowledge", "begin"):
        life.give(command, DISPATCHED)
