"""Who somebody is that owes something: holders of a role, their deputies, who may decide on a proposal.

The directory of one day is read whole, with a handful of statements, so that any number of duties can be
addressed without asking the database again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row

from states.case import SYSTEM, Actor
from states.duties import Whose
from states.escalation import EscalationFacts, may_decide
from states.escalation.table import approvers
from states.policy import Rung
from states.vocabulary import OFFICE_ROLES, UNIT_ROLES, Role
from workflow.storage import duties as reads
from workflow.storage import queries

MAILBOX = "unit:"
"""How a unit's mailbox goes by where the directory names nobody behind it."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is told what he owes; without `email` only on the screen.

    `acting_for` is the name of the person a deputy stands in for.
    """

    code: str
    name: str
    email: str | None = None
    acting_for: str | None = None


Held = dict[tuple[str, str], list[Addressee]]
"""People by role and unit; an office role has the unit ""."""


class Directory:
    """The people of one day by what they may do."""

    def __init__(self, tx: Connection, day: date) -> None:
        self._tx = tx
        self._units = {row.code: row for row in queries.named_units(tx)}
        found = reads.directory_on(tx, day)
        self._held = self._holders(sorted(found["grants"], key=attrgetter("person", "role", "unit")))
        self._deputies = _by_holder(sorted(found["deputies"], key=attrgetter("deputy", "person")))
        self._recused = _recused(found["recusals"])
        self._codes: dict[str, set[str]] | None = None
        self._known: dict[Whose, tuple[Addressee, ...]] = {}

    @cached_property
    def _office(self) -> Mapping[str, Addressee]:
        return {one.code: one for one in _once(self._all_in(sorted(OFFICE_ROLES)))}

    def unit_name(self, code: str | None) -> str | None:
        """What a unit is called; its code where the directory does not know it."""
        row = self._units.get(code or "")
        return row.name if row else code

    @property
    def unit_names(self) -> dict[str, str]:
        """What every unit is called, by its code."""
        return {code: str(row.name) for code, row in self._units.items()}

    def may_decide(self, columns: Mapping[Any, Any], rung: Rung, actor: Actor) -> bool:
        """Whether this person may decide on a proposal today: an approver who does not stand back."""
        return may_decide(self._facts(columns, rung), actor)

    def people_of(self, units: Iterable[str]) -> frozenset[str]:
        """Whoever holds a role at one of these units."""
        return frozenset(code for unit in units for code in self._of_unit(unit))

    def called(self, name: str) -> frozenset[str]:
        """The codes of whoever bears this name, or is known by it as a code."""
        return frozenset(self._called(name))

    def told_of(self, whose: Whose) -> tuple[Addressee, ...]:
        """Everybody a duty is told to; empty when the directory names nobody at all.

        While nobody it is asked of can be written to, those behind them are told as well: of a unit at last
        its mailbox, and the units above it.
        """
        if whose not in self._known:
            self._known[whose] = tuple(_once(self._told_of(whose)))
        return self._known[whose]

    def is_of_the_office(self, person: str) -> bool:
        """Whether somebody works in the office on this day, himself or for another."""
        return person in self._office

    def holders(self, role: Role) -> tuple[Addressee, ...]:
        """Whoever holds a role of the office himself, by code."""
        return tuple(self._held.get((role, ""), ()))

    def deciders(self, columns: Mapping[Any, Any], rung: Rung) -> tuple[Addressee, ...]:
        """Whoever may decide on a proposal today: its approvers and their deputies, none standing back."""
        facts = self._facts(columns, rung)
        roles = sorted(approvers(rung))
        found = [self._decider(one, roles, facts) for one in _once(self._all_in(roles))]
        return tuple(one for one in found if one is not None)

    def deciders_by_role(
        self, columns: Mapping[Any, Any], rung: Rung
    ) -> Mapping[Role, tuple[Addressee, ...]]:
        """The same by the role each may do it in."""
        facts = self._facts(columns, rung)
        found = {
            role: [self._decider(one, [role], facts) for one in _once(self._all_in([role]))]
            for role in sorted(approvers(rung))
        }
        return {role: tuple(one for one in some if one is not None) for role, some in found.items()}

    def _told_of(self, whose: Whose) -> Iterator[Addressee]:
        if whose.person is not None:
            if self.is_of_the_office(whose.person):
                yield replace(self._office[whose.person], acting_for=None)
            return
        for unit in self._upwards(whose.unit):
            for roles in (whose.roles, whose.otherwise):
                people = list(self._all_in(roles, unit))
                yield from people
                if any(one.email for one in people):
                    return
            if whose.unit is not None and (mailbox := self._mailbox(unit)) is not None:
                yield mailbox
                return

    def _upwards(self, unit: str | None) -> Iterator[str]:
        """The unit and those above it; the office itself for none."""
        seen: set[str] = set()
        here = unit or ""
        while here not in seen:
            yield here
            seen.add(here)
            row = self._units.get(here)
            here = row.parent or here if row else here

    def _all_in(self, roles: Iterable[Role], unit: str = "") -> Iterator[Addressee]:
        """Whoever holds one of these roles, and whoever stands in for one who does."""
        holders = [(role, one) for role in roles for one in self._held.get((role, unit), ())]
        yield from (one for _, one in holders)
        for role, holder in holders:
            for deputy in self._deputies.get((holder.code, role, unit), ()):
                yield replace(deputy, acting_for=holder.name)

    def _mailbox(self, unit: str) -> Addressee | None:
        row = self._units.get(unit)
        if row is None or not row.email:
            return None
        return Addressee(MAILBOX + row.code, row.liaison_name or row.name, row.email)

    def _holders(self, grants: Iterable[Row[Any]]) -> Held:
        found: Held = defaultdict(list)
        for row in grants:
            email = row.email or (self._units_address(row.unit) if row.role == Role.LIAISON else None)
            found[(row.role, row.unit)].append(Addressee(row.person, row.name, email or None))
        return found

    def _units_address(self, unit: str) -> str | None:
        return self._units[unit].email if unit in self._units else None

    def _facts(self, columns: Mapping[Any, Any], rung: Rung) -> EscalationFacts:
        return EscalationFacts(
            state=columns["state"],
            rung=rung,
            drafters=frozenset({columns["drafted_by"] or SYSTEM}),
            raised_on=columns["raised_on"],
            objects=self._objects(columns),
            recused=self._recused.get(columns["id"], frozenset()),
            of_unit=self._of_unit(columns["unit"]),
        )

    def _of_unit(self, unit: str) -> frozenset[str]:
        held = (self._held.get((role, unit), ()) for role in UNIT_ROLES)
        return frozenset(one.code for people in held for one in people)

    def _objects(self, columns: Mapping[Any, Any]) -> frozenset[str]:
        """The unit's heads and whoever bears the name of the person concerned; see `escalation_facts`."""
        heads = self._held.get((Role.UNIT_HEAD, columns["unit"]), ())
        names = {columns["object_person"], *(one.name for one in heads)} - {None}
        return frozenset(code for name in names for code in self._called(name))

    def _called(self, name: str) -> set[str]:
        if self._codes is None:
            self._codes = defaultdict(set)
            for code, called in queries.names_of_people(self._tx).items():
                self._codes[called].add(code)
                self._codes[code].add(code)
        return self._codes.get(name, set())

    def _decider(self, person: Addressee, roles: Iterable[Role], facts: EscalationFacts) -> Addressee | None:
        own = frozenset(
            role for role in roles if any(one.code == person.code for one in self._held.get((role, ""), ()))
        )
        stands_in = {role: self._stands_in(person.code, role) for role in roles}
        actor = Actor(
            person.code, own, deputising={role: names for role, names in stands_in.items() if names}
        )
        if not may_decide(facts, actor):
            return None
        for_whom = actor.acting_for(roles, besides=facts.standing_back)
        return replace(person, acting_for=self._name(for_whom, roles))

    def _stands_in(self, deputy: str, role: Role) -> tuple[str, ...]:
        holders = self._held.get((role, ""), ())
        return tuple(
            one.code
            for one in holders
            if any(other.code == deputy for other in self._deputies.get((one.code, role, ""), ()))
        )

    def _name(self, code: str | None, roles: Iterable[Role]) -> str | None:
        holders = (one for role in roles for one in self._held.get((role, ""), ()))
        return next((one.name for one in holders if one.code == code), None)


def _by_holder(rows: Iterable[Row[Any]]) -> Mapping[tuple[str, str, str], list[Addressee]]:
    """Deputies by the person, the role and the unit they stand in for."""
    found: dict[tuple[str, str, str], list[Addressee]] = defaultdict(list)
    for row in rows:
        found[(row.person, row.role, row.unit)].append(Addressee(row.deputy, row.name, row.email or None))
    return found


def _recused(rows: Iterable[Row[Any]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        found[row.escalation_id] = found.get(row.escalation_id, frozenset()) | {row.person}
    return found


def _once(people: Iterable[Addressee]) -> Iterator[Addressee]:
    """Everybody once, as he comes first: in his own right before another's."""
    seen: set[str] = set()
    for one in people:
        if one.code not in seen:
            seen.add(one.code)
            yield one
