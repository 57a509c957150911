"""Named reads about the entries by which matters came to where they wait. They never commit nor decide."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from workflow.storage.guarded import is_of_a_row
from workflow.storage.queries import CASE, EVENT, one_of, parts

MOVED = '%"set":{%"state":"%'
"""What the payload of an entry is like that set the state of its matter; what it was told stands before."""

LAST = func.max(EVENT.c.occurred_at)


def beside(moves: Collection[str], others: Collection[str]) -> tuple[Any, Any]:
    """Columns beside those of a case: when it last moved (`moved_at`), when the last of `others` occurred
    (`handed_at`)."""
    of_case = select(LAST).where(EVENT.c.case_id == CASE.c.id).correlate(CASE)
    handed = of_case.where(EVENT.c.kind.in_(sorted(others)))
    return (
        of_case.where(_moved(moves)).scalar_subquery().label("moved_at"),
        handed.scalar_subquery().label("handed_at"),
    )


def _moved(moves: Collection[str]) -> Any:
    return and_(EVENT.c.kind.in_(sorted(moves)), EVENT.c.payload.like(MOVED))


def last_entries(
    tx: Connection, numbers: Collection[str], moves: Collection[str], others: Collection[str]
) -> Mapping[str, list[tuple[str, datetime]]]:
    """By number when the last entry of each kind occurred: of `moves` that set the state, and of `others`.

    Nothing where one of them is past reading: what waits is told without its day then.
    """
    found = select(CASE.c.number, EVENT.c.kind, LAST).join(EVENT, EVENT.c.case_id == CASE.c.id)
    found = found.where(or_(_moved(moves), EVENT.c.kind.in_(sorted(others))))
    found = found.group_by(CASE.c.number, EVENT.c.kind)
    entries: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    try:
        for part in parts(sorted(numbers)):
            for number, kind, at in tx.execute(found.where(one_of(tx, CASE.c.number, part))):
                entries[number].append((kind, at))
    except Exception as error:  # whatever a column's type makes of a value that is none
        if not is_of_a_row(error):
            raise
        return {}
    return entries
