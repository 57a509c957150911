"""Hashes: the cost of each, and never more than four at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from tests.conftest import LIGHT
from workflow.services.accounts import hashing
from workflow.services.accounts.hashing import AT_ONCE, STRONG


class Slow:
    """Stands in for pwdlib and sees how many are at it at once."""

    def __init__(self):
        self.now, self.most, self.lock = 0, 0, Lock()

    def verify_and_update(self, *_):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.01)
        with self.lock:
            self.now -= 1
        return True, None


def test_no_more_than_four_hashes_are_checked_at_once(monkeypatch):
    slow = Slow()
    monkeypatch.setattr(hashing, "_pwdlib", lambda _: slow)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: LIGHT.verify("x", None), range(40)))
    assert (slow.most, slow.now) == (AT_ONCE, 0)


def test_a_hash_costs_what_it_should():
    assert STRONG.hash("路灯312盏").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert STRONG.decoy().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert len(STRONG.decoy()) == len(STRONG.hash("x"))


def test_a_decoy_is_worked_through_like_a_hash_and_fits_nothing():
    kept = LIGHT.hash("路灯312盏")
    assert LIGHT.verify("路灯312盏", kept).right
    assert not LIGHT.verify("路灯313盏", kept).right
    assert not LIGHT.verify("路灯312盏", None).right
    assert not LIGHT.verify("", None).right
    assert hashing._pwdlib(LIGHT).current_hasher.identify(LIGHT.decoy())


@pytest.mark.parametrize("kept", ["", "$argon2id$", "plain", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
def test_what_is_no_hash_lets_nobody_in(kept):
    """Whatever somebody wrote into the table."""
    assert not LIGHT.verify("plain", kept).right
