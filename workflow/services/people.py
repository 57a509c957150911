"""Who acts: finding a person, and the roles he holds towards one case on one day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from states.case import SYSTEM, Actor
from states.errors import NotPermitted
from states.facts import CaseFacts
from states.tasks import TaskState
from states.vocabulary import UNIT_ROLES, ActorKind, Role
from workflow.errors import Ambiguous, NotFound
from workflow.services.office import Signature
from workflow.storage import accounts, deputies, queries

MACHINE = Actor(SYSTEM, frozenset(), ActorKind.SYSTEM)


def find_person(tx: Connection, name_or_code: str) -> Row[Any]:
    """The person with this code, or with this name if only one has it.

    Raises `NotFound` (`person_unknown`) or `Ambiguous` (`person_ambiguous`, with the candidates' codes).
    """
    return _the_one(queries.people_called(tx, name_or_code), name_or_code)


def find_active(tx: Connection, name_or_code: str) -> Row[Any]:
    """The same, if his account is not disabled: whoever may sign in no more looks at nothing any more.

    Raises as `find_person`, and `NotPermitted` (`actor_disabled`).
    """
    found = _the_one(accounts.people_called(tx, name_or_code), name_or_code)
    if found.disabled_at is not None:
        raise _disabled(found.name, name_or_code)
    return found


def _the_one(found: Sequence[Row[Any]], name_or_code: str) -> Row[Any]:
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


def check_not_disabled(tx: Connection, person: str) -> None:
    """Raises `NotPermitted` (`actor_disabled`) for somebody, by name or code, whose account is disabled.

    Whoever may sign in no more acts and looks at nothing on the machine either. Somebody without an account,
    or whom nobody knows yet, is let pass here.
    """
    check_none_is_disabled(accounts.people_called(tx, person), person)


def check_none_is_disabled(found: Sequence[Row[Any]], person: str) -> None:
    """The same, asked of the rows of everybody who goes by that name or code."""
    meant = [row for row in found if row.code == person] or found
    if len(meant) == 1 and meant[0].disabled_at is not None:
        raise _disabled(meant[0].name, person)


def check_no_machine(by: Signature) -> None:
    """Raises `NotPermitted` (`machine_not_allowed`) for an integration: it signs for nobody, but is not who
    operates the machine either."""
    if by.machine is not None:
        raise NotPermitted(
            f"系统接口“{by.machine}”只能移送和查看，这一步须由人员办理。", code="machine_not_allowed"
        )


def _disabled(name: str, person: str) -> NotPermitted:
    return NotPermitted(
        f"{name}的账号已停用，不能再以其名义办理、查看；须恢复的，请系统管理员恢复账号。",
        code="actor_disabled",
        person=person,
    )


def signer(tx: Connection, person: str | None) -> str:
    """The code of whoever signs, the machine's where nobody is named. Raises as `find_person`."""
    return SYSTEM if person is None else str(find_person(tx, person).code)


class Hat(NamedTuple):
    """A role that nobody was given by name: what an integration sees by."""

    role: str
    unit: str = ""


class Actors:
    """One person's roles, asked for unit after unit in a transaction; the machine when nobody is named.

    He is named, or given as the directory has him. `tree` are all units, where his roles are bound to some.
    Whoever is nobody of the directory has the `hats` he is given.
    """

    def __init__(
        self, tx: Connection, person: Row[Any] | str | None, day: date, *, hats: Sequence[Hat] = ()
    ) -> None:
        row = find_person(tx, person) if isinstance(person, str) else person
        self._person = SYSTEM if row is None and hats else None if row is None else str(row.code)
        self._grants: Sequence[Row[Any] | Hat]
        self._standing_in: Sequence[Row[Any]]
        self._grants, self._standing_in = (
            deputies.held_by(tx, self._person, day) if row is not None and self._person else (hats, ())
        )
        held = (*self._grants, *self._standing_in)
        self._units = frozenset(one.unit for one in held if Role(one.role) in UNIT_ROLES)
        self.tree = queries.unit_tree(tx) if self._units else []
        self._parents: dict[str, str | None] = {row.code: row.parent for row in self.tree}
        self._towards: dict[str | None, Actor] = {}

    @property
    def units(self) -> frozenset[str]:
        """The units he has a unit role at, his own or as a deputy, and every unit below them."""
        return frozenset(
            unit for unit in self._parents if not self._units.isdisjoint(ancestors(self._parents, unit))
        )

    @property
    def seats(self) -> frozenset[str]:
        """The units he has a unit role at themselves, his own or as a deputy."""
        return self._units & self._parents.keys()

    def at(self, *units: str | None) -> frozenset[Role]:
        """Every role he holds in the office or towards the work of one of these units, his own or as a
        deputy."""
        found = [self.towards(unit) for unit in (None, *units)]
        return frozenset(role for one in found for role in (*one.roles, *one.deputising))

    @property
    def anywhere(self) -> frozenset[Role]:
        """Every role he holds, at whatever unit, his own or as a deputy."""
        return frozenset(Role(one.role) for one in (*self._grants, *self._standing_in))

    def towards(self, unit: str | None) -> Actor:
        """The actor with the roles he holds towards a unit's work, and those he stands in for on the day.

        A unit role counts only when the unit lies in the subtree the role was granted for.
        """
        if self._person is None:
            return MACHINE
        if unit not in self._towards:
            above = ancestors(self._parents, unit)
            self._towards[unit] = actor(self._person, self._grants, self._standing_in, above)
        return self._towards[unit]


def roles_towards(tx: Connection, person: str, facts: CaseFacts, day: date) -> frozenset[Role]:
    """Every role somebody holds towards a case on a day, his own or as a deputy: in the office, and at any
    unit that has a share in it: not at one whose task was cancelled."""
    return roles_with(Actors(tx, person, day), facts)


def roles_with(actors: Actors, facts: CaseFacts) -> frozenset[Role]:
    """The same of somebody who is asked after case after case."""
    tasks = (task.unit for task in facts.tasks if task.state is not TaskState.CANCELLED)
    return actors.at(*facts.leads, *facts.co_units, *tasks)


def actor(
    person: str,
    grants: Iterable[Row[Any] | Hat],
    standing_in: Iterable[Row[Any]],
    above: Collection[str],
) -> Actor:
    """A person with the roles of these grants and appointments that count under the units `above` a case."""
    principals: dict[Role, list[str]] = defaultdict(list)
    for one in standing_in:
        if _counts(one, above) and one.person not in principals[Role(one.role)]:
            principals[Role(one.role)].append(one.person)
    roles = frozenset(Role(grant.role) for grant in grants if _counts(grant, above))
    return Actor(person, roles, deputising={role: tuple(found) for role, found in principals.items()})


def _counts(granted: Row[Any] | Hat, above: Collection[str]) -> bool:
    return granted.role not in UNIT_ROLES or granted.unit in above


def ancestors(parents: Mapping[str, str | None], unit: str | None) -> frozenset[str]:
    """The unit itself and every unit above it."""
    above: set[str] = set()
    while unit is not None and unit not in above:
        above.add(unit)
        unit = parents.get(unit)
    return frozenset(above)


def approved_by(tx: Connection, person: str, acting_for: str | None) -> str:
    """The approver as a paper names him: a deputy with whom he acted for, 王某（代李某）."""
    name = str(find_person(tx, person).name)
    return f"{name}（代{find_person(tx, acting_for).name}）" if acting_for else name
