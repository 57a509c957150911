"""The chain a paper's entries belong to: its case's, or the office's journal for a paper of no case."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from workflow.services.batch import JOURNAL, OpenCase, at_head, opened
from workflow.services.entries import SYSTEM, Act
from workflow.services.work import Work
from workflow.storage import queries


def chain_of(work: Work, case_id: int) -> OpenCase:
    """The case of a paper, locked; for one of no case the journal."""
    if case_id == JOURNAL:
        return work.batch.open_journal()
    return opened(queries.case_by_id_for_update(work.tx, case_id))


def enter_all(
    work: Work, rows: Iterable[Row[Any]], kind: str, details: Mapping[str, Any], actor: str = SYSTEM
) -> None:
    """Enter what became of a paper into every matter it concerns, by their locked heads, without any into the
    journal, and write it down: each history tells it whole.
    """
    for chain in [at_head(row) for row in rows] or [work.batch.open_journal()]:
        enter(work, chain, Act(kind, work.at, actor, details))
    work.batch.flush()


def enter(work: Work, chain: OpenCase, act: Act) -> int:
    """Enter an act that leaves a case where it is, or into the journal."""
    if chain.id == JOURNAL:
        return work.batch.note(act)
    state = chain.facts.state
    return work.batch.enter(chain, replace(act, before=state, after=state))
