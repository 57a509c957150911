"""挂图作战: an office in figures at an instant, from counts that are kept and never counted for it.

Whoever works in the office and the auditor see all of it; the people of a unit what their units lead and
those below. Nothing on it names a person. Reads only, by as many statements for ten matters as for a million.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from states import tallies as counting
from states.calendar import WorkCalendar
from states.errors import NotPermitted
from states.facts import NOTHING_KNOWN, CaseFacts, amended
from states.nodes import in_plan
from states.nodes.node import Node
from states.nodes.progress import Progress
from states.office_time import office_day
from states.tallies import Ahead, Tally, Week
from workflow.services.held import held_case
from workflow.services.office import Office
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import queries, tallies
from workflow.storage.guarded import Read, readable
from workflow.storage.session import one_look, reading
from workflow.storage.tallies import Part

WEEKS, DAYS = 12, 30
LISTED: Mapping[Part, int] = {Part.LONGEST: 8, Part.NEXT: 8, Part.PLANNED: 8}
"""How many matters hang on the wall by name."""


@dataclass(frozen=True, slots=True)
class UnitTally:
    """How the matters a unit leads stand."""

    unit: str
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Named:
    """A matter that hangs on the wall by name; `late` working days past its date, negative before it."""

    number: str
    title: str
    unit: str
    due_on: date
    late: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A matter with the milestones of its plan, and the day each is due, past what is not charged."""

    number: str
    title: str
    unit: str
    due_on: date | None
    nodes: tuple[tuple[Node, date], ...]


@dataclass(frozen=True, slots=True)
class WallChart:
    """What hangs on the wall. `scope` names the units it is of, empty for the whole office.

    `units` are those with matters in hand, the worst first, and `families` the same together with those below
    them, told apart right below the top of what is looked at; `due` the matters due on each day of the week;
    `ahead` how matters will stand at the end of each day to come if nobody does anything. `unreadable` are
    the numbers of matters whose data is past reading.
    """

    at: datetime
    scope: tuple[str, ...]
    total: Tally
    units: tuple[UnitTally, ...]
    families: tuple[UnitTally, ...]
    due: tuple[tuple[date, int], ...]
    weeks: tuple[Week, ...]
    ahead: tuple[Ahead, ...]
    longest: tuple[Named, ...]
    next: tuple[Named, ...]
    planned: tuple[Planned, ...]
    unreadable: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day it is of."""
        return office_day(self.at)

    @property
    def ranking(self) -> tuple[UnitTally, ...]:
        """The families of units with overdue matters, the most first."""
        late = (one for one in self.families if one.tally.overdue)
        return tuple(sorted(late, key=lambda one: (-one.tally.overdue, one.tally.in_hand, one.name)))


def wall_chart(office: Office, *, by: Onlooker | None, today: datetime) -> WallChart:
    """The wall at an instant as somebody sees it; nobody named is who operates the machine.

    Raises `NotPermitted` (`wall_not_permitted`) for the three administrators and for whoever has no role.
    """
    with one_look(office.engine) as tx:
        units = None if by is None else _units_of(Eyes(tx, by))
        return _Hanging(tx, office, today, units).chart()


def in_hand(office: Office, *, by: Onlooker, today: datetime) -> Tally:
    """How everything in hand stands, by one statement. Raises as `wall_chart`."""
    with reading(office.engine) as tx:
        units = _units_of(Eyes(tx, by))
        kept = tallies.by_unit(tx, (counting.EVERY_UNIT,) if units is None else units, today)
        return counting.added(counting.tally(one) for one in kept.values())


def _units_of(eyes: Eyes) -> frozenset[str] | None:
    """The units whose matters he sees as a whole; None for all."""
    units = eyes.units_overseen
    if units is not None and not units:
        message = (
            "挂图作战供督查室人员、审计查阅人和各单位联络员、主要负责人查看；与您有关的事项请到台账查看。"
        )
        raise NotPermitted(message, code="wall_not_permitted")
    return units


def _told_of(row: Row[Any]) -> CaseFacts:
    """What is read of a matter that is named, as its facts."""
    return amended(NOTHING_KNOWN, {name: row._mapping[name] for name in tallies.TOLD})


class _Hanging:
    """One wall, put up from what the counts say."""

    def __init__(self, tx: Connection, office: Office, at: datetime, units: frozenset[str] | None) -> None:
        self.tx, self.at, self.day, self.units = tx, at, office_day(at), units
        self.calendar: WorkCalendar = office.calendar(tx)
        self.known = {row.code: row for row in queries.units(tx)}
        self.named: dict[Part, list[Named]] = defaultdict(list)
        self.planned: list[Planned] = []
        self.unreadable: list[str] = []

    def chart(self) -> WallChart:
        units, found = self._by_unit(), self._stretch()
        total = counting.added(one.tally for one in units)
        for row in tallies.singled_out(self.tx, self.units, self.at, LISTED):
            self._single_out(row)
        return WallChart(
            self.at,
            self._scope(),
            total,
            tuple(units),
            tuple(self._families(units)),
            counting.due_by_day(found, self.at),
            counting.weeks(found, self.at, total.overdue, WEEKS),
            counting.ahead(found, self.at, total, DAYS),
            tuple(self.named[Part.LONGEST]),
            tuple(self.named[Part.NEXT]),
            tuple(self.planned),
            tuple(self.unreadable),
        )

    def _by_unit(self) -> list[UnitTally]:
        kept = tallies.by_unit(self.tx, self.units, self.at)
        found = {unit: counting.tally(happened) for unit, happened in kept.items()}
        return self._worst_first({unit: tally for unit, tally in found.items() if tally.in_hand})

    def _families(self, units: Iterable[UnitTally]) -> list[UnitTally]:
        members: dict[str, list[Tally]] = defaultdict(list)
        for one in units:
            members[self._family_of(one.unit)].append(one.tally)
        return self._worst_first({unit: counting.added(tallies) for unit, tallies in members.items()})

    def _worst_first(self, found: Mapping[str, Tally]) -> list[UnitTally]:
        named = (UnitTally(unit, self._called(unit), tally) for unit, tally in found.items())
        return sorted(named, key=lambda one: (-one.tally.red, -one.tally.yellow, -one.tally.green, one.name))

    def _family_of(self, unit: str) -> str:
        """The unit right below the only top of what is looked at, or the top where there are several."""
        line = [unit]
        while (above := self._above(line[-1])) is not None and above not in line:
            line.append(above)
        return line[-2] if len(line) > 1 and len(self.tops) == 1 else line[-1]

    def _above(self, unit: str) -> str | None:
        row = self.known.get(unit)
        parent = None if row is None else row.parent
        return parent if parent in self.known and (self.units is None or parent in self.units) else None

    @cached_property
    def tops(self) -> list[str]:
        """The units that lie below no other he looks at."""
        return [code for code in sorted(self.units or self.known) if self._above(code) is None]

    def _stretch(self) -> counting.Found:
        return tallies.around(self.tx, self.units, counting.stretch_around(self.at, WEEKS, DAYS))

    def _scope(self) -> tuple[str, ...]:
        return () if self.units is None else tuple(map(self._called, self.tops))

    def _single_out(self, row: Read) -> None:
        """A matter by name; a bad record never keeps the others back."""
        try:
            facts, part = _told_of(readable(row)), Part(readable(row).part)
            if part is Part.PLANNED:
                self.planned.append(self._planned(facts))
            else:
                self.named[part].append(self._named(facts))
        except DBAPIError:
            raise
        except Exception as error:  # whatever a damaged row makes of its facts
            self.unreadable.append(held_case(row.number, error)["case"])

    def _named(self, facts: CaseFacts) -> Named:
        due_on = facts.due_on or self.day
        late = self.calendar.working_days_between(due_on, self.day)
        return Named(facts.number or "", facts.title or "", self._called(facts.lead_unit), due_on, late)

    def _planned(self, facts: CaseFacts) -> Planned:
        progress = Progress(facts, self.calendar, self.day)
        nodes = tuple((node, progress.due_on(node)) for node in in_plan(facts.nodes))
        unit = self._called(facts.lead_unit)
        return Planned(facts.number or "", facts.title or "", unit, facts.due_on, nodes)

    def _called(self, unit: str | None) -> str:
        if not unit:
            return "未定单位"
        row = self.known.get(unit)
        return unit if row is None else str(row.short_name or row.name)
