"""核稿, 退回修改 and 签发: what was read is what is reviewed and signed, and a signed paper never changes."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from workflow.canonical import canonical_text
from workflow.services.documents.acting import PaperAtHand
from workflow.services.documents.content import check_whole
from workflow.services.office import Office, Signature
from workflow.storage.session import transaction


def review(
    office: Office,
    name: str,
    *,
    by: Signature,
    at: datetime,
    seen: str | None = None,
    opinion: str | None = None,
) -> dict[str, Any]:
    """Find a draft in order (核稿). `seen` is the beginning of the hash of what was read.

    Raises `FactInvalid` (`draft_changed`) where it, or the register, is not what was read any more, and
    `NoticeUnrenderable` while it has gaps.
    """
    return _judge(office, name, "review", by=by, at=at, seen=seen, opinion=opinion)


def sign(
    office: Office,
    name: str,
    *,
    by: Signature,
    at: datetime,
    opinion: str | None = None,
    seen: str | None = None,
) -> dict[str, Any]:
    """Sign a reviewed paper (签发) with an opinion; its facts, its date and its wording are frozen.

    Raises like `review`.
    """
    return _judge(office, name, "sign", by=by, at=at, seen=seen, opinion=opinion)


def send_back(
    office: Office, name: str, *, by: Signature, at: datetime, reason: str | None = None
) -> dict[str, Any]:
    """Send a draft back to be changed (退回修改)."""
    with transaction(office.engine) as tx:
        paper = PaperAtHand(tx, office, name, by=by, at=at)
        paper.record(paper.decided("return", {"reason": reason}))
        return paper.told()


def _judge(
    office: Office, name: str, command: str, *, by: Signature, at: datetime, **details: Any
) -> dict[str, Any]:
    with transaction(office.engine) as tx:
        paper = PaperAtHand(tx, office, name, by=by, at=at)
        decision, now = paper.decided(command, details), paper.now
        signed = now.signed
        check_whole(paper.work, signed, now.stationery)
        content = {"content_sha256": now.sha256}
        if command == "review":
            paper.record(decision, told=content)
        else:
            text = canonical_text(signed)
            frozen = {"signed_sha256": sha256(text.encode()).hexdigest()}
            paper.record(decision, columns=frozen, kept={"facts": text}, told=content)
        return paper.told()
