"""The second factor: taken up with a code, asked for at every sign-in, each code good for once."""

from dataclasses import replace

import pytest
from pyotp import TOTP
from sqlalchemy import text

from states.errors import FactInvalid
from tests.accounts.people import ADMIN, CODE, MINUTE, an_account, signs_in, told
from tests.builders import OFFICER, OPENED, rows, signed
from workflow.errors import SignInRefused, TooManyTries
from workflow.secret import Secret, new_key
from workflow.services.accounts import enrolling, invitations, resetting, sessions
from workflow.services.accounts.second_factor import matching_step, sealed, unsealed
from workflow.services.accounts.visitors import Owes
from workflow.storage.account_models import Account
from workflow.storage.session import transaction

LATER = OPENED + 2 * MINUTE


def code_of(secret, when=LATER):
    return TOTP(secret).at(when)


def enrolled(office):
    """吕喆 with a second factor: its secret, and what he is signed in with."""
    an_account(office)
    signed_in = signs_in(office)
    offer = enrolling.begin_enrolment(office, signed_in.visitor, at=OPENED)
    code = code_of(offer.secret, OPENED)
    token = enrolling.finish_enrolment(office, signed_in.visitor, code, at=OPENED)
    return offer.secret, replace(signed_in, token=token, visitor=sessions.visitor(office, token, at=OPENED))


def refused(office, **tried):
    with pytest.raises(SignInRefused):
        signs_in(office, LATER, **tried)


def test_a_code_is_owed_once_a_second_factor_is_taken_up(office):
    secret, _ = enrolled(office)
    refused(office)
    refused(office, code="000000")
    refused(office, code="１２３４５６")
    assert [one["wrong"] for _, one in told(office, "sign_in_failed")] == ["code"] * 3
    assert signs_in(office, LATER, code=code_of(secret)).visitor.person == CODE


@pytest.mark.parametrize("written", ["{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", " {0} "])
def test_a_code_is_read_as_it_is_shown(office, written):
    secret, _ = enrolled(office)
    assert signs_in(office, LATER, code=written.format(code_of(secret))).visitor.person == CODE


def test_a_code_lets_in_once(office):
    secret, _ = enrolled(office)
    signs_in(office, LATER, code=code_of(secret))
    refused(office, code=code_of(secret))
    refused(office, code=code_of(secret, LATER - MINUTE / 2))
    assert [one["wrong"] for _, one in told(office, "sign_in_failed")] == ["code_used"] * 2
    assert signs_in(office, LATER + MINUTE, code=code_of(secret, LATER + MINUTE)).visitor.person == CODE


def test_the_code_that_enrolled_lets_nobody_in(office):
    secret, _ = enrolled(office)
    with pytest.raises(SignInRefused):
        signs_in(office, OPENED, code=code_of(secret, OPENED))


def test_a_right_code_does_not_make_a_wrong_password_right(office):
    secret, _ = enrolled(office)
    refused(office, password="falsch", code=code_of(secret))
    assert signs_in(office, LATER, code=code_of(secret)).visitor.person == CODE


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_telephone_may_be_half_a_minute_off(seconds, fits):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    code = TOTP(secret).at(int(LATER.timestamp()) + seconds)
    assert (matching_step(secret, code, LATER) is not None) == fits


def test_a_second_factor_counts_only_once_a_code_of_it_was_seen(office):
    an_account(office)
    mine = signs_in(office)
    with pytest.raises(FactInvalid) as early:
        enrolling.finish_enrolment(office, mine.visitor, "123456", at=OPENED)
    enrolling.begin_enrolment(office, mine.visitor, at=OPENED)
    with pytest.raises(FactInvalid) as wrong:
        enrolling.finish_enrolment(office, mine.visitor, "12", at=OPENED)
    assert (early.value.code, wrong.value.code) == ("second_factor_not_offered", "code_wrong")
    assert signs_in(office).visitor.person == CODE


def test_there_is_one_second_factor_at_a_time(office):
    _, mine = enrolled(office)
    with pytest.raises(FactInvalid) as there:
        enrolling.begin_enrolment(office, mine.visitor, at=OPENED)
    assert there.value.code == "second_factor_there"


def test_taking_it_up_ends_every_other_session(office):
    an_account(office)
    other = signs_in(office).token
    mine = signs_in(office)
    offer = enrolling.begin_enrolment(office, mine.visitor, at=OPENED)
    code = code_of(offer.secret, OPENED)
    token = enrolling.finish_enrolment(office, mine.visitor, code, at=OPENED)
    living = [sessions.visitor(office, one, at=OPENED) is not None for one in (other, mine.token, token)]
    assert living == [False, False, True]


def test_it_is_laid_down_with_a_code_of_it(office):
    secret, mine = enrolled(office)
    with pytest.raises(FactInvalid) as wrong:
        enrolling.drop(office, mine.visitor, "000000", at=LATER)
    assert wrong.value.code == "code_wrong"
    enrolling.drop(office, mine.visitor, code_of(secret), at=LATER)
    assert signs_in(office, LATER).visitor.person == CODE
    assert told(office, "second_factor_dropped")


def test_codes_are_not_guessed_within_a_session(office):
    _, mine = enrolled(office)
    for _ in range(5):
        with pytest.raises(FactInvalid):
            enrolling.drop(office, mine.visitor, "000000", at=LATER)
    with pytest.raises(TooManyTries) as locked:
        enrolling.drop(office, mine.visitor, "000000", at=LATER)
    assert (locked.value.code, locked.value.facts["retry_after"]) == ("account_locked", 900)
    entries = told(office, "proof_failed", "account_locked")
    assert [kind for kind, _ in entries] == ["proof_failed"] * 4 + ["account_locked"]
    assert {(one["wrong"], one["session"]) for _, one in entries} == {("code", mine.visitor.session[:12])}


def test_who_lost_his_telephone_is_let_in_after_a_reset(office):
    enrolled(office)
    invited = resetting.reset(office, OFFICER, second_factor=True, by=signed(ADMIN), at=LATER)
    invitations.accept(office, invited.token, "neue-Strassenlampen", at=LATER)
    assert signs_in(office, LATER, password="neue-Strassenlampen").visitor.person == CODE


def test_a_reset_password_leaves_the_second_factor(office):
    secret, _ = enrolled(office)
    invited = resetting.reset(office, OFFICER, by=signed(ADMIN), at=LATER)
    invitations.accept(office, invited.token, "neue-Strassenlampen", at=LATER)
    refused(office, password="neue-Strassenlampen")
    again = signs_in(office, LATER, password="neue-Strassenlampen", code=code_of(secret))
    assert again.visitor.person == CODE


def test_profile_three_owes_a_second_factor(office):
    an_account(office)
    strict = replace(office, settings=office.settings.model_copy(update={"passwords": "djbh3"}))
    an_account(strict, "卞知远", "bian", "Binhai-2026-lamps")
    assert signs_in(strict, login="bian", password="Binhai-2026-lamps").visitor.owes is Owes.SECOND_FACTOR
    assert signs_in(strict).visitor.owes is Owes.PASSWORD
    assert signs_in(office).visitor.owes is None


def test_a_stolen_row_opens_nothing_without_the_key(office):
    secret, _ = enrolled(office)
    (row,) = rows(office, Account)
    assert secret not in "".join(str(one) for one in row)
    stranger = new_key()
    assert unsealed(row.second_factor, CODE, Secret(office.secret.path, {stranger.id: stranger})) is None
    assert unsealed(row.second_factor, "R010", office.secret) is None
    assert unsealed(row.second_factor, CODE, office.secret) == secret


def test_a_seal_of_a_former_key_still_opens(office):
    former, newer = new_key(), new_key()
    kept = sealed("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", CODE, Secret(office.secret.path, {former.id: former}))
    both = Secret(office.secret.path, {former.id: former, newer.id: newer})
    assert unsealed(kept, CODE, both) == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("broken", ["", "x", ":", "{0}:AAAA", "{0}:???"])
def test_a_broken_seal_lets_nobody_in_and_breaks_nothing(office, broken):
    enrolled(office)
    kept = broken.format(office.secret.newest.id)
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE accounts SET second_factor = :kept"), {"kept": kept})
    refused(office, code="123456")
