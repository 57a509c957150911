"""Guessing: one account tried from everywhere, one address trying everybody; restarts and processes."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from states.errors import FactInvalid
from tests.accounts.people import ADDRESS, ADMIN, CODE, MINUTE, an_account, attempt, counting, signs_in, told
from tests.accounts.trying import tries
from tests.builders import OFFICER, OPENED, opened_again, rows, signed
from workflow.errors import SignInRefused, TooManyTries
from workflow.services.accounts import listing, proving, resetting
from workflow.storage.account_models import Lockout, Rate


def fails(office, count=1, when=OPENED, **tried):
    for _ in range(count):
        with pytest.raises(SignInRefused):
            signs_in(office, when, **({"password": "falsch"} | tried))


def test_the_fifth_wrong_try_locks_an_account_for_a_quarter_of_an_hour(office):
    an_account(office)
    fails(office, 5)
    fails(office, password="路灯312盏-九月底前", when=OPENED + 14 * MINUTE)
    assert signs_in(office, OPENED + 15 * MINUTE).visitor.person == CODE


def test_signing_in_takes_back_what_was_held_against_somebody(office):
    an_account(office)
    for _ in range(3):
        fails(office, 4)
        signs_in(office)
    assert (rows(office, Lockout), rows(office, Rate)[0].tries) == ([], 12)


def test_a_right_password_within_a_session_takes_back_what_was_held_against_somebody(office):
    """By itself: whatever becomes of the new password."""
    an_account(office)
    visitor = signs_in(office).visitor
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(FactInvalid):
                proving.password(office, visitor, "falsch", at=OPENED)
        assert rows(office, Lockout)[0].tries == 4
        assert proving.password(office, visitor, attempt().password, at=OPENED).person == CODE
        assert rows(office, Lockout) == []


def test_an_account_is_locked_by_a_thousand_addresses_like_by_one(office):
    an_account(office)
    known, right = attempt().password, 0
    for serial in range(1_000):
        address = f"10.{serial // 250}.1.{serial % 250 + 1}"
        fails(office, password=known if serial >= 5 else "falsch", address=address)
        right += serial >= 5
    assert right == 995
    kinds = [kind for kind, _ in told(office, "sign_in_failed", "account_locked")]
    assert kinds == ["sign_in_failed"] * 4 + ["account_locked"]


def test_an_address_that_tries_a_thousand_names_is_stopped(office):
    an_account(office)
    counted, done = counting(office)
    stopped = 0
    for serial in range(1_000):
        try:
            signs_in(counted, login=f"name{serial}")
        except SignInRefused:
            pass
        except TooManyTries as refused:
            stopped += 1
            assert 0 < refused.facts["retry_after"] <= 600
    assert (stopped, len(done)) == (970, 30)
    assert told(office, "address_stopped") == [("address_stopped", {"address": ADDRESS})]
    assert len(told(office, "sign_in_failed")) == 30


def test_a_stopped_address_stops_its_own_people_too_and_nobody_else(office):
    an_account(office)
    for serial in range(30):
        fails(office, login=f"name{serial}")
    with pytest.raises(TooManyTries):
        signs_in(office)
    assert signs_in(office, address="10.8.3.22").visitor.person == CODE
    assert signs_in(office, OPENED + 10 * MINUTE).visitor.person == CODE


def test_an_office_behind_one_address_signs_in_as_often_as_it_likes(office):
    an_account(office)
    assert {signs_in(office).visitor.person for _ in range(100)} == {CODE}


def test_names_nobody_has_make_no_more_than_sixty_entries_an_hour(office):
    for serial in range(70):
        fails(office, login=f"name{serial}", address=f"10.1.1.{serial}")
    assert len(told(office, "sign_in_failed")) == 60
    fails(office, login="late", when=OPENED + 60 * MINUTE)
    assert len(told(office, "sign_in_failed")) == 61


def test_a_lock_survives_a_restart(office):
    an_account(office)
    fails(office, 5)
    with opened_again(office) as again:
        fails(again, password=attempt().password)
        assert signs_in(again, OPENED + 15 * MINUTE).visitor.person == CODE


def test_a_lock_holds_across_two_processes(office):
    """Fifty at once in each of two processes: no more than five are looked at."""
    an_account(office)
    fails(office, 3)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        looked_at = list(pool.map(tries, [office.settings] * 2, [50] * 2))
    assert len(told(office, "sign_in_failed", "account_locked")) == 5
    assert sum(looked_at) == 0
    (lock,) = rows(office, Lockout)
    assert (lock.tries, lock.locked_until) == (5, OPENED + 15 * MINUTE)


def test_tries_at_once_are_counted_each(office):
    an_account(office)

    def once(serial):
        try:
            return bool(signs_in(office, password="falsch", address=f"10.1.1.{serial}"))
        except SignInRefused:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(once, range(24)))
    assert len(told(office, "sign_in_failed", "account_locked")) == 5


def test_an_administrator_unlocks_an_account_before_its_time(office):
    an_account(office)
    fails(office, 5)
    (account,) = listing.list_accounts(office, by=signed(ADMIN), at=OPENED)
    assert account["standing"] == "locked"
    assert datetime.fromisoformat(account["locked_until"]) == OPENED + 15 * MINUTE
    assert resetting.unlock(office, OFFICER, by=signed(ADMIN), at=OPENED)["login"] == "lvzhe"
    assert signs_in(office).visitor.person == CODE


def test_what_counts_no_more_is_cleared_away(office):
    an_account(office)
    fails(office, 3, login="nobody")
    signs_in(office, OPENED + timedelta(days=2))
    assert rows(office, Lockout) == []
    assert {row.tries for row in rows(office, Rate)} == {0}
