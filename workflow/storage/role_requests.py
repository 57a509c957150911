"""Proposals of roles and of what else gives sight, and the roles they are about. They never decide.

A role stands until it has ended, also one that begins later.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Tuple,
    bindparam,
    delete,
    null,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from workflow.storage.directory_models import AskedValues, RoleGrant, RoleRequest
from workflow.storage.look import remembered
from workflow.storage.queries import PERSON, table, upsert

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


DOUBTED = ("name", "code")
_DOUBTS = union_all(
    select(REQUEST.c.change, REQUEST.c.decision, REQUEST.c.proposed_at).where(
        REQUEST.c.person == bindparam("person"), REQUEST.c.change.in_(DOUBTED)
    ),
    select(null(), null(), null()).select_from(PERSON).where(PERSON.c.name == bindparam("name")),
).order_by("proposed_at")


def doubts(tx: Connection, person: str, name: str) -> tuple[frozenset[str], int]:
    """Those of the changes of somebody's name and code that were last asked about and are not confirmed, and
    how many people bear the name he has now."""
    return remembered(tx, ("doubts", person, name), lambda: _doubts(tx, person, name))


def _doubts(tx: Connection, person: str, name: str) -> tuple[frozenset[str], int]:
    rows = tx.execute(_DOUBTS, {"person": person, "name": name}).all()
    asked = [row for row in rows if row.change is not None]
    return unconfirmed_of(asked), len(rows) - len(asked)


def unconfirmed_of(asked: Sequence[Any]) -> frozenset[str]:
    """The changes among what was asked about somebody, the oldest first, that were not confirmed last."""
    newest = {row.change: row.decision for row in asked if row.change in DOUBTED}
    return frozenset(change for change, decision in newest.items() if decision != "confirmed")


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
