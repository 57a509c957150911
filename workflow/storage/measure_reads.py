"""Named reads of measures (escalations) over many cases, or as somebody called them. They never decide."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from workflow.storage.look import remembered
from workflow.storage.models import Recusal
from workflow.storage.queries import CASE, DOCUMENT, ESCALATION, one_of, table


def escalations_called(tx: Connection, name: str) -> list[Row[Any]]:
    """Escalations whose id begins so; two are enough to see it is not one."""
    found = select(ESCALATION).where(ESCALATION.c.id.startswith(name, autoescape=True))
    return list(tx.execute(found.order_by(ESCALATION.c.id).limit(2)))


def issued_escalations(tx: Connection, case_ids: Sequence[int]) -> list[Row[Any]]:
    """The issued escalations of some cases with the numbers of their papers, oldest first.

    Papers that were withdrawn are left out, as are plain mails, and what went to a unit that led before.
    """
    found = (
        select(ESCALATION.c.case_id, ESCALATION.c.step, ESCALATION.c.issued_on, DOCUMENT.c.number)
        .join(DOCUMENT, DOCUMENT.c.id == ESCALATION.c.document_id)
        .join(CASE, (CASE.c.id == ESCALATION.c.case_id) & (CASE.c.lead_unit == ESCALATION.c.unit))
        .where(one_of(tx, ESCALATION.c.case_id, case_ids), ESCALATION.c.state != "withdrawn")
        .where(DOCUMENT.c.number.is_not(None))
        .order_by(ESCALATION.c.issued_on, DOCUMENT.c.number)
    )
    return remembered(tx, ("issued", *case_ids), lambda: list(tx.execute(found)))


def list_escalations(tx: Connection, state: str | None = None) -> list[Row[Any]]:
    """Escalations with the number, title and lead unit of their cases, oldest first."""
    found = (
        select(ESCALATION, CASE.c.number, CASE.c.title, CASE.c.lead_unit, DOCUMENT.c.number.label("paper"))
        .join(CASE, CASE.c.id == ESCALATION.c.case_id)
        .join(DOCUMENT, DOCUMENT.c.id == ESCALATION.c.document_id, isouter=True)
        .order_by(ESCALATION.c.raised_on, CASE.c.number, ESCALATION.c.epoch)
    )
    return list(tx.execute(found.where(ESCALATION.c.state == state) if state else found))


def escalations_in(tx: Connection, states: Sequence[str]) -> list[Row[Any]]:
    return list(tx.execute(select(ESCALATION).where(ESCALATION.c.state.in_(states))))


def recused_from(tx: Connection, escalation_id: str) -> frozenset[str]:
    """The people who declared that they stand back from an escalation."""
    declared = table(Recusal)
    found = select(declared.c.person).where(declared.c.escalation_id == escalation_id)
    return frozenset(tx.execute(found).scalars())
