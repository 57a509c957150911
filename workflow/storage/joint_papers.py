"""Named reads of what a paper concerns: one case, or several where it is a joint one. They never decide."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, select, union

from workflow.storage.queries import CASE, DOCUMENT, ESCALATION, parts

PAPERS: BindParameter[Any] = bindparam("papers", expanding=True)
CONCERNED = union(
    select(DOCUMENT.c.id.label("paper"), DOCUMENT.c.case_id).where(DOCUMENT.c.id.in_(PAPERS)),
    select(ESCALATION.c.document_id, ESCALATION.c.case_id).where(ESCALATION.c.document_id.in_(PAPERS)),
).subquery()
HEAD = ("id", "number", "state", "sealed_on", "seq", "head", "recorded_at", "version")
"""What an entry that changes no fact asks of a case."""
OF_PAPERS = (
    select(CONCERNED.c.paper, *(CASE.c[name] for name in HEAD))
    .join(CASE, CASE.c.id == CONCERNED.c.case_id)
    .order_by(CASE.c.id)
    .with_for_update(of=CASE)
)
"""Asked for every mail that leaves: composed once."""


def cases_of_papers_for_update(tx: Connection, papers: Collection[str]) -> dict[str, list[Row[Any]]]:
    """The cases each of these papers concerns, by their heads, locked in the order of their ids so that
    writers cannot deadlock; a paper of no case has none.
    """
    found: dict[str, list[Row[Any]]] = {paper: [] for paper in papers}
    for row in tx.execute(OF_PAPERS, {"papers": list(found)}):
        found[row.paper].append(row)
    return found


def cases_by_id_for_update(tx: Connection, case_ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Several cases, locked in the order of their ids so that writers cannot deadlock."""
    rows: dict[int, Row[Any]] = {}
    for part in parts(sorted(set(case_ids))):
        found = select(CASE).where(CASE.c.id.in_(part)).order_by(CASE.c.id)
        rows |= {row.id: row for row in tx.execute(found.with_for_update())}
    return rows


def escalations_of_paper(tx: Connection, document_id: str) -> list[Row[Any]]:
    """The escalations a paper went out with, in the order of their cases: several where it is a joint one."""
    found = select(ESCALATION).where(ESCALATION.c.document_id == document_id)
    return list(tx.execute(found.order_by(ESCALATION.c.case_id, ESCALATION.c.id)))
