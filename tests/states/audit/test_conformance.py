"""Conformance: whatever the table lets be done conforms, and a fault planted in it is found."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states.audit import InForce
from states.lifecycle import Lifecycle
from states.policy import Policy
from tests.states.audit.lives import a_life, judged, rules_of
from tests.states.matters import DEFAULT
from tests.states.test_any_sequence import LIVES


@settings(max_examples=LIVES, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_any_life_led_under_the_table_conforms_to_it(lifecycle, calendar, dice):
    life = a_life(lifecycle, calendar, dice)
    assert judged(life.history, rules_of(life)) == []


@settings(max_examples=LIVES, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_an_entry_that_leads_elsewhere_is_found_in_any_life(lifecycle, calendar, dice):
    life = a_life(lifecycle, calendar, dice)
    place = dice.randrange(len(life.history))
    entry = life.history[place]
    elsewhere = dice.choice([one.id for one in lifecycle.states if one.id != entry.after])
    life.history[place] = replace(entry, after=elsewhere, sets={**entry.sets, "state": elsewhere})
    assert any(seq == entry.seq and code == "no_such_step" for seq, code, _ in judged_of(life))


@settings(max_examples=LIVES, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_an_act_that_was_left_out_is_missed_by_the_next_one(lifecycle, calendar, dice):
    life = a_life(lifecycle, calendar, dice)
    moved = [place for place, one in enumerate(life.history[:-1]) if one.before != one.after]
    place = dice.choice(moved)
    del life.history[place]
    assert judged_of(life)[0][0] == life.history[place].seq


def judged_of(life):
    return judged(life.history, rules_of(life))


@pytest.fixture
def life(lifecycle, calendar):
    """A matter that was handed out, signed for, begun, reported and struck off."""
    for seed in range(1_000):
        found = a_life(lifecycle, calendar, Random(seed))
        if {"begun", "closed_out"} <= {one.kind for one in found.history} and found.policy == DEFAULT:
            return found
    raise AssertionError("no such life")


def entry(life, kind):
    return next(one for one in life.history if one.kind == kind)


def codes_with(life, kind, **changed):
    """The deviations of the first entry of a kind, had it been written otherwise."""
    meant = entry(life, kind)
    history = [replace(one, **changed) if one is meant else one for one in life.history]
    return {code for seq, code, _ in judged(history, rules_of(life)) if seq == meant.seq}


def test_an_event_the_table_does_not_have_is_named(life):
    history = [replace(life.history[0], seq=1), replace(life.history[1], kind="waved_through")]
    (found,) = judged(history, rules_of(life))
    assert found[:2] == (2, "event_unknown") and "《督查事项标准流程》第3版没有" in found[2]


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("begun", {"before": "draft"}, "state_before"),
        ("begun", {"is_machine": True}, "machine_acted"),
        ("begun", {"words": {}}, "particular_missing"),
        ("acknowledged", {"sets": {"state": "handling"}}, "state_after"),
        ("closed_out", {"details": {}}, "particular_missing"),
        ("assigned", {"sets": {"state": "assigned", "complexity": "trivial"}}, "guard_known_category"),
    ],
)
def test_what_the_table_asks_of_an_entry_is_asked(life, kind, changed, code):
    assert code in codes_with(life, kind, **changed)


def test_who_reported_may_not_have_struck_off(life):
    reporter = [one for one in life.history if one.kind == "completion_reported"][-1].actor
    codes = codes_with(life, "closed_out", actor=reporter)
    assert "guard_verifier_is_not_reporter" in codes
    deputy = codes_with(life, "closed_out", actor="R099", acting_for=reporter)
    assert "guard_verifier_is_not_reporter" in deputy


def test_an_act_before_the_last_turn_of_the_clock_is_found(life):
    begun = entry(life, "begun")
    codes = codes_with(life, "begun", occurred_at=begun.occurred_at - timedelta(days=300))
    assert "guard_order" in codes


def test_words_that_were_taken_away_are_not_missed(life):
    assert codes_with(life, "begun", words={}, withheld=True) == set()


@settings(max_examples=LIVES, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_any_life_conforms_whichever_of_its_words_were_taken_away(lifecycle, calendar, dice):
    life = a_life(lifecycle, calendar, dice)
    life.history = [redacted(one) if dice.random() < 0.4 else one for one in life.history]
    assert judged_of(life) == []


def redacted(entry):
    """An entry as it is read once its words were taken away; one without words cannot be redacted."""
    has_words = bool(entry.words or entry.word_facts)
    return replace(entry, words={}, word_facts=dict.fromkeys(entry.word_facts), withheld=has_words)


def test_a_table_that_is_not_kept_is_said_to_be_unknown(life):
    rules = replace(rules_of(life), lifecycles={})
    assert {code for _, code, _ in judged(life.history, rules)} == {"table_unknown"}


def test_a_case_that_adopts_a_table_is_judged_by_that_one_from_then_on(life, lifecycle):
    kept = tuple(one for one in lifecycle.commands if one.id != "begin")
    fewer = Lifecycle(
        name="standard", title=lifecycle.title, version=9, states=lifecycle.states, commands=kept
    )
    rules = replace(rules_of(life), lifecycles={lifecycle.digest: lifecycle, fewer.digest: fewer})
    place = life.history.index(entry(life, "begun"))
    adopts = replace(
        life.history[place], kind="lifecycle_adopted", after="registered",
        sets={"lifecycle": fewer.digest}, details={}, words={"reason": "改用现行流程"},
    )  # fmt: skip
    found = judged([*life.history[:place], adopts, *life.history[place:]], rules)
    assert {(code, what) for _, code, what in found} == {
        ("event_unknown", "《督查事项标准流程》第9版没有“begun”这种办理")
    }


def test_a_command_is_judged_by_the_policy_the_case_was_under(life):
    """The same date is refused by a stricter policy, and passes under the one the case was pinned to."""
    due = entry(life, "assigned")
    strict = Policy.model_validate(
        DEFAULT.model_dump() | {"version": 9, "categories": ({"id": "x", "label": "x"},), "limits": ()}
    )
    of_case = {**due.sets, "policy": DEFAULT.digest, "complexity": "complex"}
    history = [replace(one, sets=of_case) if one is due else one for one in life.history]
    rules = rules_of(life)
    both = replace(rules, policies={DEFAULT.digest: DEFAULT, strict.digest: strict})
    assert judged(history, both) == []
    swapped = [
        replace(one, sets={**of_case, "policy": strict.digest}) if one.seq == due.seq else one
        for one in history
    ]
    assert "guard_known_category" in {code for _, code, _ in judged(swapped, both)}


def test_the_rule_in_force_is_the_last_that_came_and_a_notice_goes_before_the_packaged_calendar(life):
    since = life.history[0].recorded_at
    rules = replace(
        rules_of(life),
        years=(
            InForce(since, "packaged"),
            InForce(since + timedelta(days=1), "notice", 1),
            InForce(since + timedelta(days=2), "packaged later"),
        ),
        calendars={"packaged": "a", "notice": "b", "packaged later": "c"},
    )
    at = [rules.calendar_at(since + timedelta(days=days)) for days in (-5, 0, 1, 3)]
    assert at == ["a", "a", "b", "b"]
