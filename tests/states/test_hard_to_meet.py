"""难以按期: what the warning turns, how it is said again, and what answers or takes it away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from states import lights
from states.duties import DutyKind
from states.errors import FactInvalid, Refusal
from states.vocabulary import Light, Role
from tests.builders import at
from tests.states.matters import LATER
from tests.states.reports import COSIGNED, HEAD, LIAISON, Life, warned


def test_hard_to_meet_turns_the_light_until_a_report_no_longer_says_so():
    life = Life()
    life.give("report_progress", hard_to_meet=True, expected_on=LATER)
    assert warned(life.facts) == [lights.Reason(Light.RED, "承办单位反馈难以按期办结，预计2026-08-05完成")]
    assert life.owed()[DutyKind.STUDY].whose.roles == (Role.OFFICER,)
    life.give("report_progress")
    assert (life.facts.expected_on, warned(life.facts)) == (None, [])
    assert DutyKind.STUDY not in life.owed()


def test_as_before_leaves_hard_to_meet_standing():
    life = Life()
    life.give("report_progress", hard_to_meet=True, expected_on=LATER)
    life.give("report_progress", progress=None, as_before=True, completion_rate=55)
    assert (life.facts.hard_to_meet, life.facts.expected_on) == (True, LATER)
    later = LATER + timedelta(days=3)
    life.give("report_progress", progress=None, as_before=True, expected_on=later)
    assert (life.facts.hard_to_meet, life.facts.expected_on) == (True, later)


def test_as_before_may_say_that_the_date_can_be_kept_after_all():
    life = Life()
    life.give("report_progress", hard_to_meet=True, expected_on=LATER)
    life.give("report_progress", progress=None, as_before=True, hard_to_meet=False)
    assert (life.facts.hard_to_meet, life.facts.expected_on) == (False, None)


def test_as_before_says_nothing_that_a_new_date_has_answered():
    life = Life()
    life.give("report_progress", hard_to_meet=True, expected_on=LATER)
    life.facts = replace(life.facts, due_on=LATER)
    life.give("report_progress", as_before=True, when=at(2026, 8, 10))
    assert (life.facts.hard_to_meet, life.facts.expected_on) == (False, None)


def test_an_expected_day_that_has_passed_is_not_said_again():
    life = Life()
    life.give("report_progress", hard_to_meet=True, expected_on=LATER)
    with pytest.raises(FactInvalid) as refused:
        life.give("report_progress", as_before=True, when=at(2026, 8, 6))
    assert refused.value.code == "expected_on_passed" and str(LATER) in str(refused.value)


def test_as_before_after_a_report_sent_back_names_its_day_anew():
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=HEAD, hard_to_meet=True, expected_on=LATER)
    life.give("report_progress", by=LIAISON)
    life.give("send_back_progress", by=HEAD)
    with pytest.raises(Refusal) as refused:
        life.give("report_progress", by=LIAISON, as_before=True)
    assert refused.value.code == "expected_on_missing"


def test_as_before_takes_the_warning_of_the_report_that_waits():
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=LIAISON, hard_to_meet=True, expected_on=LATER)
    life.give("report_progress", by=LIAISON, as_before=True)
    life.give("cosign_progress", by=HEAD)
    assert (life.facts.hard_to_meet, life.facts.expected_on) == (True, LATER)


def test_a_date_moved_past_the_expected_day_takes_the_warning_away():
    life = Life()
    life.give("report_progress", hard_to_meet=True, expected_on=LATER)
    life.facts = replace(life.facts, due_on=LATER)
    assert (warned(life.facts), DutyKind.STUDY in life.owed()) == ([], False)


def test_asking_for_more_time_is_an_answer_to_hard_to_meet():
    life = Life()
    life.give("report_progress", hard_to_meet=True, expected_on=LATER)
    life.facts = replace(life.facts, extension_to=LATER)
    assert DutyKind.STUDY not in life.owed()
    assert warned(life.facts)


def test_a_warning_that_was_signed_goes_only_with_a_signed_report():
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=HEAD, hard_to_meet=True, expected_on=LATER)
    life.give("report_progress", by=LIAISON)
    assert [one.words for one in warned(life.facts)] == ["承办单位反馈难以按期办结"]
    life.give("cosign_progress", by=HEAD)
    assert warned(life.facts) == []


def test_a_warning_stays_through_the_signature_of_the_report_that_says_it():
    life = Life(policy=COSIGNED)
    for command in ("report_progress", "cosign_progress") * 2:
        by = LIAISON if command == "report_progress" else HEAD
        said = {"hard_to_meet": True, "expected_on": LATER} if by is LIAISON else {}
        life.give(command, by=by, **said)
    assert (life.facts.hard_to_meet, life.facts.expected_on) == (True, LATER)


def test_a_report_that_waits_warns_of_nothing_until_it_is_signed():
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=LIAISON, hard_to_meet=True, expected_on=LATER)
    assert (warned(life.facts), DutyKind.STUDY in life.owed()) == ([], False)
    life.give("cosign_progress", by=HEAD)
    assert warned(life.facts) and DutyKind.STUDY in life.owed()


def test_a_report_sent_back_leaves_no_warning_and_no_day_behind():
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=LIAISON, hard_to_meet=True, expected_on=LATER)
    life.give("send_back_progress", by=HEAD)
    assert (warned(life.facts), DutyKind.STUDY in life.owed()) == ([], False)
    assert (life.facts.expected_on, life.facts.progress_on) == (None, None)


def test_a_report_sent_back_takes_nothing_from_a_warning_that_was_signed():
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=HEAD, hard_to_meet=True, expected_on=LATER)
    life.give("report_progress", by=LIAISON)
    life.give("send_back_progress", by=HEAD)
    assert warned(life.facts) and DutyKind.STUDY in life.owed()
