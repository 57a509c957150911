"""One transaction in which rights change hands: who acts, what people hold, the entries that tell of it."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Self

from sqlalchemy import Connection, Row

from states.accounts.administrators import Change, Decision, Proposal
from states.errors import FactInvalid
from states.facts import to_json
from states.office_time import office_day
from states.vocabulary import UNIT_ROLES, Role
from workflow.errors import NotFound
from workflow.services import directory_record, units
from workflow.services.accounts.authority import nobody_named
from workflow.services.accounts.proposal_words import OF, differences, sentence
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import check_not_disabled, find_person
from workflow.storage import deputies, directory_rows, imports, queries, role_requests
from workflow.storage.directory_models import RoleRequest
from workflow.storage.session import transaction

PROPOSED, WITHDRAWN = "roles_proposed", "roles_withdrawn"
IN_AN_ENTRY = 200
"""Changes one entry tells of at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of a role, in codes, and its first day: of an end the first day without it."""

    person: str
    role: Role
    unit: str
    change: Change
    valid_from: date

    @property
    def told(self) -> dict[str, Any]:
        """As entries tell of it."""
        day = self.valid_from.isoformat()
        return {
            "person": self.person, "role": self.role.value, "unit": self.unit,
            "change": self.change.value, "valid_from": day,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SightChange:
    """What gives sight and is no role, in codes: a unit moved under the one of code `value`, or a person's
    name or code, or what leads mail and matters to somebody; of all others `value` only tells one from the
    next. `values` are what is to stand in the directory; no entry of the proposal itself tells them."""

    change: Change
    valid_from: date
    person: str = ""
    unit: str = ""
    value: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """As entries tell of it."""
        day = self.valid_from.isoformat()
        return {
            "person": self.person, "role": "", "unit": self.unit,
            "change": self.change.value, "value": self.value, "valid_from": day,
        }  # fmt: skip


class RoleDesk:
    """Where roles change hands in a transaction, on the office day of `at`; `signer` is who does it."""

    def __init__(self, batch: Batch, *, at: datetime) -> None:
        self.tx, self.batch, self.at, self.day = batch.tx, batch, at, office_day(at)
        self.signer = signer_of(batch.tx, batch.signature)
        self.roles = roles_of(self.tx, self.signer, self.day)

    def held(self, person: str) -> frozenset[Role]:
        """The roles of somebody that have not ended, those he stands in for among them."""
        return held_by(self.tx, person, self.day)

    def has(self, asked: Asked) -> bool:
        """Whether he holds, or is to hold, the very role a change is about."""
        which = {"person": asked.person, "role": asked.role.value, "unit": asked.unit}
        return bool(role_requests.standing(self.tx, self.day, **which))

    def carry_out(self, asked: Asked) -> Asked:
        """Change the role, from this day on at the earliest; returns what was done."""
        first = max(asked.valid_from, self.day)
        key = asked.person, asked.role.value, asked.unit
        if asked.change is Change.GRANT:
            role_requests.give(self.tx, *key, first)
        else:
            role_requests.end(self.tx, *key, first - timedelta(days=1))
        return Asked(asked.person, asked.role, asked.unit, asked.change, first)

    def lay_before(self, changes: Sequence[Asked | SightChange]) -> list[dict[str, Any]]:
        """Make proposals of these changes, but for those that wait already; returns their rows."""
        made = {"proposed_by": self.signer, "proposed_at": self.at}
        new = not_waiting(self.tx, changes)
        rows = [{**unmade(one), **made, "id": secrets.token_hex(16)} for one in new]
        for row in rows:
            self._lay(row)
        self.enter(PROPOSED, [_entered(row) for row in rows])
        return rows

    def _lay(self, row: Mapping[str, Any]) -> None:
        self.batch.add(RoleRequest, **{name: value for name, value in row.items() if name != "values"})
        if row["values"]:
            whose = {name: row[name] or None for name in ("person", "unit")}
            role_requests.ask(self.tx, row["id"], **whose, **row["values"])

    def enter(self, kind: str, told: Sequence[dict[str, Any]], **more: Any) -> None:
        """Tell of these changes in the journal, a bounded number an entry; of none nothing."""
        for start in range(0, len(told), IN_AN_ENTRY):
            details = {"requests": list(told[start : start + IN_AN_ENTRY]), **more}
            self.batch.note(Act(kind, self.at, self.signer, details))

    def decide(self, row: Row[Any], decision: Decision) -> dict[str, Any]:
        """Write down what became of a proposal; returns its row as it is then."""
        made = {"decided_by": self.signer, "decided_at": self.at, "decision": decision.value}
        self.batch.amend(RoleRequest, row.id, **made)
        if Change(row.change).has_values:
            role_requests.forget_asked(self.tx, row.id)
        return row._asdict() | made

    def withdraw(self, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        """Take back what waits, since whoever proposed it says otherwise now; returns the rows."""
        self.enter(WITHDRAWN, [_entered(row._asdict()) for row in rows])
        return [self.decide(row, Decision.WITHDRAWN) for row in rows]


@contextmanager
def changing(office: Office, *, by: Signature, at: datetime) -> Iterator[RoleDesk]:
    """A transaction in line with whoever else changes the directory; the journal tells what it changed."""
    with transaction(office.engine) as tx:
        directory_record.stand_in_line_for(tx)
        before = directory_rows.kept(tx)
        desk = RoleDesk(Batch(tx, office, by), at=at)
        yield desk
        directory_record.note_changes(desk.batch, before, at=at, actor=desk.signer)
        desk.batch.flush()


def signer_of(tx: Connection, by: Signature) -> str:
    """The code of whoever acts. Raises `FactMissing` (`person_missing`) where nobody is named,
    `NotPermitted` (`actor_disabled`)."""
    if by.person is None:
        raise nobody_named()
    person = str(find_person(tx, by.person).code)
    check_not_disabled(tx, person)
    return person


def roles_of(tx: Connection, person: str, day: date) -> frozenset[Role]:
    """The roles somebody holds himself on a day."""
    return frozenset(Role(one.role) for one in queries.grants_of(tx, person, day))


def held_by(tx: Connection, person: str, day: date) -> frozenset[Role]:
    """The roles of somebody that have not ended before a day, those he stands in for among them."""
    own = role_requests.standing(tx, day, person=person)
    stands_in = (one for one in deputies.not_over_by(tx, day) if one.deputy == person)
    return frozenset(Role(one.role) for one in (*own, *stands_in))


def not_waiting(tx: Connection, changes: Iterable[Asked | SightChange]) -> list[Asked | SightChange]:
    """Those of the changes that nobody has proposed yet."""
    waiting = {_key(row._asdict()) for row in role_requests.undecided(tx)}
    return [one for one in changes if _key(one.told) not in waiting]


def _key(told: Mapping[str, Any]) -> tuple[str, ...]:
    """What a proposal is about, but for its day."""
    return (*(told[name] for name in ("person", "role", "unit", "change")), told.get("value", ""))


def unmade(asked: Asked | SightChange) -> dict[str, Any]:
    """The row of a proposal as it would be, before anybody makes it."""
    made: dict[str, None] = dict.fromkeys(
        ("id", "proposed_by", "proposed_at", "decided_by", "decided_at", "decision")
    )
    values = asked.values if isinstance(asked, SightChange) else {}
    return {**made, "value": "", **asked.told, "valid_from": asked.valid_from, "values": values}


def role_called(word: str) -> Role:
    """A role by its identifier or label. Raises `NotFound` (`role_unknown`)."""
    found = next((role for role in Role if word in (role.value, role.label)), None)
    if found is None:
        known = "、".join(role.label for role in Role)
        raise NotFound(f"没有“{word[:40]}”这一职责，可用的有：{known}。", code="role_unknown", role=word[:40])
    return found


def unit_called(tx: Connection, role: Role, name: str, day: date) -> str:
    """The code of the unit a unit role is held at, nothing for any other role. Raises `FactInvalid`."""
    if role not in UNIT_ROLES or not name:
        return name
    found = units.codes_by_name(tx, [name], day)[name]
    if len(found) != 1:
        raise FactInvalid(f"“{name[:40]}”不是名录中的一个单位，请核对。", code="unit_unknown", unit=name[:40])
    return next(iter(found))


def asked_in(row: Row[Any]) -> Asked | SightChange:
    """The change a stored proposal asks for."""
    change = Change(row.change)
    if change.is_of_a_role:
        return Asked(row.person, Role(row.role), row.unit, change, row.valid_from)
    return SightChange(change, row.valid_from, row.person, row.unit, row.value)


def proposal_of(row: Row[Any], name: str) -> Proposal:
    """A stored proposal as the rules judge it."""
    role = Role(row.role) if row.role else None
    return Proposal(row.person, name, role, Change(row.change), row.proposed_by)


def _entered(row: dict[str, Any]) -> dict[str, Any]:
    value = ("value",) if row["value"] else ()
    names = ("person", "role", "unit", "change", *value, "valid_from")
    return {"request": row["id"], **to_json({name: row[name] for name in names})}


class Telling:
    """Tells of roles and proposals with everybody's names, read once."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self.people = queries.names_of_people(tx)
        self._units = {row.code: row for row in queries.units(tx)}
        self.units = {code: row.name for code, row in self._units.items()}

    @cached_property
    def _asked(self) -> Mapping[str, Mapping[str, Any]]:
        return {request: row._asdict() for request, row in role_requests.asked_values(self._tx).items()}

    @cached_property
    def _addresses(self) -> Mapping[str, str | None]:
        return imports.addresses(self._tx)

    @cached_property
    def _aliases(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in queries.unit_aliases(self._tx):
            found[row.unit].append(row.alias)
        return found

    def looking_ahead(self) -> Self:
        """With what stands and what is asked for read now, before any of it is decided."""
        if self._asked:
            _ = self._addresses, self._aliases
        return self

    def proposals(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Proposals as documents tell of them."""
        return [self.proposal(row) for row in rows]

    def proposal(self, row: dict[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in row.items() if name not in {"id", "value", "values"}}
        who = {
            f"{name}_name": row[name] and self.people.get(row[name], row[name])
            for name in ("person", "proposed_by", "decided_by")
        }
        above = row.get("value", "") if row["change"] == Change.MOVE else ""
        labels = {
            "change_label": Change(row["change"]).label, **self._role(row["role"], row["unit"]),
            "parent": above or None, "parent_name": self.units.get(above),
        }  # fmt: skip
        decided = {"decision_label": row["decision"] and Decision(row["decision"]).label}
        made = {"request": row["id"], **to_json(told), **who, **labels, **decided}
        made["differences"] = self._differences(row)
        return {**made, "sentence": sentence(made)}

    def _differences(self, row: Mapping[str, Any]) -> list[dict[str, str]]:
        """What is to stand in place of what stands; nothing once that is decided."""
        if row["change"] == Change.MOVE and row["decision"] is None:
            above = getattr(self._units.get(row["unit"]), "parent", None) or ""
            return differences({"parent": self.units.get(above)}, {"parent": self.units.get(row["value"])})
        if not Change(row["change"]).has_values:
            return []
        asked = row.get("values") or self._asked.get(row["id"], {})
        return differences(self._standing(row["person"], row["unit"]), asked, OF[Change(row["change"])])

    def _standing(self, person: str, unit: str) -> Mapping[str, Any]:
        """What the directory says of somebody, or of a unit."""
        if person:
            return {"email": self._addresses.get(person)}
        row = self._units.get(unit)
        return {} if row is None else {**row._asdict(), "aliases": sorted(self._aliases.get(unit, ()))}

    def grant(self, row: Row[Any]) -> dict[str, Any]:
        """A role somebody holds."""
        who = {"person": row.person, "person_name": self.people.get(row.person, row.person)}
        days = to_json({"valid_from": row.valid_from, "valid_to": row.valid_to})
        return {**who, "role": row.role, "unit": row.unit, **self._role(row.role, row.unit), **days}

    def _role(self, role: str, unit: str) -> dict[str, Any]:
        return {"role_label": Role(role).label if role else "", "unit_name": self.units.get(unit)}
