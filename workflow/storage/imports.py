"""Reads and writes of imports: whom the directory appoints, and what was accepted of a register.

Called by the two import services. Like the other queries these never commit and never decide.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, or_, select, update

from workflow.storage import queries
from workflow.storage.directory_models import Post, UnitAlias

POST, ALIAS = queries.table(Post), queries.table(UnitAlias)
PERSON, GRANT, CASE, EVENT = queries.PERSON, queries.GRANT, queries.CASE, queries.EVENT


def seats(tx: Connection) -> dict[tuple[str, str], str]:
    """Unit and name to code, for everybody who holds or held a post; who holds one goes first."""
    found = select(POST.c.unit, PERSON.c.name, PERSON.c.code).join(PERSON, PERSON.c.code == POST.c.person)
    last_wins = found.order_by(POST.c.valid_to.is_(None), PERSON.c.code.desc())
    return {(row.unit, row.name): row.code for row in tx.execute(last_wins)}


def person_codes(tx: Connection) -> frozenset[str]:
    """Every code ever given to a person."""
    return frozenset(tx.execute(select(PERSON.c.code)).scalars())


def addresses(tx: Connection) -> dict[str, str | None]:
    """The mail address of everybody, by code."""
    return {row.code: row.email for row in tx.execute(select(PERSON.c.code, PERSON.c.email))}


def grants_on(tx: Connection, day: date) -> list[Row[Any]]:
    """The roles that have not ended before a day."""
    return list(tx.execute(select(GRANT).where(_stands(GRANT, day))))


def posts_on(tx: Connection, day: date) -> list[Row[Any]]:
    """The posts that have not ended before a day."""
    return list(tx.execute(select(POST).where(_stands(POST, day))))


def end_grants(tx: Connection, grants: Iterable[Row[Any]], last: date) -> None:
    """Let roles end with their `last` day; they stay on record."""
    for row in grants:
        one = (GRANT.c.person == row.person, GRANT.c.role == row.role, GRANT.c.unit == row.unit)
        tx.execute(update(GRANT).where(*one).values(valid_to=last))


def end_posts(tx: Connection, posts: Iterable[Row[Any]], last: date) -> None:
    """Let posts end with their `last` day; they stay on record."""
    for row in posts:
        tx.execute(
            update(POST).where(POST.c.person == row.person, POST.c.unit == row.unit).values(valid_to=last)
        )


def set_aliases(tx: Connection, units: Collection[str], aliases: Sequence[tuple[str, str]]) -> None:
    """Make these, alias and unit, the only aliases of these units."""
    gone = {(row.alias, row.unit) for row in queries.unit_aliases(tx) if row.unit in units} - set(aliases)
    for alias, unit in gone:
        tx.execute(delete(ALIAS).where(ALIAS.c.alias == alias, ALIAS.c.unit == unit))
    queries.upsert(tx, UnitAlias, [{"alias": alias, "unit": unit} for alias, unit in dict.fromkeys(aliases)])


def entries_of(tx: Connection, numbers: Collection[str], kinds: Collection[str]) -> list[Row[Any]]:
    """Number and payload of the entries of some kinds of some cases, each case's oldest first."""
    found = select(CASE.c.number, EVENT.c.payload).join(CASE, CASE.c.id == EVENT.c.case_id)
    told = found.where(EVENT.c.kind.in_(sorted(kinds))).order_by(EVENT.c.case_id, EVENT.c.seq)
    wanted, rows = sorted(numbers), list[Row[Any]]()
    for start in range(0, len(wanted), queries.MAX_BOUND):
        part = wanted[start : start + queries.MAX_BOUND]
        rows += tx.execute(told.where(CASE.c.number.in_(part)))
    return rows


def _stands(table: Any, day: date) -> ColumnElement[bool]:
    return or_(table.c.valid_to.is_(None), table.c.valid_to >= day)
