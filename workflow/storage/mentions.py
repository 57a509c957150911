"""Reads of who was mentioned in comments and has not put it behind him. They never decide."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from workflow.storage.queries import CASE, table
from workflow.storage.work_models import Mention

MENTION = table(Mention)
OPEN = MENTION.c.seen_on.is_(None)


def open_of(tx: Connection, case_id: int, person: str) -> list[Row[Any]]:
    """The mentions of somebody on a case that he has not put behind him, oldest first."""
    mine = (MENTION.c.case_id == case_id, MENTION.c.person == person)
    return list(tx.execute(select(MENTION).where(*mine, OPEN).order_by(MENTION.c.seq)))


def open_by_case(tx: Connection) -> dict[int, list[tuple[str, date]]]:
    """Who is mentioned on each case and since when, each once, as long as he has not put it behind him."""
    since = func.min(MENTION.c.mentioned_on).label("since")
    shown = MENTION.c.case_id.not_in(select(CASE.c.id).where(CASE.c.sealed_on.is_not(None)))
    found = select(MENTION.c.case_id, MENTION.c.person, since).where(OPEN, shown)
    open_: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for row in tx.execute(found.group_by(MENTION.c.case_id, MENTION.c.person).order_by(MENTION.c.person)):
        open_[row.case_id].append((row.person, row.since))
    return open_
