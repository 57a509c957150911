"""Reads and writes of column mappings. They never decide."""

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from workflow.storage.queries import table
from workflow.storage.work_models import ColumnMapping

MAPPING = table(ColumnMapping)


def named(tx: Connection, name: str) -> Row[Any] | None:
    """The mapping of a name."""
    return tx.execute(select(MAPPING).where(MAPPING.c.name == name)).first()


def of_headings(tx: Connection, headings: str) -> list[Row[Any]]:
    """The mappings of a heading, the last kept first."""
    found = select(MAPPING).where(MAPPING.c.headings == headings)
    return list(tx.execute(found.order_by(MAPPING.c.kept_at.desc(), MAPPING.c.name)))


def names(tx: Connection) -> list[str]:
    """The names there are."""
    return list(tx.execute(select(MAPPING.c.name).order_by(MAPPING.c.name)).scalars())


def count(tx: Connection) -> int:
    return int(tx.execute(select(func.count()).select_from(MAPPING)).scalar_one())


def put(tx: Connection, name: str, **values: Any) -> None:
    """Keep a mapping under a name, in place of the one that had it."""
    if named(tx, name) is None:
        tx.execute(insert(MAPPING).values(name=name, **values))
    else:
        tx.execute(update(MAPPING).where(MAPPING.c.name == name).values(**values))
