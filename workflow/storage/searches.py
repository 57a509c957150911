"""Looking over all histories: entries by keyset pages, which cost what they show; what went on since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    Row,
    Select,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from workflow.storage.models import CaseUnit
from workflow.storage.queries import CASE, EVENT, WORDS, entries_with_words, one_of, parts, table

CASE_UNIT = table(CaseUnit)
CHUNK = 500
TASKS_SET = '"tasks":[{'
"""How the entry of a case that sets its tasks is written."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are sought; None does not narrow. `text` stands somewhere in the stored entry.

    `clock` is the column of the time they are ordered and bounded by, oldest first or `newest_first`; `after`
    is the last entry that was seen, by that time and its id; `without` are cases left out,
    `without_kinds` kinds of entries.
    """

    clock: str = "recorded_at"
    case_ids: frozenset[int] | None = None
    actor: str | None = None
    kinds: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    after: tuple[datetime, int] | None = None
    newest_first: bool = False
    without: frozenset[int] = frozenset()
    without_kinds: frozenset[str] = frozenset()


def chunks_found(tx: Connection, sought: Sought, *, size: int = CHUNK) -> Iterator[list[Row[Any]]]:
    """The entries sought, in their order, with the words beside them; read in chunks, as asked for."""
    while True:
        rows = list(tx.execute(_page(sought).limit(size)))
        yield rows
        if len(rows) < size:
            return
        sought = replace(sought, after=(rows[-1]._mapping[sought.clock], rows[-1].id))


def _page(sought: Sought) -> Select[Any]:
    order = (EVENT.c[sought.clock], EVENT.c.id)
    found = entries_with_words().where(*_conditions(sought))
    return found.order_by(*(one.desc() if sought.newest_first else one for one in order))


def _conditions(sought: Sought) -> Iterator[Any]:
    clock = EVENT.c[sought.clock]
    if sought.case_ids is not None:
        ids: Any = bindparam(None, sorted(sought.case_ids), expanding=True, literal_execute=True)
        yield EVENT.c.case_id.in_(ids)  # written out: they may be more than a statement can bind
    if sought.without:
        hidden: Any = bindparam(None, sorted(sought.without), expanding=True, literal_execute=True)
        yield EVENT.c.case_id.not_in(hidden)
    if sought.actor is not None:
        yield EVENT.c.actor == sought.actor
    if sought.kinds is not None:
        yield EVENT.c.kind.in_(sorted(sought.kinds))
    if sought.without_kinds:
        yield EVENT.c.kind.not_in(sorted(sought.without_kinds))
    if sought.since is not None:
        yield clock >= sought.since
    if sought.until is not None:
        yield clock <= sought.until
    if sought.text is not None:
        stored = (EVENT.c.payload, WORDS.c.text)
        yield or_(*(column.contains(sought.text, autoescape=True) for column in stored))
    if sought.after is not None:
        instant, event_id = sought.after
        place, seen = tuple_(clock, EVENT.c.id), tuple_(literal(instant, clock.type), literal(event_id))
        yield place < seen if sought.newest_first else place > seen


def cases_by_id(tx: Connection, case_ids: frozenset[int]) -> dict[int, Row[Any]]:
    """The rows of these cases."""
    rows: list[Row[Any]] = []
    for part in parts(sorted(case_ids)):
        rows += tx.execute(select(CASE).where(one_of(tx, CASE.c.id, part)))
    return {row.id: row for row in rows}


def entries_of_kind(tx: Connection, case_ids: Sequence[int], kind: str) -> Iterator[Row[Any]]:
    """The entries of one kind in the histories of these cases, each in order."""
    for part in parts(case_ids):
        of_them = one_of(tx, EVENT.c.case_id, part)
        found = entries_with_words().where(of_them, EVENT.c.kind == kind)
        yield from tx.execute(found.order_by(EVENT.c.case_id, EVENT.c.seq))


def concerned(tx: Connection, units: Collection[str], words: Collection[str]) -> Select[Any]:
    """The statement that finds the ids of the cases that may concern one of these units, also by a task
    alone, or name one of these leaders (包保领导)."""
    found = []
    if units:
        found.append(select(CASE_UNIT.c.case_id).where(one_of(tx, CASE_UNIT.c.unit, sorted(units))))
    if words:
        cell = CELLS.c.cell
        naming = select(cell).where(or_(*(cell.contains(word, autoescape=True) for word in sorted(words))))
        found.append(select(CASE.c.id.label("case_id")).where(CASE.c.accountable_leader.in_(naming)))
    ids = union_all(*found).subquery() if found else None
    return select(CASE.c.id).where(false()) if ids is None else select(ids.c.case_id)


def _cells() -> CTE:
    """A step along the index for each."""
    leader = CASE.c.accountable_leader
    first = select(func.min(leader).label("cell")).where(leader.is_not(None))
    found = first.cte("cells", recursive=True)
    following = select(func.min(leader)).where(leader > found.c.cell).scalar_subquery()
    return found.union_all(select(following).where(found.c.cell.is_not(None)))


CELLS = _cells()
"""What stands in the cells of accountable leaders, each once."""


def ids_of_concerned(tx: Connection, units: Collection[str], words: Collection[str]) -> frozenset[int]:
    """The ids themselves."""
    return frozenset(tx.execute(concerned(tx, units, words)).scalars())


def leaders_named(tx: Connection) -> list[str]:
    """What stands in the cells of accountable leaders, each once; a cell may name several."""
    named = select(CASE.c.accountable_leader).where(CASE.c.accountable_leader.is_not(None)).distinct()
    return list(tx.execute(named).scalars())


def payloads_with_tasks(tx: Connection, case_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """The entries of each of these cases that tell of its tasks, with their numbers, the newest first."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for part in parts(sorted(case_ids)):
        telling = one_of(tx, EVENT.c.case_id, part) & EVENT.c.payload.contains(TASKS_SET)
        told = select(EVENT.c.case_id, EVENT.c.seq, EVENT.c.payload).where(telling)
        for case_id, seq, payload in tx.execute(told.order_by(EVENT.c.seq.desc())):
            found[case_id].append((seq, payload))
    return found


def events_of_changed(tx: Connection, since: datetime) -> Iterable[Row[Any]]:
    """What was recorded by an instant of the cases that went on after it, case by case, streamed.

    Each entry with the `number` of its case.
    """
    went_on = (CASE.c.id == EVENT.c.case_id) & (CASE.c.recorded_at > since)
    found = entries_with_words().add_columns(CASE.c.number).join(CASE, went_on)
    in_order = found.where(EVENT.c.recorded_at <= since).order_by(EVENT.c.case_id, EVENT.c.seq)
    return tx.execute(in_order, execution_options={"yield_per": 1000})
