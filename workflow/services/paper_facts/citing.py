"""Earlier papers of a matter as a later one cites them."""

from typing import Any

from states.office_time import office_day
from workflow.services.batch import OpenCase
from workflow.services.papers import Desk
from workflow.services.raising import Prior, prior_papers
from workflow.storage import papers


def prior(desk: Desk, case: OpenCase) -> list[Prior]:
    """The numbered papers the ladder has issued on the matter, oldest first."""
    return prior_papers(desk.work.tx, [case.id]).get(case.id, [])


def last_issued(desk: Desk, case: OpenCase, kind: str) -> dict[str, Any] | None:
    """The number and day of the newest paper of a kind in force; None where there is none."""
    newest = next(iter(papers.issued_of(desk.work.tx, case.id, kind)), None)
    if newest is None:
        return None
    return {"number": newest.number, "issued_on": office_day(newest.issued_at).isoformat()}
