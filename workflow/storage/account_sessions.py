"""Named reads and writes of sessions. They never commit and never decide. No session is ever deleted."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Row, and_, bindparam, func, insert, or_, select, update

from workflow.storage.account_models import SignedSession
from workflow.storage.accounts import ACCOUNT
from workflow.storage.queries import GRANT, PERSON, one_of, table, valid_on

SESSION = table(SignedSession)


def add(tx: Connection, **values: Any) -> None:
    tx.execute(insert(SESSION).values(values))


def open_one(tx: Connection, session_id: str) -> Row[Any] | None:
    """A session that was not ended, with the name and the account of its person."""
    account = [one for one in ACCOUNT.c if one.name != "person"]
    found = select(SESSION, PERSON.c.name, *account).where(SESSION.c.id == session_id)
    joined = found.join(ACCOUNT, ACCOUNT.c.person == SESSION.c.person)
    joined = joined.join(PERSON, PERSON.c.code == SESSION.c.person)
    return tx.execute(joined.where(SESSION.c.ended_at.is_(None))).first()


_ACCOUNT = [one for one in ACCOUNT.c if one.name != "person"]
_WITH_GRANTS = (
    select(SESSION, PERSON.c.name, *_ACCOUNT, GRANT.c.role, GRANT.c.unit)
    .join(ACCOUNT, ACCOUNT.c.person == SESSION.c.person)
    .join(PERSON, PERSON.c.code == SESSION.c.person)
    .outerjoin(
        GRANT, and_(GRANT.c.person == SESSION.c.person, *valid_on(GRANT, bindparam("day", type_=Date)))
    )
    .where(SESSION.c.id == bindparam("session"), SESSION.c.ended_at.is_(None))
)


def open_with_grants(tx: Connection, session_id: str, day: date) -> list[Row[Any]]:
    """The same once for each role its person holds on a day, with that and its unit; none of either if he
    holds none."""
    return list(tx.execute(_WITH_GRANTS, {"session": session_id, "day": day}))


def see(tx: Connection, session_id: str, at: datetime) -> None:
    """Somebody was here. Never back in time."""
    earlier = (SESSION.c.id == session_id, SESSION.c.seen_at < at)
    tx.execute(update(SESSION).where(*earlier).values(seen_at=at))


def end(tx: Connection, session_id: str, reason: str, at: datetime) -> bool:
    """End it; False where it had ended."""
    going = (SESSION.c.id == session_id, SESSION.c.ended_at.is_(None))
    return bool(tx.execute(update(SESSION).where(*going).values(ended_at=at, ended_for=reason)).rowcount)


def end_all(
    tx: Connection, reason: str, at: datetime, *, person: str | None = None, but: str | None = None
) -> int:
    """End every session of a person, or of everybody, except one; how many there were."""
    going = [SESSION.c.ended_at.is_(None)]
    going += [] if person is None else [SESSION.c.person == person]
    going += [] if but is None else [SESSION.c.id != but]
    return int(tx.execute(update(SESSION).where(*going).values(ended_at=at, ended_for=reason)).rowcount)


def listed(tx: Connection, person: str | None, after: Row[Any] | None, most: int) -> list[Row[Any]]:
    """Sessions with the names of their people, the newest first, of those after one; also ended ones."""
    found = select(SESSION, PERSON.c.name).join(PERSON, PERSON.c.code == SESSION.c.person)
    if person is not None:
        found = found.where(SESSION.c.person == person)
    if after is not None:
        same = and_(SESSION.c.opened_at == after.opened_at, SESSION.c.id > after.id)
        found = found.where(or_(SESSION.c.opened_at < after.opened_at, same))
    return list(tx.execute(found.order_by(SESSION.c.opened_at.desc(), SESSION.c.id).limit(most)))


def starting(tx: Connection, beginning: str) -> Row[Any] | None:
    """The session whose id begins so."""
    return tx.execute(select(SESSION).where(SESSION.c.id.startswith(beginning, autoescape=True))).first()


def last_opened(tx: Connection, people: Sequence[str]) -> dict[str, datetime]:
    """When each of these people last signed in, who ever did."""
    found = select(SESSION.c.person, func.max(SESSION.c.opened_at).label("opened_at"))
    found = found.where(one_of(tx, SESSION.c.person, people)).group_by(SESSION.c.person)
    return {row.person: row.opened_at for row in tx.execute(found)}
