"""Reads of deputies: who stands in for whom on a day, and the appointments there are. They never decide.

An appointment counts while it is neither over nor revoked and the principal holds the role himself.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Date,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    union_all,
)

from workflow.storage.directory_models import Deputy, Post, RoleGrant
from workflow.storage.look import remembered
from workflow.storage.models import Recusal
from workflow.storage.queries import table, valid_on

DEPUTY, GRANT, POST, RECUSAL = table(Deputy), table(RoleGrant), table(Post), table(Recusal)
IN_ORDER = (DEPUTY.c.valid_from, DEPUTY.c.person, DEPUTY.c.id)


def held_by(tx: Connection, person: str, day: date) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The roles somebody holds on a day, each with its unit, and those he stands in for, with whose."""
    return remembered(tx, ("held", person, day), lambda: _held_by(tx, person, day))


def _held_by(tx: Connection, person: str, day: date) -> tuple[list[Row[Any]], list[Row[Any]]]:
    found = tx.execute(_HELD, {"held_by": person, "held_on": day}).all()
    return [row for row in found if row.is_own], [row for row in found if not row.is_own]


def not_over_by(tx: Connection, day: date) -> list[Row[Any]]:
    """The appointments that are neither over by a day nor revoked, those that begin later among them."""
    open_ = (DEPUTY.c.valid_to >= day, DEPUTY.c.revoked_on.is_(None))
    return list(tx.execute(select(DEPUTY).where(*open_).order_by(*IN_ORDER)))


def counting_on(tx: Connection, day: date) -> list[Row[Any]]:
    """Every appointment that counts on a day, the oldest first."""
    return list(tx.execute(appointments_on(day).order_by(*IN_ORDER)))


def kept(tx: Connection) -> list[Row[Any]]:
    """Every appointment there ever was, the oldest first."""
    return list(tx.execute(select(DEPUTY).order_by(*IN_ORDER)))


def recusals(tx: Connection) -> list[Row[Any]]:
    """Everybody who ever stood back from an escalation."""
    return list(tx.execute(select(RECUSAL)))


def starting(tx: Connection, beginning: str) -> list[Row[Any]]:
    """Appointments whose id is, or begins with, what a person typed; two are enough to see it is not one."""
    found = select(DEPUTY).where(DEPUTY.c.id.startswith(beginning, autoescape=True))
    return list(tx.execute(found.limit(2)))


def overlapping(
    tx: Connection, *, person: str, deputy: str, role: str, unit: str, valid_from: date, valid_to: date
) -> Row[Any] | None:
    """An appointment of the same deputy for the same person and role that shares a day with these."""
    same = (DEPUTY.c.person == person, DEPUTY.c.deputy == deputy, DEPUTY.c.role == role)
    meets = (DEPUTY.c.unit == unit, DEPUTY.c.valid_from <= valid_to, DEPUTY.c.valid_to >= valid_from)
    ended = and_(DEPUTY.c.revoked_on > valid_from, DEPUTY.c.revoked_on > DEPUTY.c.valid_from)
    stands = or_(DEPUTY.c.revoked_on.is_(None), ended)
    return tx.execute(select(DEPUTY).where(*same, *meets, stands).limit(1)).first()


def belongs(tx: Connection, person: str, unit: str, day: date) -> bool:
    """Whether a person holds a post or a role at this very unit on a day."""
    here = (
        exists().where(place.c.person == person, place.c.unit == unit, *valid_on(place, day))
        for place in (POST, GRANT)
    )
    return bool(tx.execute(select(or_(*here))).scalar_one())


def appointments_on(day: Any) -> Select[Any]:
    """Those that count on a day, in no order.

    The principal's own grant is asked for: no deputy's deputy counts, nor a former holder's.
    """
    his_own = and_(
        GRANT.c.person == DEPUTY.c.person, GRANT.c.role == DEPUTY.c.role, GRANT.c.unit == DEPUTY.c.unit
    )
    within = (DEPUTY.c.valid_from <= day, DEPUTY.c.valid_to >= day)
    unrevoked = or_(DEPUTY.c.revoked_on.is_(None), DEPUTY.c.revoked_on > day)
    return select(DEPUTY).join(GRANT, his_own).where(*within, unrevoked, *valid_on(GRANT, day))


def held(person: Any, day: Any) -> CompoundSelect[Any]:
    """The statement of `held_by`, in no order."""
    standing_in = appointments_on(day).where(DEPUTY.c.deputy == person)
    appointed = standing_in.with_only_columns(
        *(DEPUTY.c[name] for name in COUNTED),
        literal(value=False).label("is_own"),
        maintain_column_froms=True,
    )
    own = select(
        *(GRANT.c[name] for name in COUNTED[:-1]),
        literal("").label("id"),
        literal(value=True).label("is_own"),
    ).where(GRANT.c.person == person, *valid_on(GRANT, day))
    return union_all(own, appointed)


COUNTED = ("person", "role", "unit", "valid_from", "id")
_HELD = held(bindparam("held_by"), bindparam("held_on", type_=Date)).order_by("valid_from", "person", "id")
