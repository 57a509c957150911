"""Counts by unit and instant: kept with what is counted of each case, read for the wall chart."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from states.tallies import (
    EVERY_UNIT,
    NO_UNIT,
    OF_COLUMN,
    STANDING,
    Counts,
    Found,
    Key,
    Kind,
    Span,
    Stretch,
    monday_of,
    with_sums,
)
from workflow.storage.bulk import add_to_rows, insert_rows
from workflow.storage.guarded import Read, each
from workflow.storage.lights import LIGHT
from workflow.storage.queries import CASE, one_of, table
from workflow.storage.work_models import TallyRow

TALLY = table(TallyRow)
KEY = ("span", "at", "unit")
KINDS = tuple(kind.value for kind in Kind)
STANDS = (Kind.IN_HAND.value, *(kind.value for kind in STANDING))
"""The kinds that say how matters stand."""

HUNG = tuple(kind.value for kind in Kind if kind not in (Kind.MISSED, Kind.IN_HAND))
"""The kinds that are told by week and day."""

TOLD = (
    *("number", "title", "lead_unit", "due_on", "nodes"),
    *("state", "epoch", "dispatched_on", "paused_on", "due_for_plan", "clocks"),
)
"""The facts a matter that hangs on the wall by name is told by, of seven times as many."""

Units = Collection[str] | None
"""The units that are asked for; None for all."""


def add(tx: Connection, change: Mapping[Key, Counts]) -> None:
    """Add to the counts, in one order for everybody, so that writers cannot deadlock; nothing is read.

    To be told last of all in a transaction: others who count the same unit wait for its end.
    """
    if not change:
        return
    rows = _rows(change)
    add_to_rows(tx, TALLY, rows, KEY)
    if gone := [_of(row) for row in rows if any(row[kind] < 0 for kind in KINDS)]:
        tx.execute(delete(TALLY).where(*_is_empty()), gone)


def rebuild(tx: Connection) -> None:
    """Count everything anew from what is kept beside the cases."""
    tx.execute(delete(TALLY))
    if counts := with_sums(_raw(tx)):
        insert_rows(tx, TALLY, _rows(counts))


def astray(tx: Connection) -> list[str]:
    """The units whose counts are not the sums of what is kept beside their cases."""
    told = tx.execute(select(*(TALLY.c[name] for name in KEY), *(TALLY.c[kind] for kind in KINDS)))
    kept = {tuple(row[:3]): Counter(dict(zip(KINDS, row[3:], strict=True))) for row in told}
    sums = {key: Counter(found) for key, found in with_sums(_raw(tx)).items()}
    return sorted({key[2] for key in kept.keys() | sums.keys() if kept.get(key) != sums.get(key)})


def by_unit(tx: Connection, units: Units, at: datetime) -> dict[str, Counts]:
    """Of each unit how many matters are in hand, and how many of them have turned by an instant, by kind;
    of all together where `EVERY_UNIT` is asked for."""
    asked = STANDING_OF_EACH if units is None else STANDING_OF.where(one_of(tx, SO_FAR.c.unit, sorted(units)))
    told = tx.execute(asked, {"at": at, "monday": monday_of(at)}).all()
    return {unit: dict(zip(STANDS, counts, strict=True)) for unit, *counts in told}


def around(tx: Connection, units: Units, stretch: Stretch) -> Found:
    """What is counted by week and by instant in a stretch."""
    asked = COUNTED_OF_ALL if units is None else COUNTED_OF.where(one_of(tx, NEARBY.c.unit, sorted(units)))
    given = {"since": stretch.since, "monday": stretch.monday, "until": stretch.until}
    found: dict[str, dict[datetime, Counts]] = {span: {} for span in Span}
    for span, at, *counts in tx.execute(asked, given).all():
        found[span][at] = dict(zip(HUNG, counts, strict=True))
    return found


def _so_far() -> Any:
    """What lies behind an instant: whole weeks, and the instants of the one it lies in."""
    at = TALLY.c.at
    week, rest = at < _instant("monday"), at.between(_instant("monday"), _instant("at"))
    return _kept(STANDS, {Span.WEEK: week, Span.INSTANT: rest})


def _nearby() -> Any:
    at = TALLY.c.at
    before = at.between(_instant("since"), _instant("monday"))
    after = at.between(_instant("monday"), _instant("until"))
    return _kept(HUNG, {Span.WEEK: before, Span.FLOW: before, Span.INSTANT: after})


def _kept(kinds: Sequence[str], held: Mapping[Span, Any]) -> Any:
    """What is kept under some spans, of each as far as a condition holds.

    A database goes by its index for each alone; and a span stands in the statement itself, so that one that
    prepares it need not plan it anew each time.
    """
    columns = (*(TALLY.c[name] for name in KEY), *(TALLY.c[kind] for kind in kinds))
    parts = (select(*columns).where(TALLY.c.span == _in_place(span), holds) for span, holds in held.items())
    return union_all(*parts).subquery()


def _summed(kept: Any, kinds: Sequence[str], *by: Any) -> Select[Any]:
    return select(*by, *(func.sum(kept.c[kind]) for kind in kinds)).group_by(*by)


def _instant(name: str) -> Any:
    return bindparam(name, type_=TALLY.c.at.type)


def _in_place(word: str) -> Any:
    return literal_column(f"'{word}'")


SO_FAR, NEARBY = _so_far(), _nearby()
STANDING_OF = _summed(SO_FAR, STANDS, SO_FAR.c.unit)
STANDING_OF_EACH = STANDING_OF.where(SO_FAR.c.unit != _in_place(EVERY_UNIT))
COUNTED_OF = _summed(NEARBY, HUNG, NEARBY.c.span, NEARBY.c.at)
COUNTED_OF_ALL = select(NEARBY.c.span, NEARBY.c.at, *(NEARBY.c[kind] for kind in HUNG)).where(
    NEARBY.c.unit == _in_place(EVERY_UNIT)
)
"""Made once: what is asked of the whole office is answered faster than a statement is put together. All units
together have one row under each key, so that nothing is left to be added up."""


class Part(IntEnum):
    """The parts of what hangs on the wall by name: longest overdue, due next, with a milestone next."""

    LONGEST = 0
    NEXT = 1
    PLANNED = 2


def singled_out(tx: Connection, units: Units, at: datetime, most: Mapping[Part, int]) -> Iterator[Read]:
    """The first cases of each part, at most so many: those `LONGEST` overdue, those due `NEXT`, and those
    `PLANNED` whose milestone was missed longest ago or comes first; each with its `part` and the facts `TOLD`
    of it, as they stand in the register."""
    few = tuple(most[part] for part in Part)
    found = _among_all(few) if units is None else _singled_out(few, one_of(tx, LIGHT.c.unit, sorted(units)))
    yield from each(tx, found, CASE, at_once=True, at=at)


@lru_cache
def _among_all(few: tuple[int, ...]) -> Select[Any]:
    """The statement for the whole office: its making takes longer than the answer."""
    return _singled_out(few)


def _singled_out(few: Sequence[int], *of_units: Any) -> Select[Any]:
    """How many are asked for stands in it: a plan for any number would read all of them."""
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
        .limit(literal_column(str(few[part])))
        .subquery()
        for part, (column, holds) in parted.items()
    )
    ids = union_all(*(select(*one.c) for one in chosen)).subquery()
    found = select(ids.c.part, *(CASE.c[name] for name in TOLD))
    found = found.join_from(ids, CASE, CASE.c.id == ids.c.case_id)
    return found.order_by(ids.c.part, ids.c.turns, CASE.c.id)


def _of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"of_{name}": row[name] for name in KEY}


def _is_empty() -> Iterator[Any]:
    """That the counts of a key that is bound have come to nothing."""
    yield from (TALLY.c[name] == bindparam(f"of_{name}", type_=TALLY.c[name].type) for name in KEY)
    yield from (TALLY.c[kind] == 0 for kind in KINDS)


def _rows(counts: Mapping[Key, Counts]) -> list[dict[str, Any]]:
    """In one order, each with all kinds."""
    return [
        {"span": span.value, "at": at, "unit": unit} | {kind: found.get(kind, 0) for kind in KINDS}
        for (span, at, unit), found in sorted(counts.items())
    ]


def _raw(tx: Connection) -> dict[tuple[str, Kind, datetime], int]:
    """The counts by unit and instant, from what is kept beside each case."""
    found: dict[tuple[str, Kind, datetime], int] = {}
    for column, kind in OF_COLUMN.items():
        at = LIGHT.c[column]
        counted = select(LIGHT.c.unit, at, func.count()).where(at.is_not(None)).group_by(LIGHT.c.unit, at)
        found |= {(unit or NO_UNIT, kind, when): int(n) for unit, when, n in tx.execute(counted)}
    return found
