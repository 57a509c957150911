"""The row that says what entries are written with, and who may change it while others write.

A writer holds it shared from its first entry to its end. Whoever changes it waits until all of these have
ended, and everybody after him reads what he left; so the ids of entries follow the changes exactly.
"""

from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from workflow.storage import log
from workflow.storage.log import EVIDENCE
from workflow.storage.queries import EVENT

HELD = select(EVIDENCE).with_for_update(read=True)
"""Asked for with the first entry of every transaction: composed once."""
PATIENCE = 30_000
"""Milliseconds a change waits for a writer that does not end; everybody else waits behind it."""


def in_force(tx: Connection) -> Row[Any] | None:
    return tx.execute(select(EVIDENCE)).first()


def held_in_force(tx: Connection) -> Row[Any] | None:
    """The row, which nobody changes before this transaction ends."""
    return tx.execute(HELD).first()


def lock(tx: Connection) -> Row[Any] | None:
    """The row for a change, once every writer has ended.

    The lock is the table's: a row's is never got while writers who share it overlap without end.
    """
    log.wait_at_most(tx, PATIENCE)
    if tx.dialect.name == "postgresql":
        tx.execute(text("LOCK TABLE evidence IN EXCLUSIVE MODE"))
    return tx.execute(select(EVIDENCE).with_for_update()).first()


def key_ids(tx: Connection) -> dict[str, int]:
    """How many entries bear each key, the oldest first."""
    counted = select(EVENT.c.key_id, func.count()).group_by(EVENT.c.key_id)
    return {row.key_id: row[1] for row in tx.execute(counted.order_by(func.min(EVENT.c.id)))}
