"""Locks, by rule: how long, how often, and how many passwords anybody can try whatever he does."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.accounts.lockout import FORGOTTEN_AFTER, LONGEST_LOCK, MOST_A_DAY, TRIES, Failures
from states.office_time import OFFICE_ZONE

BEGAN = datetime(2026, 7, 1, 9, tzinfo=OFFICE_ZONE)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def after(count, at=BEGAN):
    failures = Failures()
    for _ in range(count):
        failures = failures.tried(at)
    return failures


def looked_at(waits):
    """When tries that come after these waits were looked at, and not turned away by a lock."""
    failures, at, found = Failures(), BEGAN, []
    for wait in waits:
        at += wait
        if not failures.is_locked(at):
            found.append(at)
        failures = failures.tried(at)
    return found


def test_four_tries_lock_nothing_and_the_fifth_does():
    assert after(4).locked_until is None
    assert after(5).locked_until == BEGAN + 15 * MINUTE


def test_every_lock_is_twice_as_long_as_the_one_before_up_to_four_hours():
    failures, at, lengths = Failures(), BEGAN, []
    for _ in range(7):
        for _ in range(TRIES):
            failures = failures.tried(at)
        lengths.append((failures.locked_until - at) // MINUTE)
        at = failures.locked_until
    assert lengths == [15, 30, 60, 120, 240, 240, 240]


def test_a_lock_ends_to_the_instant():
    failures = after(5)
    assert failures.is_locked(BEGAN + 15 * MINUTE - timedelta(microseconds=1))
    assert not failures.is_locked(BEGAN + 15 * MINUTE)


def test_a_day_after_the_last_nothing_is_held_against_anybody():
    assert after(4).tried(BEGAN + FORGOTTEN_AFTER).count == 1
    assert after(4).tried(BEGAN + FORGOTTEN_AFTER - MINUTE).count == 5
    assert after(5).tried(BEGAN + 15 * MINUTE + FORGOTTEN_AFTER).count == 1


def test_who_tries_as_fast_as_he_may_tries_fifty_passwords_a_day():
    failures, at, count = Failures(), BEGAN, 0
    while at < BEGAN + DAY:
        failures, count = failures.tried(at), count + 1
        at = failures.locked_until or at
    assert count == MOST_A_DAY


@given(st.lists(st.timedeltas(timedelta(), timedelta(hours=26)), max_size=150))
def test_however_tries_come_no_more_than_fifty_are_looked_at_within_a_day(waits):
    found = looked_at(waits)
    for first in found:
        assert len([one for one in found if first <= one < first + DAY]) <= MOST_A_DAY


@given(st.lists(st.sampled_from([timedelta(), MINUTE, 16 * MINUTE, 5 * 60 * MINUTE]), max_size=400))
def test_not_either_when_they_come_close_together(waits):
    found = looked_at(waits)
    assert all(
        len([one for one in found if first <= one < first + DAY]) <= MOST_A_DAY for first in found[::7]
    )


@given(st.lists(st.timedeltas(-DAY, DAY), max_size=60))
def test_a_lock_lasts_no_longer_than_four_hours_whatever_the_clock_does(jumps):
    failures, at = Failures(), BEGAN
    for jump in jumps:
        at += jump
        before, failures = failures, failures.tried(at)
        assert (
            failures == before or failures.locked_until is None or failures.locked_until - at <= LONGEST_LOCK
        )


@pytest.mark.parametrize("count", [5, 100_000, 10**9])
def test_counts_that_grow_without_end_still_lock(count):
    assert Failures(count - 1, BEGAN).tried(BEGAN).is_locked(BEGAN)
