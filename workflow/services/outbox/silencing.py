"""Addresses nothing is sent to: sent back for good, or by an officer's word. Their messages are held."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from notifications.messages import check_address
from states.delivery import HeldFor, after
from states.errors import FactInvalid, FactMissing
from workflow.errors import NotFound
from workflow.services.entries import SYSTEM, Act
from workflow.services.holds import answerable
from workflow.services.office import Office, Signature
from workflow.services.outbox.attempts import BATCH, about, enter, lock_cases, note
from workflow.services.posting import hashed
from workflow.services.work import Work, begin
from workflow.storage import outbox, suppressions
from workflow.storage.session import reading, transaction

DECIDING = "地址是否停用"
SILENCED_FOR = timedelta(days=30)
"""So long nothing is sent to an address that does not exist, unless somebody allows it."""


def silence(
    office: Office,
    address: str,
    *,
    by: Signature,
    at: datetime,
    reason: str | None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """Send nothing to an address, until an instant or for good.

    Raises `FactMissing` (`reason_missing`), `FactInvalid` (`until_in_the_past`), `NoticeUnrenderable`.
    """
    if not (reason or "").strip():
        raise FactMissing("停用地址须写明理由（--reason）。", code="reason_missing", missing="reason")
    if until is not None and until <= at:
        raise FactInvalid("停用的截止时间已过，请改为以后的时间。", code="until_in_the_past")
    check_address(address)
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        person = answerable(work, by, on=DECIDING)
        _enter(work, address, "person", str(reason), person=person, until=until)
        return _told(suppressions.in_force(tx, address, at))


def allow(
    office: Office, address: str, *, by: Signature, at: datetime, reason: str | None = None
) -> dict[str, Any]:
    """Send to an address again; messages held for it go out. Raises `NotFound` (`address_not_silenced`)."""
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        person, row = answerable(work, by, on=DECIDING), suppressions.in_force(tx, address, at)
        if row is None:
            raise NotFound(f"地址“{address}”没有停用。", code="address_not_silenced", address=address)
        suppressions.lift(tx, row.address, at)
        held = outbox.held_for(tx, row.address, HeldFor.ADDRESS.value)
        lock_cases(work, held)
        told = {"recipient": hashed(row.address)} | ({"reason": reason} if reason else {})
        note(work, Act("address_allowed", at, person, told))
        released = [_let_go(work, one, person) for one in held]
        return _told(row) | {"lifted_at": at.isoformat(), "released": released}


def listed(office: Office, at: datetime) -> list[dict[str, Any]]:
    """Every address that was ever silenced, the newest first; `in_force` tells whether it still is."""
    with reading(office.engine) as tx:
        return [_told(row) | {"in_force": _lasts(row, at)} for row in suppressions.listed(tx)]


def suspect(work: Work, address: str, told: str) -> None:
    """Silence for a while an address that does not exist, as a relay or a mail that came back says."""
    if suppressions.in_force(work.tx, address, work.at) is None:
        _enter(work, address, "bounce", told, person=SYSTEM, until=work.at + SILENCED_FOR)


def keep_in_step(office: Office, *, by: Signature, at: datetime) -> None:
    """Hold what waits for a silenced address, so that people see it; let go what an ended silence held, and
    take back what a sender that ended had taken. Needs no relay.
    """
    while _is_out_of_step(office, at):
        with transaction(office.engine) as tx:
            work = begin(tx, office, by=by, at=at)
            outbox.take_back(tx, at)
            waiting, held = outbox.to_silenced(tx, at, BATCH), outbox.held_in_vain(tx, at, BATCH)
            lock_cases(work, [*waiting, *held])
            for message in waiting:
                _hold(work, message)
            for message in held:
                _let_go(work, message, SYSTEM)


def _enter(work: Work, address: str, reason: str, told: str, *, person: str, until: datetime | None) -> None:
    """Silence an address and enter it into the journal; who did and why stands there."""
    values = {"reason": reason, "told": told, "since": work.at, "until": until}
    suppressions.keep(work.tx, address=address.lower(), **values)
    details = {"recipient": hashed(address.lower()), "silenced_for": reason, "reason": told}
    details |= {"until": until.isoformat()} if until else {}
    note(work, Act("address_silenced", work.at, person, details))


def _is_out_of_step(office: Office, at: datetime) -> bool:
    with reading(office.engine) as tx:
        return outbox.any_out_of_step(tx, at)


def _hold(work: Work, row: Row[Any]) -> None:
    held = {"held_for": HeldFor.ADDRESS.value}
    outbox.change(work.tx, row.id, state=after(row.state, "set_aside"), **held)
    enter(work, row, "mail_held", about(row) | held)


def _let_go(work: Work, row: Row[Any], person: str) -> str:
    queued = {"state": after(row.state, "bring_back"), "held_for": None, "next_attempt_at": work.at}
    outbox.change(work.tx, row.id, **queued)
    enter(work, row, "mail_released", about(row), person)
    return str(row.id)


def _lasts(row: Row[Any], at: datetime) -> bool:
    return row.lifted_at is None and (row.until is None or row.until > at)


def _told(row: Row[Any] | None) -> dict[str, Any]:
    values = row._asdict() if row is not None else {}
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in values.items()}
