"""Urging: attempts are counted, a promise stands until the unit reports, and a broken one is seen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from states import lights
from states.duties import DutyKind, Matter, duties
from states.errors import FactInvalid, FactMissing
from states.vocabulary import Light, Role
from tests.states.matters import DEFAULT, EVERY_ROLE, PROOF, decided, facts_for, facts_in
from tests.states.test_duties import CALENDAR, PLAIN, STANDARD

TODAY, PROMISED = date(2026, 7, 15), date(2026, 7, 17)
ONE_DAY = timedelta(days=1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def after(facts, command, **details):
    return replace(facts, **decided(STANDARD, CALENDAR, facts, command, **details).changes)


def test_every_attempt_is_counted_and_the_promise_is_the_last_one():
    once = after(facts_in("handling"), "log_urge", promised_on=PROMISED)
    twice = after(once, "log_urge", means="visit", promised_on=date(2026, 7, 20))
    assert (once.urges, once.promised_on) == (1, PROMISED)
    assert (twice.urges, twice.promised_on) == (2, date(2026, 7, 20))


def test_asking_again_without_a_new_promise_keeps_the_old_one():
    promised = facts_in("handling", promised_on=PROMISED, urges=1)
    assert after(promised, "log_urge").promised_on == PROMISED


@pytest.mark.parametrize("command", ["report_progress", "grant_extension", "report_completion", "suspend"])
def test_a_report_a_new_date_or_a_standstill_meets_the_promise(command):
    promised = facts_in("handling", promised_on=PROMISED, urges=3)
    met = after(promised, command)
    assert (met.promised_on, met.urges) == (None, 3)


def test_another_dispatch_is_counted_from_the_beginning():
    urged = {"promised_on": PROMISED, "urges": 3}
    for state, command in (("assigned", "object"), ("closed", "reopen")):
        found = after(facts_for(command, state, **urged), command)
        assert (found.urges, found.promised_on) == (0, None)


def test_a_mail_has_no_answer_yet_and_everybody_spoken_to_gave_one():
    assert after(facts_in("handling"), "log_urge", means="mail", spoke_with=None, answer=None).urges == 1
    for means in ("phone", "visit", "meeting"):
        with pytest.raises(FactMissing) as refused:
            after(facts_in("handling"), "log_urge", means=means, answer=None)
        assert refused.value.code == "answer_missing"


@given(promised_on=DAYS)
@example(promised_on=TODAY)
@example(promised_on=TODAY - ONE_DAY)
def test_a_promise_is_never_for_a_day_that_has_passed(promised_on):
    if promised_on >= TODAY:
        assert after(facts_in("handling"), "log_urge", promised_on=promised_on).promised_on == promised_on
        return
    with pytest.raises(FactInvalid) as refused:
        after(facts_in("handling"), "log_urge", promised_on=promised_on)
    assert (refused.value.code, "实际时间" in refused.value.message) == ("promise_in_the_past", True)


@given(day=DAYS, promised_on=st.none() | DAYS)
@example(day=PROMISED, promised_on=PROMISED)
@example(day=PROMISED + ONE_DAY, promised_on=PROMISED)
def test_a_broken_promise_is_yellow_and_the_officer_s_exactly_from_the_day_after(day, promised_on):
    facts = facts_in("handling", promised_on=promised_on, **PLAIN)
    broken = promised_on is not None and day >= promised_on + ONE_DAY
    warned = lights.reasons(facts, DEFAULT, day, CALENDAR)
    assert [one.light for one in warned if "承诺" in one.words] == [Light.YELLOW] * broken
    found = duties(Matter(facts, STANDARD, DEFAULT, CALENDAR, day))
    follow = [duty for duty in found if duty.kind is DutyKind.FOLLOW_PROMISE]
    assert [(duty.since, duty.whose.roles) for duty in follow] == [(promised_on, (Role.OFFICER,))] * broken


@given(urges=st.lists(st.sampled_from(["phone", "visit", "meeting", "mail"]), max_size=8))
def test_the_count_is_that_of_the_acts(urges):
    facts = facts_in("handling")
    for means in urges:
        facts = after(facts, "log_urge", means=means, evidence=PROOF, actor=EVERY_ROLE)
    assert facts.urges == len(urges)
