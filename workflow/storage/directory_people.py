"""Named reads of people and their posts and roles, for the pages of the directory. They never decide."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from workflow.storage.directory_models import Post, RoleGrant
from workflow.storage.queries import PERSON, table

POST, GRANT = table(Post), table(RoleGrant)


def person(tx: Connection, code: str) -> Row[Any] | None:
    """Somebody by his code."""
    return tx.execute(select(PERSON).where(PERSON.c.code == code)).first()


def listed(tx: Connection, words: str | None, after: str | None, most: int) -> list[Row[Any]]:
    """So many people by code, of those after one: with these words in name or code."""
    found = select(PERSON).order_by(PERSON.c.code).limit(most)
    if words:
        said = (
            PERSON.c.name.contains(words, autoescape=True),
            PERSON.c.code.contains(words, autoescape=True),
        )
        found = found.where(or_(*said))
    return list(tx.execute(found if after is None else found.where(PERSON.c.code > after)))


def posts_of(tx: Connection, people: Sequence[str], day: date | None = None) -> list[Row[Any]]:
    """The posts of these people, with a day those that have not ended before it."""
    found = select(POST).where(POST.c.person.in_(people)).order_by(POST.c.person, POST.c.unit)
    return list(tx.execute(found if day is None else found.where(_stands(POST.c.valid_to, day))))


def roles_of(tx: Connection, people: Sequence[str], day: date | None = None) -> list[Row[Any]]:
    """The roles of these people, with a day those that have not ended before it."""
    found = (
        select(GRANT).where(GRANT.c.person.in_(people)).order_by(GRANT.c.person, GRANT.c.role, GRANT.c.unit)
    )
    return list(tx.execute(found if day is None else found.where(_stands(GRANT.c.valid_to, day))))


def staff_at(tx: Connection, units: Collection[str], day: date) -> list[Row[Any]]:
    """Who holds posts at these units, with the post: `code`, `name`, `phone`, `email`, `unit`, `title`."""
    columns = (PERSON.c.code, PERSON.c.name, PERSON.c.phone, PERSON.c.email, POST.c.unit, POST.c.title)
    held = select(*columns).join(POST, POST.c.person == PERSON.c.code)
    stands = _stands(POST.c.valid_to, day)
    return list(tx.execute(held.where(POST.c.unit.in_(sorted(units)), stands).order_by(PERSON.c.code)))


def _stands(ended: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    return or_(ended.is_(None), ended >= day)
