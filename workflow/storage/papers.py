"""Named reads about the life of papers. They never commit and never decide."""

import json
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, String, bindparam, cast, null, or_, select, union_all

from states.handlers import CONFIDENTIAL
from workflow.storage.look import Look, is_look, known, remembered
from workflow.storage.paper_models import PaperLife
from workflow.storage.queries import (
    CASE,
    DOCUMENT,
    ESCALATION,
    EVENT,
    entries_with_words,
    escalations_of,
    papers_raised_on,
    parts,
    table,
)
from workflow.storage.together import Rows, Together

LIFE = table(PaperLife)
AboutPerson = namedtuple(
    "AboutPerson",
    "id document_id kind state policy step object_person issued_on"
    " drafted_by reviewed_by decided_by signed_by",
)
"""A measure that concerns a person, or such a paper, with who had it in hand."""


def lives_of(tx: Connection, case_ids: Sequence[int]) -> list[Row[Any]]:
    """The papers of some cases (0: of none) with their numbers, in the order they came."""
    rows: list[Row[Any]] = []
    for part in parts(list(case_ids)):
        found = numbered_lives().where(LIFE.c.case_id.in_(part))
        rows += tx.execute(found.order_by(LIFE.c.case_id, LIFE.c.id))
    return rows


def about_persons(tx: Connection, case_ids: Sequence[int] | None) -> list[Any]:
    """The measures that concern a person and the papers that do, of some cases; None: of all.

    Each with who had it in hand; a measure has no kind, a paper no policy.
    """
    if case_ids is None:
        return remembered(tx, OF_ALL_PERSONS, lambda: list(tx.execute(union_all(*ABOUT_PERSONS.values()))))
    if is_look(tx) and len(case_ids) == 1:
        return [one for case_id in case_ids for one in _known_about_persons(tx, case_id)]
    rows: list[Row[Any]] = []
    measures, written = ABOUT_PERSONS.values()
    for part in parts(list(case_ids)):
        of_them = (measures.where(ESCALATION.c.case_id.in_(part)), written.where(LIFE.c.case_id.in_(part)))
        rows += tx.execute(union_all(*of_them))
    return rows


def keep_about_persons(tx: Connection, found: Rows) -> None:
    """Let a connection that remembers know what concerns persons, which came by the way."""
    if isinstance(tx, Look):
        tx.keep(OF_ALL_PERSONS, [one for part in ABOUT_PERSONS for one in found[part]])


def _known_about_persons(tx: Connection, case_id: int) -> Iterator[Any]:
    """The same of a case whose measures and papers a look has read, or will."""
    for one in escalations_of(tx, [case_id]):
        if one.object_person is not None:
            told = {name: getattr(one, name, None) for name in AboutPerson._fields}
            yield AboutPerson(**{**told, "kind": None})
    for one in lives_around(tx, case_id):
        if one.case_id == case_id and one.kind in CONFIDENTIAL:
            told = {name: getattr(one, name, None) for name in AboutPerson._fields}
            yield AboutPerson(**told)


def _measures_of_persons() -> Select[Any]:
    one, nobody = ESCALATION.c, cast(null(), String)
    found = select(
        one.id, one.document_id, nobody.label("kind"), one.state, one.policy, one.step, one.object_person,
        one.issued_on, one.drafted_by, nobody.label("reviewed_by"), one.decided_by, nobody.label("signed_by"),
    )  # fmt: skip
    return found.where(one.object_person.is_not(None))


def _papers_of_persons() -> Select[Any]:
    one, nobody = LIFE.c, cast(null(), String)
    found = select(
        one.id, nobody.label("document_id"), one.kind, one.state, nobody.label("policy"),
        nobody.label("step"), nobody.label("object_person"), one.issued_on, one.drafted_by, one.reviewed_by,
        nobody.label("decided_by"), one.signed_by,
    )  # fmt: skip
    return found.where(one.kind.in_(CONFIDENTIAL))


OF_ALL_PERSONS = "about persons"
ABOUT_PERSONS: Mapping[str, Select[Any]] = {
    "measures_of_persons": _measures_of_persons(),
    "papers_of_persons": _papers_of_persons(),
}
"""The parts of the statement that finds what concerns persons."""


def lives_around(tx: Connection, case_id: int) -> list[Row[Any]]:
    """Where the papers of a case stand, joint ones that are kept with another case among them."""
    return around(tx, case_id)[1]


def around(tx: Connection, case_id: int) -> tuple[list[Any], list[Any]]:
    """The papers of a case that were issued, the newest first, and where each and every draft stands; joint
    ones that are kept with another case are among them."""
    return remembered(tx, ("papers", case_id), lambda: _around(tx, case_id))


def _around(tx: Connection, case_id: int) -> tuple[list[Any], list[Any]]:
    return in_order(_AROUND.read(tx, case_id=case_id))


def in_order(found: Rows) -> tuple[list[Any], list[Any]]:
    """What was found of `AROUND`, in the order of `around`."""
    issued = sorted(found["documents"], key=attrgetter("id"))
    issued.sort(key=attrgetter("issued_at"), reverse=True)
    return issued, sorted(found["lives"], key=attrgetter("id"))


def lives_called(tx: Connection, name: str) -> list[Row[Any]]:
    """Papers with this number, or whose id begins so; two are enough to see it is not one."""
    whole = known(tx, ("life", name))
    if whole is not None:
        return [whole]
    called = or_(DOCUMENT.c.number == name, LIFE.c.id.startswith(name, autoescape=True))
    return list(tx.execute(numbered_lives().where(called).order_by(LIFE.c.id).limit(2)))


def life(tx: Connection, paper_id: str) -> Row[Any]:
    found = numbered_lives().where(LIFE.c.id == paper_id)
    return remembered(tx, ("life", paper_id), lambda: tx.execute(found).one())


def keep_life(tx: Connection, row: Any) -> None:
    """Let a connection that remembers know where a paper stands, which came by the way."""
    if isinstance(tx, Look):
        tx.keep(("life", row.id), row)


def is_void(tx: Connection, paper_id: str) -> bool:
    """Whether a paper is void; a plain mail, which has no life, never is."""
    void = select(LIFE.c.id).where(LIFE.c.id == paper_id, LIFE.c.state == "voided")
    return tx.execute(void).first() is not None


def life_for_update(tx: Connection, paper_id: str) -> Row[Any]:
    """The same; nobody else moves it before this transaction ends."""
    tx.execute(select(LIFE.c.id).where(LIFE.c.id == paper_id).with_for_update())
    return life(tx, paper_id)


def listed(
    tx: Connection, *, state: str | None = None, kind: str | None = None, case: str | None = None
) -> list[Row[Any]]:
    """Every paper with the number and title of its case, oldest first."""
    found = (
        select(LIFE, DOCUMENT.c.number, CASE.c.number.label("case_number"), CASE.c.title)
        .join(DOCUMENT, DOCUMENT.c.id == LIFE.c.id, isouter=True)
        .join(CASE, CASE.c.id == LIFE.c.case_id, isouter=True)
    )
    for column, value in ((LIFE.c.state, state), (LIFE.c.kind, kind), (CASE.c.number, case)):
        found = found if value is None else found.where(column == value)
    return list(tx.execute(found.order_by(LIFE.c.drafted_on, LIFE.c.issued_on, LIFE.c.id)))


def numbered(tx: Connection) -> list[Row[Any]]:
    """Every paper that was given a number, with what it says and where it stands."""
    found = (
        select(
            DOCUMENT.c.id, DOCUMENT.c.case_id, DOCUMENT.c.kind, DOCUMENT.c.number, DOCUMENT.c.facts,
            DOCUMENT.c.stationery,
            LIFE.c.state, LIFE.c.signed_by,
            CASE.c.number.label("case_number"),
        )
        .join(LIFE, LIFE.c.id == DOCUMENT.c.id, isouter=True)
        .join(CASE, CASE.c.id == DOCUMENT.c.case_id, isouter=True)
        .where(DOCUMENT.c.number.is_not(None))
    )  # fmt: skip
    return list(tx.execute(found))


def case_of(tx: Connection, case_id: int) -> Row[Any]:
    """The case a paper is of."""
    found = select(CASE).where(CASE.c.id == case_id)
    return remembered(tx, ("case of", case_id), lambda: tx.execute(found).one())


def issued_of(tx: Connection, case_id: int, kind: str) -> list[Row[Any]]:
    """The numbered papers of a kind that are not void, joint ones among them, the newest first."""
    its_own = or_(DOCUMENT.c.case_id == case_id, DOCUMENT.c.id.in_(papers_raised_on(case_id)))
    found = (
        select(DOCUMENT)
        .join(LIFE, LIFE.c.id == DOCUMENT.c.id, isouter=True)
        .where(its_own, DOCUMENT.c.kind == kind, DOCUMENT.c.number.is_not(None))
        .where(or_(LIFE.c.state.is_(None), LIFE.c.state != "voided"))
    )
    return list(tx.execute(found.order_by(DOCUMENT.c.issued_at.desc(), DOCUMENT.c.id)))


def papers_in_force(tx: Connection, case_ids: Sequence[int], kind: str) -> list[Row[Any]]:
    """Of the numbered papers of a kind on some cases that are not void: case, id, facts and units."""
    rows: list[Row[Any]] = []
    for part in parts(list(case_ids)):
        found = (
            select(DOCUMENT.c.case_id, DOCUMENT.c.id, DOCUMENT.c.facts, LIFE.c.units)
            .join(LIFE, LIFE.c.id == DOCUMENT.c.id)
            .where(DOCUMENT.c.case_id.in_(part), DOCUMENT.c.kind == kind, DOCUMENT.c.number.is_not(None))
            .where(LIFE.c.state != "voided")
        )
        rows += tx.execute(found.order_by(DOCUMENT.c.case_id, DOCUMENT.c.id))
    return rows


def measure_of(tx: Connection, paper_id: str) -> str | None:
    """The escalation a paper went out with."""
    found = select(ESCALATION.c.id).where(ESCALATION.c.document_id == paper_id)
    return tx.execute(found.limit(1)).scalar_one_or_none()


def authors_of(tx: Connection, case_id: int, paper_id: str, kinds: Sequence[str]) -> frozenset[str]:
    """Who gave commands of these kinds on a paper."""
    about = _about(case_id, paper_id, kinds)
    return frozenset(tx.execute(select(EVENT.c.actor).where(about)).scalars())


def last_words(tx: Connection, case_id: int, paper_id: str, kinds: Sequence[str]) -> dict[str, Any]:
    """What lies beside the last of the entries of these kinds about a paper."""
    found = entries_with_words().where(_about(case_id, paper_id, kinds)).order_by(EVENT.c.seq.desc())
    entry = tx.execute(found.limit(1)).first()
    return dict(json.loads(entry.personal)["details"]) if entry is not None and entry.personal else {}


def entries_about(tx: Connection, case_id: int, paper_id: str) -> list[Row[Any]]:
    """Every entry that names a paper, oldest first."""
    whole = known(tx, ("events", case_id, None))
    if whole is not None:
        return [one for one in whole if paper_id in one.payload]
    about = (EVENT.c.case_id == case_id) & EVENT.c.payload.contains(paper_id)
    return list(tx.execute(entries_with_words().where(about).order_by(EVENT.c.seq)))


def _about(case_id: int, paper_id: str, kinds: Sequence[str]) -> Any:
    return (EVENT.c.case_id == case_id) & EVENT.c.kind.in_(kinds) & EVENT.c.payload.contains(paper_id)


def numbered_lives() -> Select[Any]:
    """The statement that finds papers where they stand, with their numbers."""
    return select(LIFE, DOCUMENT.c.number).join(DOCUMENT, DOCUMENT.c.id == LIFE.c.id, isouter=True)


CASE_ID = bindparam("case_id", type_=LIFE.c.case_id.type)


def parts_around(are_theirs: Callable[[Any], Any]) -> Mapping[str, Select[Any]]:
    """The parts of a statement that finds the papers of cases; whose they are is told of a column of ids."""
    documents, lives = DOCUMENT.c, LIFE.c
    measures = ESCALATION.c.document_id.is_not(None), are_theirs(ESCALATION.c.case_id)
    raised = select(ESCALATION.c.document_id).where(*measures)
    return {
        "documents": select(DOCUMENT).where(or_(are_theirs(documents.case_id), documents.id.in_(raised))),
        "lives": numbered_lives().where(or_(are_theirs(lives.case_id), lives.id.in_(raised))),
    }


_AROUND = Together(**parts_around(CASE_ID.__eq__))
