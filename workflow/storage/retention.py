"""Matters by how long they are kept, and those that are sealed."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE


def struck_off(tx: Connection) -> Iterator[Read]:
    """The cases that were struck off, in the order of their numbers; some may be past reading."""
    found = select(CASE).where(CASE.c.closed_on.is_not(None)).order_by(CASE.c.number)
    return each(tx, found, CASE)


def sealed_cases(tx: Connection) -> frozenset[int]:
    """The ids of the cases that are sealed."""
    return frozenset(tx.execute(select(CASE.c.id).where(CASE.c.sealed_on.is_not(None))).scalars())


def sealed_numbers(tx: Connection) -> frozenset[str]:
    """Their numbers."""
    return frozenset(tx.execute(select(CASE.c.number).where(CASE.c.sealed_on.is_not(None))).scalars())
