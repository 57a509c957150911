"""Counts by unit and instant: kept with what is counted of each case, read for the wall chart."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    union_all,
)

from states.tallies import NO_UNIT, OF_COLUMN, STANDING, Key, Kind
from workflow.storage.guarded import Read, each
from workflow.storage.lights import LIGHT
from workflow.storage.queries import CASE, dialect_insert, one_of, table
from workflow.storage.work_models import TallyRow

TALLY = table(TallyRow)
KEY = ("kind", "at", "unit")
FLOWS = (Kind.OPENED, Kind.CLOSED, Kind.LAPSED, Kind.SETTLED)
Units = Collection[str] | None
"""The units that are asked for; None for all."""


def add(tx: Connection, change: Mapping[Key, int]) -> None:
    """Add to the counts, in one order for everybody, so that writers cannot deadlock; nothing is read.

    To be told last of all in a transaction: others who count the same unit wait for its end.
    """
    if not change:
        return
    rows: list[dict[str, Any]] = [
        {"unit": unit, "kind": kind, "at": at, "count": count}
        for (unit, kind, at), count in sorted(change.items())
    ]
    added = dialect_insert(tx)(TALLY)
    counted = {"count": TALLY.c["count"] + added.excluded.count}
    tx.execute(added.on_conflict_do_update(index_elements=KEY, set_=counted), rows)
    if gone := [{f"of_{name}": row[name] for name in KEY} for row in rows if row["count"] < 0]:
        tx.execute(delete(TALLY).where(*_is_empty()), gone)


def rebuild(tx: Connection) -> None:
    """Count everything anew from what is kept beside the cases."""
    tx.execute(delete(TALLY))
    tx.execute(insert(TALLY).from_select([*KEY, "count"], union_all(*_raw())))


def astray(tx: Connection) -> list[Row[Any]]:
    """The units whose counts are not the sums of what is kept beside their cases."""
    kept = select(TALLY.c.kind, TALLY.c.at, TALLY.c.unit, (-TALLY.c["count"]).label("count"))
    both = union_all(*_raw(), kept).subquery()
    by_key = select(both.c.unit).group_by(both.c.kind, both.c.at, both.c.unit)
    return list(tx.execute(by_key.having(func.sum(both.c["count"]) != 0).distinct()))


def by_unit(tx: Connection, units: Units, at: datetime) -> list[Row[Any]]:
    """Of each unit and kind how many there are in hand, and how many of them have turned by an instant."""
    turned = func.sum(case((TALLY.c.at <= at, TALLY.c["count"]), else_=0))
    found = select(
        TALLY.c.unit, TALLY.c.kind, turned.label("turned"), func.sum(TALLY.c["count"]).label("every")
    ).where(TALLY.c.kind.in_(STANDING), *_of_units(tx, TALLY.c.unit, units))
    return list(tx.execute(found.group_by(TALLY.c.unit, TALLY.c.kind)))


def by_instant(
    tx: Connection, units: Units, since: datetime, until: datetime
) -> dict[tuple[str, datetime], int]:
    """How many are counted under each kind and instant of a stretch of time."""
    found = select(TALLY.c.kind, TALLY.c.at, func.sum(TALLY.c["count"])).where(
        TALLY.c.kind.in_((*STANDING, *FLOWS)),
        TALLY.c.at.between(since, until),
        *_of_units(tx, TALLY.c.unit, units),
    )
    return {
        (kind, at): int(count) for kind, at, count in tx.execute(found.group_by(TALLY.c.kind, TALLY.c.at))
    }


class Part(IntEnum):
    """The parts of what hangs on the wall by name: longest overdue, due next, with a milestone next."""

    LONGEST = 0
    NEXT = 1
    PLANNED = 2


def singled_out(tx: Connection, units: Units, at: datetime, most: Mapping[Part, int]) -> Iterator[Read]:
    """The first cases of each part, at most so many: those `LONGEST` overdue, those due `NEXT`, and those
    `PLANNED` whose milestone was missed longest ago or comes first; each as it stands in the register."""
    overdue_at, missed_at = LIGHT.c.overdue_at, LIGHT.c.missed_at
    parted = {
        Part.LONGEST: (overdue_at, overdue_at <= at),
        Part.NEXT: (overdue_at, overdue_at > at),
        Part.PLANNED: (missed_at, missed_at.is_not(None)),
    }
    of_units = _of_units(tx, LIGHT.c.unit, units)
    chosen = (
        select(LIGHT.c.case_id, literal(part.value).label("part"), column.label("turns"))
        .where(holds, *of_units)
        .order_by(column, LIGHT.c.case_id)
        .limit(most[part])
        .subquery()
        for part, (column, holds) in parted.items()
    )
    ids = union_all(*(select(*one.c) for one in chosen)).subquery()
    found = select(CASE, ids.c.part, ids.c.turns).join_from(ids, CASE, CASE.c.id == ids.c.case_id)
    yield from each(tx, found.order_by(ids.c.part, ids.c.turns, CASE.c.id), CASE, at_once=True)


def _is_empty() -> Iterator[Any]:
    """That a count of a key that is bound has come to nothing."""
    yield from (TALLY.c[name] == bindparam(f"of_{name}", type_=TALLY.c[name].type) for name in KEY)
    yield TALLY.c["count"] == 0


def _of_units(tx: Connection, column: Any, units: Units) -> Sequence[Any]:
    return () if units is None else (one_of(tx, column, sorted(units)),)


def _raw() -> Iterator[Any]:
    """The counts of each kind, from what is kept beside each case."""
    unit = func.coalesce(LIGHT.c.unit, literal_column(f"'{NO_UNIT}'")).label("unit")
    for column, kind in OF_COLUMN.items():
        at = LIGHT.c[column]
        counted = select(literal(kind.value).label("kind"), at.label("at"), unit, func.count().label("count"))
        yield counted.where(at.is_not(None)).group_by(at, unit)
