"""How far the lights of cases have been worked out under the rules in force, and the cases that come next."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE, add_missing, table, upsert
from workflow.storage.work_models import Relighting

DONE = table(Relighting)
_MARK = select(DONE).where(DONE.c.id == 0)


def mark(tx: Connection) -> Row[Any] | None:
    """How far it came; None where nothing is known of it."""
    return tx.execute(_MARK).first()


def mark_for_update(tx: Connection) -> Row[Any]:
    """The same, which nobody else moves before this transaction ends."""
    add_missing(tx, Relighting, {"id": 0, "calendar": "", "policy": "", "is_of_all": True, "done_until": ""})
    return tx.execute(_MARK.with_for_update()).one()


def move(tx: Connection, **values: Any) -> None:
    """It came so far."""
    upsert(tx, Relighting, [{"id": 0, **values}])


def forget(tx: Connection) -> None:
    """Let all be worked out anew."""
    tx.execute(delete(DONE))


def cases_after(tx: Connection, number: str, most: int, *, is_of_all: bool) -> Iterator[Read]:
    """So many cases after a number, or of those no policy is pinned to, with those past reading among them.
    Nobody else changes them before this transaction ends."""
    found = select(CASE).where(CASE.c.number > number).order_by(CASE.c.number).limit(most)
    if not is_of_all:
        found = found.where(CASE.c.policy.is_(None))
    return each(tx, found.with_for_update(), CASE, at_once=True)
