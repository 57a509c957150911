"""What many people hold at once: their roles of a day, and the units of their posts. Reads alone."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from workflow.storage.directory_models import Post
from workflow.storage.queries import GRANT, UNIT, one_of, table

POST = table(Post)


def roles_of(tx: Connection, people: Sequence[str], day: date) -> dict[str, list[str]]:
    """The roles of each of these people on a day, none twice."""
    rows = tx.execute(_on(day, GRANT, GRANT.c.role).where(one_of(tx, GRANT.c.person, people)))
    return _by_person(rows)


def units_of(tx: Connection, people: Sequence[str], day: date) -> dict[str, list[str]]:
    """The names of the units where each of these people has a post on a day; a unit without a row is told
    in the words it was given in."""
    rows = tx.execute(_on(day, POST, POST.c.unit).where(one_of(tx, POST.c.person, people)))
    found = _by_person(rows)
    codes = sorted({code for each in found.values() for code in each})
    names = tx.execute(select(UNIT.c.code, UNIT.c.name).where(one_of(tx, UNIT.c.code, codes)))
    named = {row.code: row.name for row in names}
    return {person: [named.get(code, code) for code in each] for person, each in found.items()}


def _on(day: date, held: Any, column: Any) -> Any:
    begun = or_(held.c.valid_from.is_(None), held.c.valid_from <= day)
    going = or_(held.c.valid_to.is_(None), held.c.valid_to >= day)
    return select(held.c.person, column).where(begun, going).order_by(held.c.person, column)


def _by_person(rows: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for person, held in rows:
        if held not in found[person]:
            found[person].append(held)
    return found
