"""What lies beside the row of a case: every due date it has had, and the mails its papers went out with."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, or_, select

from workflow.storage.look import remembered
from workflow.storage.models import TimeLimit
from workflow.storage.outbox import IS_MAIL
from workflow.storage.papers import CASE_ID
from workflow.storage.queries import OUTBOX, papers_raised_on, table
from workflow.storage.together import Together

_LIMIT = table(TimeLimit)
_LIMITS = select(_LIMIT).where(_LIMIT.c.case_id == CASE_ID)
_BESIDE = Together(
    limits=_LIMITS,
    mails=select(OUTBOX.c.id, OUTBOX.c.document_id, OUTBOX.c.dated, OUTBOX.c.sent_at).where(
        IS_MAIL, or_(OUTBOX.c.case_id == CASE_ID, OUTBOX.c.document_id.in_(papers_raised_on(CASE_ID)))
    ),
)


def limits_of(tx: Connection, case_id: int) -> list[Any]:
    """Every due date a case has had, oldest first; of those set together the handling clock's first."""
    return _in_order(tx.execute(_LIMITS, {"case_id": case_id}))


def limits_and_mails(tx: Connection, case_id: int) -> tuple[list[Any], list[Any]]:
    """The same dates, and the mails of a case, oldest first, those of joint papers kept with another case
    among them."""
    return remembered(tx, ("limits and mails", case_id), lambda: _limits_and_mails(tx, case_id))


def _limits_and_mails(tx: Connection, case_id: int) -> tuple[list[Any], list[Any]]:
    found = _BESIDE.read(tx, case_id=case_id)
    return _in_order(found["limits"]), sorted(found["mails"], key=attrgetter("dated", "id"))


def _in_order(limits: Iterable[Any]) -> list[Any]:
    return sorted(limits, key=lambda one: (one.seq, one.clock != "handle", one.clock))
