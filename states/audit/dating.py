"""Entries that say something happened on another day than the one they were recorded on (补录、预记).

On the same office day a difference is ordinary. What an entry states of a service or of a reply counts too:
the clock of a reply runs by that day, not by the entry's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from states.audit.recorded import Recorded
from states.office_time import office_day
from states.words import detail_label

STATED_DAYS = {"escalation_served": "served_on", "escalation_answered": "answered_on"}
"""The day an entry states beside its own, by the kind of the entry."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One entry dated otherwise: the day it states, what that is the day of, by how many days it is earlier.

    `days` is negative for a day still to come when the entry was recorded.
    """

    stated_on: date
    what: str
    days: int

    @property
    def is_ahead(self) -> bool:
        return self.days < 0


def dated_otherwise(entry: Recorded) -> Iterator[Dated]:
    """The days an entry states that are not the office day it was recorded on."""
    recorded_on, happened_on = office_day(entry.recorded_at), office_day(entry.occurred_at)
    if happened_on != recorded_on:
        yield Dated(happened_on, "发生时间", (recorded_on - happened_on).days)
    name = STATED_DAYS.get(entry.kind)
    stated = entry.details.get(name) if name else None
    if name and stated and (day := date.fromisoformat(stated)) not in (recorded_on, happened_on):
        yield Dated(day, detail_label(name), (recorded_on - day).days)
