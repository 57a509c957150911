"""The conditions of `states.duties.reach` as the database asks them. They never decide what is owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)

from states.duties.reach import Reach
from states.turning import NEVER
from states.vocabulary import ClockName, LookbackFinding
from workflow.storage.columns import EMPTY
from workflow.storage.lights import LIGHT
from workflow.storage.queries import CASE, ESCALATION, one_of
from workflow.storage.relit import DONE
from workflow.storage.searches import CASE_UNIT

Condition = ColumnElement[bool]
TO_THE_OFFICE = ("proposed", "issued", "answered")
"""Where a measure to a unit may ask something of the office; served, it is the unit's."""

A_DAY, DAY_LENGTH = timedelta(days=1), len("2026-07-01")
FEEDBACK = f'"name": "{ClockName.FEEDBACK.value}"'


@dataclass(frozen=True, slots=True)
class Kept:
    """Since when lights are kept for what begins with an instant, worked out under this calendar and policy;
    where others were kept last, no case is left out for its light."""

    until: datetime
    calendar: str
    policy: str

    def may_warn(self) -> Condition:
        """That something of a case warns by then, or that it cannot be told."""
        return self._turns(LIGHT.c.yellow_at)

    def may_miss_a_node(self) -> Condition:
        """The same of milestones that are missed."""
        none = LIGHT.c.missed_at.is_(None) & LIGHT.c.yellow_at.is_not(None)
        return self._turns(case((none, literal(NEVER, LIGHT.c.missed_at.type)), else_=LIGHT.c.missed_at))

    def _turns(self, instant: Any) -> Condition:
        """Asked case by case, of few: a set of all lights would be made for it."""
        kept = select(instant).where(LIGHT.c.case_id == CASE.c.id).scalar_subquery()
        same = (DONE.c.calendar == self.calendar, DONE.c.policy == self.policy)
        in_force = exists().where(DONE.c.id == 0, DONE.c.done_until.is_(None), *same)
        return or_(kept.is_(None), kept < self.until, ~in_force)


@dataclass(frozen=True, slots=True)
class Within:
    """What somebody may owe something on: conditions of a case, and of a measure that is not over."""

    reach: Reach
    of_cases: Condition
    of_measures: Condition


def within(tx: Connection, reach: Reach, kept: Kept | None) -> Within:
    """The same as the database is asked; without `kept` no case is left out for its light."""
    office = or_(*_of_office(reach, kept)) if reach.in_office else false()
    units = and_(CASE.c.id.in_(_concerned(tx, reach)), or_(*_of_units(tx, reach))) if reach.units else false()
    return Within(reach, or_(office, units), or_(false(), *_measures(tx, reach)))


def _measures(tx: Connection, reach: Reach) -> Iterator[Condition]:
    if reach.units:
        yield ESCALATION.c.case_id.in_(_concerned(tx, reach))
    if reach.in_office:
        yield ESCALATION.c.case_id.in_(select(CASE.c.id).where(CASE.c.lead_unit.is_(None)))
        yield true() if reach.holds_persons else ESCALATION.c.state.in_(TO_THE_OFFICE)


def _concerned(tx: Connection, reach: Reach) -> Select[Any]:
    return select(CASE_UNIT.c.case_id).where(one_of(tx, CASE_UNIT.c.unit, sorted(reach.units)))


def _of_office(reach: Reach, kept: Kept | None) -> Iterator[Condition]:
    yield CASE.c.state.in_(sorted(reach.states.own))
    yield CASE.c.lead_unit.is_(None)
    is_near = or_(CASE.c.review_on.is_(None), CASE.c.review_on <= reach.day)
    yield CASE.c.state.in_(sorted(reach.states.aside)) & is_near
    yield from (CASE.c[name].is_not(None) for name in ("extension_to", "coordination_level"))
    yield CASE.c.lookback_due_on.is_not(None)
    yield CASE.c.lookback_finding == LookbackFinding.RELAPSED.value
    yield CASE.c.hard_to_meet
    yield CASE.c.promised_on < reach.day
    yield _has(CASE.c.tasks) & (kept.may_warn() if kept else true())
    yield _has(CASE.c.nodes) & (kept.may_miss_a_node() if kept else true())


def _of_units(tx: Connection, reach: Reach) -> Iterator[Condition]:
    yield CASE.c.state.in_(sorted(reach.states.begins))
    yield CASE.c.returns > 0
    yield from (CASE.c[name].is_not(None) for name in ("extension_to", "progress_of"))
    yield from (_has(column) for column in (CASE.c.tasks, CASE.c.nodes))
    place = func.strpos if tx.dialect.name == "postgresql" else func.instr
    for begun_by, due_by in reach.lit:
        yield and_(*_within(CASE.c.dispatched_on, CASE.c.due_on, begun_by, due_by))
        yield and_(*_reports_within(place, begun_by, due_by))


def _has(values: Any) -> Condition:
    return type_coerce(values, Text) != EMPTY


def _within(begun: Any, due: Any, begun_by: date | None, due_by: date | None) -> Iterator[Condition]:
    yield due.is_not(None)
    if begun_by is not None:
        yield begun <= begun_by
    if due_by is not None:
        yield due <= due_by


def _reports_within(place: Any, begun_by: date | None, due_by: date | None) -> Iterator[Condition]:
    """That the feedback clock lies there, by where its days stand in the text clocks are kept as
    (`columns.Clocks`): asked as JSON, a text that is none would end the whole statement."""
    clocks = type_coerce(CASE.c.clocks, Text)
    told = func.substr(clocks, place(clocks, FEEDBACK))

    def day(name: str) -> Any:
        called = f'"{name}": "'
        return func.substr(told, place(told, called) + len(called), DAY_LENGTH)

    yield place(clocks, FEEDBACK) > 0
    if begun_by is not None:
        yield day("started_at") <= (begun_by + A_DAY).isoformat()  # whatever the zone it is written in
    if due_by is not None:
        yield day("due_on") <= due_by.isoformat()
