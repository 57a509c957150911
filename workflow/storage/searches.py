"""Looking over all histories: entries by keyset pages, which cost what they show; what went on since."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, literal, or_, select, tuple_

from workflow.storage import successions
from workflow.storage.queries import CASE, EVENT, WORDS, entries_with_words, one_of, parts

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


def numbers_naming(tx: Connection, words: frozenset[str]) -> list[str]:
    """The numbers of the cases whose 包保领导 is written with one of these words."""
    found = or_(*(CASE.c.accountable_leader.contains(word, autoescape=True) for word in sorted(words)))
    return list(tx.execute(select(CASE.c.number).where(found)).scalars())


def ids_of_concerned(tx: Connection, units: frozenset[str], words: frozenset[str]) -> frozenset[int]:
    """The ids of the cases that may concern one of these units or name one of these leaders."""
    named = numbers_naming(tx, words) if words else ()
    numbers = {*named, *(successions.numbers_of_cases(tx, units) if units else ())}
    ids: set[int] = set()
    for part in parts(sorted(numbers)):
        ids.update(tx.execute(select(CASE.c.id).where(one_of(tx, CASE.c.number, part))).scalars())
    return frozenset(ids)


def leaders_named(tx: Connection) -> list[str]:
    """What stands in the cells of accountable leaders, each once; a cell may name several."""
    named = select(CASE.c.accountable_leader).where(CASE.c.accountable_leader.is_not(None)).distinct()
    return list(tx.execute(named).scalars())


def payloads_with_tasks_before(tx: Connection, case_id: int, seq: int) -> Iterator[str]:
    """The entries of a case before one that tell of its tasks, the newest first."""
    before = (EVENT.c.case_id == case_id) & (EVENT.c.seq < seq) & EVENT.c.payload.contains(TASKS_SET)
    yield from tx.execute(select(EVENT.c.payload).where(before).order_by(EVENT.c.seq.desc())).scalars()


def events_of_changed(tx: Connection, since: datetime) -> Iterable[Row[Any]]:
    """What was recorded by an instant of the cases that went on after it, case by case, streamed.

    Each entry with the `number` of its case.
    """
    went_on = (CASE.c.id == EVENT.c.case_id) & (CASE.c.recorded_at > since)
    found = entries_with_words().add_columns(CASE.c.number).join(CASE, went_on)
    in_order = found.where(EVENT.c.recorded_at <= since).order_by(EVENT.c.case_id, EVENT.c.seq)
    return tx.execute(in_order, execution_options={"yield_per": 1000})
