"""Named reads of measures (escalations) over many cases, or as somebody called them. They never decide."""

from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, func, select

from workflow.storage.look import known
from workflow.storage.models import Recusal
from workflow.storage.queries import CASE, DOCUMENT, ESCALATION, escalations_of, one_of, table

Count = namedtuple("Count", "step is_personal issued_on count")
"""How many measures of a step were issued on a day, to units or to persons."""

Issued = namedtuple("Issued", "case_id step issued_on number kind")
"""An issued escalation with the number and the kind of its paper."""

NAMED = DOCUMENT.c.number, DOCUMENT.c.kind


def escalations_called(tx: Connection, name: str) -> list[Row[Any]]:
    """Escalations whose id begins so; two are enough to see it is not one."""
    found = select(ESCALATION).where(ESCALATION.c.id.startswith(name, autoescape=True))
    return list(tx.execute(found.order_by(ESCALATION.c.id).limit(2)))


def issued_between(tx: Connection, since: date, until: date, units: Collection[str] | None) -> list[Count]:
    """How many measures were issued, day by day; to units, and those of persons as numbers alone.

    `units` None is every unit. What was withdrawn afterwards is left out.
    """
    step, day, is_personal = (
        ESCALATION.c.step,
        ESCALATION.c.issued_on,
        ESCALATION.c.object_person.is_not(None),
    )
    found = select(step, is_personal, day, func.count()).where(
        day.between(since, until), ESCALATION.c.state != "withdrawn"
    )
    if units is not None:
        found = found.where(one_of(tx, ESCALATION.c.unit, sorted(units)))
    return [Count(*row) for row in tx.execute(found.group_by(step, is_personal, day).order_by(day, step))]


def issued_escalations(tx: Connection, case_ids: Sequence[int]) -> list[Any]:
    """The issued escalations of some cases with the numbers and kinds of their papers, oldest first.

    Papers that were withdrawn are left out, as are plain mails, and what went to a unit that led before.
    """
    case, papers = (known(tx, (name, *case_ids)) for name in ("case of", "papers"))
    if case is not None and papers is not None:
        return _issued(case, escalations_of(tx, case_ids), {one.id: one for one in papers[0] if one.number})
    found = (
        select(*(ESCALATION.c[name] for name in ("case_id", "step", "issued_on")), *NAMED)
        .join(DOCUMENT, DOCUMENT.c.id == ESCALATION.c.document_id)
        .join(CASE, (CASE.c.id == ESCALATION.c.case_id) & (CASE.c.lead_unit == ESCALATION.c.unit))
        .where(one_of(tx, ESCALATION.c.case_id, case_ids), ESCALATION.c.state != "withdrawn")
        .where(DOCUMENT.c.number.is_not(None))
        .order_by(ESCALATION.c.issued_on, DOCUMENT.c.number)
    )
    return list(tx.execute(found))


def _issued(case: Row[Any], raised: Iterable[Row[Any]], papers: Mapping[str, Row[Any]]) -> list[Any]:
    """The same of a case whose measures and papers a look has read."""
    went_out = (one for one in raised if one.unit == case.lead_unit and one.state != "withdrawn")
    known_of = ((one, papers.get(one.document_id or "")) for one in went_out)
    found = [
        Issued(one.case_id, one.step, one.issued_on, paper.number, paper.kind)
        for one, paper in known_of
        if paper is not None
    ]
    return sorted(found, key=attrgetter("issued_on", "number"))


def list_escalations(tx: Connection, state: str | None = None) -> list[Row[Any]]:
    """Escalations with the number, title and lead unit of their cases, oldest first."""
    found = (
        select(ESCALATION, CASE.c.number, CASE.c.title, CASE.c.lead_unit, DOCUMENT.c.number.label("paper"))
        .join(CASE, CASE.c.id == ESCALATION.c.case_id)
        .join(DOCUMENT, DOCUMENT.c.id == ESCALATION.c.document_id, isouter=True)
        .order_by(ESCALATION.c.raised_on, CASE.c.number, ESCALATION.c.epoch)
    )
    return list(tx.execute(found.where(ESCALATION.c.state == state) if state else found))


def each_measure(tx: Connection) -> Iterator[Any]:
    """The same of every matter that is not sealed, streamed, without what they say."""
    held = ("id", "step", "state", "unit", "policy", "raised_on", "issued_on")
    found = (
        select(
            *(ESCALATION.c[name] for name in held),
            CASE.c.number,
            CASE.c.title,
            DOCUMENT.c.number.label("paper"),
        )
        .join(CASE, CASE.c.id == ESCALATION.c.case_id)
        .join(DOCUMENT, DOCUMENT.c.id == ESCALATION.c.document_id, isouter=True)
        .where(CASE.c.sealed_on.is_(None))
        .order_by(ESCALATION.c.raised_on, CASE.c.number, ESCALATION.c.epoch, ESCALATION.c.id)
    )
    with tx.execute(found.execution_options(yield_per=1000)) as result:
        yield from result


def escalations_in(tx: Connection, states: Sequence[str]) -> list[Row[Any]]:
    return list(tx.execute(select(ESCALATION).where(ESCALATION.c.state.in_(states))))


def recused_from(tx: Connection, escalation_id: str) -> frozenset[str]:
    """The people who declared that they stand back from an escalation."""
    declared = table(Recusal)
    found = select(declared.c.person).where(declared.c.escalation_id == escalation_id)
    return frozenset(tx.execute(found).scalars())
