"""Plain mails: frozen facts and kept wording like a paper's, but no number, no layout and no attachment."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.services.batch import OpenCase
from workflow.services.paper_values import Issued, Recipient
from workflow.services.papers import Desk
from workflow.services.work import Work


def post(
    work: Work,
    kind: str,
    facts: Mapping[str, Any],
    recipients: Sequence[Recipient],
    case: OpenCase | None = None,
) -> Issued:
    """Put a mail of this kind into the outbox, one for each address, of a case or of the office itself.

    `office`, `date` and `link` are added where `facts` has none of its own. The caller enters what is
    returned, at the work's instant, into the history of the case, or into the journal for a mail of no case:
    verification holds the mails against that entry. Raises NoticeUnrenderable for wording that cannot work.
    """
    return Desk(work).post(kind, facts, recipients, case)
