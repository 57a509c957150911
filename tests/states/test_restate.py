"""What an old register states anew: dates that move, come and go, facts it no longer states."""

from datetime import date

from tests.builders import at
from tests.states.matters import COMPLETE, LATER, decided, facts_in

ROW = COMPLETE["restate"]["origin"]
WEDNESDAY = at(2026, 7, 15)
LIMITS = ("due_on", "original_due_on")


def restated(lifecycle, calendar, facts, **details):
    given = {"state": "handling"} | details
    return decided(lifecycle, calendar, facts, "restate", when=WEDNESDAY, **given)


def test_a_fact_the_register_no_longer_states_is_cleared(lifecycle, calendar):
    facts = facts_in("handling", origin=ROW, remark="待补充", co_units=("BH213",), completion_rate=40)
    decision = restated(lifecycle, calendar, facts, cleared=("remark", "co_units", "completion_rate"))
    assert decision.changes == {"remark": None, "co_units": (), "completion_rate": None}


def test_a_matter_that_becomes_one_for_the_long_run_loses_its_date(lifecycle, calendar):
    decision = restated(
        lifecycle, calendar, facts_in("handling", origin=ROW), open_ended=True, cleared=LIMITS
    )
    assert decision.deadlines == {}
    clock = decision.changes.pop("clocks")[0]
    assert clock.stopped_at == WEDNESDAY
    assert decision.changes == {"open_ended": True, "due_on": None, "epoch": 2}


def test_a_matter_for_the_long_run_that_gets_a_date_has_a_limit_again(lifecycle, calendar):
    facts = facts_in("handling", origin=ROW, open_ended=True, due_on=None)
    decision = restated(lifecycle, calendar, facts, open_ended=False, due_on=LATER, original_due_on=LATER)
    assert decision.deadlines["handle"].due_on == LATER
    assert (decision.changes["open_ended"], decision.changes["epoch"]) == (False, 2)


def test_the_same_date_again_is_no_new_epoch(lifecycle, calendar):
    facts = facts_in("handling", origin=ROW)
    decision = restated(lifecycle, calendar, facts, due_on=facts.due_on)
    assert (decision.changes, decision.deadlines) == ({}, {})


def test_a_day_of_closing_that_is_taken_back_takes_the_outcome_with_it(lifecycle, calendar):
    facts = facts_in("verifying", origin=ROW, closed_on=date(2026, 7, 8), outcome="on_time")
    assert restated(lifecycle, calendar, facts, cleared=("closed_on",)).changes["outcome"] is None
