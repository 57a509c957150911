"""Named reads of the numbers given to papers, a series at a time. They never commit and never decide."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from workflow.storage.paper_models import PaperLife
from workflow.storage.queries import CASE, DOCUMENT, EVENT, entries_with_words, table
from workflow.storage.serials import NUMBERS

LIFE = table(PaperLife)


def sequences(tx: Connection, most: int) -> list[Row[Any]]:
    """So many series that restart each year, with the last serial given out, the newest year first."""
    found = select(NUMBERS).where(NUMBERS.c.year > 0).order_by(NUMBERS.c.year.desc(), NUMBERS.c.series)
    return list(tx.execute(found.limit(most)))


def given(tx: Connection, beginning: str) -> list[str]:
    """The numbers papers have that begin so."""
    return list(tx.execute(select(DOCUMENT.c.number).where(_begins(beginning))).scalars())


def voided(tx: Connection, beginning: str, *, skip: int, most: int) -> list[Row[Any]]:
    """So many void papers whose numbers begin so, after the first `skip`, the last issued first."""
    found = (
        select(
            *(DOCUMENT.c.id, DOCUMENT.c.case_id, DOCUMENT.c.kind, DOCUMENT.c.number, DOCUMENT.c.issued_at),
            *(LIFE.c.state, CASE.c.number.label("case_number"), CASE.c.sealed_on),
        )
        .join(LIFE, LIFE.c.id == DOCUMENT.c.id)
        .join(CASE, CASE.c.id == DOCUMENT.c.case_id, isouter=True)
        .where(_begins(beginning), LIFE.c.state == "voided")
        .order_by(DOCUMENT.c.issued_at.desc(), DOCUMENT.c.id)
    )
    return list(tx.execute(found.offset(skip).limit(most)))


def entries_of(tx: Connection, cases: Sequence[int]) -> list[Row[Any]]:
    """The entries of these cases, each case's oldest first."""
    found = entries_with_words().where(EVENT.c.case_id.in_(sorted(set(cases))))
    return list(tx.execute(found.order_by(EVENT.c.case_id, EVENT.c.seq)))


def _begins(beginning: str) -> ColumnElement[bool]:
    begins: ColumnElement[bool] = DOCUMENT.c.number.startswith(beginning, autoescape=True)
    return begins
