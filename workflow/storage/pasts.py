"""The register of a past day a page at a time: which cases were in it, and which went on between two days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE, EVENT, entries_with_words, one_of


def registered_by(tx: Connection, instant: datetime, after: str, most: int) -> list[Read]:
    """The cases that were in the register by an instant, by number after one; sealed ones are in no list."""
    found = _listed(_registered(select(CASE), instant)).where(CASE.c.number > after)
    return list(each(tx, found.order_by(CASE.c.number).limit(most), CASE, at_once=True))


def count_registered(tx: Connection, instant: datetime) -> int:
    """How many there were."""
    found = _listed(_registered(select(func.count()).select_from(CASE), instant))
    return int(tx.execute(found).scalar_one())


def changed_between(
    tx: Connection, since: datetime, until: datetime, after: str, most: int
) -> list[Row[Any]]:
    """Id and number of the cases with an entry recorded after one instant and by another, by number."""
    wrote = select(EVENT.c.id).where(EVENT.c.case_id == CASE.c.id, *_recorded(since, until)).exists()
    found = _listed(select(CASE.c.id, CASE.c.number)).where(CASE.c.recorded_at > since, wrote)
    return list(tx.execute(found.where(CASE.c.number > after).order_by(CASE.c.number).limit(most)))


def count_changed(tx: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """How many cases those are, and how many of them were registered in between."""
    joined = select(EVENT.c.case_id, EVENT.c.seq).join(CASE, CASE.c.id == EVENT.c.case_id)
    wrote = _listed(joined).where(*_recorded(since, until)).subquery()
    news = func.count().filter(wrote.c.seq == 1)
    changed, fresh = tx.execute(select(func.count(wrote.c.case_id.distinct()), news)).one()
    return int(changed), int(fresh)


def events_of(tx: Connection, case_ids: Sequence[int], instant: datetime) -> list[Row[Any]]:
    """What was recorded of some cases by an instant, case by case."""
    found = entries_with_words().where(one_of(tx, EVENT.c.case_id, case_ids))
    in_order = found.where(EVENT.c.recorded_at <= instant).order_by(EVENT.c.case_id, EVENT.c.seq)
    return list(tx.execute(in_order))


def _registered(found: Select[Any], instant: datetime) -> Select[Any]:
    first = and_(EVENT.c.case_id == CASE.c.id, EVENT.c.seq == 1)
    return found.join(EVENT, first).where(EVENT.c.recorded_at <= instant)


def _listed(found: Select[Any]) -> Select[Any]:
    return found.where(CASE.c.sealed_on.is_(None))


def _recorded(since: datetime, until: datetime) -> tuple[Any, ...]:
    return EVENT.c.recorded_at > since, EVENT.c.recorded_at <= until
