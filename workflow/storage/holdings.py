"""What many people hold at once: their roles of a day, and the units of their posts. Reads alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, literal, select, union_all

from workflow.storage.directory_models import Post
from workflow.storage.look import known
from workflow.storage.queries import GRANT, UNIT, one_of, table, valid_on

POST = table(Post)


def roles_of(tx: Connection, people: Sequence[str], day: date) -> dict[str, list[str]]:
    """The roles of each of these people on a day, none twice."""
    found = _held(day, "role", GRANT, GRANT.c.role).where(one_of(tx, GRANT.c.person, people))
    rows = tx.execute(found.order_by("person", "held"))
    return _by_person((row.person, row.held) for row in rows)


def roles_and_units_of(
    tx: Connection, people: Sequence[str], day: date
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The same, and the names of the units where each of these people has a post on a day; a unit without a
    row is told in the words it was given in."""
    parts = (("role", GRANT, GRANT.c.role), ("unit", POST, POST.c.unit))
    both = union_all(*(_held(day, *part).where(one_of(tx, part[1].c.person, people)) for part in parts))
    rows = tx.execute(both.order_by("person", "held")).all()
    roles, units = (
        _by_person((row.person, row.held) for row in rows if row.part == part) for part in ("role", "unit")
    )
    named = _names_of(tx, {code for each in units.values() for code in each})
    return roles, {person: [named.get(code, code) for code in each] for person, each in units.items()}


def _held(day: date, part: str, held: Any, column: Any) -> Any:
    told = literal(part).label("part"), held.c.person.label("person"), column.label("held")
    return select(*told).where(*valid_on(held, day))


def _names_of(tx: Connection, codes: Collection[str]) -> dict[str, str]:
    whole = known(tx, "named units")
    if whole is not None:
        return {row.code: row.name for row in whole}
    names = tx.execute(select(UNIT.c.code, UNIT.c.name).where(one_of(tx, UNIT.c.code, sorted(codes))))
    return {row.code: row.name for row in names}


def _by_person(rows: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for person, held in rows:
        if held not in found[person]:
            found[person].append(held)
    return found
