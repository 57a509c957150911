"""Proposals of roles and of what else gives sight, and the roles they are about. They never decide.

A role stands until it has ended, also one that begins later.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from workflow.storage.directory_models import RoleGrant, RoleRequest
from workflow.storage.queries import table, upsert

REQUEST, GRANT = table(RoleRequest), table(RoleGrant)
IN_ORDER = (REQUEST.c.proposed_at, REQUEST.c.person, REQUEST.c.role, REQUEST.c.unit, REQUEST.c.id)


def kept(tx: Connection) -> list[Row[Any]]:
    """Every proposal there ever was, oldest first."""
    return list(tx.execute(select(REQUEST).order_by(*IN_ORDER)))


def undecided(tx: Connection) -> list[Row[Any]]:
    """The proposals that wait for a decision, oldest first."""
    return list(tx.execute(select(REQUEST).where(REQUEST.c.decision.is_(None)).order_by(*IN_ORDER)))


def starting(tx: Connection, beginning: str) -> list[Row[Any]]:
    """Proposals whose id is, or begins with, what a person typed; two are enough to see it is not one."""
    found = select(REQUEST).where(REQUEST.c.id.startswith(beginning, autoescape=True))
    return list(tx.execute(found.limit(2)))


def decided_name(tx: Connection, person: str) -> bool:
    """Whether the name somebody goes by was confirmed, or never asked about."""
    his = (REQUEST.c.person == person, REQUEST.c.change == "name")
    newest = select(REQUEST.c.decision).where(*his).order_by(REQUEST.c.proposed_at.desc())
    row = tx.execute(newest.limit(1)).first()
    return row is None or row.decision == "confirmed"


def standing(tx: Connection, day: date, **which: str) -> list[Row[Any]]:
    """The roles that have not ended before a day, of those with these values in these columns."""
    same = (GRANT.c[name] == value for name, value in which.items())
    found = select(GRANT).where(or_(GRANT.c.valid_to.is_(None), GRANT.c.valid_to >= day), *same)
    return list(tx.execute(found.order_by(GRANT.c.person, GRANT.c.role, GRANT.c.unit)))


def give(tx: Connection, person: str, role: str, unit: str, first: date) -> None:
    """Let somebody hold a role from a day on."""
    row = {"person": person, "role": role, "unit": unit, "valid_from": first, "valid_to": None}
    upsert(tx, RoleGrant, [row])


def end(tx: Connection, person: str, role: str, unit: str, last: date) -> None:
    """Let a role end with its `last` day; it stays on record."""
    one = (GRANT.c.person == person, GRANT.c.role == role, GRANT.c.unit == unit)
    tx.execute(update(GRANT).where(*one).values(valid_to=last))
