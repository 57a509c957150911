"""What a decision sets: limits, epochs, pauses and outcomes, on the real days of 2026."""

from datetime import date

import pytest

from states.clocks import Pause
from states.deadlines import STATED, Limit
from states.effects.extending import NO_EXTENSION
from states.facts import NEW, to_json
from states.vocabulary import LimitUnit
from tests.builders import LEAD_CODE, at
from tests.states.matters import DUE_ON, LATER, PROOF, decided, facts_in, running

WEDNESDAY = at(2026, 7, 15)


def standing_since(instant, cause, due_on=DUE_ON):
    """The handling clock, standing still since then."""
    return running(due_on, pauses=(Pause(instant, None, cause),))


def changes(lifecycle, calendar, facts, command, *, when=WEDNESDAY, **details):
    return decided(lifecycle, calendar, facts, command, when=when, **details).changes


@pytest.mark.parametrize(
    ("complexity", "due_on"),
    [
        ("ordinary", date(2026, 7, 22)),
        ("complex", date(2026, 8, 17)),
        ("very_complex", date(2026, 8, 17)),
    ],
)
def test_a_matter_without_limit_takes_the_preset_of_its_complexity(lifecycle, calendar, complexity, due_on):
    set_ = changes(lifecycle, calendar, facts_in("draft"), "assign", limit=None, complexity=complexity)
    assert (set_["due_on"], set_["original_due_on"], set_["epoch"]) == (due_on, due_on, 1)


def test_a_date_set_by_a_leader_stands_on_a_sunday(lifecycle, calendar):
    sunday = date(2026, 7, 19)
    decision = decided(lifecycle, calendar, facts_in("draft"), "assign", limit=None, due_on=sunday)
    assert (decision.deadlines["handle"].due_on, decision.deadlines["handle"].rule) == (sunday, STATED)


def test_a_long_term_matter_has_a_cadence_and_no_date(lifecycle, calendar):
    set_ = changes(
        lifecycle, calendar, facts_in("draft"), "assign", limit=None, open_ended=True, cadence="每季度"
    )
    assert set_["open_ended"] is True
    assert "due_on" not in set_


def test_an_objection_undoes_the_whole_dispatch(lifecycle, calendar):
    facts = facts_in("assigned", open_ended=True, cadence="每季度", co_units=("BH213",))
    set_ = changes(lifecycle, calendar, facts, "object")
    assert [clock.is_open for clock in set_.pop("clocks")] == [False]
    assert set_ == {
        "state": "draft",
        "witnessed": True,
        "lead_unit": None,
        "co_units": (),
        "dispatched_on": None,
        "due_on": None,
        "open_ended": False,
        "cadence": None,
    }


def test_a_granted_extension_keeps_the_original_and_opens_an_epoch(lifecycle, calendar):
    facts = facts_in("handling", original_due_on=DUE_ON)
    set_ = changes(lifecycle, calendar, facts, "grant_extension")
    assert (set_["due_on"], set_["epoch"], set_["extensions"]) == (date(2026, 7, 29), 2, 1)
    assert set_["extension_to"] is None
    assert "original_due_on" not in set_


def test_whoever_grants_may_name_another_later_date(lifecycle, calendar):
    set_ = changes(lifecycle, calendar, facts_in("handling"), "grant_extension", due_on=LATER)
    assert set_["due_on"] == LATER


def test_a_refused_extension_changes_no_date(lifecycle, calendar):
    set_ = changes(lifecycle, calendar, facts_in("handling"), "refuse_extension")
    assert set_ == dict.fromkeys(NO_EXTENSION) | {"witnessed": True}


def test_time_under_verification_is_not_charged_to_the_unit(lifecycle, calendar):
    facts = facts_in("verifying", clocks=(standing_since(at(2026, 7, 10), "verifying"),), returns=1)
    decision = decided(lifecycle, calendar, facts, "return_for_rework", when=WEDNESDAY)
    assert decision.changes["due_on"] == date(2026, 7, 27)  # three working days on
    assert (decision.changes["returns"], decision.changes["reported_by"]) == (2, None)
    assert "epoch" not in decision.changes
    assert len(decision.deadlines["handle"].pauses) == 1


def test_time_set_aside_is_not_charged_to_the_unit(lifecycle, calendar):
    clock = standing_since(at(2026, 9, 18), "suspended", due_on=date(2026, 9, 24))
    facts = facts_in("suspended", clocks=(clock,), paused_on=date(2026, 9, 18), review_on=LATER)
    set_ = changes(lifecycle, calendar, facts, "resume", when=at(2026, 10, 8))
    assert set_["due_on"] == date(2026, 10, 14)  # nine working days on, past two holidays and a make-up day
    assert (set_["suspended_from"], set_["paused_on"], set_["review_on"]) == (None, None, None)


def test_a_pause_and_its_end_on_one_day_move_nothing(lifecycle, calendar):
    facts = facts_in("verifying", clocks=(standing_since(at(2026, 7, 15, 8), "verifying"),))
    assert "due_on" not in changes(lifecycle, calendar, facts, "return_for_rework")


@pytest.mark.parametrize(
    ("reported_on", "outcome"),
    [(DUE_ON, "on_time"), (date(2026, 7, 23), "late")],
)
def test_the_outcome_looks_at_the_day_completion_was_reported(lifecycle, calendar, reported_on, outcome):
    facts = facts_in("verifying", reported_on=reported_on)
    set_ = changes(lifecycle, calendar, facts, "close_out", when=at(2026, 7, 30))
    assert (set_["closed_on"], set_["outcome"]) == (date(2026, 7, 30), outcome)


def test_reporting_completion_stops_the_clock_and_drops_the_request_for_more_time(lifecycle, calendar):
    set_ = changes(lifecycle, calendar, facts_in("handling"), "report_completion")
    assert (set_["paused_on"], set_["reported_on"]) == (WEDNESDAY.date(), WEDNESDAY.date())
    assert (set_["reported_by"], set_["extension_to"]) == ("R010", None)


def test_a_reopened_matter_has_a_limit_whatever_it_had_before(lifecycle, calendar):
    relapse = {"lookback_finding": "relapsed", "lookback_on": date(2026, 7, 14)}
    facts = facts_in("closed", open_ended=True, cadence="每季度", due_on=None, outcome="on_time", **relapse)
    set_ = changes(lifecycle, calendar, facts, "reopen")
    assert (set_["due_on"], set_["epoch"], set_["outcome"]) == (date(2026, 7, 22), 2, None)
    assert set_["open_ended"] is False


def test_a_withdrawn_matter_says_so(lifecycle, calendar):
    assert changes(lifecycle, calendar, facts_in("handling"), "withdraw")["outcome"] == "withdrawn"


def test_a_merged_matter_names_its_survivor(lifecycle, calendar):
    assert changes(lifecycle, calendar, facts_in("handling"), "merge")["merged_into"] == "滨督2026-002"


def test_a_matter_taken_over_states_its_past_and_witnesses_nothing(lifecycle, calendar):
    stated = {"state": "closed", "dispatched_on": date(2026, 1, 13), "due_on": date(2026, 1, 20)}
    set_ = changes(lifecycle, calendar, facts_in(NEW), "take_over", closed_on=date(2026, 1, 21), **stated)
    assert (set_["outcome"], set_["original_due_on"]) == ("late", date(2026, 1, 20))
    assert "witnessed" not in set_


def test_a_matter_taken_over_without_dates_gets_none(lifecycle, calendar):
    set_ = changes(lifecycle, calendar, facts_in(NEW), "take_over", lead_unit=LEAD_CODE)
    assert {"dispatched_on", "due_on", "original_due_on", "outcome"}.isdisjoint(set_)


def test_a_register_that_moves_its_date_opens_an_epoch(lifecycle, calendar):
    set_ = changes(lifecycle, calendar, facts_in("handling"), "restate", state="handling", due_on=LATER)
    assert (set_["due_on"], set_["epoch"]) == (LATER, 2)


def test_a_due_date_in_an_unannounced_year_is_provisional(lifecycle, calendar):
    limit = Limit(LimitUnit.WORKING_DAYS, 15)
    facts = facts_in("draft")
    set_ = changes(lifecycle, calendar, facts, "assign", limit=limit, when=at(2026, 12, 21))
    assert set_["provisional"] is True


def test_a_decision_names_only_what_changes_and_is_plain_json(lifecycle, calendar):
    decision = decided(
        lifecycle, calendar, facts_in("handling", witnessed=True), "report_progress", evidence=PROOF
    )
    assert set(decision.changes) == {"progress", "progress_on", "progress_of"}
    assert to_json(decision.details)["evidence"] == [dict(PROOF[0])]
