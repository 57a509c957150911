"""What people do about messages: hold one, let it go, send it again, also to another address, give it up."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from notifications.messages import CONFIDENTIAL_KINDS, check_address
from states.delivery import BY_HAND, HeldFor, MailState, after
from states.errors import FactInvalid, FactMissing
from states.vocabulary import Role
from workflow.services.holds import ANSWERABLE, answerable
from workflow.services.office import Office, Signature
from workflow.services.outbox.attempts import about, enter
from workflow.services.outbox.viewing import find, told
from workflow.services.paper_values import Recipient
from workflow.services.posting import named, new_message
from workflow.services.work import Work, begin
from workflow.storage import outbox, papers, suppressions
from workflow.storage.session import transaction

HANDLERS = (Role.ORGANIZATION,)
"""Who decides on messages about a person: those who handle what concerns him."""


def hold(office: Office, name: str, *, by: Signature, at: datetime, reason: str | None) -> dict[str, Any]:
    """Hold a message that has not left until somebody lets it go."""
    return _act(office, name, "hold", by=by, at=at, reason=_given(reason, "暂扣"))


def release(
    office: Office, name: str, *, by: Signature, at: datetime, reason: str | None = None
) -> dict[str, Any]:
    """Let a held message go. One that may have left already is sent again then, the same to the byte.

    Raises `FactInvalid`: `mail_without_paper` where its paper cannot be laid out, `address_silenced`.
    """
    return _act(office, name, "release", by=by, at=at, reason=reason)


def cancel(office: Office, name: str, *, by: Signature, at: datetime, reason: str | None) -> dict[str, Any]:
    """Give a message up: it never leaves, or what came back needs nothing more."""
    return _act(office, name, "cancel", by=by, at=at, reason=_given(reason, "取消"))


def retry(
    office: Office,
    name: str,
    *,
    by: Signature,
    at: datetime,
    reason: str | None = None,
    to: str | None = None,
) -> dict[str, Any]:
    """Send a message again that was refused, given up or sent back; `to` another address as another message.

    Raises `NoticeUnrenderable` (`address_invalid`), `FactInvalid`: `paper_void`, `address_silenced`,
    `already_addressed`, `domain_not_allowed`, `copy_not_addressed`.
    """
    if to is None:
        return _act(office, name, "retry", by=by, at=at, reason=reason)
    return _redirect(office, name, to, by=by, at=at, reason=reason)


def _act(
    office: Office, name: str, command: str, *, by: Signature, at: datetime, reason: str | None
) -> dict[str, Any]:
    """Take a message through one of the steps people take, with an entry that says who and why."""
    with transaction(office.engine) as tx:
        work, event = begin(tx, office, by=by, at=at), BY_HAND[command][1]
        person, row = _at_hand(work, name, by)
        state = after(row.state, command)
        if state == MailState.QUEUED:
            _check_may_leave(work, row)
        held_for = HeldFor.PERSON.value if state == MailState.HELD else None
        again = {"next_attempt_at": at, "tried_since": None} if state == MailState.QUEUED else {}
        outbox.change(tx, row.id, state=state, held_for=held_for, **again)
        details = about(row) | ({"held_for": held_for} if held_for else {})
        enter(work, row, event, details | _why(reason), person)
        return told(find(tx, row.id))


def _redirect(
    office: Office, name: str, to: str, *, by: Signature, at: datetime, reason: str | None
) -> dict[str, Any]:
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        person, row = _at_hand(work, name, by)
        after(row.state, "cancel")
        _check_in_force(work, row)
        _check_address(work, row, to)
        following = _to(work, row, to)
        outbox.change(tx, row.id, state=MailState.CANCELLED.value, held_for=None)
        outbox.add(tx, following)
        details = about(row) | {"messages": [named(following)]} | _why(reason)
        enter(work, row, "mail_redirected", details, person)
        return told(find(tx, following["id"]))


def _at_hand(work: Work, name: str, by: Signature) -> tuple[str, Row[Any]]:
    """Who acts, and the message, locked."""
    deciding = "邮件如何处理"
    answerable(work, by, on=deciding, roles=(*ANSWERABLE, *HANDLERS))
    outbox.take_back(work.tx, work.at)
    row = outbox.for_update(work.tx, find(work.tx, name).id)
    roles = HANDLERS if row.kind in CONFIDENTIAL_KINDS else ANSWERABLE
    return answerable(work, by, on=deciding, roles=roles), row


def _check_in_force(work: Work, row: Row[Any]) -> None:
    if papers.is_void(work.tx, row.document_id):
        raise FactInvalid("文书已经作废，邮件不再发出。", code="paper_void")


def _check_may_leave(work: Work, row: Row[Any]) -> None:
    _check_in_force(work, row)
    if row.held_for == HeldFor.PAPER:
        raise FactInvalid(
            "该邮件的文书未能排版，请先按duban outbox send --json所示原因处理，排出后邮件自行发出。",
            code="mail_without_paper",
        )
    _check_not_silenced(work, row.recipient)


def _check_not_silenced(work: Work, address: str) -> None:
    silenced = suppressions.in_force(work.tx, address, work.at)
    if silenced is not None:
        raise FactInvalid(
            f"收件地址已停用（{silenced.told}）；请用--to改发正确的地址，或先用duban outbox allow恢复。",
            code="address_silenced",
            until=silenced.until.isoformat() if silenced.until else None,
        )


def _check_address(work: Work, row: Row[Any], to: str) -> None:
    if row.channel != outbox.MAIL:
        raise FactInvalid("其他通道的抄送不能改发邮箱地址。", code="copy_not_addressed", channel=row.channel)
    check_address(to)
    _check_not_silenced(work, to)
    there = outbox.of_paper(work.tx, row.document_id)
    known = {one.recipient.lower() for one in there if one.state != MailState.CANCELLED}
    if to.lower() in known:
        message = "该文书已有发往这个地址的邮件，请直接处理那一封。"
        raise FactInvalid(message, code="already_addressed", address=to)
    allowed = work.office.settings.mail_allow
    if allowed and not {"*", to.rpartition("@")[2].lower()} & set(allowed):
        raise FactInvalid(
            f"收件域不在准许之列，邮件不会发出；请核对地址“{to}”，确需发往该域的，先请维护人员加入DUBAN_MAIL_ALLOW。",
            code="domain_not_allowed",
            address=to,
        )


def _to(work: Work, row: Row[Any], to: str) -> dict[str, Any]:
    """The same message to another address: its own Message-ID, and built anew.

    Where there is no paper yet it is held for it as the other was.
    """
    same = {"case_id": row.case_id, "document_id": row.document_id, "redirected_from": row.id}
    waits = {"state": MailState.HELD.value, "held_for": HeldFor.PAPER.value}
    same |= waits if row.held_for == HeldFor.PAPER else {}
    return new_message(work, row.kind, Recipient(row.recipient_name, to), of=row.id, **same)


def _given(reason: str | None, done: str) -> str:
    if not (reason or "").strip():
        raise FactMissing(f"{done}邮件须写明理由（--reason）。", code="reason_missing", missing="reason")
    return str(reason).strip()


def _why(reason: str | None) -> dict[str, str]:
    return {"reason": reason} if reason else {}
