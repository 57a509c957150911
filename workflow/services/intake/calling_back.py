"""Telling a source what becomes of its items, without being asked: signed, through the outbox.

Where it is told, an administrator says, never the item: nothing that comes in chooses where this house
connects to. What is told is what `GET /intake` tells, step by step, by the transaction that makes the step.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.errors import FactInvalid
from states.intake import EXTERNAL_BOUND, IntakeState
from states.intake.progress import Step, Told, Turn, dealt_with, told_of
from workflow import particulars
from workflow.errors import NotFound
from workflow.services.accounts.administrators import are_in_office
from workflow.services.accounts.authority import administrator
from workflow.services.batch import OpenCase
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.webhooks import addresses, messages, standing
from workflow.services.webhooks.addresses import Made
from workflow.services.work import Work, begin
from workflow.storage import intake, webhooks
from workflow.storage.session import reading, transaction

LONGEST_SOURCE, PREFIX = 64, "intake."


@dataclass(frozen=True, slots=True)
class Source:
    """A source that is told: where, and whether it still is (`active`, `paused`, `stopped`, `revoked`)."""

    name: str
    webhook: str
    url: str
    state: str
    state_label: str


def tell(work: Work, item: Mapping[str, Any] | Row[Any], step: Told) -> None:
    """Put a step of an item into the outbox for its source, with the batch of the work.

    Nothing where the item wants none of it, or nobody said where.
    """
    told = item if isinstance(item, Mapping) else item._mapping
    to = intake.told_at(work.tx, told["source"]) if told["calls_back"] else None
    if to is None or to.state != webhooks.ACTIVE:
        return
    named = {name: told[name] for name in ("source", "external_id")}
    body = {
        "id": secrets.token_hex(16),
        "type": f"{PREFIX}{step.step.value}",
        "intake": told["id"],
        **named,
        "label": step.step.label,
        "at": step.at.isoformat(),
        "number": step.number,
        "stage": step.stage,
        "reason": step.reason,
    }
    messages.post(work, [to], body)


def received(work: Work, item: Mapping[str, Any] | Row[Any], *, is_more: bool) -> None:
    """Tell that an item came, or more of it."""
    tell(work, item, Told(Step.SUPPLEMENTED if is_more else Step.RECEIVED, work.at))


def decided(
    work: Work, item: Row[Any], state: IntakeState, *, number: str | None = None, reason: str | None = None
) -> None:
    """Tell what an officer did with an item."""
    tell(work, item, dealt_with(state, work.at, number, reason))


def stands(work: Work, item: Row[Any], case: OpenCase) -> None:
    """Tell where the matter stands that an item was laid to: its end may be behind it."""
    now = Turn(work.at, None, case.facts.state)
    for step in told_of([now], case.number, work.lifecycle_of(case)):
        tell(work, item, step)


def follow(work: Work, cases: Iterable[OpenCase]) -> None:
    """Tell of matters that went on by what was just decided; of one merged into another, the other is told of
    from then on."""
    moved = {case.id: case for case in cases if _has_moved(case)}
    if not moved:
        return
    for item in intake.following(work.tx, moved):
        for step in _steps(work, moved[item.follows]):
            tell(work, item, step)
    for case in moved.values():
        if case.facts.merged_into is not None:
            intake.follow(work.tx, case.id, case.facts.merged_into)


def _has_moved(case: OpenCase) -> bool:
    done = case.decision
    return not case.is_new and done is not None and done.before != done.after


def _steps(work: Work, case: OpenCase) -> Iterable[Told]:
    if case.facts.merged_into is not None:
        return (Told(Step.JOINED, work.at, case.facts.merged_into),)
    done = case.decision
    turns = [] if done is None else [Turn(work.at, done.before, done.after)]
    return told_of(turns, case.number, work.lifecycle_of(case))


def set_address(office: Office, source: str, url: str, *, by: Signature, at: datetime) -> Made:
    """Tell a source at this address from now on, under a secret told this once; a former one ends.

    Where the three are in office it waits to be confirmed, and the former one goes on until then. Raises
    `NotPermitted`, `FactInvalid` (`source_invalid`, `webhooks_too_many`), `WebhookInvalid`, or as
    `find_person`.
    """
    if not 0 < len(source.strip()) <= LONGEST_SOURCE:
        message = f"请写明来源的名称（系统接口的名称），不超过{LONGEST_SOURCE}字。"
        raise FactInvalid(message, code="source_invalid", particular="source")
    source = particulars.read_text(source)
    with transaction(office.engine) as tx:
        webhooks.lock(tx)
        signer = administrator(tx, by, at=at)
        work = begin(tx, office, by=by, at=at)
        addresses.check_room(tx)
        waits = are_in_office(tx)
        made = addresses.add(work, name=source, url=url, person=signer, waits=waits)
        told = {"source": source, "webhook": made.id, **addresses.entered(office, url)}
        if waits:
            work.batch.note(Act("intake_callback_proposed", at, signer, told))
            work.batch.flush()
        else:
            work.batch.note(Act("intake_callback_set", at, signer, told))
            put_in_force(work, source, made.id, signer)
    return made


def put_in_force(work: Work, source: str, webhook: str, signer: str) -> None:
    """Tell a source at this webhook from now on, and at its former one no more; the batch is written.

    Within `webhooks.lock`.
    """
    former = intake.told_at(work.tx, source)
    intake.tell_at(work.tx, source, webhook)
    if former is None:
        work.batch.flush()
    else:
        _end(work, former, signer)


def end_address(office: Office, source: str, *, by: Signature, at: datetime) -> None:
    """Tell a source nothing more. Raises `NotPermitted`, `NotFound` (`source_not_told`)."""
    with transaction(office.engine) as tx:
        webhooks.lock(tx)
        signer = administrator(tx, by, at=at)
        row = intake.told_at(tx, source)
        if row is None:
            message = f"来源“{source[:EXTERNAL_BOUND]}”没有设置回告地址。"
            raise NotFound(message, code="source_not_told")
        _end(begin(tx, office, by=by, at=at), row, signer)


def sources(office: Office) -> list[Source]:
    """The sources that are told, and where."""
    with reading(office.engine) as tx:
        rows = intake.sources(tx)
        return [
            Source(
                row.source, row.webhook, row.url or "", row.state or "", standing.STATES.get(row.state, "")
            )
            for row in rows
        ]


def named(row: Row[Any]) -> dict[str, str]:
    """Where a source is told, as entries name it."""
    return {"source": row.name, "webhook": row.id}


def _end(work: Work, row: Row[Any], signer: str) -> None:
    standing.end(work, row, webhooks.REVOKED, Act("intake_callback_ended", work.at, signer, named(row)))
