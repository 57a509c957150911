"""Resetting an account whose password or telephone was lost, and unlocking one before its time.

A reset changes nothing at the account before its person has set another password: otherwise whoever resets
would lock out anybody.
"""

from datetime import datetime
from typing import Any

from states.accounts.admission import Purpose
from states.errors import FactInvalid
from workflow.services.accounts import guessing
from workflow.services.accounts.authority import administrator
from workflow.services.accounts.invitations import Invited, account_of, issue
from workflow.services.accounts.telling import tell
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.storage import guesses
from workflow.storage.session import transaction


def reset(
    office: Office, person: str, *, second_factor: bool = False, by: Signature, at: datetime
) -> Invited:
    """Invite somebody to set another password; with `second_factor` his second factor goes with it.

    Until he has done so he signs in as before. Raises `FactInvalid` (`account_disabled`), `NotFound`,
    `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        if account.disabled_at is not None:
            message = f"{account.name}的账号已停用，请先恢复。"
            raise FactInvalid(message, code="account_disabled", person=account.person)
        act = Act("account_reset", at, signer, {"second_factor": second_factor})
        return issue(tx, office, account, act, by=by, purpose=Purpose.RESET, second_factor=second_factor)


def unlock(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Hold nothing against an account any more; its person may try again at once.

    Raises `FactInvalid` (`account_not_locked`), `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        if not guesses.clear_lockout(tx, guessing.subject(account.person)):
            message = f"{account.name}的账号没有锁定，也没有失败记录。"
            raise FactInvalid(message, code="account_not_locked", person=account.person)
        told = {"person": account.person}
        tell(tx, office, Act("account_unlocked", at, signer, told), by=by)
        return told | {"name": account.name, "login": account.login}
