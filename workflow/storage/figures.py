"""How many rows stand where: what a monitor asks for every few seconds, each by one statement.

Grouped by the columns as they are, so that a state that comes later is counted like the others.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, func, select, text

from workflow.storage import outbox
from workflow.storage.models import STILL_TO_LEAVE
from workflow.storage.queries import CASE, DOCUMENT, EVENT, OUTBOX
from workflow.storage.sweeps import ASIDE, HOLD


def messages_by_state(tx: Connection) -> dict[str, int]:
    return _counted(tx, OUTBOX.c.state)


def cases_by_state(tx: Connection) -> dict[str, int]:
    return _counted(tx, CASE.c.state)


def holds_by_reason(tx: Connection) -> dict[str, int]:
    """Those nobody has released."""
    found = select(HOLD.c.reason, func.count()).where(HOLD.c.released_at.is_(None))
    return dict(tx.execute(found.group_by(HOLD.c.reason)).all())


def oldest_unsent(tx: Connection, domains: Sequence[str]) -> datetime | None:
    """When the oldest message was written that may leave and has not; None when nothing waits.

    One to a domain that is not allowed is none of them, nor one that is held, sent or given up.
    """
    waiting = STILL_TO_LEAVE & outbox.addressed_to(domains)
    oldest: datetime | None = tx.execute(select(func.min(OUTBOX.c.dated)).where(waiting)).scalar_one()
    return oldest


def count_set_aside(tx: Connection) -> int:
    """Cases the sweep failed on so often that they wait for a person."""
    return int(tx.execute(select(func.count()).select_from(ASIDE).where(ASIDE.c.waits)).scalar_one())


def count_unrendered(tx: Connection, told_by: str) -> tuple[int, int]:
    """Issued papers that are not laid out yet, and those of them that could not be: an entry tells of it."""
    about = EVENT.c.payload.contains(DOCUMENT.c.id)
    noted = select(EVENT.c.id).where(EVENT.c.case_id == DOCUMENT.c.case_id, EVENT.c.kind == told_by, about)
    waiting = (DOCUMENT.c.sha256.is_(None), DOCUMENT.c.number.is_not(None))
    all_, failed = (
        select(func.count()).select_from(DOCUMENT).where(*waiting, *more) for more in ((), (noted.exists(),))
    )
    return int(tx.execute(all_).scalar_one()), int(tx.execute(failed).scalar_one())


def database_bytes(tx: Connection) -> int:
    """What the database takes up on its disk."""
    if tx.dialect.name == "postgresql":
        return int(tx.execute(select(func.pg_database_size(func.current_database()))).scalar_one())
    pages = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    return int(tx.execute(pages).scalar_one())


def _counted(tx: Connection, column: Column[str]) -> dict[str, int]:
    return dict(tx.execute(select(column, func.count()).group_by(column)).all())
