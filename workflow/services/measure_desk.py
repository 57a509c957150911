"""A measure on its way before somebody: how it stands, what its paper says, and what he may do about it.

A measure that concerns a person has no page: its papers are for the few who handle them, and are handled by
hand.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row

from states.case import Actor
from states.escalation import STATES
from states.escalation.given import GIVEN, Given, fits_rung, given_in, next_of
from states.office_time import office_day
from states.policy import Rung
from workflow.errors import NotFound
from workflow.services.access import shown_case
from workflow.services.addressees import Directory
from workflow.services.batch import opened
from workflow.services.drafts import drafted_words
from workflow.services.known import Columns
from workflow.services.office import Office
from workflow.services.paper_values import iso
from workflow.services.register import told_escalation
from workflow.services.seeing import Onlooker, acting
from workflow.storage import queries
from workflow.storage.session import reading

DECIDING = "approver"


@dataclass(frozen=True, slots=True)
class Line:
    """A measure on a list; days as text, None while there is none."""

    id: str
    label: str
    state_label: str
    unit: str
    issued_on: str | None
    reply_due_on: str | None


@dataclass(frozen=True, slots=True)
class MeasureSheet:
    """A measure as somebody is shown it, after the entry `seq` of its case.

    `told` are its columns as documents tell of them, `drafted` is what was written for it.
    """

    id: str
    number: str
    title: str
    unit: str
    rung: Rung
    state: str
    told: Mapping[str, Any]
    commands: tuple[Given, ...]
    seq: int
    drafted: Mapping[str, Any]

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    def command(self, name: str) -> Given | None:
        """The command of this name, if it is his to give."""
        return next((one for one in self.commands if one.id == name), None)

    @property
    def next(self) -> str | None:
        """The id of the command that is asked of him."""
        return next_of(self.commands, is_drafted=bool(self.drafted))

    def late(self, name: str) -> Given | None:
        """The command of this name, if it is given on measures of this rung and not his, or not now."""
        given = GIVEN.get(name)
        fits = given is not None and self.command(name) is None and fits_rung(given, self.rung)
        return given if fits else None


def sheet(office: Office, number: str, measure: str, *, by: Onlooker) -> MeasureSheet:
    """A measure of a case, by its id, before an onlooker.

    Raises `NotFound` (`case_unknown`; `escalation_unknown` also for one that is kept from him), and
    `NotPermitted` where the case is not his.
    """
    with reading(office.engine) as tx:
        return _Before(tx, office, number, by).sheet(measure)


def listed(office: Office, number: str, *, by: Onlooker) -> list[MeasureSheet]:
    """The measures of a case that an onlooker is shown, oldest first. Raises as `sheet`."""
    with reading(office.engine) as tx:
        before = _Before(tx, office, number, by)
        return [before.sheet(one) for one in before.shown]


def lines(
    tx: Connection, office: Office, measures: Iterable[Columns], names: Mapping[str, str]
) -> list[Line]:
    """Measures as a list of them has it, in its order; none that concerns a person. `names` are of units."""
    found = [(one, office.policy(tx, one["policy"]).rung_of[one["step"]]) for one in measures]
    return [
        Line(
            one["id"],
            rung.label,
            STATES[one["state"]],
            names.get(one["unit"], one["unit"]),
            iso(one["issued_on"]),
            iso(one["reply_due_on"]),
        )
        for one, rung in found
        if rung.addressee != "person"
    ]


class _Before:
    """A case's measures before an onlooker, by their ids; none that concerns a person."""

    def __init__(self, tx: Connection, office: Office, number: str, by: Onlooker) -> None:
        case, drawn = shown_case(tx, office, number, by)
        self._tx, self._by, self._facts, self._seq = tx, by, opened(case).facts, case.seq
        rows = queries.escalations_of(tx, [case.id])
        told = {one["id"]: told_escalation(one) for one in drawn.shown(one._asdict() for one in rows)}
        rungs = {one.id: office.policy(tx, one.policy).rung_of[one.step] for one in rows}
        self.shown = {
            one.id: (one, rungs[one.id], told[one.id])
            for one in rows
            if one.id in told and rungs[one.id].addressee != "person"
        }

    def sheet(self, measure: str) -> MeasureSheet:
        if measure not in self.shown:
            raise NotFound("没有这件督办措施，或者您不能查看它。", code="escalation_unknown")
        row, rung, told = self.shown[measure]
        number, title = str(self._facts.number), self._facts.title or ""
        unit, commands = self._units.get(row.unit, row.unit), tuple(self._offered(row, rung))
        drafted = drafted_words(self._tx, row.case_id, row.id) if row.drafted_by else {}
        return MeasureSheet(row.id, number, title, unit, rung, row.state, told, commands, self._seq, drafted)

    def _offered(self, row: Row[Any], rung: Rung) -> Iterator[Given]:
        """What he may do: a decision is offered to whoever may take it, not to all of his role."""
        besides = () if row.judgement is None else ("judge",)
        for one in given_in(row.state, rung, besides):
            is_his = (
                self._decides(row, rung) if one.row.by == DECIDING else self._himself.holds(one.roles(rung))
            )
            if is_his:
                yield one

    def _decides(self, row: Row[Any], rung: Rung) -> bool:
        found = self._directory.deciders(row._mapping, rung)
        return any(one.code == self._himself.person for one in found)

    @cached_property
    def _himself(self) -> Actor:
        return acting(self._tx, self._by).towards(self._facts.lead_unit)

    @cached_property
    def _directory(self) -> Directory:
        return Directory(self._tx, office_day(self._by.at))

    @cached_property
    def _units(self) -> dict[str, str]:
        return {one.code: one.name for one in queries.units(self._tx)}
