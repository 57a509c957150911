"""A measure on its way before somebody: how it stands, what its paper says, and what he may do about it.

A measure that concerns a person has no page: its papers are for the few who handle them, and are handled by
hand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from states.escalation import STATES
from states.escalation.given import Given, given_in
from states.office_time import office_day
from states.policy import Rung
from workflow.errors import NotFound
from workflow.services.addressees import Directory
from workflow.services.batch import opened
from workflow.services.office import Office
from workflow.services.people import Actors
from workflow.services.register import case_row, told_escalation
from workflow.services.seeing import Onlooker, curtain_for
from workflow.storage import queries
from workflow.storage.session import reading

DECIDING = "approver"


@dataclass(frozen=True, slots=True)
class MeasureSheet:
    """A measure as somebody is shown it; `told` are its columns as documents tell of them."""

    id: str
    number: str
    title: str
    unit: str
    rung: Rung
    state: str
    told: Mapping[str, Any]
    commands: tuple[Given, ...]

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    def command(self, name: str) -> Given | None:
        """The command of this name, if it is his to give."""
        return next((one for one in self.commands if one.id == name), None)


def sheet(office: Office, number: str, measure: str, *, by: Onlooker) -> MeasureSheet:
    """A measure of a case, by its id, before an onlooker.

    Raises `NotFound` (`case_unknown`; `escalation_unknown` also for one that is kept from him), and
    `NotPermitted` where the case is not his.
    """
    with reading(office.engine) as tx:
        case = case_row(tx, number)
        raised = queries.escalations_of(tx, [case.id])
        drawn = curtain_for(tx, office, case, by, [one._asdict() for one in raised])
        shown = {one["id"]: one for one in drawn.shown(one._asdict() for one in raised)}
        row = next((one for one in raised if one.id == measure and one.id in shown), None)
        rung = row and office.policy(tx, row.policy).rung_of[row.step]
        if row is None or rung is None or rung.addressee == "person":
            raise NotFound("没有这件督办措施，或者您不能查看它。", code="escalation_unknown")
        facts, names = opened(case).facts, {one.code: one.name for one in queries.units(tx)}
        actors = Actors(tx, by.person, office_day(by.at))
        return MeasureSheet(
            row.id,
            number,
            str(facts.title or ""),
            names.get(row.unit, row.unit),
            rung,
            row.state,
            told_escalation(shown[row.id]),
            tuple(_offered(tx, row, rung, by, actors.towards(facts.lead_unit))),
        )


def _offered(tx: Connection, row: Row[Any], rung: Rung, by: Onlooker, himself: Any) -> Iterator[Given]:
    """What he may do: a decision is offered to whoever may take it, not to all of his role."""
    decides = himself.person in _deciders(tx, row, rung, by)
    besides = () if row.judgement is None else ("judge",)
    for one in given_in(row.state, rung, besides):
        may = decides if one.row.by == DECIDING else himself.holds(one.roles(rung))
        if may:
            yield one


def _deciders(tx: Connection, row: Row[Any], rung: Rung, by: Onlooker) -> frozenset[str]:
    directory = Directory(tx, office_day(by.at))
    return frozenset(one.code for one in directory.deciders(row._mapping, rung))
