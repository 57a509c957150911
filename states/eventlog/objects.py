"""What the entries of one case are about, as objects: the case, its escalations, its documents.

Units and people are objects too, but of many cases; here they are only pointed at. Nothing of an entry
becomes an attribute unless it is named here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from states.eventlog.columns import Kind
from states.eventlog.happenings import TOLD, Happening, Payload, Trace

CASE, UNIT, DOCUMENT, ESCALATION, PERSON = "case", "unit", "document", "escalation", "person"

OBJECT_TYPES: Mapping[str, Mapping[str, Kind]] = {
    CASE: {"number": Kind.TEXT, "calendar": Kind.TEXT, **dict.fromkeys(TOLD, Kind.TEXT)},
    UNIT: {"code": Kind.TEXT, "name": Kind.TEXT},
    DOCUMENT: {"kind": Kind.TEXT, "number": Kind.TEXT},
    ESCALATION: {
        "step": Kind.TEXT,
        "clock": Kind.TEXT,
        "epoch": Kind.WHOLE,
        "mode": Kind.TEXT,
        "due_on": Kind.TEXT,
        "state": Kind.TEXT,
    },
    PERSON: {},
}
"""Every type of object with its attributes."""

ISSUES = "facts_sha256"
"""The particular of an entry that issues a paper."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value an attribute takes, empty text where nothing is left; `time` None: from the start."""

    name: str
    time: str | None
    value: str | int


@dataclass(frozen=True, slots=True)
class Relation:
    """Something points at an object of a type, and says as what."""

    type: str
    key: str
    qualifier: str

    @property
    def id(self) -> str:
        return f"{self.type}:{self.key}"


@dataclass(slots=True)
class Thing:
    """An object: its type and key, its relations, and its attributes over time, by name and time.

    One that is `of_several` cases is told by each of them, with its relation to that case alone.
    """

    type: str
    key: str
    of_several: bool = False
    relations: dict[Relation, None] = field(default_factory=dict)
    _values: dict[tuple[str, str | None], Change] = field(default_factory=dict)
    _known: dict[str, str | int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.type}:{self.key}"

    @property
    def changes(self) -> list[Change]:
        """The values in the order of their times; of two at one time the later entry's counts."""
        return sorted(self._values.values(), key=lambda one: (one.name, one.time or ""))

    def points_at(self, type_: str, key: str | None, qualifier: str) -> None:
        if key:
            self.relations[Relation(type_, key, qualifier)] = None

    def takes(self, name: str, value: str | int | None, time: str | None) -> None:
        """An attribute comes to have a value; what it has already, or nothing at the start, is no change."""
        told = "" if value is None else value
        if self._known.get(name, "") != told:
            self._known[name] = told
            self._values[name, time] = Change(name, time, told)


def related(happening: Happening) -> Iterator[Relation]:
    """The objects an entry is about."""
    yield Relation(CASE, happening.case, "case")
    about = (
        (UNIT, happening.lead_unit, "lead_unit"),
        (ESCALATION, happening.escalation, "escalation"),
        (DOCUMENT, happening.document, "document"),
        (PERSON, happening.person, "actor"),
        (PERSON, happening.acting_for, "acting_for"),
    )
    yield from (Relation(type_, key, qualifier) for type_, key, qualifier in about if key)


def things_of(trace: Trace, *, whole: bool) -> list[Thing]:
    """The objects of a case. Links to other cases only where the log is `whole`, and they are in it."""
    told = _Telling(trace, whole)
    for place, entry in enumerate(trace.payloads):
        told.entry(entry, None if place == 0 else entry["occurred_at"])
    return [told.case, *told.others.values()]


class _Telling:
    """The objects of one case while its entries are read."""

    def __init__(self, trace: Trace, whole: bool) -> None:
        self.whole = whole
        self.case = Thing(CASE, trace.case)
        self.case.takes("number", trace.case, None)
        self.case.takes("calendar", trace.calendar, None)
        self.others: dict[str, Thing] = {}

    def entry(self, entry: Payload, time: str | None) -> None:
        self._case(entry["set"], time)
        details = entry["details"]
        if details.get("document"):
            self._document(details)
        if details.get("escalation"):
            self._escalation(details, entry["occurred_at"])

    def _case(self, sets: Mapping[str, Any], time: str | None) -> None:
        for name in TOLD:
            if name in sets:
                self.case.takes(name, sets[name], time)
        self.case.points_at(UNIT, sets.get("lead_unit"), "lead_unit")
        for unit in sets.get("co_units") or ():
            self.case.points_at(UNIT, unit, "co_unit")
        for task in sets.get("tasks") or ():
            self.case.points_at(UNIT, task["unit"], "task_unit")
        if self.whole:
            self.case.points_at(CASE, sets.get("parent"), sets.get("link") or "parent")
            self.case.points_at(CASE, sets.get("merged_into"), "merged_into")

    def _document(self, details: Mapping[str, Any]) -> None:
        document = self._other(DOCUMENT, details["document"], "about")
        document.of_several |= details.get("matters", 1) > 1
        if details.get(ISSUES):
            document.takes("kind", details.get("kind") or details.get("step"), None)
            document.takes("number", details.get("document_number"), None)

    def _escalation(self, details: Mapping[str, Any], time: str) -> None:
        is_known = f"{ESCALATION}:{details['escalation']}" in self.others
        escalation = self._other(ESCALATION, details["escalation"], "raised_on")
        for name in OBJECT_TYPES[ESCALATION].keys() & details.keys():
            escalation.takes(name, details[name], time if is_known else None)
        escalation.points_at(UNIT, details.get("unit"), "concerns")
        escalation.points_at(DOCUMENT, details.get("document"), "issued_as")

    def _other(self, type_: str, key: str, of_case: str) -> Thing:
        thing = self.others.setdefault(f"{type_}:{key}", Thing(type_, key))
        thing.points_at(CASE, self.case.key, of_case)
        return thing
