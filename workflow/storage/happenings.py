"""What happened to cases in some days, out of their histories in one read. Never commits or decides."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from workflow.storage.guarded import Read, each
from workflow.storage.marks import says
from workflow.storage.queries import CASE, EVENT

Between = tuple[datetime, datetime]
"""From an instant on, and before another."""


def entries_between(
    tx: Connection,
    kinds: Collection[str],
    spans: Iterable[Between],
    *,
    saying: tuple[Collection[str], tuple[str, str]],
    unpreceded: tuple[Collection[str], Collection[str]],
    among: Sequence[ColumnElement[bool]] = (),
) -> Iterator[Read]:
    """The entries of these kinds that happened in one of the spans, by the numbers of their cases, streamed.

    Each is marked (`so`) where it is of the kinds of `saying` and was given that text under that name, or is
    of the first kinds of `unpreceded` and none of the others stands before it in its history. `among` are
    conditions on the cases.
    """
    of_kinds, said = saying
    ending, before = unpreceded
    so = or_(and_(EVENT.c.kind.in_(of_kinds), says(said)), and_(EVENT.c.kind.in_(ending), ~_after(before)))
    columns = (CASE.c.number, EVENT.c.kind, EVENT.c.occurred_at, so.label("so"))
    found = select(*columns).join(CASE, CASE.c.id == EVENT.c.case_id)
    return each(tx, found.where(within(kinds, spans), *among).order_by(EVENT.c.id), EVENT)


def within(kinds: Collection[str], spans: Iterable[Between]) -> ColumnElement[bool]:
    """That an entry is of one of these kinds and happened in one of the spans."""
    days = (and_(EVENT.c.occurred_at >= since, EVENT.c.occurred_at < until) for since, until in spans)
    return and_(EVENT.c.kind.in_(sorted(kinds)), or_(*days))


def happened_to(kinds: Collection[str], spans: Iterable[Between]) -> ColumnElement[bool]:
    """That a case has such an entry."""
    found: ColumnElement[bool] = CASE.c.id.in_(select(EVENT.c.case_id).where(within(kinds, spans)))
    return found


def _after(kinds: Collection[str]) -> ColumnElement[bool]:
    """That an entry of these kinds stands before the entry in its history."""
    earlier: Any = EVENT.alias()
    older = (earlier.c.case_id == EVENT.c.case_id, earlier.c.seq < EVENT.c.seq)
    return select(earlier.c.id).where(*older, earlier.c.kind.in_(sorted(kinds))).exists()
