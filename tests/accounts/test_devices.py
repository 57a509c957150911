"""Browsers somebody has signed in from before: what a lock lets pass, and what it does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from states.accounts.lockout import MOST_A_DAY
from tests.accounts.people import (
    ADMIN,
    CODE,
    DAY,
    LOGIN,
    MINUTE,
    OTHER_PASSWORD,
    PASSWORD,
    an_account,
    attempt,
    told,
)
from tests.builders import DIRECTOR, OFFICER, OPENED, rows, signed
from workflow.errors import SignInRefused
from workflow.secret import Secret, new_key
from workflow.services.accounts import changing, devices, invitations, resetting
from workflow.services.accounts.devices import BETWEEN, LASTS, MOST
from workflow.services.accounts.signing_in import sign_in
from workflow.storage.account_models import Account, Lockout


def comes(office, device="", when=OPENED, **tried):
    """Somebody signs in with a browser that keeps this."""
    return sign_in(office, replace(attempt(**tried), device=device), at=when)


def fails(office, device="", count=1, when=OPENED, **tried):
    for _ in range(count):
        with pytest.raises(SignInRefused):
            comes(office, device, when, **({"password": "falsch"} | tried))


def known(office, when=OPENED):
    """What the browser of 吕喆 keeps, whose account others have locked since."""
    an_account(office)
    device = comes(office, when=when).device
    fails(office, count=5, when=when, address="203.0.113.9")
    fails(office, when=when, password=PASSWORD)
    return device


def test_a_lock_others_brought_about_lets_pass_a_browser_he_signed_in_from(office):
    device = known(office)
    assert comes(office, device).visitor.person == CODE
    fails(office, password=PASSWORD)
    assert comes(office, when=OPENED + 15 * MINUTE).visitor.person == CODE


def test_wrong_tries_there_lock_that_browser_alone(office):
    an_account(office)
    device = comes(office).device
    fails(office, device, count=5)
    entries = told(office, "sign_in_failed", "device_locked", "account_locked")
    assert [kind for kind, _ in entries] == ["sign_in_failed"] * 4 + ["device_locked"]
    assert {(one["person"], one["device"]) for _, one in entries} == {(CODE, True)}
    assert comes(office).visitor.person == CODE


def test_while_it_is_locked_it_is_as_any_other(office):
    device = known(office)
    fails(office, device, count=5)
    fails(office, device, count=3, password=PASSWORD)
    later = OPENED + 15 * MINUTE
    fails(office, device, count=5, when=later)
    fails(office, device, count=4, when=later)
    assert comes(office, device, later).visitor.person == CODE


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_with_one_token_and_from_everywhere_no_more_than_a_hundred_are_looked_at_a_day(office):
    device = known(office)
    for minutes in range(0, 24 * 60, 15):
        address = f"10.1.{minutes // 250}.{minutes % 250}"
        fails(office, device, count=11, when=OPENED + minutes * MINUTE, address=address)
    looked_at = told(office, "sign_in_failed", "device_locked", "account_locked")
    assert MOST_A_DAY < len(looked_at) <= 2 * MOST_A_DAY


@pytest.mark.parametrize(
    "spoil", [lambda one: one[:-1], lambda one: one[1:22] + one[0] + one[22:], str.swapcase]
)
def test_a_token_nobody_was_given_is_none(office, spoil):
    fails(office, spoil(known(office)), password=PASSWORD)


@pytest.mark.parametrize("kept", ["~~~~", "a.b.c", "路.1.灯", "x" * 600, "..", "\udc80"])
def test_whatever_a_browser_claims_to_keep_is_no_fault(office, kept):
    an_account(office)
    made = comes(office, kept)
    assert (made.visitor.person, BETWEEN in made.device) == (CODE, False)


def test_somebody_elses_token_opens_nothing(office):
    an_account(office, DIRECTOR, "bian", OTHER_PASSWORD)
    theirs = comes(office, login="bian", password=OTHER_PASSWORD).device
    known(office)
    fails(office, theirs, password=PASSWORD)


def test_a_token_is_good_for_half_a_year_after_the_last_sign_in_there(office):
    device = known(office, OPENED)
    for when, passes in ((OPENED + LASTS - DAY, True), (OPENED + LASTS, False)):
        fails(office, count=5, when=when)
        if passes:
            assert comes(office, device, when).visitor.person == CODE
        else:
            fails(office, device, when=when, password=PASSWORD)


def test_another_password_makes_it_worthless(office):
    device = known(office)
    mine = comes(office, device)
    changing.change_password(office, mine.visitor, PASSWORD, OTHER_PASSWORD, at=OPENED + 20 * MINUTE)
    fails(office, count=5, when=OPENED + 20 * MINUTE)
    fails(office, mine.device, when=OPENED + 20 * MINUTE, password=OTHER_PASSWORD)
    kept = devices.kept_after_change(office, CODE, mine.device, at=OPENED + 20 * MINUTE)
    assert comes(office, kept, OPENED + 20 * MINUTE, password=OTHER_PASSWORD).visitor.person == CODE


def test_a_reset_makes_it_worthless(office):
    device, later = known(office), OPENED + MINUTE
    invited = resetting.reset(office, OFFICER, by=signed(ADMIN), at=later)
    invitations.accept(office, invited.token, OTHER_PASSWORD, at=later)
    fails(office, count=5, when=later)
    fails(office, device, when=later, password=OTHER_PASSWORD)


def test_another_key_makes_it_worthless(office):
    device, key = known(office), new_key()
    rotated = replace(office, secret=Secret(office.secret.path, {**office.secret.keys, key.id: key}))
    fails(rotated, device, password=PASSWORD)


def test_it_is_another_with_every_sign_in_and_a_browser_keeps_those_of_five(office):
    an_account(office)
    first = comes(office).device
    second = comes(office, first).device
    assert first != second and BETWEEN not in second
    others = BETWEEN.join(first[:-2] + f"{serial:02}" for serial in range(MOST))
    kept = comes(office, others).device.split(BETWEEN)
    assert len(kept) == MOST and kept[1:] == others.split(BETWEEN)[:-1]


def test_a_token_names_nobody_and_is_kept_nowhere(office):
    device = known(office)
    fails(office, device)
    assert not any(word in device for word in (CODE, LOGIN, OFFICER))
    listed = "".join(str(row) for table in (Account, Lockout) for row in rows(office, table))
    assert device not in listed and device not in str(told(office, "signed_in", "sign_in_failed"))
    assert timedelta(days=180) == LASTS
