"""The views of the register people keep, each his own."""

from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from workflow.storage.look import remembered
from workflow.storage.queries import add_missing, table
from workflow.storage.work_models import RegisterView

VIEW = table(RegisterView)

_HIS = select(VIEW).where(VIEW.c.person == bindparam("whose"))


def of(tx: Connection, person: str) -> list[Row[Any]]:
    """Somebody's views, by name."""
    return remembered(tx, ("views", person), lambda: _of(tx, person))


def _of(tx: Connection, person: str) -> list[Row[Any]]:
    return sorted(tx.execute(_HIS, {"whose": person}), key=attrgetter("name"))


def of_all(tx: Connection) -> list[Row[Any]]:
    """Everybody's views."""
    return list(tx.execute(select(VIEW)))


def put(tx: Connection, person: str, name: str, asked: str) -> None:
    """Keep a view, in place of the one of that name."""
    drop(tx, person, name)
    add_missing(tx, RegisterView, {"person": person, "name": name, "asked": asked})


def drop(tx: Connection, person: str, name: str) -> None:
    """Do away with one of his views."""
    tx.execute(delete(VIEW).where(VIEW.c.person == person, VIEW.c.name == name))


def drop_all(tx: Connection, person: str) -> None:
    """Do away with all of his views."""
    tx.execute(delete(VIEW).where(VIEW.c.person == person))
