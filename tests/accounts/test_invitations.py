"""Invitations: the only way to a first password. Each works once, for seven days, and not beside another."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest

from states.errors import FactInvalid
from tests.accounts.people import (
    ADMIN,
    CODE,
    DAY,
    MINUTE,
    OTHER_PASSWORD,
    PASSWORD,
    an_account,
    signs_in,
    told,
)
from tests.builders import LEAD_CODE, LIAISON, OFFICER, OPENED, rows, signed
from workflow.errors import InvitationRefused, SignInRefused
from workflow.services.accounts import adding, changing, disabling, invitations, resetting
from workflow.storage.account_models import Account, Invitation
from workflow.storage.directory_models import Unit


def invited(office, person=OFFICER, **asked):
    return adding.add(office, person, **({"login": "lvzhe", "by": signed(ADMIN), "at": OPENED} | asked))


def is_refused(office, token, when=OPENED):
    with pytest.raises(InvitationRefused) as refused:
        invitations.accept(office, token, PASSWORD, at=when)
    return refused.value.code == "invitation_refused"


def test_nobody_has_a_password_before_he_chose_one(office):
    invited(office)
    assert rows(office, Account)[0].password is None
    for password in ("", CODE, "lvzhe", "123456"):
        with pytest.raises(SignInRefused):
            signs_in(office, password=password)


def test_an_invitation_works_once(office):
    token = invited(office).token
    assert invitations.accept(office, token, PASSWORD, at=OPENED) == "lvzhe"
    assert is_refused(office, token)
    assert signs_in(office).visitor.person == CODE


def test_an_invitation_used_twice_at_once_works_once(office):
    token = invited(office).token

    def use(password):
        try:
            return invitations.accept(office, token, password, at=OPENED)
        except InvitationRefused:
            return None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, [PASSWORD, OTHER_PASSWORD]), key=str) == [None, "lvzhe"]
    assert len(told(office, "invitation_accepted")) == 1


def test_an_invitation_ends_after_seven_days(office):
    one = invited(office)
    assert is_refused(office, one.token, OPENED + 7 * DAY)
    assert one.until == OPENED + 7 * DAY
    assert invitations.accept(office, one.token, PASSWORD, at=OPENED + 7 * DAY - MINUTE)


def test_a_later_invitation_takes_the_former_s_place(office):
    former = invited(office).token
    later = invitations.invite(office, OFFICER, by=signed(ADMIN), at=OPENED).token
    assert is_refused(office, former)
    assert invitations.accept(office, later, PASSWORD, at=OPENED) == "lvzhe"


def test_an_invitation_ends_when_its_account_is_disabled(office):
    token = invited(office).token
    disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert is_refused(office, token)
    disabling.enable(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert is_refused(office, token)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "x" * 10_000])
def test_a_token_nobody_was_given_is_no_invitation(office, token):
    invited(office)
    assert is_refused(office, token)


def test_a_poor_password_leaves_the_invitation_as_it_was(office):
    token = invited(office).token
    with pytest.raises(FactInvalid) as refused:
        invitations.accept(office, token, "12345678", at=OPENED)
    assert refused.value.code == "password_common"
    assert invitations.accept(office, token, PASSWORD, at=OPENED) == "lvzhe"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short1!", "password_too_short"),
        ("password123", "password_common"),
        ("PASSWORD123", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("lvzhe-lvzhe-2026", "password_names_owner"),
        ("LVZHE@binhai1", "password_names_owner"),
        ("督查室路灯\x00九月底前", "password_unusable"),
        ("督查室路灯\ud800九月底前", "password_unusable"),
        ("x1Y" * 43, "password_too_long"),
    ],
)
def test_a_poor_password_is_refused_with_what_it_lacks(office, password, code):
    token = invited(office).token
    with pytest.raises(FactInvalid) as refused:
        invitations.accept(office, token, password, at=OPENED)
    assert refused.value.code == code


@pytest.mark.parametrize("column", ["name", "short_name"])
def test_no_password_holds_the_name_of_its_owner_s_unit(office, column):
    (unit,) = (one for one in rows(office, Unit) if one.code == LEAD_CODE)
    token = invited(office, person=LIAISON, login="sheng").token
    with pytest.raises(FactInvalid) as refused:
        invitations.accept(office, token, f"Lamps-{getattr(unit, column)}-2026", at=OPENED)
    assert refused.value.code == "password_names_owner"
    assert invitations.accept(office, token, "Lamps-环境保护局-2026", at=OPENED) == "sheng"


def test_an_account_in_use_is_not_invited_again(office):
    an_account(office)
    with pytest.raises(FactInvalid) as refused:
        invitations.invite(office, OFFICER, by=signed(ADMIN), at=OPENED)
    assert refused.value.code == "account_in_use"


def test_a_reset_takes_no_password_of_before(office):
    an_account(office)
    token = resetting.reset(office, OFFICER, by=signed(ADMIN), at=OPENED).token
    with pytest.raises(FactInvalid) as refused:
        invitations.accept(office, token, PASSWORD, at=OPENED)
    assert refused.value.code == "password_used_before"
    assert invitations.accept(office, token, OTHER_PASSWORD, at=OPENED) == "lvzhe"


def test_under_profile_three_the_last_five_passwords_do_not_come_again(office):
    strict = replace(office, settings=office.settings.model_copy(update={"passwords": "djbh3"}))
    passwords = [f"Binhai-lamp-{serial}" for serial in range(6)]
    an_account(strict, password=passwords[0])
    for old, new in pairwise(passwords):
        visitor = signs_in(strict, password=old).visitor
        changing.change_password(strict, visitor, old, new, at=OPENED)
    visitor = signs_in(strict, password=passwords[5]).visitor
    for former in passwords[1:]:
        with pytest.raises(FactInvalid) as refused:
            changing.change_password(strict, visitor, passwords[5], former, at=OPENED)
        assert refused.value.code == "password_used_before"
        visitor = signs_in(strict, password=passwords[5]).visitor
    assert changing.change_password(strict, visitor, passwords[5], passwords[0], at=OPENED)


def test_the_token_is_the_invited_one_s_alone(office):
    one = invited(office)
    assert one.token not in repr(one)
    assert one.token not in "".join(str(row) for row in rows(office, Invitation))
    assert told(office, "account_added")[0][1].keys() == {"person", "login", "until"}
