"""Named reads about rounds of 回头看. They never commit and never decide."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from workflow.storage.queries import CASE, EVENT, table
from workflow.storage.work_models import Campaign

CAMPAIGN = table(Campaign)


def campaign(tx: Connection, name: str) -> Row[Any] | None:
    """The round of this name."""
    return tx.execute(select(CAMPAIGN).where(CAMPAIGN.c.id == name)).first()


def campaigns(tx: Connection) -> list[Row[Any]]:
    """Every round, oldest first."""
    return list(tx.execute(select(CAMPAIGN).order_by(CAMPAIGN.c.opened_on, CAMPAIGN.c.id)))


def struck_off(tx: Connection, since: date, until: date) -> Iterable[Row[Any]]:
    """The cases struck off from one day to another, both inclusive, streamed."""
    found = select(CASE).where(CASE.c.closed_on >= since, CASE.c.closed_on <= until).order_by(CASE.c.id)
    return _streamed(tx, found)


def entries_of_kinds(tx: Connection, kinds: Collection[str]) -> Iterable[Row[Any]]:
    """The entries of these kinds with what their cases are called, case by case, in order, streamed."""
    columns = (EVENT.c.case_id, EVENT.c.kind, EVENT.c.occurred_at, EVENT.c.payload)
    found = select(*columns, CASE.c.number, CASE.c.title, CASE.c.lead_unit)
    joined = found.join(CASE, CASE.c.id == EVENT.c.case_id).where(EVENT.c.kind.in_(sorted(kinds)))
    return _streamed(tx, joined.order_by(EVENT.c.case_id, EVENT.c.seq))


def _streamed(tx: Connection, found: Select[Any]) -> Iterable[Row[Any]]:
    """Said of the statement: of the connection it would hold for what is written after it, too."""
    return tx.execute(found.execution_options(yield_per=1000))
