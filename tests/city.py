"""A city at work: matters of its units, given their commands day after day by the people who may.

A course is what one matter goes through, as data: after how many days, which command, by whose hand, with
what words. Days in particulars are written `day(n)`, counted from the day the matter was proposed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from states.deadlines import Limit
from states.vocabulary import LimitUnit
from tests.builders import (
    ARCHIVIST,
    DIRECTOR,
    LEADER,
    OFFICER,
    PRINCIPAL,
    REQUIREMENT,
    a_paper_of_proof,
    signed,
)
from workflow.services import cases
from workflow.services.batch import OpenCase
from workflow.services.office import Office

OFFICE = {
    "officer": OFFICER,
    "another": "R012",
    "director": DIRECTOR,
    "leader": LEADER,
    "principal": PRINCIPAL,
    "archivist": ARCHIVIST,
}
PROOF = object()
"""Stands for a file somebody hands in."""


@dataclass(frozen=True, slots=True)
class DayOf:
    """A day so many days after the matter was proposed."""

    days: int


@dataclass(frozen=True, slots=True)
class Act:
    """One command. `hand` is somebody of the office, or `liaison` and `head` of the lead or of a co-unit."""

    days: int
    command: str
    hand: str
    details: Mapping[str, Any] = field(default_factory=dict)


def day(days: int) -> DayOf:
    return DayOf(days)


def working_days(amount: int) -> Limit:
    return Limit(LimitUnit.WORKING_DAYS, amount)


def act(days: int, command: str, hand: str, **details: Any) -> Act:
    return Act(days, command, hand, details)


@dataclass(slots=True)
class Matter:
    """A matter on its way: who leads it and helps, and the day it began."""

    number: str
    begun: datetime
    lead: str
    co_unit: str


class City:
    """The office of a city, and the hands of its units."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.proof = a_paper_of_proof(office)

    def propose(self, lead: str, co_unit: str, begun: datetime, **facts: Any) -> Matter:
        """A new matter, proposed by an officer."""
        about = {"title": f"{lead}牵头事项", "source": "政府工作报告", "requirement": REQUIREMENT} | facts
        case = cases.open_matter(self.office, by=signed(OFFICER, begun), at=begun, **about)
        return Matter(case.number, begun, lead, co_unit)

    def run(self, matter: Matter, course: Sequence[Act]) -> OpenCase:
        """Everything the course has, one command after the other; the case as it is in the end."""
        for one in course:
            case = self.give(matter, one)
        return case

    def give(self, matter: Matter, one: Act) -> OpenCase:
        when = matter.begun + timedelta(days=one.days)
        by = signed(self.hand(matter, one.hand), when)
        details = {name: self.meant(matter, value) for name, value in one.details.items()}
        return cases.perform(self.office, matter.number, one.command, by=by, at=when, **details)

    def hand(self, matter: Matter, name: str) -> str:
        """The person behind a hand: of the office by name, of a unit by code."""
        if name in OFFICE:
            return OFFICE[name]
        whose, _, part = name.rpartition(".")
        unit = matter.co_unit if whose == "co" else matter.lead
        return f"{unit}-{'H' if part == 'head' else 'L'}"

    def meant(self, matter: Matter, value: Any) -> Any:
        """A particular as the service takes it."""
        if isinstance(value, DayOf):
            return self.date_of(matter, value.days)
        if value is PROOF:
            return [self.proof]
        return matter.co_unit if value == "co" else value

    def date_of(self, matter: Matter, days: int) -> date:
        return (matter.begun + timedelta(days=days)).date()
