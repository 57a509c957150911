"""Named reads and writes of how relays do. They never commit and never decide."""

from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from workflow.storage.mail_models import RelayStanding
from workflow.storage.queries import table

RELAY = table(RelayStanding)


def standing(tx: Connection, name: str) -> Row[Any] | None:
    """How a relay does; None as long as it never failed."""
    return tx.execute(select(RELAY).where(RELAY.c.name == name)).first()


def keep(tx: Connection, name: str, **values: Any) -> None:
    """Enter how a relay does: `failures`, `told`, `since`, `closed_until`."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    entered = insert(RELAY).values(name=name, **values)
    tx.execute(entered.on_conflict_do_update(index_elements=["name"], set_=values))
