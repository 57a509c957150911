"""Named reads of the cases that have dates. They never commit and never decide."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, func, or_, select

from workflow.storage.queries import CASE


def cases_with_dates(tx: Connection, after: str | None = None, most: int | None = None) -> Iterable[Row[Any]]:
    """Cases that are not struck off and have a date, in the order of their numbers, streamed.

    So many of them, of those after a number.
    """
    found = select(CASE).where(*_has_dates()).order_by(CASE.c.number).limit(most)
    found = found if after is None else found.where(CASE.c.number > after)
    return tx.execute(found, execution_options={"yield_per": 1000})


def count_cases_with_dates(tx: Connection) -> int:
    """How many of these there are."""
    return int(tx.execute(select(func.count()).select_from(CASE).where(*_has_dates())).scalar_one())


def _has_dates() -> tuple[ColumnElement[bool], ...]:
    timed = (func.length(cast(column, Text)) > len("[]") for column in (CASE.c.clocks, CASE.c.tasks))
    return CASE.c.closed_on.is_(None), or_(CASE.c.due_on.is_not(None), *timed)
