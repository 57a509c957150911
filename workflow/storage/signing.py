"""Named reads about what waits for somebody's decision. They never commit and never decide."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from states.handlers import CONFIDENTIAL
from states.papers.life import UNISSUED, UNSIGNED
from workflow.storage.guarded import Read, each, is_of_a_row
from workflow.storage.papers import ABOUT_PERSONS, LIFE, keep_about_persons, keep_life, numbered_lives
from workflow.storage.queries import CASE, DOCUMENT, ESCALATION, EVENT, WORDS
from workflow.storage.together import Rows, Together

PROPOSED = "proposed"
WROTE, WROTE_FOR = ("document_drafted", "document_revised"), "escalation_drafted"
OF_NO_MATTER = 0
_WAITS = LIFE.c.drafted_on.is_not(None) & or_(
    LIFE.c.state.in_((*UNISSUED, "issued")),
    (LIFE.c.state == "served") & (LIFE.c.case_id == OF_NO_MATTER),
)
"""Papers people wrote that wait for somebody's step: with its matter a served one is filed."""

_WITH_DRAFTS = select(LIFE.c.case_id).where(LIFE.c.state.in_(UNSIGNED))
_PROPOSED = select(ESCALATION.c.case_id).where(ESCALATION.c.state == PROPOSED)
_ON_THE_WAY: Mapping[str, Select[Any]] = {
    "papers": numbered_lives().where(_WAITS),
    "said": select(DOCUMENT.c.id, DOCUMENT.c.facts)
    .select_from(LIFE.join(DOCUMENT, DOCUMENT.c.id == LIFE.c.id))
    .where(_WAITS, LIFE.c.kind.in_(CONFIDENTIAL)),
    "entries": select(EVENT.c.actor, EVENT.c.payload).where(
        EVENT.c.case_id.in_(_WITH_DRAFTS), EVENT.c.kind.in_(WROTE)
    ),
    "words": select(EVENT.c.payload, WORDS.c.text.label("personal"))
    .select_from(EVENT.join(WORDS, (WORDS.c.case_id == EVENT.c.case_id) & (WORDS.c.seq == EVENT.c.seq)))
    .where(EVENT.c.case_id.in_(_PROPOSED), EVENT.c.kind == WROTE_FOR),
    **ABOUT_PERSONS,
}
_PROPOSALS = select(ESCALATION).where(ESCALATION.c.state == PROPOSED)
_WITHOUT_PROPOSALS, _WAITING = Together(**_ON_THE_WAY), Together(proposals=_PROPOSALS, **_ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class Undecided:
    """What waits beside its matters: measures that are proposed (`proposals`, in the order of their cases),
    papers people wrote that are on their way to the file, what those about persons say that have a number
    (`said`), the `entries` by which unsigned ones were written in the histories of their cases, and those by
    which proposals are drafted, with their `words`."""

    proposals: list[Read]
    papers: list[Any]
    said: list[Any]
    entries: list[Any]
    words: list[Any]


def matters(tx: Connection, states: Collection[str], begun: tuple[Any, ...] = ()) -> Iterator[Read]:
    """The cases somebody may have to decide something on, by their ids, streamed, with `begun` beside them.

    Those in one of these states, with a measure proposed, a paper on its way, or something asked for.
    """
    written = select(LIFE.c.case_id).where(_WAITS)
    asked = (CASE.c.extension_to, CASE.c.coordination_level, CASE.c.progress_of)
    waiting = (CASE.c.id.in_(_PROPOSED), CASE.c.id.in_(written), CASE.c.state.in_(sorted(states)))
    found = select(CASE, *begun).where(or_(*waiting, *(one.is_not(None) for one in asked)))
    return each(tx, found.order_by(CASE.c.id), CASE)


def undecided(tx: Connection) -> Undecided:
    """What waits beside its matters, by one statement unless a measure is past reading."""
    found, proposals = _waiting(tx)
    keep_about_persons(tx, found)
    for one in found["papers"]:
        keep_life(tx, one)
    papers = sorted(found["papers"], key=attrgetter("id"))
    return Undecided(proposals, papers, found["said"], found["entries"], found["words"])


def _waiting(tx: Connection) -> tuple[Rows, list[Read]]:
    try:
        found = _WAITING.read(tx)
    except Exception as error:  # whatever a column's type makes of a value that is none
        if not is_of_a_row(error):
            raise
        in_order = _PROPOSALS.order_by(ESCALATION.c.case_id, ESCALATION.c.id)
        return _WITHOUT_PROPOSALS.read(tx), list(each(tx, in_order, ESCALATION))
    return found, sorted(found["proposals"], key=attrgetter("case_id", "id"))


def number_of(tx: Connection, measure: str) -> str | None:
    """The number of the case of a measure."""
    found = select(CASE.c.number).join(ESCALATION, ESCALATION.c.case_id == CASE.c.id)
    return tx.execute(found.where(ESCALATION.c.id == measure)).scalar_one_or_none()
