"""Who was appointed to stand in for whom: the ground on which a deputy acted, as the journal tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from states.audit import Departure, DepartureKind, Recorded
from states.case import office_day
from states.vocabulary import Role
from workflow.services.auditing.naming import Names

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
        return replace(
            one, what=f"代他人办理{'' if self._of(entry) else '，未见任命'}", reason=self._told(entry)
        )

    def told(self, entry: Recorded, one: Departure, names: Names) -> Departure:
        """An appointment, or its end, with who stands in for whom."""
        made = entry if entry.kind == APPOINTED else self._named(entry) if entry.kind == REVOKED else None
        return one if made is None else replace(one, what=f"{one.what}：{_who(made.details, names)}")

    def _named(self, entry: Recorded) -> Recorded | None:
        wanted = entry.details.get("appointment")
        return next((one for one in self.made if one.details.get("appointment") == wanted), None)

    def _told(self, entry: Recorded) -> str | None:
        made = self._of(entry)
        if made is None:
            return None
        days = f"{made.details['valid_from']}至{made.details['valid_to']}"
        return f"工作日志第{made.seq}条任命，{days}"

    def _of(self, entry: Recorded) -> Recorded | None:
        day = office_day(entry.occurred_at).isoformat()
        return next((one for one in reversed(self.made) if self._covers(one.details, entry, day)), None)

    def _covers(self, told: Mapping[str, Any], entry: Recorded, day: str) -> bool:
        ended = self.ended.get(told.get("appointment"))
        return (
            (told.get("person"), told.get("deputy")) == (entry.acting_for, entry.actor)
            and str(told.get("valid_from")) <= day <= str(told.get("valid_to"))
            and (ended is None or day < ended)
        )


def _who(told: Mapping[str, Any], names: Names) -> str:
    role = Role(told["role"]).label
    days = f"{told['valid_from']}至{told['valid_to']}"
    return f"{names.person(told['deputy'])}代{names.person(told['person'])}行使{role}职责，{days}"
