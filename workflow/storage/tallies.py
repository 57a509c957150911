"""Counts by unit and instant: kept with what is counted of each case, read for the wall chart."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
)

from states.tallies import EVERY_UNIT, NO_UNIT, OF_COLUMN, STANDING, Key, Kind, Stretch, monday_of, with_sums
from workflow.storage.bulk import add_to_rows, insert_rows
from workflow.storage.guarded import Read, each
from workflow.storage.lights import LIGHT
from workflow.storage.queries import CASE, one_of, table
from workflow.storage.work_models import TallyRow

TALLY = table(TallyRow)
KEY = ("unit", "kind", "at")
FLOWS = (Kind.OVERDUE, Kind.OPENED, Kind.CLOSED, Kind.LAPSED, Kind.SETTLED)
TURNS = (Kind.YELLOW, Kind.RED)
WEEKLY = {kind.by_week: kind.value for kind in STANDING}
Units = Collection[str] | None
"""The units that are asked for; None for all."""


def add(tx: Connection, change: Mapping[Key, int]) -> None:
    """Add to the counts, in one order for everybody, so that writers cannot deadlock; nothing is read.

    To be told last of all in a transaction: others who count the same unit wait for its end.
    """
    if not change:
        return
    rows = _rows(change)
    add_to_rows(tx, TALLY, rows, KEY, "count")
    if gone := [{f"of_{name}": row[name] for name in KEY} for row in rows if row["count"] < 0]:
        tx.execute(delete(TALLY).where(*_is_empty()), gone)


def rebuild(tx: Connection) -> None:
    """Count everything anew from what is kept beside the cases."""
    tx.execute(delete(TALLY))
    if counts := with_sums(_raw(tx)):
        insert_rows(tx, TALLY, _rows(counts))


def astray(tx: Connection) -> list[str]:
    """The units whose counts are not the sums of what is kept beside their cases."""
    told = tx.execute(select(TALLY.c.unit, TALLY.c.kind, TALLY.c.at, TALLY.c["count"]))
    kept, sums = {(unit, kind, at): count for unit, kind, at, count in told}, with_sums(_raw(tx))
    return sorted({key[0] for key in kept.keys() | sums.keys() if kept.get(key) != sums.get(key)})


def by_unit(tx: Connection, units: Units, at: datetime) -> dict[str, Counter[str]]:
    """Of each unit how many matters are in hand, and how many of them have turned by an instant, by kind."""
    asked = BY_UNIT if units is None else BY_UNIT.where(one_of(tx, COUNTED.c.unit, sorted(units)))
    made: dict[str, Counter[str]] = defaultdict(Counter)
    for unit, called, count in tx.execute(asked, {"at": at, "monday": monday_of(at)}).all():
        if unit != EVERY_UNIT:
            made[unit][WEEKLY.get(called, called)] += int(count)
    return made


def by_instant(tx: Connection, units: Units, stretch: Stretch) -> dict[tuple[str, datetime], int]:
    """How many are counted under each kind and instant of a stretch; lights turn in what is to come alone."""
    among = (EVERY_UNIT,) if units is None else sorted(units)
    asked = BY_INSTANT.where(one_of(tx, TALLY.c.unit, among))
    told = tx.execute(asked, {"since": stretch.since, "at": stretch.at, "until": stretch.until}).all()
    return {(kind, when): int(count) for kind, when, count in told}


def _instant(name: str) -> Any:
    return bindparam(name, type_=TALLY.c.at.type)


def _counted() -> Any:
    """What says how matters stand; summed as a whole, or SQLite would walk all of it in the order of sums."""
    kind, when = TALLY.c.kind, TALLY.c.at
    told: tuple[tuple[Any, ...], ...] = (
        (kind == Kind.IN_HAND.value,),
        (kind.in_(WEEKLY), when < _instant("monday")),
        (kind.in_(STANDING), when.between(_instant("monday"), _instant("at"))),
    )
    parts = (select(TALLY.c.unit, kind, TALLY.c["count"]).where(*holds) for holds in told)
    return union_all(*parts).subquery()


def _stretched() -> Any:
    kind, when = TALLY.c.kind, TALLY.c.at
    told = or_(
        and_(kind.in_(FLOWS), when.between(_instant("since"), _instant("until"))),
        and_(kind.in_(TURNS), when.between(_instant("at"), _instant("until"))),
    )
    return select(kind, when, func.sum(TALLY.c["count"])).where(told).group_by(kind, when)


COUNTED = _counted()
BY_UNIT = select(COUNTED.c.unit, COUNTED.c.kind, func.sum(COUNTED.c["count"])).group_by(
    COUNTED.c.unit, COUNTED.c.kind
)
BY_INSTANT = _stretched()


class Part(IntEnum):
    """The parts of what hangs on the wall by name: longest overdue, due next, with a milestone next."""

    LONGEST = 0
    NEXT = 1
    PLANNED = 2


def singled_out(tx: Connection, units: Units, at: datetime, most: Mapping[Part, int]) -> Iterator[Read]:
    """The first cases of each part, at most so many: those `LONGEST` overdue, those due `NEXT`, and those
    `PLANNED` whose milestone was missed longest ago or comes first; each as it stands in the register."""
    found = SINGLED_OUT if units is None else _singled_out(one_of(tx, LIGHT.c.unit, sorted(units)))
    given = {_most(part): count for part, count in most.items()}
    yield from each(tx, found, CASE, at_once=True, at=at, **given)


def _singled_out(*of_units: Any) -> Select[Any]:
    """The statement; its making takes longer than the answer, so that of the whole office is made once."""
    overdue_at, missed_at = LIGHT.c.overdue_at, LIGHT.c.missed_at
    parted = {
        Part.LONGEST: (overdue_at, overdue_at <= _instant("at")),
        Part.NEXT: (overdue_at, overdue_at > _instant("at")),
        Part.PLANNED: (missed_at, missed_at.is_not(None)),
    }
    chosen = (
        select(LIGHT.c.case_id, literal(part.value).label("part"), column.label("turns"))
        .where(holds, *of_units)
        .order_by(column, LIGHT.c.case_id)
        .limit(bindparam(_most(part), type_=Integer))
        .subquery()
        for part, (column, holds) in parted.items()
    )
    ids = union_all(*(select(*one.c) for one in chosen)).subquery()
    found = select(CASE, ids.c.part, ids.c.turns).join_from(ids, CASE, CASE.c.id == ids.c.case_id)
    return found.order_by(ids.c.part, ids.c.turns, CASE.c.id)


def _most(part: Part) -> str:
    return f"most_{part.name.lower()}"


SINGLED_OUT = _singled_out()


def _is_empty() -> Iterator[Any]:
    """That a count of a key that is bound has come to nothing."""
    yield from (TALLY.c[name] == bindparam(f"of_{name}", type_=TALLY.c[name].type) for name in KEY)
    yield TALLY.c["count"] == 0


def _rows(counts: Mapping[Key, int]) -> list[dict[str, Any]]:
    ordered = sorted(counts.items())
    return [{"unit": unit, "kind": kind, "at": at, "count": count} for (unit, kind, at), count in ordered]


def _raw(tx: Connection) -> dict[Key, int]:
    """The counts by unit and instant, from what is kept beside each case."""
    found: dict[Key, int] = {}
    for column, kind in OF_COLUMN.items():
        at = LIGHT.c[column]
        counted = select(LIGHT.c.unit, at, func.count()).where(at.is_not(None)).group_by(LIGHT.c.unit, at)
        found |= {(unit or NO_UNIT, kind.value, when): int(n) for unit, when, n in tx.execute(counted)}
    return found
