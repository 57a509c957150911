"""Whom a provider's name for somebody means here: the accounts people sign in to through it.

While the three administrators are in office a name is offered, and counts once another of them has admitted
it (`admitting`); no code is needed, since the provider proves who comes.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.admission import Purpose, needs_admission
from states.accounts.sessions import Ending
from states.errors import FactInvalid
from workflow.services.accounts import sessions
from workflow.services.accounts.administrators import are_in_office
from workflow.services.accounts.authority import administrator
from workflow.services.accounts.invitations import account_of
from workflow.services.accounts.keyed import SUBJECT, keyed
from workflow.services.accounts.telling import tell
from workflow.services.accounts.token_ends import end_tokens
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.storage import accounts
from workflow.storage.session import transaction

SUBJECT_BOUND = 255


def link(office: Office, person: str, subject: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let whoever the provider calls `subject` sign in as this person, and nobody it called otherwise; or
    offer that, where it has to be admitted (`waits`).

    The subject, often an identity number, stands in no entry but as a hash under the installation's key.
    Raises `FactInvalid` (`subject_invalid`, `subject_taken`), `NotFound`, `Ambiguous`, `NotPermitted`,
    `FactMissing`.
    """
    if not 0 < len(subject) <= SUBJECT_BOUND or subject != subject.strip():
        message = f"统一身份认证的标识须为1至{SUBJECT_BOUND}字，前后没有空格，请核对。"
        raise FactInvalid(message, code="subject_invalid")
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        _check_free(tx, account, subject)
        told: dict[str, Any] = {"person": account.person, "subject": keyed(SUBJECT, subject, office.secret)}
        waits = needs_admission(Purpose.LINKED, in_office=are_in_office(tx))
        if waits:
            offer = {"offered_external": subject, "offered_by": signer, "offered_at": at}
            accounts.change(tx, account.person, **offer)
            tell(tx, office, Act("link_offered", at, signer, told), by=by)
        else:
            told |= put(tx, account, subject, at=at)
            tell(tx, office, Act("account_linked", at, signer, told), by=by)
        return {"sessions": 0} | told | {"name": account.name, "login": account.login, "waits": waits}


def unlink(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let nobody sign in as this person through the provider any more, at once; nor is he to be offered one.

    Raises as `link`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        told = {"person": account.person, **put(tx, account, None, at=at)}
        tell(tx, office, Act("account_unlinked", at, signer, told), by=by)
        return told | {"name": account.name, "login": account.login}


def put(tx: Connection, account: Row[Any], subject: str | None, *, at: datetime) -> dict[str, Any]:
    """Let the provider's name for somebody be this one, or none; how many sessions of his are over by that,
    and which of his tokens.

    Raises `FactInvalid` (`subject_taken`).
    """
    _check_free(tx, account, subject)
    accounts.withdraw_offers(tx, account.person)
    accounts.change(tx, account.person, external=subject)
    if account.external is None or account.external == subject:
        return {"sessions": 0}
    ended = sessions.end_all(tx, Ending.UNLINKED, at=at, person=account.person)
    return {"sessions": ended, **end_tokens(tx, Ending.UNLINKED, at=at, person=account.person)}


def _check_free(tx: Connection, account: Row[Any], subject: str | None) -> None:
    other = subject and accounts.by_external(tx, subject)
    if other and other.person != account.person:
        message = f"该标识已对应{other.name}，请先解除（duban user link --remove）。"
        raise FactInvalid(message, code="subject_taken", person=other.person)
