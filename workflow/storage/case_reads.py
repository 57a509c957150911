"""Which cases were read by whom on which day, so that a day's second reading needs no entry. No evidence."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select
from sqlalchemy.exc import DBAPIError

from workflow.storage import queries
from workflow.storage.look import Look, is_look, known, remembered
from workflow.storage.queries import one_of, parts, table
from workflow.storage.work_models import CaseRead

READ = table(CaseRead)
SQLITE_READONLY, PRIMARY = 8, 0xFF
READ_ONLY_STATES = frozenset({"25006", "0A000"})
"""PostgreSQL: a transaction that only reads; one that would write on a standby."""
_HIS = select(READ.c.case_id).where(
    READ.c.day == bindparam("day"),
    READ.c.reader == bindparam("reader"),
    READ.c.case_id.in_(bindparam("cases", expanding=True)),
)
NO_RIGHT = "42501"


def cases_called(tx: Connection, numbers: Sequence[str]) -> list[Row[Any]]:
    """The rows of the cases with these numbers."""
    if is_look(tx) and len(numbers) == 1:
        found = queries.case_by_number(tx, numbers[0])
        return [] if found is None else [found]
    rows = [row for row in (known(tx, ("case", one)) for one in set(numbers)) if isinstance(row, Row)]
    for part in parts(sorted(set(numbers) - {row.number for row in rows})):
        rows += tx.execute(select(queries.CASE).where(one_of(tx, queries.CASE.c.number, part)))
    return rows


def noted(tx: Connection, day: date, reader: str, case_ids: Collection[int]) -> frozenset[int]:
    """Those of these cases whose reading by somebody on a day is noted."""
    if len(case_ids) == 1:
        (case_id,) = case_ids
        asked = ("noted", day, reader, case_id)
        return frozenset(case_ids if remembered(tx, asked, lambda: _is_noted(tx, *asked[1:])) else ())
    found: set[int] = set()
    for part in parts(sorted(case_ids)):
        found.update(tx.execute(_HIS, {"day": day, "reader": reader, "cases": part}).scalars())
    return frozenset(found)


def _is_noted(tx: Connection, day: date, reader: str, case_id: int) -> bool:
    return tx.execute(_HIS, {"day": day, "reader": reader, "cases": [case_id]}).first() is not None


def learn(look: Look, day: date, reader: str, case_ids: Collection[int]) -> None:
    """Let a look that began before know that these readings are noted by now."""
    for case_id in case_ids:
        look.learn(("noted", day, reader, case_id), True)


def note(tx: Connection, day: date, reader: str, case_ids: Collection[int]) -> list[int]:
    """Note readings; returns the cases of which none was noted yet."""
    added: list[int] = []
    for part in parts(sorted(case_ids)):
        rows = [{"day": day, "reader": reader, "case_id": one} for one in part]
        insert = queries.dialect_insert(tx)(READ).values(rows).on_conflict_do_nothing()
        added += tx.execute(insert.returning(READ.c.case_id)).scalars()
    return sorted(added)


def forget_before(tx: Connection, day: date) -> int:
    """Let go of what was noted on former days, which nobody asks for any more; returns how much there was."""
    return int(tx.execute(delete(READ).where(READ.c.day < day)).rowcount)


def is_read_only(error: DBAPIError) -> bool:
    """Whether the database refuses every write, because of what it is."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY
    return code == SQLITE_READONLY or getattr(error.orig, "sqlstate", None) in READ_ONLY_STATES


def lacks_right(error: DBAPIError) -> bool:
    """Whether it refuses this write because of who asks, who may still be let do others."""
    return getattr(error.orig, "sqlstate", None) == NO_RIGHT
