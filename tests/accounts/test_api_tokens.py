"""Tokens of the interface: told once, worth what their person is worth, over with what ends his sessions."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from states.accounts.api_tokens import LONGEST_DAYS, MOST, PREFIX
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
from tests.accounts.test_second_factor import LATER, code_of, enrolled
from tests.accounts.token_holders import EVERY, a_token, makes, web
from tests.builders import OFFICER, OPENED, opened_again, rows, signed
from workflow.errors import NotFound, TokenRefused, TooManyTries
from workflow.services.accounts import api_tokens, changing, disabling, enrolling, sessions
from workflow.services.accounts.visitors import Owes
from workflow.storage.account_models import ApiToken
from workflow.storage.models import Event
from workflow.storage.session import reading


def held(office, secret, at=OPENED, address="10.0.0.1"):
    return api_tokens.holder(office, secret, at=at, address=address)


def refusal(office, secret, at=OPENED, address="10.0.0.1"):
    with pytest.raises((TokenRefused, TooManyTries)) as refused:
        held(office, secret, at, address)
    return refused.value.code


def test_a_token_is_its_person_with_the_roles_he_has_on_the_pages(office):
    secret, made = a_token(office, scopes=EVERY)
    found, signed_in = held(office, secret), signs_in(office).visitor
    assert (found.visitor.person, found.visitor.roles) == (signed_in.person, signed_in.roles)
    assert (found.token, found.scopes, found.machine) == (made["token"], EVERY, None)


def test_a_token_signs_in_its_persons_name_through_its_own_door(office):
    secret, made = a_token(office)
    signature = held(office, secret).signature(OPENED, form="k")
    assert (signature.person, signature.door, signature.token) == (CODE, "api", made["token"])


def test_only_the_hash_of_a_token_is_kept_and_nothing_tells_it(office):
    secret, _ = a_token(office)
    with reading(office.engine) as tx:
        payloads = " ".join(tx.execute(select(Event.__table__.c.payload)).scalars())
    kept = repr(rows(office, ApiToken)) + payloads
    assert secret not in kept
    assert secret[len(PREFIX) + 4 :][:12] not in kept


def test_making_and_revoking_one_are_told_in_the_journal(office):
    secret, made = a_token(office)
    api_tokens.revoke(office, made["token"], by=web(), at=OPENED)
    assert refusal(office, secret) == "token_revoked"
    (_, was_made), (_, was_revoked) = told(office, "token_made")[0], told(office, "token_revoked")[0]
    assert was_made["token"] == was_revoked["token"] == made["token"]
    assert (was_made["scopes"], was_made["name"]) == (["read"], "统计脚本")


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"password": ""}])
def test_nobody_makes_one_from_a_page_left_open(office, given):
    with pytest.raises(FactInvalid) as refused:
        a_token(office, **given)
    assert refused.value.code == "password_wrong"
    assert rows(office, ApiToken) == []


def test_whoever_has_a_second_factor_shows_that_as_well(office):
    secret, signed_in = enrolled(office)
    with pytest.raises(FactInvalid) as refused:
        makes(office, signed_in.visitor, at=LATER, code="000000")
    assert refused.value.code == "code_wrong"
    assert makes(office, signed_in.visitor, at=LATER, code=code_of(secret))


@pytest.mark.parametrize("asked", [{"days": 0}, {"days": LONGEST_DAYS + 1}, {"name": ""}, {"name": "x" * 61}])
def test_a_token_has_a_name_and_an_end(office, asked):
    with pytest.raises(FactInvalid):
        a_token(office, **asked)


def test_nobody_has_more_than_so_many_at_once(office):
    a_token(office)
    visitor = signs_in(office).visitor
    for _ in range(MOST - 1):
        _, made = makes(office, visitor)
    with pytest.raises(FactInvalid):
        makes(office, visitor)
    api_tokens.revoke(office, made["token"], by=web(), at=OPENED)
    makes(office, visitor)


def test_a_token_is_over_on_its_day(office):
    secret, _ = a_token(office, days=1)
    assert held(office, secret, OPENED + DAY - timedelta(seconds=1))
    assert refusal(office, secret, OPENED + DAY) == "token_expired"


def test_a_token_of_a_disabled_account_is_over_for_good(office):
    secret, _ = a_token(office)
    disabling.disable(office, CODE, by=signed(ADMIN), at=OPENED)
    disabling.enable(office, CODE, by=signed(ADMIN), at=OPENED)
    assert refusal(office, secret) == "token_revoked"


def test_a_changed_password_ends_tokens_and_tells_which(office):
    secret, made = a_token(office)
    changing.change_password(office, signs_in(office).visitor, PASSWORD, OTHER_PASSWORD, at=OPENED)
    assert refusal(office, secret) == "token_revoked"
    assert told(office, "password_changed")[0][1]["tokens"] == [made["token"]]


def test_a_second_factor_taken_up_ends_tokens_made_without(office):
    secret, _ = a_token(office)
    visitor = signs_in(office).visitor
    offer = enrolling.begin_enrolment(office, visitor, at=OPENED)
    enrolling.finish_enrolment(office, visitor, code_of(offer.secret, OPENED), at=OPENED)
    assert refusal(office, secret) == "token_revoked"


def test_a_token_gives_nothing_while_its_person_owes_something(office):
    secret, _ = a_token(office)
    with opened_again(office, passwords="djbh3") as strict:
        assert refusal(strict, secret) == "account_owes"


def test_a_token_cannot_renew_a_session(office):
    secret, _ = a_token(office)
    visitor = held(office, secret).visitor
    assert visitor.owes is None and visitor.owes is not Owes.PASSWORD
    assert sessions.visitor(office, visitor.session, at=OPENED) is None


def test_nobody_revokes_the_token_of_another_nor_learns_of_it(office):
    secret, made = a_token(office)
    with pytest.raises(NotFound):
        api_tokens.revoke(office, made["token"], by=web("P999"), at=OPENED)
    assert held(office, secret)


def test_the_last_use_is_kept_to_the_minute(office):
    secret, _ = a_token(office)
    for seconds in (0, 10, 59, 61, 70):
        held(office, secret, OPENED + timedelta(seconds=seconds), "10.0.0.7")
    row = rows(office, ApiToken)[0]
    assert ((row.seen_at - OPENED).total_seconds(), row.seen_from) == (61, "10.0.0.7")


def test_wrong_tokens_stop_their_address_and_no_right_one(office):
    secret, _ = a_token(office)
    codes = [refusal(office, "duban_wrong") for _ in range(32)]
    assert codes == ["token_unknown"] * 30 + ["token_guesses"] * 2
    assert held(office, secret)
    assert refusal(office, "duban_wrong", address="10.0.0.2") == "token_unknown"
    assert len(told(office, "token_tries_stopped")) == 1


def test_wrong_tokens_lock_nobody_out_of_signing_in(office):
    an_account(office)
    for _ in range(40):
        refusal(office, "duban_wrong", address="127.0.0.1")
    assert signs_in(office, OPENED + MINUTE)


def test_lists_tell_what_a_token_is_and_never_itself(office):
    secret, made = a_token(office)
    (listed,) = api_tokens.own_tokens(office, CODE, at=OPENED)
    assert listed == made
    assert listed["state"] == "live" and secret not in repr(listed)
    assert api_tokens.own_tokens(office, CODE, at=OPENED + 40 * DAY)[0]["state"] == "expired"


def test_a_known_name_is_no_token(office):
    a_token(office)
    assert refusal(office, OFFICER) == "token_unknown"
