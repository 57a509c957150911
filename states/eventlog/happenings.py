"""The entries of one case as they are told outside: a trace of happenings, each with what it took.

Durations are counted by one calendar a case, the one its handling clock was last counted by, so that those of
a trace add up. People are pseudonyms from here on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from states.calendar import WorkCalendar
from states.case import SYSTEM
from states.eventlog.durations import NOTHING, Took, took
from states.eventlog.pseudonyms import Pseudonyms
from states.office_time import morning_of, office_day

Payload = Mapping[str, Any]
HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called. `labels` and `states` are by lifecycle, then by kind of entry or state.

    `calendar` finds one by its version, or the one in force for None.
    """

    pseudonyms: Pseudonyms
    units: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    states: Mapping[str, Mapping[str, str]]
    calendar: Callable[[str | None], WorkCalendar]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry as it is told. The fields are those of `COLUMNS`, in their order."""

    case: str
    seq: int
    activity: str
    label: str
    occurred_at: str
    recorded_at: str
    person: str | None
    acting_for: str | None
    actor_kind: str
    state_before: str | None
    state_after: str | None
    state_label: str | None
    lead_unit: str | None
    lead_unit_name: str | None
    due_on: str | None
    escalation: str | None
    step: str | None
    document: str | None
    document_number: str | None
    working_minutes_since_former: int | None
    working_days_since_former: int | None
    working_minutes_since_assignment: int | None
    working_days_since_assignment: int | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """One case: its happenings in the order of its history, and the calendar their durations rest on.

    `facts` are those told of the case itself, as they stand after the last. `payloads` never go out: objects
    are made from them by names on a list.
    """

    case: str
    calendar: str
    facts: Mapping[str, str | None]
    happenings: tuple[Happening, ...]
    payloads: tuple[Payload, ...] = field(repr=False)


TOLD = ("state", "lead_unit", "due_on", "complexity", "outcome")
"""Facts of a case that are told of it."""


def trace_of(payloads: Iterable[Payload], names: Names) -> Trace:
    """The trace of a case with these payloads, oldest first; there must be one."""
    entries = tuple(payloads)
    walk = _Walk(entries, names)
    happenings = tuple(walk.steps())
    facts = {name: walk.facts.get(name) for name in TOLD}
    return Trace(happenings[0].case, walk.calendar.version, facts, happenings, entries)


class _Walk:
    """Goes through the entries of one case and keeps what the next one needs to be told."""

    def __init__(self, entries: tuple[Payload, ...], names: Names) -> None:
        self.entries, self.names = entries, names
        self.calendar = names.calendar(_last_calendar(entries))
        self.facts: dict[str, Any] = {}
        self.former: datetime | None = None
        self.assigned: datetime | None = None

    def steps(self) -> Iterator[Happening]:
        for entry in self.entries:
            at = datetime.fromisoformat(entry["occurred_at"])
            self.facts |= entry["set"]
            if "dispatched_on" in entry["set"]:
                self.assigned = _assigned(entry["set"]["dispatched_on"], at)
            yield self._happening(entry, at)
            self.former = at

    def _happening(self, entry: Payload, at: datetime) -> Happening:
        details, actor, lifecycle = entry["details"], entry["actor"], self.facts.get("lifecycle", "")
        former, assigned = self._took(self.former, at), self._took(self.assigned, at)
        lead_unit = self.facts.get("lead_unit")
        return Happening(
            case=entry["case"],
            seq=entry["seq"],
            activity=entry["kind"],
            label=self.names.labels.get(lifecycle, {}).get(entry["kind"], entry["kind"]),
            occurred_at=entry["occurred_at"],
            recorded_at=entry["recorded_at"],
            person=None if actor == SYSTEM else self.names.pseudonyms.of(actor),
            acting_for=self._called(entry.get("acting_for")),
            actor_kind=entry["actor_kind"],
            state_before=entry["before"],
            state_after=entry["after"],
            state_label=self.names.states.get(lifecycle, {}).get(entry["after"] or ""),
            lead_unit=lead_unit,
            lead_unit_name=self.names.units.get(lead_unit or ""),
            due_on=self.facts.get("due_on"),
            escalation=details.get("escalation"),
            step=details.get("step"),
            document=details.get("document"),
            document_number=details.get("document_number"),
            working_minutes_since_former=former.minutes,
            working_days_since_former=former.days,
            working_minutes_since_assignment=assigned.minutes,
            working_days_since_assignment=assigned.days,
            provisional=former.provisional or assigned.provisional,
        )

    def _took(self, since: datetime | None, at: datetime) -> Took:
        return NOTHING if since is None else took(self.calendar, since, at)

    def _called(self, person: str | None) -> str | None:
        return None if person is None else self.names.pseudonyms.of(person)


def _assigned(dispatched_on: str | None, at: datetime) -> datetime | None:
    """When a matter was handed out: with its entry, or at the start of a day an old register states."""
    if dispatched_on is None:
        return None
    day = date.fromisoformat(dispatched_on)
    return at if day == office_day(at) else morning_of(day)


def _last_calendar(entries: tuple[Payload, ...]) -> str | None:
    """The version the handling clock was last counted by, or else that of any other clock."""
    for entry in reversed(entries):
        clocks = sorted(entry["set"].get("clocks") or (), key=lambda one: one["name"] != HANDLE)
        for clock in clocks:
            if clock["calendar"]:
                return str(clock["calendar"])
    return None
