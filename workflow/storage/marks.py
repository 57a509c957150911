"""What the histories of all cases have in them, asked in one read. Never commits or decides."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select

from workflow.storage.queries import CASE, EVENT


def cases_with_marks(
    tx: Connection,
    columns: Iterable[str],
    kinds: Mapping[str, Iterable[str]],
    sets: Mapping[str, tuple[str, str]],
) -> Iterable[Row[Any]]:
    """These columns of every case, streamed, with a mark for each group of kinds its history has one of.

    Where `sets` has the mark, an entry of its kinds counts only if it sets that fact to that text.
    """
    asked = {name: and_(EVENT.c.kind.in_(group), *_sets(sets.get(name))) for name, group in kinds.items()}
    marks = {name: func.max(case((condition, 1), else_=0)) for name, condition in asked.items()}
    sought = EVENT.c.kind.in_([kind for group in kinds.values() for kind in group])
    told = select(EVENT.c.case_id, *(mark.label(name) for name, mark in marks.items()))
    found = told.where(sought).group_by(EVENT.c.case_id).subquery()
    shown = (*(CASE.c[name] for name in columns), *(found.c[name] for name in kinds))
    joined = select(*shown).join(found, found.c.case_id == CASE.c.id, isouter=True)
    return tx.execute(joined, execution_options={"yield_per": 1000})


def _sets(fact: tuple[str, str] | None) -> list[ColumnElement[bool]]:
    """Whether an entry sets a fact so. What people wrote cannot pass for it: its quotes are escaped."""
    return [EVENT.c.payload.contains(f'"{fact[0]}":"{fact[1]}"', autoescape=True)] if fact else []
