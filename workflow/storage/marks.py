"""What the histories of all cases have in them, asked in one read. Never commits or decides."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE, EVENT, one_of

Condition = ColumnElement[bool]


def cases_with_marks(
    tx: Connection,
    columns: Iterable[str],
    kinds: Mapping[str, Iterable[str]],
    facts: Mapping[str, tuple[str, str]],
    among: Sequence[Condition] = (),
) -> Iterable[Read]:
    """These columns of every case, streamed, with a mark for each group of kinds its history has one of.

    Where `facts` has the mark, an entry of its kinds counts only if it sets that fact to that text. `among`
    are conditions on the cases, such as `of_units` and `touched_in`.
    """
    asked = {name: and_(EVENT.c.kind.in_(group), *_set(facts.get(name))) for name, group in kinds.items()}
    marks = {name: func.max(case((condition, 1), else_=0)) for name, condition in asked.items()}
    sought = EVENT.c.kind.in_([kind for group in kinds.values() for kind in group])
    told = select(EVENT.c.case_id, *(mark.label(name) for name, mark in marks.items())).where(sought)
    if among:
        told = told.where(EVENT.c.case_id.in_(select(CASE.c.id).where(*among)))
    found = told.group_by(EVENT.c.case_id).subquery()
    shown = (*(CASE.c[name] for name in columns), *(found.c[name] for name in kinds))
    joined = select(*shown).join(found, found.c.case_id == CASE.c.id, isouter=True)
    return each(tx, joined.where(*among).order_by(CASE.c.id), CASE)


def of_units(tx: Connection, units: Collection[str]) -> Condition:
    """That one of these units leads a case."""
    condition: Condition = one_of(tx, CASE.c.lead_unit, sorted(units))
    return condition


def touched_in(periods: Iterable[tuple[date, date]]) -> Condition:
    """That a case has to do with one of these periods: in hand in it for a day, or due in it."""
    return or_(*(_touches(since, until) for since, until in periods))


def _touches(since: date, until: date) -> Condition:
    dispatched, closed = CASE.c.dispatched_on, CASE.c.closed_on
    begun = or_(dispatched.is_(None), dispatched <= until, closed <= until)
    in_hand = and_(begun, or_(closed.is_(None), closed >= since))
    days = (dispatched, CASE.c.due_on, CASE.c.original_due_on)
    return or_(in_hand, *(day.between(since, until) for day in days))


def says(said: tuple[str, str]) -> Condition:
    """That an entry gives or sets this name that text. What people wrote cannot pass for it: its quotes are
    escaped."""
    found: Condition = EVENT.c.payload.contains(f'"{said[0]}":"{said[1]}"', autoescape=True)
    return found


def _set(fact: tuple[str, str] | None) -> list[Condition]:
    return [says(fact)] if fact else []
