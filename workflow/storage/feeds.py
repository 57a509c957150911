"""Named reads and writes of calendars at secret addresses. They never decide; no row is ever deleted."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update

from workflow.storage.account_models import CalendarFeed
from workflow.storage.accounts import ACCOUNT
from workflow.storage.queries import PERSON, add_missing, one_of, table

FEED = table(CalendarFeed)
_ALIVE = FEED.c.revoked_at.is_(None)


def alive(tx: Connection, feed_id: str) -> Row[Any] | None:
    """The calendar whose address works, of somebody whose account is not disabled."""
    his = ACCOUNT.c.person == FEED.c.person
    found = select(FEED).join(ACCOUNT, his).where(FEED.c.id == feed_id, _ALIVE)
    return tx.execute(found.where(ACCOUNT.c.disabled_at.is_(None))).first()


def kept(tx: Connection, person: str, units: Collection[str]) -> list[Row[Any]]:
    """The calendars that work, of somebody and of these units, with the name of whoever made each."""
    found = select(FEED, PERSON.c.name).join(PERSON, PERSON.c.code == FEED.c.person)
    own = and_(FEED.c.person == person, FEED.c.unit == "")
    theirs = one_of(tx, FEED.c.unit, sorted(units))
    return list(tx.execute(found.where(_ALIVE, or_(own, theirs) if units else own)))


def add(tx: Connection, **values: Any) -> bool:
    """Add one; False where somebody added another meanwhile."""
    return add_missing(tx, CalendarFeed, values)


def fetch(tx: Connection, feed_id: str, at: datetime) -> None:
    """It was fetched. Never back in time."""
    earlier = or_(FEED.c.fetched_at.is_(None), FEED.c.fetched_at < at)
    tx.execute(update(FEED).where(FEED.c.id == feed_id, earlier).values(fetched_at=at))


def revoke(tx: Connection, at: datetime, *, person: str, unit: str) -> bool:
    """The address of somebody's own calendar, or of a unit's whoever made it, works no more; whether there
    was one."""
    which = (FEED.c.unit == unit,) if unit else (FEED.c.unit == "", FEED.c.person == person)
    return bool(tx.execute(update(FEED).where(_ALIVE, *which).values(revoked_at=at)).rowcount)


def revoke_all(tx: Connection, at: datetime, person: str | None = None) -> None:
    """The same of every address one person made, or everybody did."""
    his = () if person is None else (FEED.c.person == person,)
    tx.execute(update(FEED).where(_ALIVE, *his).values(revoked_at=at))
