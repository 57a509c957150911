"""Entries for whoever audits a period: of each case concerned from its beginning, streamed case by case."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from workflow.storage.guarded import Read, each
from workflow.storage.log import LOG
from workflow.storage.queries import CASE, EVENT, RULES, entries_with_words


def entries_of_cases(tx: Connection, since: datetime, before: datetime) -> Iterator[Read]:
    """What was recorded before an instant, of every case that went on since another or is still open.

    In the order of the cases, with the words beside it. Some may be past reading.
    """
    went_on = select(EVENT.c.case_id).where(EVENT.c.recorded_at >= since)
    still_open = select(CASE.c.id).where(CASE.c.closed_on.is_(None))
    concerned = EVENT.c.case_id > 0, or_(EVENT.c.case_id.in_(went_on), EVENT.c.case_id.in_(still_open))
    found = entries_with_words().where(*concerned, EVENT.c.recorded_at < before)
    return each(tx, found.order_by(EVENT.c.case_id, EVENT.c.seq), EVENT)


def entries_of_the_office(
    tx: Connection, since: datetime, before: datetime, always: Collection[str]
) -> Iterator[Read]:
    """What the journal recorded between two instants; entries of some kinds however long before."""
    wanted = or_(EVENT.c.recorded_at >= since, EVENT.c.kind.in_(sorted(always)))
    found = entries_with_words().where(EVENT.c.case_id == 0, wanted, EVENT.c.recorded_at < before)
    return each(tx, found.order_by(EVENT.c.case_id, EVENT.c.seq), EVENT)


def rules_kept(tx: Connection) -> list[Row[Any]]:
    """Every lifecycle table and every policy, in the order they came into force."""
    return list(tx.execute(select(RULES).order_by(RULES.c.kind, RULES.c.activated_at, RULES.c.digest)))


def size_of_log(tx: Connection) -> tuple[int, int]:
    """How many entries there are, and how many have their place in the global log."""
    entries = tx.execute(select(func.count()).select_from(EVENT)).scalar_one()
    return int(entries), int(tx.execute(select(func.count()).select_from(LOG)).scalar_one())
