"""Who acts: finding a person, and the roles he holds towards one case on one day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from states.case import SYSTEM, Actor
from states.facts import CaseFacts
from states.vocabulary import UNIT_ROLES, ActorKind, Role
from workflow.errors import Ambiguous, NotFound
from workflow.storage import queries

MACHINE = Actor(SYSTEM, frozenset(), ActorKind.SYSTEM)


def find_person(tx: Connection, name_or_code: str) -> Row[Any]:
    """The person with this code, or with this name if only one has it.

    Raises `NotFound` (`person_unknown`) or `Ambiguous` (`person_ambiguous`, with the candidates' codes).
    """
    found = queries.people_called(tx, name_or_code)
    exact = [row for row in found if row.code == name_or_code]
    if exact or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise NotFound(
            f"人员“{name_or_code}”不在名录中，请先导入单位名录或核对姓名。",
            code="person_unknown",
            person=name_or_code,
        )
    codes = [row.code for row in found]
    raise Ambiguous(
        f"名录中有{len(found)}位“{name_or_code}”，请改用人员编码：{'、'.join(codes)}。",
        code="person_ambiguous",
        candidates=codes,
    )


class Actors:
    """One person's roles, asked for case after case in a transaction; the machine when nobody is named."""

    def __init__(self, tx: Connection, name_or_code: str | None, day: date) -> None:
        self._person = None if name_or_code is None else find_person(tx, name_or_code).code
        self._grants = queries.grants_of(tx, self._person, day) if self._person else []
        self._parents = queries.unit_parents(tx) if self._person else {}

    def towards(self, facts: CaseFacts) -> Actor:
        """The actor with the roles he holds towards this case.

        A unit role counts only when the case's lead unit lies in the subtree the role was granted for.
        """
        if self._person is None:
            return MACHINE
        above = ancestors(self._parents, facts.lead_unit)
        roles = (grant.role for grant in self._grants if grant.role not in UNIT_ROLES or grant.unit in above)
        return Actor(self._person, frozenset(Role(role) for role in roles))


def ancestors(parents: Mapping[str, str | None], unit: str | None) -> frozenset[str]:
    """The unit itself and every unit above it."""
    above: set[str] = set()
    while unit is not None and unit not in above:
        above.add(unit)
        unit = parents.get(unit)
    return frozenset(above)
