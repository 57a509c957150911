"""Named reads about what waits for somebody's decision. They never commit and never decide."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from states.papers.life import UNSIGNED
from workflow.storage.guarded import Read, each
from workflow.storage.papers import LIFE
from workflow.storage.queries import CASE, ESCALATION, EVENT, one_of, parts

PROPOSED = "proposed"


def matters(tx: Connection, states: Collection[str]) -> Iterator[Read]:
    """The cases somebody may have to decide something on, by their ids, streamed.

    Those in one of these states, with a measure proposed, a paper being written, or something asked for.
    """
    proposed = select(ESCALATION.c.case_id).where(ESCALATION.c.state == PROPOSED)
    written = select(LIFE.c.case_id).where(LIFE.c.state.in_(UNSIGNED))
    asked = (CASE.c.extension_to, CASE.c.coordination_level, CASE.c.progress_of)
    waiting = (CASE.c.id.in_(proposed), CASE.c.id.in_(written), CASE.c.state.in_(sorted(states)))
    found = select(CASE).where(or_(*waiting, *(one.is_not(None) for one in asked)))
    return each(tx, found.order_by(CASE.c.id), CASE)


def proposals(tx: Connection) -> Iterator[Read]:
    """Measures that wait for their approver, in the order of their cases."""
    found = select(ESCALATION).where(ESCALATION.c.state == PROPOSED)
    return each(tx, found.order_by(ESCALATION.c.case_id, ESCALATION.c.id), ESCALATION)


def unsigned(tx: Connection) -> list[Row[Any]]:
    """Papers that are drafted or reviewed and not signed yet."""
    return list(tx.execute(select(LIFE).where(LIFE.c.state.in_(UNSIGNED)).order_by(LIFE.c.id)))


def entries_of(tx: Connection, case_ids: Sequence[int], kinds: Sequence[str]) -> list[Row[Any]]:
    """Who made the entries of these kinds in the histories of some cases, and what they say."""
    rows: list[Row[Any]] = []
    for part in parts(case_ids):
        about = one_of(tx, EVENT.c.case_id, part) & EVENT.c.kind.in_(kinds)
        rows += tx.execute(select(EVENT.c.actor, EVENT.c.payload).where(about))
    return rows


def number_of(tx: Connection, measure: str) -> str | None:
    """The number of the case of a measure."""
    found = select(CASE.c.number).join(ESCALATION, ESCALATION.c.case_id == CASE.c.id)
    return tx.execute(found.where(ESCALATION.c.id == measure)).scalar_one_or_none()
