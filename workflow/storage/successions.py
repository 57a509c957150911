"""Reads and writes of units that were merged, split or renamed. They never commit and never decide."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Text, select, type_coerce, update

from workflow.storage import imports, queries
from workflow.storage.directory_models import UnitAlias, UnitSuccession
from workflow.storage.models import CaseUnit

CASE, UNIT = queries.CASE, queries.UNIT
CASE_UNIT, SUCCESSION = queries.table(CaseUnit), queries.table(UnitSuccession)


def successions(tx: Connection) -> list[Row[Any]]:
    """Every succession there was, by unit and successor."""
    return list(tx.execute(select(SUCCESSION).order_by(SUCCESSION.c.unit, SUCCESSION.c.successor)))


def as_written(tx: Connection) -> list[Row[Any]]:
    """The same with the days as they are written, also one that cannot be read."""
    c = SUCCESSION.c
    found = select(c.unit, c.successor, type_coerce(c.on, Text).label("on"), c.basis)
    return list(tx.execute(found.order_by(c.unit, c.successor)))


def keep_succession(tx: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Enter successions; of a unit that is renamed again the last renaming stands."""
    queries.upsert(tx, UnitSuccession, list(rows))


def keep_alias(tx: Connection, unit: str, alias: str) -> None:
    """Let a unit go by one name more."""
    queries.upsert(tx, UnitAlias, [{"alias": alias, "unit": unit}])


def change_unit(tx: Connection, code: str, **values: Any) -> None:
    tx.execute(update(UNIT).where(UNIT.c.code == code).values(values))


def numbers_of_cases(tx: Connection, units: Collection[str]) -> list[str]:
    """The numbers of the cases that may concern one of these units, also by a task alone."""
    concerned = select(CASE_UNIT.c.case_id).where(CASE_UNIT.c.unit.in_(sorted(units)))
    found = select(CASE.c.number).where(CASE.c.id.in_(concerned))
    return list(tx.execute(found.order_by(CASE.c.number)).scalars())


def units_held(tx: Connection, codes: Collection[str]) -> list[Row[Any]]:
    """These units, which nobody can end until the transaction does."""
    if not codes:
        return []
    found = select(UNIT).where(UNIT.c.code.in_(sorted(codes))).order_by(UNIT.c.code)
    return list(tx.execute(found.with_for_update(read=True)))


def grants_at(tx: Connection, unit: str, day: date) -> list[Row[Any]]:
    """The roles bound to this very unit that have not ended before a day."""
    return [row for row in imports.grants_on(tx, day) if row.unit == unit]


def posts_at(tx: Connection, unit: str, day: date) -> list[Row[Any]]:
    """The posts at this very unit that have not ended before a day."""
    return [row for row in imports.posts_on(tx, day) if row.unit == unit]
