"""Escalations as people name them, with their cases, locked in the order in which every writer locks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from workflow.errors import Ambiguous, NotFound
from workflow.services.batch import OpenCase, opened
from workflow.storage import joint_papers, queries

SHORTEST_ID = 6
"""An escalation may be named by the beginning of its id, as lists print it."""

Measure = tuple[OpenCase, Row[Any]]


def locked(tx: Connection, named: Sequence[str], *, with_paper: bool = False) -> list[Measure]:
    """The escalations with these ids, or beginnings of ids, in their order; their cases are locked first.

    `with_paper`: behind them whatever else went out on the same paper.
    Raises `NotFound` (`escalation_unknown`) or `Ambiguous` (`escalation_ambiguous`).
    """
    wanted = {row.id: row for row in (_called(tx, one) for one in named)}
    shared = {row.document_id for row in wanted.values() if row.document_id} if with_paper else ()
    beside = [
        row for id in shared for row in joint_papers.escalations_of_paper(tx, id) if row.id not in wanted
    ]
    rows = joint_papers.cases_by_id_for_update(tx, (row.case_id for row in (*wanted.values(), *beside)))
    cases = {id: opened(row) for id, row in rows.items()}
    found = [queries.escalation_for_update(tx, row.id) for row in (*wanted.values(), *beside)]
    return [(cases[row.case_id], row) for row in found]


def _called(tx: Connection, beginning: str) -> Row[Any]:
    found = queries.escalations_called(tx, beginning) if len(beginning) >= SHORTEST_ID else []
    if not found:
        raise NotFound(
            f"没有编号为“{beginning}”的督办措施。", code="escalation_unknown", escalation=beginning
        )
    if len(found) > 1:
        raise Ambiguous(f"有多件措施的编号以“{beginning}”开头，请多写几位。", code="escalation_ambiguous")
    return found[0]
