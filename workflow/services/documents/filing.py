"""登记送达, 归档 and 作废 of papers people wrote, or that commands sent; a measure carries on its own."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from states.errors import FactInvalid
from states.papers.life import UNISSUED
from workflow.services.attaching import received
from workflow.services.documents.acting import PaperAtHand
from workflow.services.office import Office, Signature
from workflow.services.unprintable import check_exists
from workflow.storage import outbox
from workflow.storage.session import transaction


def serve(
    office: Office,
    name: str,
    *,
    by: Signature,
    at: datetime,
    service: str = "hand",
    served_on: date | None = None,
    evidence: Sequence[Path] | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Enter that a paper reached its addressee, how, on which day, and what proves it."""
    given = {"service": service, "served_on": served_on, "evidence": evidence, "reason": reason}
    return _file(office, name, "serve", by=by, at=at, **given)


def archive(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Put a paper into the file. The papers of a matter go there with it."""
    return _file(office, name, "archive", by=by, at=at)


def void(office: Office, name: str, *, by: Signature, at: datetime, reason: str | None) -> dict[str, Any]:
    """Make a paper void. Its number, if it has one, stays its own; mails that have not left are stopped."""
    with transaction(office.engine) as tx:
        paper = PaperAtHand(tx, office, name, by=by, at=at)
        decision = paper.decided("void", {"reason": reason})
        if "uncertain" in outbox.states_of(tx, paper.columns["id"]):
            raise FactInvalid("该文书的邮件正在发送，请稍后再作废。", code="mail_leaving")
        kept = {"facts": None} if paper.columns["state"] in UNISSUED else {}
        stopped = [message.id for message in outbox.stop(tx, paper.columns["id"])]
        paper.record(decision, kept=kept, told={"stopped": stopped} if stopped else None)
        return paper.told()


def _file(
    office: Office, name: str, command: str, *, by: Signature, at: datetime, **given: Any
) -> dict[str, Any]:
    with received(office, given) as taken, transaction(office.engine) as tx:
        paper = PaperAtHand(tx, office, name, by=by, at=at)
        decision = paper.decided(command, taken)
        if command == "serve":
            check_exists(tx, paper.columns["id"])
        paper.record(decision)
        return paper.told()
