"""Who was appointed to stand in for whom: the ground on which a deputy acted, as the journal tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from states.audit import Departure, DepartureKind, Recorded
from states.office_time import office_day

APPOINTED, REVOKED = "deputy_appointed", "deputy_revoked"


class Appointments:
    """Every appointment the journal tells of by the end of a period."""

    def __init__(self, journal: Iterable[Recorded]) -> None:
        entries = list(journal)
        self.made = [entry for entry in entries if entry.kind == APPOINTED]
        self.ended = {
            entry.details.get("appointment"): str(entry.details.get("revoked_on"))
            for entry in entries
            if entry.kind == REVOKED
        }

    def behind(self, entry: Recorded, one: Departure) -> Departure:
        """The departure with its appointment as the reason, where somebody acted in another's place."""
        if one.kind is not DepartureKind.DEPUTY or one.reason is not None:
            return one
        made = self._of(entry)
        if made is None:
            return replace(one, what=f"{one.what}，未见任命")
        days = f"{made.details['valid_from']}至{made.details['valid_to']}"
        return replace(one, reason=f"工作日志第{made.seq}条任命，{days}")

    def ended_by(self, entry: Recorded) -> Recorded | None:
        """The appointment an entry of the journal ended; None where it ended none that is known."""
        wanted = entry.details.get("appointment") if entry.kind == REVOKED else None
        return next((one for one in self.made if wanted and one.details.get("appointment") == wanted), None)

    def _of(self, entry: Recorded) -> Recorded | None:
        day = office_day(entry.occurred_at).isoformat()
        return next((one for one in reversed(self.made) if self._covers(one.details, entry, day)), None)

    def _covers(self, told: Mapping[str, Any], entry: Recorded, day: str) -> bool:
        """Whether it is between these two and of this day; that of its revocation is given whole."""
        ended = self.ended.get(told.get("appointment"))
        return (
            (told.get("person"), told.get("deputy")) == (entry.acting_for, entry.actor)
            and str(told.get("valid_from")) <= day <= str(told.get("valid_to"))
            and (ended is None or day <= ended)
        )
