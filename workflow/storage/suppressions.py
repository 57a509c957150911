"""Named reads and writes of the addresses nothing is sent to. They never commit and never decide."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workflow.storage.outbox import SILENCED, is_silent


def in_force(tx: Connection, address: str, now: datetime) -> Row[Any] | None:
    """The suppression of an address, while it lasts."""
    found = select(SILENCED).where(SILENCED.c.address == address.lower(), is_silent(now))
    return tx.execute(found).first()


def listed(tx: Connection) -> list[Row[Any]]:
    """Every suppression there ever was, the newest first."""
    return list(tx.execute(select(SILENCED).order_by(SILENCED.c.since.desc(), SILENCED.c.address)))


def keep(tx: Connection, **values: Any) -> None:
    """Silence an address, whatever was said of it before."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    renewed = insert(SILENCED).values(values | {"lifted_at": None})
    changed = {name: renewed.excluded[name] for name in ("reason", "told", "since", "until", "lifted_at")}
    tx.execute(renewed.on_conflict_do_update(index_elements=["address"], set_=changed))


def lift(tx: Connection, address: str, now: datetime) -> None:
    tx.execute(update(SILENCED).where(SILENCED.c.address == address).values(lifted_at=now))
