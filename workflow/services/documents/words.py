"""What a paper says, wherever it stands in its life."""

import json
from typing import Any

from sqlalchemy import Row

from notifications.document import Document as PaperModel
from states.papers.life import UNSIGNED
from workflow.services.batch import JOURNAL, opened
from workflow.services.documents.composing import issued_paper, written_paper
from workflow.services.documents.content import Writing
from workflow.services.work import Work
from workflow.storage import papers, queries


def as_it_reads(work: Work, row: Row[Any]) -> PaperModel | None:
    """The paper of a life as it reads now: as it was issued, or as it is drafted; None once nothing is kept.

    Until it is signed it is a draft, with the facts of the day of the work, as if it were signed on it. A
    signed one has a gap for its number, and is none.
    """
    if row.number:
        return issued_paper(work.tx, queries.document(work.tx, row.id))
    if row.facts is None:
        return None
    facts, is_draft = json.loads(row.facts), row.state in UNSIGNED
    if is_draft:
        facts |= _writing(work, row).of_the_day(facts)
    return written_paper(work.tx, facts, row.stationery, draft=True).model_copy(update={"draft": is_draft})


def _writing(work: Work, row: Row[Any]) -> Writing:
    case = None if row.case_id == JOURNAL else opened(papers.case_of(work.tx, row.case_id))
    return Writing(work, case, row.kind, row.units)
