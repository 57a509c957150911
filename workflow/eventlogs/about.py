"""What every form is told besides the traces."""

from collections.abc import Mapping
from dataclasses import dataclass

from states.eventlog import LEFT_OUT


@dataclass(frozen=True, slots=True)
class About:
    """Which histories these are: `scope` is a case's number, or None for all; `made_at` as entries write it.

    `units` are the names of units by their codes.
    """

    scope: str | None
    made_at: str
    units: Mapping[str, str]

    @property
    def told(self) -> dict[str, str]:
        """What a file says of itself."""
        return {"scope": self.scope or "all", "made_at": self.made_at, "left_out": LEFT_OUT}
