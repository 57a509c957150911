"""Disabling an account, and letting it in again: what its person did stands, what he had open is over."""

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


def disable(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let somebody in no more: his sessions end, his invitation works no more.

    Raises `FactInvalid` (`account_disabled`), `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        if account.disabled_at is not None:
            message = f"{account.name}的账号已经停用。"
            raise FactInvalid(message, code="account_disabled", person=account.person)
        accounts.change(tx, account.person, disabled_at=at)
        accounts.withdraw_invitations(tx, at, account.person)
        ended = sessions.end_all(tx, Ending.DISABLED, at=at, person=account.person)
        told = {"person": account.person, "sessions": ended}
        tell(tx, office, Act("account_disabled", at, signer, told), by=by)
        return told | {"name": account.name, "login": account.login}


def enable(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let somebody in again, with the password he had.

    Raises `FactInvalid` (`account_not_disabled`), `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        if account.disabled_at is None:
            message = f"{account.name}的账号没有停用。"
            raise FactInvalid(message, code="account_not_disabled", person=account.person)
        accounts.change(tx, account.person, disabled_at=None)
        told = {"person": account.person}
        tell(tx, office, Act("account_enabled", at, signer, told), by=by)
        return told | {"name": account.name, "login": account.login}
