"""Invitations: a token by which somebody sets his first password, or another one after a reset.

It works once and for seven days; a later one takes its place. There is no password anybody was given.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.sessions import Ending
from states.errors import FactInvalid
from workflow.errors import InvitationRefused, NotFound
from workflow.services.accounts import guessing, sessions
from workflow.services.accounts.authority import administrator
from workflow.services.accounts.choosing import chosen
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed, new_token
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.storage import accounts, guesses
from workflow.storage.session import reading, transaction

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited, by which name he signs in, and the token: shown once, to be handed to him alone.

    `link` is the page where he sets his password; its path alone where the installation has no address.
    """

    person: str
    name: str
    login: str
    until: datetime
    token: str = field(repr=False)
    link: str = field(repr=False)


def invite(office: Office, person: str, *, by: Signature, at: datetime) -> Invited:
    """Invite somebody anew who has an account and no password yet; his former invitation works no more.

    Raises `NotFound`, `FactInvalid` (`account_disabled`, `account_in_use`), `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        _check_waiting(account)
        return issue(tx, office, account, Act("invited", at, signer), by=by)


def accept(office: Office, token: str, password: str, *, at: datetime) -> str:
    """Set the password of whoever holds this token; returns the name he signs in by.

    Raises `InvitationRefused` for a token that is used, over, withdrawn or unknown, `FactInvalid` for the
    password, whereafter the token still works.
    """
    with reading(office.engine) as tx:
        account = _invited(tx, token, at)
    columns = chosen(office, account, password, at)
    with transaction(office.engine) as tx:
        accounts.for_update(tx, account.person)
        if not accounts.use_invitation(tx, hashed(token), at):
            raise _refused()
        accounts.change(tx, account.person, **columns)
        sessions.end_all(tx, Ending.RESET, at=at, person=account.person)
        guesses.clear_lockout(tx, guessing.subject(account.person))
        tell(tx, office, Act("invitation_accepted", at, account.person, {"person": account.person}))
    return str(account.login)


def issue(tx: Connection, office: Office, account: Row[Any], act: Act, *, by: Signature) -> Invited:
    """A new invitation in place of any other, told of by this act as the last thing the transaction does."""
    token, at = new_token(), act.occurred_at
    row = {"id": hashed(token), "person": account.person, "made_at": at, "made_by": act.actor}
    accounts.withdraw_invitations(tx, at, account.person)
    accounts.add_invitation(tx, **row, until=at + LASTS)
    told = {"person": account.person, "until": (at + LASTS).isoformat(), **act.details}
    tell(tx, office, replace(act, details=told), by=by)
    base = (office.settings.public_url or "").rstrip("/")
    link = f"{base}/invitations/{token}"
    return Invited(account.person, account.name, account.login, at + LASTS, token, link)


def account_of(tx: Connection, person: str) -> Row[Any]:
    """The account of a person, by name or code, which nobody else changes meanwhile."""
    code = find_person(tx, person).code
    account = accounts.for_update(tx, code)
    if account is None:
        raise no_account(person, code)
    return account


def no_account(person: str, code: str) -> NotFound:
    """The refusal for somebody of the directory who has no account."""
    return NotFound(f"“{person[:40]}”没有账号，请先开通。", code="account_unknown", person=code)


def _check_waiting(account: Row[Any]) -> None:
    if account.disabled_at is not None:
        message = f"{account.name}的账号已停用，请先恢复。"
        raise FactInvalid(message, code="account_disabled", person=account.person)
    if account.password is not None:
        message = f"{account.name}的账号已经启用；忘记密码的，请重置。"
        raise FactInvalid(message, code="account_in_use", person=account.person)


def _invited(tx: Connection, token: str, at: datetime) -> Row[Any]:
    row = accounts.invitation(tx, hashed(token))
    if row is None or row.used_at or row.withdrawn_at or at >= row.until:
        raise _refused()
    account = accounts.of_person(tx, row.person)
    if account is None or account.disabled_at is not None:
        raise _refused()
    return account


def _refused() -> InvitationRefused:
    return InvitationRefused("邀请链接无效：已经用过、已过期或者已作废。请联系系统管理员重新发放。")
