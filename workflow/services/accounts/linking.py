"""Whom a provider's name for somebody means here: the accounts people sign in to through it."""

from datetime import datetime
from typing import Any

from states.accounts.sessions import Ending
from states.errors import FactInvalid
from workflow.services.accounts import sessions
from workflow.services.accounts.authority import administrator
from workflow.services.accounts.invitations import account_of
from workflow.services.accounts.telling import tell
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.storage import accounts
from workflow.storage.session import transaction

SUBJECT_BOUND = 255


def link(office: Office, person: str, subject: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let whoever the provider calls `subject` sign in as this person, and nobody it called otherwise.

    The subject, often an identity number, stands in no entry. Raises `FactInvalid` (`subject_invalid`,
    `subject_taken`), `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    if not 0 < len(subject) <= SUBJECT_BOUND or subject != subject.strip():
        message = f"统一身份认证的标识须为1至{SUBJECT_BOUND}字，前后没有空格，请核对。"
        raise FactInvalid(message, code="subject_invalid")
    return _set(office, person, subject, by=by, at=at)


def unlink(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let nobody sign in as this person through the provider any more. Raises as `link`."""
    return _set(office, person, None, by=by, at=at)


def _set(office: Office, person: str, subject: str | None, *, by: Signature, at: datetime) -> dict[str, Any]:
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        other = subject and accounts.by_external(tx, subject)
        if other and other.person != account.person:
            message = f"该标识已对应{other.name}，请先解除（duban user link --remove）。"
            raise FactInvalid(message, code="subject_taken", person=other.person)
        accounts.change(tx, account.person, external=subject)
        ended = 0
        if account.external is not None and account.external != subject:
            ended = sessions.end_all(tx, Ending.UNLINKED, at=at, person=account.person)
        told = {"person": account.person, "sessions": ended}
        tell(tx, office, _act(subject, at, signer, told), by=by)
        return told | {"name": account.name, "login": account.login}


def _act(subject: str | None, at: datetime, signer: str, told: dict[str, Any]) -> Act:
    if subject is None:
        return Act("account_unlinked", at, signer, told)
    return Act("account_linked", at, signer, told)
