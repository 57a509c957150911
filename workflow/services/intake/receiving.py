"""Taking an item in. What a source sends again under the same id changes nothing of what was there.

The same body is answered with what became of it; another one is kept beside it and shown to the officer. An
item that was returned and comes anew with another body waits again.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from states.errors import FactInvalid
from states.intake import Arrival, IntakeState, checked
from states.vocabulary import Labelled
from workflow.services.attaching import attach, entered, named, received
from workflow.services.batch import JOURNAL
from workflow.services.entries import SYSTEM, Act
from workflow.services.files import Given, Kept
from workflow.services.intake import calling_back
from workflow.services.intake.items import applicant_of, written
from workflow.services.office import Office, Signature
from workflow.services.work import Work, begin
from workflow.storage import intake
from workflow.storage.intake_models import IntakeItem
from workflow.storage.queries import add_missing
from workflow.storage.session import transaction

MOST_SUPPLEMENTS = 50


class Fate(Labelled):
    """What became of a body that was sent."""

    NEW = "new", "收到新的来件"
    AGAIN = "again", "与此前相同，未重复收件"
    SUPPLEMENT = "supplement", "收到补充"


@dataclass(frozen=True, slots=True)
class Received:
    """An item that was sent, by its id here, and what became of the body."""

    item: str
    fate: Fate


def receive(
    office: Office,
    source: str,
    arrival: Arrival,
    files: Sequence[Given | Path] = (),
    *,
    by: Signature,
    at: datetime,
) -> Received:
    """Take in what a source hands over at an instant, with its attachments, which are looked through first.

    Raises as `states.intake.checked`, `files.take_in` and `attachments.check_act`, and `FactInvalid`
    (`supplements_many`) for more than fifty bodies after the first.
    """
    checked(arrival, at)
    with received(office, {"evidence": tuple(files)}) as given, transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        found = receive_within(work, source, arrival, given["evidence"])
        if found.fate is not Fate.AGAIN:
            work.batch.flush()
    return found


def receive_within(work: Work, source: str, arrival: Arrival, files: Sequence[Kept]) -> Received:
    """The same of a checked item in a transaction the caller owns; its files were `received`."""
    content, item = written(arrival), secrets.token_hex(16)
    body = {
        "content": content,
        "sha256": sha256(content.encode()).hexdigest(),
        "files": json.dumps([named(one) for one in files], ensure_ascii=False),
        "applicant": applicant_of(arrival),
        "arrived_at": work.at,
    }
    called = {"source": source, "external_id": arrival.external_id}
    row = {"id": item, **called, "state": IntakeState.WAITING.value, "calls_back": arrival.call_back, **body}
    if add_missing(work.tx, IntakeItem, row):
        _enter(work, "intake_received", {"intake": item, **called, "content": body["sha256"]}, files)
        calling_back.received(work, row, is_more=False)
        return Received(item, Fate.NEW)
    return _once_more(work, called, body, files)


def _once_more(
    work: Work, called: Mapping[str, str], body: Mapping[str, Any], files: Sequence[Kept]
) -> Received:
    """A body under a name there is: the same as the last one, or a supplement."""
    row = intake.held_called(work.tx, **called)
    before = intake.supplements(work.tx, [row.id])
    if any(_is_same(one, body) for one in (row, *before)):
        return Received(row.id, Fate.AGAIN)
    if len(before) >= MOST_SUPPLEMENTS:
        message = f"来件{called['external_id']}的补充已有{MOST_SUPPLEMENTS}次，不再接收；请与督查室联系。"
        raise FactInvalid(message, code="supplements_many")
    number = len(before) + 1
    intake.supplement(work.tx, item=row.id, number=number, **body)
    told = {"intake": row.id, **called, "supplement": number, "content": body["sha256"]}
    if row.state == IntakeState.RETURNED.value:
        told["waits"] = True
        undecided = dict.fromkeys(("decided_by", "decided_at", "reason"))
        intake.change(work.tx, row.id, state=IntakeState.WAITING.value, **undecided)
    _enter(work, "intake_supplemented", told, files)
    calling_back.received(work, row, is_more=True)
    return Received(row.id, Fate.SUPPLEMENT)


def _is_same(row: Row[Any], body: Mapping[str, Any]) -> bool:
    """Whether a body says what a row says; of an applicant only what is still kept of one."""
    is_new_applicant = None not in (row.applicant, body["applicant"]) and row.applicant != body["applicant"]
    return (
        row.sha256 == body["sha256"] and _hashes(row.files) == _hashes(body["files"]) and not is_new_applicant
    )


def _hashes(files: str) -> set[str]:
    return {one["sha256"] for one in json.loads(files)}


def _enter(work: Work, kind: str, details: Mapping[str, Any], files: Sequence[Kept]) -> None:
    """Note what came in the journal, with its files."""
    with_files = {**details, "evidence": entered(work, files)} if files else dict(details)
    seq = work.batch.note(Act(kind, work.at, SYSTEM, with_files))
    attach(work.batch, JOURNAL, seq, with_files)
