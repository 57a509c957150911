"""Locking an account after wrong tries: each fifth locks it, every lock twice as long as the one before.

A try counts as wrong from its start until it has proved right, so that tries at the same time count each. A
day after the last lock or try nothing is held against anybody. Within any day at most fifty passwords are
tried on one account, from however many addresses.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=15), timedelta(hours=4)
FORGOTTEN_AFTER = timedelta(days=1)
MOST_A_DAY = 50


@dataclass(frozen=True, slots=True)
class Failures:
    """Tries in a row that did not prove right, when the last was, and until when there is a lock."""

    count: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def is_locked(self, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    def tried(self, at: datetime) -> "Failures":
        """What one more try makes of it. While there is a lock a try changes nothing."""
        if self.is_locked(at):
            return self
        count = 1 if self.is_forgotten(at) else self.count + 1
        return Failures(count, at, _locked_until(count, at))

    def is_forgotten(self, at: datetime) -> bool:
        """Whether it is so long ago that it counts no more."""
        latest = max((one for one in (self.last_at, self.locked_until) if one is not None), default=None)
        return latest is None or at - latest >= FORGOTTEN_AFTER


def _locked_until(count: int, at: datetime) -> datetime | None:
    if count % TRIES:
        return None
    doublings = min(count // TRIES - 1, 10)
    return at + min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
