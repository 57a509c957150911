"""When a relay that fails is left alone: after five failures in a row, for one minute to five."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

PATIENCE = 5
POSITIONS = ("closed", "open", "half_open")
PAUSE, LONGEST = timedelta(minutes=1), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """Failures in a row, what the last one said, since when, and until when nobody tries."""

    failures: int = 0
    told: str | None = None
    since: datetime | None = None
    closed_until: datetime | None = None

    @property
    def is_left_alone(self) -> bool:
        """Whether it has failed so often that it is tried with one message only, and after pauses."""
        return self.failures >= PATIENCE

    def position(self, now: datetime) -> str:
        """One of `POSITIONS`: half open while one message is to show whether it works again."""
        if not self.is_left_alone:
            return "closed"
        return "half_open" if self.may_try(now) else "open"

    def may_try(self, now: datetime) -> bool:
        return self.closed_until is None or now >= self.closed_until

    def as_columns(self) -> dict[str, Any]:
        return {
            "failures": self.failures,
            "told": self.told,
            "since": self.since,
            "closed_until": self.closed_until,
        }


WORKING = Standing()
"""A relay that works, as far as is known."""


def failed(before: Standing, now: datetime, told: str) -> Standing:
    """The standing after one more failure; each pause is a minute longer than the last, five at the most."""
    failures = before.failures + 1
    over = failures - PATIENCE + 1
    pause = now + min(over * PAUSE, LONGEST) if over > 0 else None
    return Standing(failures, told, before.since or now, pause)
