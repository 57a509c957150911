"""What the withdrawal of a measure leaves of its paper, which may be that of several matters.

A paper of one matter is void with its measure, by `states.papers.lives`. A joint one stands for the measures
that were not withdrawn, and is void with the last of them; every matter on it tells so.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from states.papers.lives import DROPPED
from workflow.services.chains import enter
from workflow.services.documents.telling import plain
from workflow.services.entries import Act
from workflow.services.lives import LivesAtWork, stop_mails
from workflow.services.measures import Measure
from workflow.services.work import Work
from workflow.storage import papers

WITHDRAW = "withdraw"


def follow_withdrawal(work: Work, withdrawn: Measure, others: Sequence[Measure]) -> dict[str, Any]:
    """What becomes of the paper a measure went out with; `others` went out on it as well, all locked.

    Returns `paper_stands_for`, for how many of them it still stands, or with the last the `paper_voided`.
    """
    standing = sum(row.state != "withdrawn" for _, row in others)
    if standing or not others:
        return {"paper_stands_for": standing} if standing else {}
    paper = papers.life(work.tx, withdrawn[1].document_id)
    return {"paper_voided": paper.number} if _void(work, paper, [withdrawn, *others]) else {}


def _void(work: Work, paper: Row[Any], measures: Iterable[Measure]) -> bool:
    """Make a paper void and enter it in all its matters, unless it is void already."""
    cases = {case.id: case for case, _ in measures}
    changes = LivesAtWork(work).drop(cases[paper.case_id], paper.id)
    told = {"document": paper.id, "document_number": paper.number, **plain(changes)}
    for case in cases.values() if changes else ():
        enter(work, case, Act(DROPPED, work.at, details=told))
    if changes:
        stop_mails(work, cases.values(), paper.id)
    return bool(changes)
