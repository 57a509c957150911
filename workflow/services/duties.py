"""What each person owes on a day, in one pass over the cases that are open.

Of a list its worst rows are kept, and of everything on it the number and a hash; so what is held at a time
grows with the number of people, not with that of the cases.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from states.calendar import WorkCalendar
from states.duties import Duty, DutyKind, Matter, Whose, duties, worst_first
from states.duties.reach import Reach, lit_on, whereabouts
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.office_time import morning_of, office_day
from states.policy import Policy
from states.vocabulary import Role
from workflow.services.addressees import Addressee, Directory
from workflow.services.held import held_case
from workflow.services.office import Office
from workflow.services.people import Actors, find_person
from workflow.storage import duties as reads
from workflow.storage import mentions, rules
from workflow.storage.guarded import Read, readable
from workflow.storage.reach import Kept, Within, within
from workflow.storage.session import reading

NOBODY_MAY_DECIDE = "待确定审批人"
ARRANGING = Whose((Role.DIRECTOR,), (Role.OFFICER,))
HANDLERS = Whose((Role.ORGANIZATION,))
SHA256_SPAN = 1 << 256
TOLD = reads.LOOKED_AT[1:]
"""The facts among the columns of a case that is looked at, whose first is its id."""


@dataclass(slots=True)
class TodoList:
    """What one person owes. `duties` are the worst that may be named, at most `most`.

    `private` counts those that concern a person, which are never named; `count` and `overdue` count all.
    """

    addressee: Addressee
    most: int
    count: int = 0
    overdue: int = 0
    private: int = 0
    private_overdue: int = 0
    _worst: list[Duty] = field(default_factory=list)
    _sum: int = 0

    @property
    def duties(self) -> tuple[Duty, ...]:
        return tuple(sorted(self._worst, key=worst_first)[: self.most])

    @property
    def more(self) -> int:
        """How many that may be named are not among `duties`."""
        return self.public - len(self.duties)

    @property
    def public(self) -> int:
        """How many may be named."""
        return self.count - self.private

    @property
    def public_overdue(self) -> int:
        return self.overdue - self.private_overdue

    @property
    def content(self) -> str:
        """The sum of the SHA-256 of everything on the list that would be news, in whatever order it stands:
        a matter that is a day later comes first, and is no news."""
        return f"{self._sum:064x}"

    def add(self, duty: Duty) -> None:
        self.count += 1
        self.overdue += duty.overdue
        told = hashlib.sha256(repr(tuple(map(str, duty.gist))).encode())
        self._sum = (self._sum + int.from_bytes(told.digest())) % SHA256_SPAN
        if duty.confidential:
            self.private += 1
            self.private_overdue += duty.overdue
            return
        self._worst.append(duty)
        if len(self._worst) > 4 * self.most:
            self._worst = list(self.duties)


@dataclass(frozen=True, slots=True)
class Owed:
    """Everybody's list on a day, the fullest of late ones first.

    `nobodys` counts duties the directory names nobody for; `unreadable` are cases that cannot be read.
    """

    day: date
    lists: tuple[TodoList, ...]
    nobodys: int = 0
    unreadable: tuple[dict[str, Any], ...] = ()
    unit_names: Mapping[str, str] = field(default_factory=dict)


def owed(
    office: Office, *, day: date, person: str | None = None, most: int = 1_000, is_today: bool = False
) -> Owed:
    """What everybody owes on a day, or one person by name or code, with at most `most` rows for each.

    For one person those cases alone are read on which he may owe something (`states.duties.reach`); fewer
    where `is_today`, for then the lights that are kept tell too. Raises `NotFound` or `Ambiguous` for a
    person who cannot be told. Somebody who owes nothing has no list, unless he was asked for.
    """
    with reading(office.engine) as tx:
        gathering = _Gathering(Directory(tx, day), most)
        work = _Pass(tx, office, gathering, day, office.calendar(tx), office.policy(tx))
        if person is None:
            work.run()
        else:
            row = find_person(tx, person)
            gathering.only(Addressee(row.code, row.name, row.email))
            reach = _reach(work, row)
            work.run(within(tx, reach, _kept(work) if is_today else None))
        return gathering.done(day)


def _reach(work: "_Pass", person: Row[Any]) -> Reach:
    """What somebody may owe: what the office does where he works in it, and what units do where he works for
    some: those and the ones below, since what nobody there can be written to about comes to him."""
    actors = Actors(work.tx, person, work.day)
    himself = actors.towards(None)
    roles = himself.roles | himself.deputising.keys()
    return Reach(
        person=str(person.code),
        day=work.day,
        in_office=bool(roles),
        holds_persons=Role.ORGANIZATION in roles,
        units=actors.units,
        states=whereabouts(work.tables()),
        lit=lit_on(work.day, work.calendar),
    )


def _kept(work: "_Pass") -> Kept:
    policy = rules.digest_in_force(work.tx, "policy")
    return Kept(morning_of(work.day + timedelta(days=1)), work.calendar.version, policy or "")


class _Gathering:
    """The lists as they grow."""

    def __init__(self, directory: Directory, most: int) -> None:
        self.directory = directory
        self.unreadable: list[dict[str, Any]] = []
        self._most = most
        self._lists: dict[str, TodoList] = {}
        self._only: str | None = None
        self._nobodys = 0

    def only(self, person: Addressee) -> None:
        """Keep nobody's list but this one's."""
        self._only = person.code
        self._lists[person.code] = TodoList(person, self._most)

    def give(self, duty: Duty, people: Iterable[Addressee]) -> None:
        nobody = True
        for one in people:
            nobody = False
            if self._only in (None, one.code):
                found = self._lists.setdefault(one.code, TodoList(replace(one, acting_for=None), self._most))
                found.add(replace(duty, acting_for=one.acting_for) if one.acting_for else duty)
        self._nobodys += nobody

    def done(self, day: date) -> Owed:
        ordered = sorted(self._lists.values(), key=lambda one: (-one.overdue, -one.count, one.addressee.code))
        names = self.directory.unit_names
        return Owed(day, tuple(ordered), self._nobodys, tuple(self.unreadable), names)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of cases beside their rows: when the sweep set one aside, who is mentioned, which mails
    did not get there."""

    aside: Mapping[int, datetime]
    mentioned: Mapping[int, Iterable[tuple[str, date]]]
    undelivered: Mapping[int, Iterable[tuple[str, datetime]]]


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass over the cases that something may be owed on, each with its escalations."""

    tx: Connection
    office: Office
    gathering: _Gathering
    day: date
    calendar: WorkCalendar
    policy: Policy

    def run(self, narrowed: Within | None = None) -> None:
        """Over all of them, or those of somebody's reach."""
        told = self._told() if narrowed is None or narrowed.reach.in_office else _Told({}, {}, {})
        cases = reads.cases_owing(self.tx, whereabouts(self.tables()).ended, narrowed)
        escalations = reads.escalations_owing(self.tx, narrowed)
        for row, raised in _side_by_side(cases, escalations):
            self._tell(row, raised, told)

    def _tell(self, row: Read, raised: list[Read], told: "_Told") -> None:
        """Give everything owed on a case to whoever owes it; a bad record never keeps the others back."""
        try:
            owed = self._owed(readable(row), [readable(one) for one in raised], told)
        except DBAPIError:
            raise
        except Exception as error:
            self.gathering.unreadable.append(held_case(row.number, error))
            return
        for duty, people in owed:
            self.gathering.give(duty, people)

    def _owed(
        self, row: Row[Any], raised: list[Row[Any]], told: "_Told"
    ) -> list[tuple[Duty, tuple[Addressee, ...]]]:
        """Everything owed on a case, each with whom it is told to."""
        known = [(one._mapping, self.office.policy(self.tx, one.policy)) for one in raised]
        mentioned = told.mentioned.get(row.id, ())
        found = duties(
            self._matter(row),
            known,
            set_aside_on=office_day(told.aside[row.id]) if row.id in told.aside else None,
            mentioned=[one for one in mentioned if self.gathering.directory.is_of_the_office(one[0])],
            undelivered=[(kind, office_day(at)) for kind, at in told.undelivered.get(row.id, ())],
        )
        by_id = {one.id: one for one in raised}
        return [self._addressed(duty, by_id.get(duty.escalation or "")) for duty in found]

    def _addressed(self, duty: Duty, row: Row[Any] | None) -> tuple[Duty, tuple[Addressee, ...]]:
        if duty.kind is DutyKind.APPROVE and row is not None:
            return self._for_deciders(duty, row)
        return duty, self.gathering.directory.told_of(duty.whose)

    def _for_deciders(self, duty: Duty, row: Row[Any]) -> tuple[Duty, tuple[Addressee, ...]]:
        """A proposal is for those who may decide on it; where nobody may, somebody has to see to that."""
        directory, rung = self.gathering.directory, self.office.policy(self.tx, row.policy).rung_of[row.step]
        deciders = directory.deciders(row._mapping, rung)
        if not deciders:
            label = duty.label if duty.confidential else f"{NOBODY_MAY_DECIDE}（{rung.label}）"
            whose = HANDLERS if duty.confidential else ARRANGING
            duty, deciders = replace(duty, label=label, whose=whose), directory.told_of(whose)
        return duty, deciders

    def _matter(self, row: Row[Any]) -> Matter:
        facts = CaseFacts(**dict(zip(TOLD, row[1:], strict=True)))
        lifecycle = self.office.lifecycle(self.tx, facts.lifecycle)
        policy = self.office.policy(self.tx, facts.policy) if facts.policy else self.policy
        return Matter(facts, lifecycle, policy, self.calendar, self.day)

    def tables(self) -> list[Lifecycle]:
        """Every table a case may be under."""
        return self.office.every_lifecycle(self.tx)

    def _told(self) -> _Told:
        """What only the office owes something for."""
        return _Told(
            reads.cases_set_aside(self.tx), mentions.open_by_case(self.tx), reads.undelivered(self.tx)
        )


def _side_by_side(cases: Iterable[Read], escalations: Iterable[Read]) -> Iterator[tuple[Read, list[Read]]]:
    """Each case with its escalations; both come in the order of the cases."""
    grouped = groupby(escalations, key=lambda row: row.case_id)
    waiting = next(grouped, None)
    for row in cases:
        while waiting is not None and waiting[0] < row.id:
            waiting = next(grouped, None)
        mine = list(waiting[1]) if waiting is not None and waiting[0] == row.id else []
        yield row, mine
