"""The cases whose days lie nearest: a bounded read, however many cases there are.

Each part goes along an index and ends at its bound; of an office with more open cases than these, the days
far from today are left away.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select, union

from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE, ESCALATION

MOST, FEW = 600, 300
REPLYING = ("issued", "served", "lapsed", "answered")


def nearest_cases(
    tx: Connection, day: date, going: Collection[str], concerned: Select[Any] | None
) -> Iterator[Read]:
    """The cases in these states, and those with a 回头看 to come or a reply waited for, whose days are the
    nearest to a day; `concerned` finds the ids of those that may be somebody's, None: any."""
    ids = union(*(select(one.subquery().c.id) for one in _parts(day, sorted(going), concerned)))
    return each(tx, select(CASE).where(CASE.c.id.in_(ids)).order_by(CASE.c.id), CASE, at_once=True)


def _parts(day: date, going: list[str], concerned: Select[Any] | None) -> Iterator[Select[Any]]:
    found = select(CASE.c.id) if concerned is None else select(CASE.c.id).where(CASE.c.id.in_(concerned))
    on_hand, due_on, looked_at = found.where(CASE.c.state.in_(going)), CASE.c.due_on, CASE.c.next_action_at
    yield on_hand.where(due_on >= day).order_by(due_on, CASE.c.id).limit(MOST)
    yield on_hand.where(due_on < day).order_by(due_on.desc(), CASE.c.id.desc()).limit(FEW)
    yield on_hand.where(due_on.is_(None)).order_by(CASE.c.id.desc()).limit(FEW)
    yield on_hand.where(looked_at.is_not(None)).order_by(looked_at, CASE.c.id).limit(FEW)
    yield on_hand.where(CASE.c.review_on.is_not(None)).order_by(CASE.c.review_on, CASE.c.id).limit(FEW)
    lookback_on = CASE.c.lookback_due_on
    yield found.where(lookback_on.is_not(None)).order_by(lookback_on, CASE.c.id).limit(FEW)
    yield _replying(day, found)


def _replying(day: date, found: Select[Any]) -> Select[Any]:
    pending = (ESCALATION.c.state.in_(REPLYING), ESCALATION.c.object_person.is_(None))
    raised = select(ESCALATION.c.case_id).where(*pending)
    latest = raised.order_by(ESCALATION.c.raised_on.desc(), ESCALATION.c.id).limit(FEW).subquery()
    return found.where(CASE.c.id.in_(select(latest.c.case_id)))
