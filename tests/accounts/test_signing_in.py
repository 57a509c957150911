"""Signing in: who gets in, who does not, and that nobody learns why."""

import time
from dataclasses import replace

import pytest

from states.vocabulary import Role
from tests.accounts.people import (
    ADMIN,
    CODE,
    MINUTE,
    PASSWORD,
    an_account,
    counting,
    signs_in,
    told,
)
from tests.builders import OFFICER, OPENED, signed
from workflow.errors import SignInRefused, TooManyTries
from workflow.services.accounts import adding, disabling, hashing, sessions
from workflow.services.accounts.guessing import place_of
from workflow.services.accounts.hashing import STRONG


def refusal(office, **tried):
    with pytest.raises(SignInRefused) as refused:
        signs_in(office, **tried)
    return refused.value.as_json()


def test_somebody_with_an_account_is_let_in(office):
    an_account(office)
    signed_in = signs_in(office)
    found = sessions.visitor(office, signed_in.token, at=OPENED + MINUTE)
    assert found == signed_in.visitor
    assert (found.person, found.name, found.roles, found.owes) == (CODE, OFFICER, {Role.OFFICER}, None)
    assert told(office, "signed_in") == [
        ("signed_in", {"address": "10.8.3.21", "session": found.session[:12]})
    ]


@pytest.mark.parametrize("login", ["LvZhe", "ｌｖｚｈｅ", " lvzhe "])
def test_a_name_is_read_as_it_is_meant(office, login):
    an_account(office)
    assert signs_in(office, login=login).visitor.person == CODE


def test_a_password_typed_in_full_width_is_the_same(office):
    an_account(office, password="binhai-2026-lamps")
    assert signs_in(office, password="ｂｉｎｈａｉ-２０２６-ｌａｍｐｓ").visitor.person == CODE


def everything_wrong(office):
    """The refusal of everything that can be wrong."""
    an_account(office)
    adding.add(office, "骆文渊", login="luo", by=signed(ADMIN), at=OPENED)
    an_account(office, "卞知远", "bian")
    disabling.disable(office, "卞知远", by=signed(ADMIN), at=OPENED)
    return [
        refusal(office, password="路灯312盏-八月底前"),
        refusal(office, login="nobody"),
        refusal(office, login="luo"),
        refusal(office, login="bian"),
        refusal(office, password="路" * 4_000),
        refusal(office, password="\ud800" * 12),
        refusal(office, login="\ud800\x00"),
        refusal(office, login="x" * 10_000),
        refusal(office, login="", password=""),
    ]


def test_whatever_is_wrong_the_answer_is_the_same(office):
    wrong = everything_wrong(office)
    assert [one for one in wrong if one != wrong[0]] == []
    assert wrong[0]["code"] == "sign_in_refused"


def test_what_was_wrong_stands_in_the_journal_alone(office):
    everything_wrong(office)
    assert [one["wrong"] for _, one in told(office, "sign_in_failed")] == [
        *("password", "unknown", "password", "disabled", "password", "password"),
        *("unknown", "unknown", "unknown"),
    ]


@pytest.mark.parametrize(
    "tried",
    [{"login": "nobody"}, {"password": "falsch"}, {"login": "bian"}, {"code": "123456"}, {"login": "luo"}],
)
def test_every_sign_in_checks_one_hash_whoever_tries(office, tried):
    an_account(office)
    an_account(office, "卞知远", "bian")
    disabling.disable(office, "卞知远", by=signed(ADMIN), at=OPENED)
    adding.add(office, "骆文渊", login="luo", by=signed(ADMIN), at=OPENED)
    counted, done = counting(office)
    try:
        signs_in(counted, **tried)
    except SignInRefused:
        assert done == ["verify"]
    else:
        assert (done, tried) == (["verify"], {"code": "123456"})


def test_a_name_nobody_has_takes_as_long_as_a_wrong_password(office):
    """Coarse on purpose: without the hash that is checked for nothing it would be a hundredth."""
    strong = replace(office, hasher=STRONG)
    an_account(strong)

    def seconds(**tried):
        began = time.perf_counter()
        with pytest.raises(SignInRefused):
            signs_in(strong, **tried)
        return time.perf_counter() - began

    known, unknown = min(seconds(password=f"x{n}") for n in (1, 2)), min(seconds(login=n) for n in "xy")
    assert 0.2 < unknown / known < 5


def test_a_name_nobody_has_is_not_written_down(office):
    refusal(office, login=PASSWORD)
    ((_, entry),) = told(office, "sign_in_failed")
    assert entry == {"address": "10.8.3.21", "wrong": "unknown"}


def test_a_hash_of_other_costs_is_made_anew_when_its_password_is_known(office):
    an_account(office)
    dearer = replace(office, hasher=replace(office.hasher, rounds=2))
    signs_in(dearer)
    counted, done = counting(dearer)
    assert signs_in(replace(counted, hasher=replace(counted.hasher, rounds=2))).visitor.person == CODE
    assert done == ["verify"]


def test_too_many_at_once_are_told_to_come_again(office, monkeypatch):
    an_account(office)
    monkeypatch.setattr(hashing, "LONGEST_WAIT", 0.01)
    for _ in range(hashing.AT_ONCE):
        hashing._line.acquire()
    try:
        with pytest.raises(TooManyTries) as refused:
            signs_in(office)
    finally:
        for _ in range(hashing.AT_ONCE):
            hashing._line.release()
    assert (refused.value.code, refused.value.facts["retry_after"]) == ("sign_in_busy", 0.01)
    assert signs_in(office).visitor.person == CODE


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.8.3.21", "10.8.3.21"),
        ("::ffff:10.8.3.21", "10.8.3.21"),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("x" * 500, "x" * 64),
        ("", ""),
    ],
)
def test_an_address_of_ipv6_counts_as_its_network(address, place):
    assert place_of(address) == place


def test_entries_tell_the_very_address(office):
    an_account(office)
    signs_in(office, address="2001:db8:1:2:a:b:c:d")
    assert told(office, "signed_in")[0][1]["address"] == "2001:db8:1:2:a:b:c:d"


def test_a_login_is_long_gone_when_its_account_is_disabled_while_its_hash_is_checked(office):
    an_account(office)

    class Interfering(type(office.hasher)):
        def verify(self, password, kept):
            disabling.disable(office, OFFICER, by=signed(ADMIN), at=OPENED)
            return super().verify(password, kept)

    slow = replace(office, hasher=Interfering(office.hasher.memory, 1, 1))
    assert refusal(slow)["code"] == "sign_in_refused"
    assert told(office, "sign_in_failed")[0][1]["wrong"] == "changed"
