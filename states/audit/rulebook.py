"""Every table, policy and calendar there ever was, and which was in force at an instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from states.calendar import WorkCalendar
from states.lifecycle import Lifecycle
from states.policy import Policy


@dataclass(frozen=True, slots=True)
class InForce:
    """One rule that came into force: since when, and by what it goes (digest or version).

    `ranks` puts calendars an office loaded before the packaged ones, whichever came later.
    """

    since: datetime
    name: str
    ranks: int = 0


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules that are what their hash says, by hash; calendars by version. Others are left out."""

    lifecycles: Mapping[str, Lifecycle]
    policies: Mapping[str, Policy]
    calendars: Mapping[str, WorkCalendar]
    tables: Sequence[InForce] = field(default=())
    ladders: Sequence[InForce] = field(default=())
    years: Sequence[InForce] = field(default=())

    def lifecycle_at(self, instant: datetime) -> Lifecycle | None:
        return self.lifecycles.get(in_force(self.tables, instant) or "")

    def policy_at(self, instant: datetime) -> Policy | None:
        return self.policies.get(in_force(self.ladders, instant) or "")

    def calendar_at(self, instant: datetime) -> WorkCalendar | None:
        return self.calendars.get(in_force(self.years, instant) or "")


def in_force(kept: Sequence[InForce], instant: datetime) -> str | None:
    """What was in force at an instant: the last that came by then of the highest rank.

    Before any the first there ever was: an office may have been given a past that began before its rules did.
    """
    by_then = [one for one in kept if one.since <= instant]
    if not by_then:
        return min(kept, key=lambda one: one.since).name if kept else None
    return max(by_then, key=lambda one: (one.ranks, one.since)).name
