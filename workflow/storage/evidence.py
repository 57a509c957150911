"""The row that says what entries are written with, and who may change it while others write.

A writer holds it shared from its first entry to its end. Whoever changes it waits until all of these have
ended, and everybody after him reads what he left; so the ids of entries follow the changes exactly.
"""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, text

from workflow.storage import log
from workflow.storage.accounts import ACCOUNT
from workflow.storage.log import EVIDENCE, HAND
from workflow.storage.queries import EVENT, JOURNAL, PERSON

HELD = select(EVIDENCE).with_for_update(read=True)
"""Asked for with the first entry of every transaction: composed once."""
_WITH_THE_JOURNAL = (
    select(EVIDENCE.c.algorithm, EVIDENCE.c.key_id, EVIDENCE.c.webhooks)
    .add_columns(JOURNAL.c.seq, JOURNAL.c.head, JOURNAL.c.recorded_at)
    .add_columns(PERSON.c.code, PERSON.c.name, ACCOUNT.c.disabled_at)
    .select_from(EVIDENCE.join(JOURNAL, JOURNAL.c.id == 0))
    .outerjoin(PERSON, or_(PERSON.c.code == bindparam("called"), PERSON.c.name == bindparam("called")))
    .outerjoin(ACCOUNT, ACCOUNT.c.person == PERSON.c.code)
    .suffix_with(text("FOR SHARE OF evidence FOR UPDATE OF journal"), dialect="postgresql")
)
PATIENCE = 30_000
"""Milliseconds a change waits for a writer that does not end; everybody else waits behind it."""


def in_force(tx: Connection) -> Row[Any] | None:
    return tx.execute(select(*HAND)).first()


def held_in_force(tx: Connection) -> Row[Any] | None:
    """The row, which nobody changes before this transaction ends."""
    return tx.execute(HELD).first()


def held_with_journal(tx: Connection, called: str | None) -> list[Row[Any]]:
    """The same with the journal's head, which nobody else moves, and whoever goes by this name or code: a row
    for each of them, at least one. None where there is no such row or no journal yet."""
    return list(tx.execute(_WITH_THE_JOURNAL, {"called": called}))


def lock(tx: Connection) -> Row[Any] | None:
    """The row for a change, once every writer has ended.

    The lock is the table's: a row's is never got while writers who share it overlap without end.
    """
    log.wait_at_most(tx, PATIENCE)
    if tx.dialect.name == "postgresql":
        tx.execute(text("LOCK TABLE evidence IN EXCLUSIVE MODE"))
    return tx.execute(select(*HAND).with_for_update()).first()


def key_ids(tx: Connection) -> dict[str, int]:
    """How many entries bear each key, the oldest first."""
    counted = select(EVENT.c.key_id, func.count()).group_by(EVENT.c.key_id)
    return {row.key_id: row[1] for row in tx.execute(counted.order_by(func.min(EVENT.c.id)))}
