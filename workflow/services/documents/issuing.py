"""印发: the number is given, and the paper and its mails are frozen, in the transaction that enters it."""

from datetime import datetime
from typing import Any

from workflow.services.documents.acting import PaperAtHand
from workflow.services.office import Office, Signature
from workflow.services.paper_values import Signed
from workflow.storage import papers
from workflow.storage.session import transaction


def issue(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Number a signed paper and send it; the one it replaces is void. Returns it as it stands."""
    with transaction(office.engine) as tx:
        paper = PaperAtHand(tx, office, name, by=by, at=at)
        decision = paper.decided("issue", {})
        writing, said, id = paper.writing(), paper.said, paper.columns["id"]
        signed = Signed(id, writing.paper(said), said, paper.columns["stationery"])
        replaced = paper.columns["replaces"]
        former = papers.life(tx, replaced).number if replaced else None
        issued = writing.desk.issue_signed(paper.chain, signed, writing.recipients(), former)
        told = {**issued.as_details(), "signed_by": paper.columns["signed_by"]}
        replaces = {"replaces": former} if former else {}
        paper.columns["number"] = issued.number
        paper.record(decision, kept={"facts": None}, told={**told, **replaces})
        return paper.told()
