"""What follows an attempt at sending: sent, tried again after a while, given up, or a person's to decide."""

from datetime import timedelta

import pytest

from states.breaker import PATIENCE, WORKING, failed
from states.delivery import (
    BY_HAND,
    ENTRIES,
    TRANSITIONS,
    WAITING,
    MailState,
    Outcome,
    Patience,
    after,
    after_attempt,
    priority_of,
)
from states.errors import TransitionRefused
from tests.builders import at

NOW = at(2026, 11, 20)
FOUR_DAYS = timedelta(days=4)
TRYING_AGAIN = [Outcome.TEMPORARY, Outcome.UNCERTAIN]


def following(outcome, *, attempts=1, waited=timedelta(0), state="uncertain", **patience):
    return after_attempt(
        state, outcome, attempts=attempts, since=NOW - waited, now=NOW, patience=Patience(**patience)
    )


@pytest.mark.parametrize(
    ("outcome", "state", "event"),
    [
        (Outcome.ACCEPTED, "sent", "mail_sent"),
        (Outcome.TEMPORARY, "retry", "mail_deferred"),
        (Outcome.UNCERTAIN, "retry", "mail_uncertain"),
        (Outcome.PERMANENT, "failed", "mail_failed"),
    ],
)
def test_every_outcome_has_its_state_and_its_entry(outcome, state, event):
    found = following(outcome)
    assert (found.state, found.event) == (state, event)
    assert (found.at is not None) == (state == "retry")


@pytest.mark.parametrize("outcome", TRYING_AGAIN)
@pytest.mark.parametrize(("spread", "later"), [(0, 30), (0.5, 45), (1, 60)])
def test_waiting_grows_from_a_minute_to_half_an_hour_or_an_hour(outcome, spread, later):
    waits = [following(outcome, attempts=one, spread=spread).at - NOW for one in range(1, 8)]
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 30, later, later, later]


@pytest.mark.parametrize("outcome", TRYING_AGAIN)
def test_a_message_is_given_up_after_four_days_and_not_before(outcome):
    assert following(outcome, waited=FOUR_DAYS).state == "retry"
    given_up = following(outcome, waited=FOUR_DAYS + timedelta(seconds=1))
    assert (given_up.state, given_up.event, given_up.at) == ("gave_up", "mail_gave_up", None)


@pytest.mark.parametrize("outcome", TRYING_AGAIN)
def test_the_days_on_which_nothing_could_leave_are_not_held_against_a_message(outcome):
    waited, holiday = timedelta(days=10), timedelta(days=7)
    kept, given_up = following(outcome, waited=waited, rest=holiday), following(outcome, waited=waited)
    assert (kept.state, given_up.state) == ("retry", "gave_up")


def test_where_a_person_is_to_be_asked_a_message_that_may_have_left_is_held_however_old():
    for waited in (timedelta(0), timedelta(days=30)):
        held = following(Outcome.UNCERTAIN, asks=True, waited=waited)
        assert (held.state, held.event, held.held_for, held.at) == ("held", "mail_held", "uncertain", None)
    assert following(Outcome.TEMPORARY, asks=True).state == "retry"


def test_an_accepted_message_is_sent_however_late_it_was():
    assert following(Outcome.ACCEPTED, attempts=90, waited=timedelta(days=30)).state == "sent"


@pytest.mark.parametrize("state", sorted(set(MailState) - {"leased", "uncertain"}))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_message_that_is_being_sent_can_have_an_outcome(state, outcome):
    with pytest.raises(TransitionRefused) as refused:
        following(outcome, state=state)
    assert refused.value.code == "message_state"


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.UNCERTAIN])
def test_what_was_not_handed_over_cannot_have_arrived(outcome):
    with pytest.raises(TransitionRefused):
        following(outcome, state="leased")


@pytest.mark.parametrize("command", BY_HAND)
@pytest.mark.parametrize("state", list(MailState))
def test_what_people_do_leads_where_the_table_says_and_from_nowhere_else(command, state):
    sources, to = TRANSITIONS[command]
    if state in sources:
        assert after(state, command) == to
    else:
        with pytest.raises(TransitionRefused, match=BY_HAND[command][0]):
            after(state, command)


def test_nothing_that_left_or_was_given_up_leaves_again_by_itself():
    assert {state for state in MailState if state not in WAITING} == {
        "sent", "failed", "gave_up", "held", "cancelled", "bounced",
    }  # fmt: skip
    by_itself = TRANSITIONS.keys() - BY_HAND.keys() - {"bring_back"}
    ways = [(sources, to) for name, (sources, to) in TRANSITIONS.items() if name in by_itself]
    assert all(set(sources) <= WAITING | {"sent"} for sources, to in ways if to in WAITING)


def test_every_state_is_reached_and_has_its_own_label():
    assert {to for _, to in TRANSITIONS.values()} | {"queued"} == set(MailState)
    assert len({state.label for state in MailState}) == len(MailState)
    assert all(entry.startswith("mail_") for entry in ENTRIES)


def test_what_presses_leaves_before_lists():
    assert priority_of("reminder") < priority_of("due_soon") < priority_of("digest")


def test_a_relay_is_left_alone_after_five_failures_for_a_minute_to_five():
    standing, pauses = WORKING, []
    for _ in range(PATIENCE + 7):
        standing = failed(standing, NOW, "连接不上")
        pauses.append(standing.closed_until - NOW if standing.closed_until else None)
    assert pauses == [None] * 4 + [timedelta(minutes=minutes) for minutes in (1, 2, 3, 4, 5, 5, 5, 5)]
    assert (standing.since, standing.is_left_alone, standing.may_try(NOW)) == (NOW, True, False)
    assert standing.may_try(NOW + timedelta(minutes=5)) and WORKING.may_try(NOW)
