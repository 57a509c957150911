"""Who may decide on a proposal on the day: who holds its role and their deputies, less who stands back."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row

from states.case import Actor
from states.escalation import approvers, may_decide
from states.policy import Rung
from states.vocabulary import UNIT_ROLES, Role
from workflow.services import people
from workflow.services.batch import OpenCase
from workflow.services.escalation_facts import facts_of
from workflow.services.work import Work
from workflow.storage import deputies, queries

Rows = list[Row[Any]]


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who may decide; `acting_for` is the code of whom he does it for, None in his own right."""

    code: str
    name: str
    email: str | None
    acting_for: str | None


def deciders(work: Work, case: OpenCase, columns: Mapping[str, Any], rung: Rung) -> tuple[Decider, ...]:
    """Everybody who may approve or reject this proposal on the day of `work`; first those in their own right.

    Empty when nobody is left, and for an escalation that waits for no decision. For many proposals in one
    transaction keep an `Approvers`.
    """
    return Approvers(work).of(case, columns, rung)


class Approvers:
    """The same for one proposal after another in a transaction; who holds which role is read once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._holding: dict[frozenset[Role], dict[str, tuple[Row[Any], Rows, Rows]]] = {}

    def of(self, case: OpenCase, columns: Mapping[str, Any], rung: Rung) -> tuple[Decider, ...]:
        """Everybody who may decide on this proposal."""
        facts, roles = facts_of(self._work, columns, rung), approvers(rung)
        above = people.ancestors(self._parents, case.facts.lead_unit) if roles & UNIT_ROLES else frozenset()
        found = []
        for person, grants, standing_in in self._people(roles).values():
            actor = people.actor(person.code, grants, standing_in, above)
            if may_decide(facts, actor):
                found.append(_decider(person, actor, roles, facts.standing_back))
        return tuple(sorted(found, key=lambda one: (one.acting_for is not None, one.code)))

    @cached_property
    def _parents(self) -> Mapping[str, str | None]:
        return queries.unit_parents(self._work.tx)

    def _people(self, roles: frozenset[Role]) -> dict[str, tuple[Row[Any], Rows, Rows]]:
        """Whoever holds one of these roles or stands in for a holder, with grants and appointments."""
        if roles not in self._holding:
            self._holding[roles] = _people(self._work, roles)
        return self._holding[roles]


def approved_by(tx: Connection, person: str, acting_for: str | None) -> str:
    """The approver as a paper names him: a deputy with whom he acted for, 王某（代李某）."""
    name = str(people.find_person(tx, person).name)
    return f"{name}（代{people.find_person(tx, acting_for).name}）" if acting_for else name


def _people(work: Work, roles: frozenset[Role]) -> dict[str, tuple[Row[Any], Rows, Rows]]:
    grants: dict[str, Rows] = defaultdict(list)
    standing_in: dict[str, Rows] = defaultdict(list)
    for grant in deputies.grants_in(work.tx, roles, work.day):
        grants[grant.person].append(grant)
    for one in deputies.deputies_in(work.tx, roles, work.day):
        standing_in[one.deputy].append(one)
    known = deputies.people(work.tx, grants.keys() | standing_in.keys())
    return {row.code: (row, grants[row.code], standing_in[row.code]) for row in known}


def _decider(person: Row[Any], actor: Actor, roles: frozenset[Role], back: frozenset[str]) -> Decider:
    return Decider(person.code, person.name, person.email, actor.acting_for(roles, besides=back))
