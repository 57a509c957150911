"""Passwords, by rule: both profiles."""

import string
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from states.accounts.passwords import (
    DJBH3,
    FEWEST_DIFFERENT,
    LONGEST,
    MODERN,
    PROFILES,
    check_password,
    is_too_old,
    kinds_in,
    prepared,
    told,
)
from states.errors import FactInvalid
from states.office_time import OFFICE_ZONE
from workflow.services.accounts.choosing import common_passwords

SET = datetime(2026, 7, 1, 9, tzinfo=OFFICE_ZONE)
COMMON = common_passwords()
NAMES = ("lvzhe", "吕喆", "滨海市督查室")
VISIBLE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=0, max_size=140)
KINDS = (string.ascii_uppercase, string.ascii_lowercase, string.digits, "-_!路灯")
MIXED = st.tuples(*(st.text(kind, min_size=2, max_size=30) for kind in KINDS)).map("".join)
"""Texts of every kind of character: most of them may be passwords, while few of the visible ones may."""


def refusal(password, profile=MODERN):
    """The code of what a password lacks; nothing where it may be."""
    try:
        check_password(prepared(password), profile, names=NAMES, common=COMMON)
    except FactInvalid as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("password", "profile", "code"),
    [
        ("路灯九月底前修好", MODERN, None),
        ("路灯九月修好", MODERN, "password_too_short"),
        ("correct horse battery", MODERN, None),
        ("Binhai-2026", DJBH3, None),
        ("Binhai-26", DJBH3, "password_too_short"),
        ("binhai-lamps", DJBH3, "password_too_few_kinds"),
        ("binhai2026lamps", DJBH3, "password_too_few_kinds"),
        ("路灯九月底前修好312盏", DJBH3, "password_too_few_kinds"),
        ("路灯九月底前修好312盏x", DJBH3, None),
        ("1qaz2wsx3edc", MODERN, "password_common"),
        ("11111111111111111", MODERN, "password_common"),
        ("我是吕喆我修路灯", MODERN, None),
        ("滨海市督查室2026", MODERN, "password_names_owner"),
    ],
)
def test_a_password_is_told_what_it_lacks(password, profile, code):
    assert refusal(password, profile) == code


@pytest.mark.parametrize("profile", PROFILES.values())
def test_the_hint_names_all_that_a_refusal_does(profile):
    with pytest.raises(FactInvalid) as refused:
        check_password("滨海市督查室-2026-Xy", profile, names=NAMES, common=COMMON)
    assert refused.value.code == "password_names_owner"
    assert all(
        name in str(refused.value) and name in told(profile) for name in ("登录名", "姓名", "单位名称")
    )


@given(MIXED, st.sampled_from(list(PROFILES.values())))
def test_what_may_be_a_password_keeps_every_rule(password, profile):
    written = prepared(password)
    assume(refusal(password, profile) is None)
    assert profile.shortest <= len(written) <= LONGEST
    assert len(kinds_in(written)) >= profile.kinds
    assert written.casefold() not in COMMON
    assert len(set(written.casefold())) >= FEWEST_DIFFERENT
    assert not any(name in written.casefold() for name in NAMES if len(name) >= 3)


@given(st.text(string.ascii_letters + string.digits + "-_路灯", min_size=15, max_size=60))
def test_long_and_unlike_any_other_is_enough_for_the_modern_profile(password):
    known = any(name in password.casefold() for name in NAMES)
    assume(len(set(password.casefold())) >= FEWEST_DIFFERENT and not known)
    assert refusal(password) in (None, "password_common")
    assert (refusal(password) is None) == (password.casefold() not in COMMON)


@given(MIXED)
def test_whatever_profile_three_takes_the_modern_one_takes(password):
    assume(refusal(password, DJBH3) is None)
    assert refusal(password, MODERN) is None


@given(st.text())
def test_no_text_whatever_breaks_the_check(password):
    assert refusal(password, DJBH3) is None or refusal(password, DJBH3).startswith("password_")


@given(st.text())
def test_preparing_twice_is_preparing_once(password):
    assert prepared(prepared(password)) == prepared(password)


@given(st.sampled_from(sorted(COMMON)))
def test_none_that_many_use_is_taken_however_it_is_written(password):
    assert refusal(password.upper()) is not None


@pytest.mark.parametrize(("days", "old"), [(89, False), (90, True)])
def test_profile_three_asks_for_another_after_ninety_days(days, old):
    assert is_too_old(SET, SET + timedelta(days=days), DJBH3) == old
    assert not is_too_old(SET, SET + timedelta(days=10_000), MODERN)


def test_none_was_set_so_none_is_too_old():
    assert not is_too_old(None, SET, DJBH3)
