"""Proposals of roles and of what else gives sight, and the roles they are about. They never decide.

A role stands until it has ended, also one that begins later.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, Tuple, bindparam, delete, or_, select, tuple_, update

from workflow.storage.directory_models import AskedValues, RoleGrant, RoleRequest
from workflow.storage.look import remembered
from workflow.storage.queries import table, upsert

REQUEST, GRANT, ASKED = table(RoleRequest), table(RoleGrant), table(AskedValues)
GRANT_KEY = (GRANT.c.person, GRANT.c.role, GRANT.c.unit)
IN_ORDER = (REQUEST.c.proposed_at, REQUEST.c.person, REQUEST.c.role, REQUEST.c.unit, REQUEST.c.id)


def kept(tx: Connection) -> list[Row[Any]]:
    """Every proposal there ever was, oldest first."""
    return list(tx.execute(select(REQUEST).order_by(*IN_ORDER)))


def newest_first(tx: Connection, after: Row[Any] | None, most: int) -> list[Row[Any]]:
    """So many of them, the newest first, of those after one."""
    found = select(REQUEST).order_by(*(one.desc() for one in IN_ORDER)).limit(most)
    return list(tx.execute(found if after is None else found.where(_place() < _place(after))))


def undecided(tx: Connection) -> list[Row[Any]]:
    """The proposals that wait for a decision, oldest first."""
    return list(tx.execute(_undecided()))


def waiting(tx: Connection, after: Row[Any] | None, most: int) -> list[Row[Any]]:
    """So many of those that wait, oldest first, of those after one."""
    found = _undecided().limit(most)
    return list(tx.execute(found if after is None else found.where(_place() > _place(after))))


def starting(tx: Connection, beginning: str) -> list[Row[Any]]:
    """Proposals whose id is, or begins with, what a person typed; two are enough to see it is not one."""
    found = select(REQUEST).where(REQUEST.c.id.startswith(beginning, autoescape=True))
    return list(tx.execute(found.limit(2)))


def ask(tx: Connection, request: str, **values: Any) -> None:
    """Keep what a proposal asks to stand in the directory."""
    upsert(tx, AskedValues, [{"request": request, **values}])


def asked_values(tx: Connection) -> dict[str, Row[Any]]:
    """What each proposal that waits asks to stand in the directory, by its id."""
    return {row.request: row for row in tx.execute(select(ASKED))}


def forget_asked(tx: Connection, request: str) -> None:
    """Keep it no longer: the proposal is decided."""
    tx.execute(delete(ASKED).where(ASKED.c.request == request))


def unconfirmed(tx: Connection, person: str, changes: Collection[str]) -> frozenset[str]:
    """Those of these changes that were last asked about somebody and are not confirmed."""
    rows = remembered(tx, ("asked", person), lambda: _asked_about(tx, person))
    newest = {row.change: row.decision for row in rows if row.change in changes}
    return frozenset(change for change, decision in newest.items() if decision != "confirmed")


def _asked_about(tx: Connection, person: str) -> list[Row[Any]]:
    asked = select(REQUEST.c.change, REQUEST.c.decision).where(REQUEST.c.person == person)
    return list(tx.execute(asked.order_by(REQUEST.c.proposed_at)))


def standing(tx: Connection, day: date, **which: str) -> list[Row[Any]]:
    """The roles that have not ended before a day, of those with these values in these columns."""
    return list(tx.execute(_standing(day, which)))


def held(
    tx: Connection, day: date, which: Mapping[str, str], after: Sequence[str] | None, most: int
) -> list[Row[Any]]:
    """So many of the same, of those after one by person, role and unit."""
    found = _standing(day, which).limit(most)
    return list(tx.execute(found if after is None else found.where(tuple_(*GRANT_KEY) > tuple_(*after))))


def give(tx: Connection, person: str, role: str, unit: str, first: date) -> None:
    """Let somebody hold a role from a day on."""
    row = {"person": person, "role": role, "unit": unit, "valid_from": first, "valid_to": None}
    upsert(tx, RoleGrant, [row])


def end(tx: Connection, person: str, role: str, unit: str, last: date) -> None:
    """Let a role end with its `last` day; it stays on record."""
    one = (GRANT.c.person == person, GRANT.c.role == role, GRANT.c.unit == unit)
    tx.execute(update(GRANT).where(*one).values(valid_to=last))


def _undecided() -> Select[Any]:
    return select(REQUEST).where(REQUEST.c.decision.is_(None)).order_by(*IN_ORDER)


def _standing(day: date, which: Mapping[str, str]) -> Select[Any]:
    same = (GRANT.c[name] == value for name, value in which.items())
    found = select(GRANT).where(or_(GRANT.c.valid_to.is_(None), GRANT.c.valid_to >= day), *same)
    return found.order_by(*GRANT_KEY)


def _place(row: Row[Any] | None = None) -> Tuple:
    """Where a proposal stands in their order: each, or this one."""
    if row is None:
        return tuple_(*IN_ORDER)
    return tuple_(*(bindparam(None, row._mapping[one.name], type_=one.type) for one in IN_ORDER))
