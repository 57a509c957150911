"""A checkpoint's text: what it says, what is refused, and what may follow what."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.evidence.checkpoint import Checkpoint, CheckpointInvalid, breaks, parse
from states.history import GENESIS

ONE = Checkpoint(
    origin="a1" * 32,
    number=1,
    epoch=1,
    algorithm="sha256",
    first=0,
    size=12,
    root="b2" * 32,
    time=datetime(2026, 7, 1, 1, 0, 0, 5, UTC),
    previous=GENESIS,
    key="c3" * 32,
    signature="d4" * 64,
)
TEXT = f"""duban-checkpoint/1
origin: {"a1" * 32}
number: 1
epoch: 1
algorithm: sha256
first: 0
size: 12
root: {"b2" * 32}
time: 2026-07-01T01:00:00.000005Z
previous: {"0" * 64}
key: {"c3" * 32}
signature: {"d4" * 64}
"""


def following(former=ONE, **changes):
    given = {"number": former.number + 1, "previous": former.hash, "size": former.size + 5}
    return replace(former, **(given | changes))


def test_a_checkpoint_is_its_text():
    assert ONE.text == TEXT
    assert parse(TEXT) == ONE
    assert ONE.text == f"{ONE.signed_part}signature: {ONE.signature}\n"


def test_its_hash_is_over_the_whole_text_by_its_own_algorithm():
    for algorithm in ("sha256", "sm3"):
        one = replace(ONE, algorithm=algorithm)
        whole = b"duban/checkpoint/1\x00" + one.text.encode()
        assert one.hash == hashlib.new(algorithm, whole).hexdigest()
        assert one.short == one.hash[:8]
        assert one.hash != one.signed("00" * 64).hash


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("duban-checkpoint/1", "duban-checkpoint/2", 1),
        ("duban-checkpoint/1", "\ufeffduban-checkpoint/1", 1),
        ("\n", "\r\n", 1),
        ("a1a1", "A1A1", 2),
        ("number: 1\n", "", 3),
        ("number: 1", "number: 01", 3),
        ("number: 1", "number: 0", 3),
        ("number: 1", "number: １", 3),
        ("number: 1\nepoch: 1", "epoch: 1\nnumber: 1", 3),
        ("epoch: 1", "epoch: 0", 4),
        ("sha256", "md5", 5),
        ("first: 0", "first: -1", 6),
        ("size: 12", "size:12", 7),
        ("size: 12", "size: 12 ", 7),
        ("size: 12", "size: 1234567890123456789", 7),
        ("b2b2", "b2", 8),
        (".000005Z", "Z", 9),
        ("07-01", "02-30", 9),
        ("Z\n", "+00:00\n", 9),
        ("0000000000000000", "000000000000000", 10),
        ("key: ", "key : ", 11),
        ("d4d4", "d4", 12),
        ("d4\n", "d4", 13),
        ("d4\n", "d4\n\n", 13),
        ("d4\n", "d4\nnote: 1\n", 13),
    ],
)
def test_whatever_is_no_checkpoint_is_refused_with_the_line(right, wrong, line):
    with pytest.raises(CheckpointInvalid) as refused:
        parse(TEXT.replace(right, wrong, 1) if right != "\n" else TEXT.replace(right, wrong))
    assert (refused.value.code, refused.value.facts["line"]) == ("checkpoint_invalid", line)


@given(cut=st.integers(0, len(TEXT) - 1))
def test_a_text_cut_short_is_refused(cut):
    with pytest.raises(CheckpointInvalid):
        parse(TEXT[:cut])


@given(place=st.integers(0, len(TEXT) - 1), put=st.characters())
def test_a_text_with_a_character_changed_is_refused_or_another_checkpoint(place, put):
    changed = TEXT[:place] + put + TEXT[place + 1 :]
    try:
        assert parse(changed).text == changed
    except CheckpointInvalid:
        assert changed != TEXT


def test_the_first_one_has_none_before():
    assert list(breaks(None, ONE)) == []
    assert list(breaks(None, replace(ONE, previous="ff" * 32))) == ["first"]
    assert list(breaks(None, replace(ONE, number=2))) == ["first"]


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({}, []),
        ({"size": 12}, []),
        ({"time": ONE.time - timedelta(minutes=10)}, []),
        ({"time": ONE.time - timedelta(minutes=11)}, ["time"]),
        ({"origin": "ee" * 32}, ["origin"]),
        ({"number": 3}, ["number"]),
        ({"previous": GENESIS}, ["previous"]),
        ({"size": 11}, ["size"]),
        ({"first": 1}, ["size"]),
        ({"algorithm": "sm3"}, ["size"]),
        ({"epoch": 2, "first": 12, "size": 0, "algorithm": "sm3"}, []),
        ({"epoch": 2, "first": 11}, ["size"]),
        ({"epoch": 3, "first": 12}, ["size"]),
    ],
)
def test_what_may_follow_a_checkpoint(changes, broken):
    assert list(breaks(ONE, following(**changes))) == broken
