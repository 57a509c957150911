"""What follows an attempt at sending: sent, tried again after a while, or given up."""

from datetime import timedelta

import pytest

from states.delivery import GIVE_UP_AFTER, Outcome, after_attempt
from states.errors import TransitionRefused
from tests.builders import at

NOW = at(2026, 11, 20)


def following(outcome, *, attempts=1, waited=timedelta(0)):
    return after_attempt("leased", outcome, attempts=attempts, dated=NOW - waited, now=NOW)


@pytest.mark.parametrize(
    ("outcome", "state", "event"),
    [
        (Outcome.ACCEPTED, "sent", "mail_sent"),
        (Outcome.TEMPORARY, "retry", "mail_deferred"),
        (Outcome.RELAY_TROUBLE, "retry", "mail_deferred"),
        (Outcome.UNCERTAIN, "retry", "mail_uncertain"),
        (Outcome.PERMANENT, "failed", "mail_failed"),
    ],
)
def test_every_outcome_has_its_state_and_its_entry(outcome, state, event):
    found = following(outcome)
    assert (found.state, found.event) == (state, event)
    assert (found.at is not None) == (state == "retry")


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.UNCERTAIN])
def test_waiting_grows_from_a_minute_to_an_hour(outcome):
    waits = [following(outcome, attempts=attempt).at - NOW for attempt in range(1, 8)]
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 30, 60, 60, 60]


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.UNCERTAIN])
def test_a_message_is_given_up_after_four_days_and_not_before(outcome):
    assert following(outcome, waited=GIVE_UP_AFTER).state == "retry"
    given_up = following(outcome, waited=GIVE_UP_AFTER + timedelta(seconds=1))
    assert (given_up.state, given_up.event, given_up.at) == ("failed", "mail_failed", None)


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.UNCERTAIN])
def test_the_days_on_which_nothing_could_leave_are_not_held_against_a_message(outcome):
    written, holiday = NOW - timedelta(days=10), timedelta(days=7)
    kept = after_attempt("leased", outcome, attempts=1, dated=written, now=NOW, rest=holiday)
    given_up = after_attempt("leased", outcome, attempts=1, dated=written, now=NOW)
    assert (kept.state, given_up.state) == ("retry", "failed")


def test_a_message_is_never_given_up_for_the_relay_s_own_trouble():
    later = following(Outcome.RELAY_TROUBLE, attempts=500, waited=timedelta(days=90))
    assert (later.state, later.at) == ("retry", NOW + timedelta(minutes=1))


def test_an_accepted_message_is_sent_however_late_it_was():
    assert following(Outcome.ACCEPTED, attempts=90, waited=timedelta(days=30)).state == "sent"


@pytest.mark.parametrize("state", ["queued", "retry", "sent", "failed"])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_leased_message_can_have_an_outcome(state, outcome):
    with pytest.raises(TransitionRefused) as refused:
        after_attempt(state, outcome, attempts=1, dated=NOW, now=NOW)
    assert refused.value.code == "message_not_leased"
