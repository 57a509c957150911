"""Named reads about what waits for somebody's decision. They never commit and never decide."""

from collections.abc import Collection, Iterator
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, or_, select

from states.papers.life import UNSIGNED
from workflow.storage.guarded import Read, each
from workflow.storage.papers import LIFE, keep_life, numbered_lives
from workflow.storage.queries import CASE, ESCALATION, EVENT, WORDS
from workflow.storage.together import Together

PROPOSED = "proposed"
WROTE, WROTE_FOR = ("document_drafted", "document_revised"), "escalation_drafted"
_WITH_DRAFTS = select(LIFE.c.case_id).where(LIFE.c.state.in_(UNSIGNED))
_PROPOSED = select(ESCALATION.c.case_id).where(ESCALATION.c.state == PROPOSED)
_UNSIGNED = Together(
    papers=numbered_lives().where(LIFE.c.state.in_(UNSIGNED)),
    entries=select(EVENT.c.actor, EVENT.c.payload).where(
        EVENT.c.case_id.in_(_WITH_DRAFTS), EVENT.c.kind.in_(WROTE)
    ),
    words=select(EVENT.c.payload, WORDS.c.text.label("personal"))
    .select_from(EVENT.join(WORDS, (WORDS.c.case_id == EVENT.c.case_id) & (WORDS.c.seq == EVENT.c.seq)))
    .where(EVENT.c.case_id.in_(_PROPOSED), EVENT.c.kind == WROTE_FOR),
)  # fmt: skip


def matters(tx: Connection, states: Collection[str]) -> Iterator[Read]:
    """The cases somebody may have to decide something on, by their ids, streamed.

    Those in one of these states, with a measure proposed, a paper being written, or something asked for.
    """
    written = select(LIFE.c.case_id).where(LIFE.c.state.in_(UNSIGNED))
    asked = (CASE.c.extension_to, CASE.c.coordination_level, CASE.c.progress_of)
    waiting = (CASE.c.id.in_(_PROPOSED), CASE.c.id.in_(written), CASE.c.state.in_(sorted(states)))
    found = select(CASE).where(or_(*waiting, *(one.is_not(None) for one in asked)))
    return each(tx, found.order_by(CASE.c.id), CASE)


def proposals(tx: Connection) -> Iterator[Read]:
    """Measures that wait for their approver, in the order of their cases."""
    found = select(ESCALATION).where(ESCALATION.c.state == PROPOSED)
    return each(tx, found.order_by(ESCALATION.c.case_id, ESCALATION.c.id), ESCALATION)


def unsigned(tx: Connection) -> tuple[list[Any], list[Any], list[Any]]:
    """Papers that are drafted or reviewed and not signed yet, and who made the entries by which such papers
    are written in the histories of their cases, with what they say; and the entries by which proposals are
    drafted, where one waits."""
    found = _UNSIGNED.read(tx)
    for one in found["papers"]:
        keep_life(tx, one)
    return sorted(found["papers"], key=attrgetter("id")), found["entries"], found["words"]


def number_of(tx: Connection, measure: str) -> str | None:
    """The number of the case of a measure."""
    found = select(CASE.c.number).join(ESCALATION, ESCALATION.c.case_id == CASE.c.id)
    return tx.execute(found.where(ESCALATION.c.id == measure)).scalar_one_or_none()
