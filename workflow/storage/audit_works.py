"""Long work of the pages: asked for once, claimed by one process at a time, heard of while it lasts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from workflow.storage.queries import CASE, EVENT, add_missing, table
from workflow.storage.work_models import AuditWork

WORK = table(AuditWork)


def add(tx: Connection, **values: Any) -> bool:
    """Ask for work; False where the same is asked for already, or open."""
    return add_missing(tx, AuditWork, values)


def find(tx: Connection, id: str) -> Row[Any] | None:
    return tx.execute(select(WORK).where(WORK.c.id == id)).first()


def opened_as(tx: Connection, name: str) -> Row[Any] | None:
    """The work that is open under a name."""
    return tx.execute(select(WORK).where(WORK.c.open_as == name)).first()


def newest(tx: Connection, kind: str, most: int, asked_by: str | None = None) -> list[Row[Any]]:
    """The work of a kind asked for last, the newest first; somebody's own, or everybody's."""
    found = select(WORK).where(WORK.c.kind == kind)
    if asked_by is not None:
        found = found.where(WORK.c.asked_by == asked_by)
    return list(tx.execute(found.order_by(WORK.c.asked_at.desc(), WORK.c.id).limit(most)))


def waiting(tx: Connection, silent_since: datetime) -> Row[Any] | None:
    """The work to do next: what waits longest, or whose doer was not heard of since."""
    found = select(WORK).where(WORK.c.ended_at.is_(None), _is_free(silent_since))
    return tx.execute(found.order_by(WORK.c.asked_at, WORK.c.id).limit(1)).first()


def claim(tx: Connection, id: str, silent_since: datetime, at: datetime) -> bool:
    """Take work in hand; False where somebody else was quicker."""
    free = (WORK.c.id == id, WORK.c.ended_at.is_(None), _is_free(silent_since))
    taken = update(WORK).where(*free).values(beat_at=at, tries=WORK.c.tries + 1, done=0)
    return bool(tx.execute(taken).rowcount)


def change(tx: Connection, id: str, **values: Any) -> None:
    """What became of work in hand."""
    tx.execute(update(WORK).where(WORK.c.id == id).values(**values))


def count_entries(tx: Connection) -> int:
    """About how many entries there are: as many as were ever written."""
    return int(tx.execute(select(func.max(EVENT.c.id))).scalar_one() or 0)


def count_cases(tx: Connection) -> int:
    """How many cases there are."""
    return int(tx.execute(select(func.count()).select_from(CASE)).scalar_one())


def _is_free(silent_since: datetime) -> Any:
    return or_(WORK.c.beat_at.is_(None), WORK.c.beat_at < silent_since)
