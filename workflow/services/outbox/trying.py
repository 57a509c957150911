"""Trying the post out: a mail that says nothing but that it came, through the same outbox as every other."""

from datetime import datetime
from typing import Any

from notifications.messages import check_address
from states.errors import FactInvalid
from states.settings_rights import TESTING_MAIL, check_one_of
from workflow.services.accounts.role_desk import roles_of, signer_of
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.paper_values import Recipient
from workflow.services.plain_mails import post
from workflow.services.work import begin
from workflow.storage.session import transaction

KIND, TRIED = "trial", "mail_tried"
NAME = "收件人"


def try_out(office: Office, address: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Put a mail to an address into the outbox; the sender takes it from there like any other.

    Raises `NotPermitted` (`setting_not_yours`), `FactInvalid` (`mail_not_set_up`, `domain_not_allowed`),
    `NoticeUnrenderable` (`address_invalid`).
    """
    check_address(address)
    _check_may_leave(office, address)
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        person = signer_of(tx, by)
        check_one_of(TESTING_MAIL, roles_of(tx, person, work.day), "试发邮件只能由{}办理。")
        issued = post(work, KIND, {}, (Recipient(NAME, address),))
        work.batch.note(Act(TRIED, at, person, issued.as_details()))
        work.batch.flush()
    return issued.as_details()


def _check_may_leave(office: Office, address: str) -> None:
    settings = office.settings
    if settings.smtp_url is None:
        raise FactInvalid("还没有设置邮件服务器，邮件不会发出；请维护人员先设置。", code="mail_not_set_up")
    if not {"*", address.rpartition("@")[2].lower()} & set(settings.mail_allow):
        raise FactInvalid(
            "收件域不在准许寄往的邮件域之列，邮件不会发出；请换一个地址，或请维护人员加入。",
            code="domain_not_allowed",
            particular="address",
        )
