"""The second key of an address that other programs are told at: the security administrator turns it.

Whoever says where this house connects to says what leaves it; so the system administrator proposes an address
and somebody else confirms it. Until then nothing is told there, and a source goes on being told where it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.accounts.administrators import check_decides
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.office_time import office_day
from states.particulars import check
from states.vocabulary import Role
from workflow.services.accounts.role_desk import roles_of, signer_of
from workflow.services.entries import Act
from workflow.services.intake import calling_back
from workflow.services.office import Office, Signature
from workflow.services.webhooks import administering, standing
from workflow.services.work import Work, begin
from workflow.storage import webhooks
from workflow.storage.session import transaction


def confirm(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let an address be told from now on.

    Raises `NotPermitted` (`decides_on_himself` among them), `NotFound`, `Ambiguous`, `FactInvalid`
    (`webhook_decided`).
    """
    with _deciding(office, name, by, at) as (work, row, signer):
        webhooks.change(work.tx, row.id, state=webhooks.ACTIVE)
        webhooks.keep_told(work.tx)
        if row.kinds:
            work.batch.note(Act("webhook_confirmed", at, signer, standing.named(row)))
            work.batch.flush()
        else:
            work.batch.note(Act("intake_callback_confirmed", at, signer, calling_back.named(row)))
            calling_back.put_in_force(work, row.name, row.id, signer)
        return administering.told_of(webhooks.named(work.tx, [row.id])[row.id])


def decline(office: Office, name: str, *, reason: str | None, by: Signature, at: datetime) -> dict[str, Any]:
    """Let it never be told anything. Raises as `confirm`, and `FactMissing` (`reason_missing`)."""
    if not reason:
        raise FactMissing("不予核准须写明理由。", code="reason_missing", missing="reason")
    check("reason", reason)
    with _deciding(office, name, by, at) as (work, row, signer):
        webhooks.change(work.tx, row.id, state=webhooks.DECLINED)
        told = {**(standing.named(row) if row.kinds else calling_back.named(row)), "reason": reason}
        of_events = Act("webhook_declined", at, signer, told)
        work.batch.note(of_events if row.kinds else Act("intake_callback_declined", at, signer, told))
        work.batch.flush()
        return administering.told_of(webhooks.named(work.tx, [row.id])[row.id])


@contextmanager
def _deciding(office: Office, name: str, by: Signature, at: datetime) -> Iterator[tuple[Work, Row[Any], str]]:
    """The work of one transaction on what waits, and who decides on it."""
    with transaction(office.engine) as tx:
        webhooks.lock(tx)
        signer = signer_of(tx, by)
        check_decides(roles_of(tx, signer, office_day(at)))
        row = administering.one_named(tx, name)
        if row.state != webhooks.PROPOSED:
            raise FactInvalid("这个地址已有结果，无须再定。", code="webhook_decided", webhook=row.id)
        if signer == row.made_by:
            message = f"本人提请的地址不能由本人核准，请由另一位{Role.SECURITY_ADMIN.label}办理。"
            raise NotPermitted(message, code="decides_on_himself", person=signer)
        yield begin(tx, office, by=by, at=at), row, signer
