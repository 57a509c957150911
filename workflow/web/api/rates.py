"""How often a token may ask: so many requests in a window that begins with its first.

Counted in the memory of one process, so that a request costs no write; each process counts for itself.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from limits import parse

MOST_KEPT = 10_000
"""Windows; those that are over are cleared away where there are more."""


@dataclass(frozen=True, slots=True)
class Left:
    """How a token stands after a request: of how many, how many are left, and in how many seconds all are."""

    limit: int
    remaining: int
    reset: int
    is_over: bool

    @property
    def headers(self) -> dict[str, str]:
        """As answers tell it."""
        told = {"Limit": self.limit, "Remaining": self.remaining, "Reset": self.reset}
        return {f"RateLimit-{name}": str(value) for name, value in told.items()}


class Rates:
    """The windows of one application; used on its event loop only, so counting needs no lock."""

    def __init__(self, rate: str) -> None:
        item = parse(rate)
        self._most, self._seconds = item.amount, item.get_expiry()
        self._windows: dict[str, tuple[float, int]] = {}

    def hit(self, key: str, at: datetime) -> Left:
        """Count a request."""
        now = at.timestamp()
        until, count = self._windows.get(key, (0.0, 0))
        if until <= now:
            until, count = now + self._seconds, 0
            self._clear(now)
        self._windows[key] = until, count + 1
        left = max(0, self._most - count - 1)
        return Left(self._most, left, max(1, ceil(until - now)), count >= self._most)

    def _clear(self, now: float) -> None:
        if len(self._windows) > MOST_KEPT:
            self._windows = {key: one for key, one in self._windows.items() if one[0] > now}
