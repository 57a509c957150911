"""Invitations: a token by which somebody sets his first password, or another one after a reset.

It works once and for seven days; a later one takes its place. There is no password anybody was given. While
the three administrators are in office it works only once a second one has admitted it, and with the code that
he handed out (`admitting`).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.admission import Purpose, needs_admission
from states.accounts.sessions import Ending
from states.errors import FactInvalid
from workflow.errors import InvitationRefused, NotFound
from workflow.services.accounts import admission_codes, guessing, sessions
from workflow.services.accounts.administrators import are_in_office
from workflow.services.accounts.authority import administrator
from workflow.services.accounts.choosing import chosen
from workflow.services.accounts.telling import tell
from workflow.services.accounts.token_ends import end_tokens
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
    `waits` says that it works only once it is admitted.
    """

    person: str
    name: str
    login: str
    until: datetime
    waits: bool
    token: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """What an invitation says of itself to whoever holds its token: whose it is, until when it works, whether
    it still waits to be admitted, and whether a code comes with it."""

    name: str
    login: str
    until: datetime
    waits: bool
    needs_code: bool


def invite(office: Office, person: str, *, by: Signature, at: datetime) -> Invited:
    """Invite somebody anew who has an account and no password yet; his former invitation works no more.

    Raises `NotFound`, `FactInvalid` (`account_disabled`, `account_in_use`), `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        _check_without_password(account)
        return issue(tx, office, account, Act("invited", at, signer), by=by, purpose=Purpose.INVITED)


def look(office: Office, token: str, *, at: datetime) -> Shown:
    """What the invitation of a token says. Raises `InvitationRefused` for one that does not hold: of that
    nothing is told, whosever it was."""
    with reading(office.engine) as tx:
        invitation, account = _found(tx, token, at)
        needs_code = _needs_admission(tx, invitation)
    waits = needs_code and invitation.admitted_at is None
    return Shown(account.name, account.login, invitation.until, waits, needs_code)


def accept(office: Office, token: str, password: str, *, code: str = "", at: datetime) -> str:
    """Set the password of whoever holds this token, and the code where one came with its admission; returns
    the name he signs in by. What he had before is over: password, sessions, the second factor if so asked.

    Raises `InvitationRefused` for a token that is used, over, withdrawn or unknown, or waits to be admitted
    (`invitation_waits`); `FactInvalid` and `FactMissing` for the code (`admission_code_wrong`,
    `admission_code_missing`), of which five wrong ones withdraw the invitation, and for the password,
    whereafter the token still works.
    """
    account = _let_choose(office, token, code, at)
    columns = chosen(office, account, password, at)
    with transaction(office.engine) as tx:
        accounts.for_update(tx, account.person)
        if not accounts.use_invitation(tx, hashed(token), at):
            raise refused()
        _renew(tx, office, account.person, token, columns, at=at)
    return str(account.login)


def issue(
    tx: Connection,
    office: Office,
    account: Row[Any],
    act: Act,
    *,
    by: Signature,
    purpose: Purpose,
    second_factor: bool = False,
) -> Invited:
    """A new invitation in place of any other, told of by this act as the last thing the transaction does."""
    token, at = new_token(), act.occurred_at
    waits = needs_admission(purpose, in_office=are_in_office(tx))
    row = {"id": hashed(token), "person": account.person, "made_at": at, "made_by": act.actor}
    accounts.withdraw_invitations(tx, at, account.person)
    accounts.add_invitation(
        tx, **row, until=at + LASTS, purpose=purpose.value, second_factor=second_factor, wrong_codes=0
    )
    told = {"person": account.person, "until": (at + LASTS).isoformat(), **act.details}
    tell(tx, office, replace(act, details={**told, "waits": True} if waits else told), by=by)
    base = (office.settings.public_url or "").rstrip("/")
    link = f"{base}/invitations/{token}"
    return Invited(account.person, account.name, account.login, at + LASTS, waits, token, link)


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


def refused() -> InvitationRefused:
    """An invitation that does not hold, for whatever reason."""
    return InvitationRefused("邀请链接无效：已经用过、已过期或者已作废。请联系系统管理员重新发放。")


def _check_without_password(account: Row[Any]) -> None:
    if account.disabled_at is not None:
        message = f"{account.name}的账号已停用，请先恢复。"
        raise FactInvalid(message, code="account_disabled", person=account.person)
    if account.password is not None:
        message = f"{account.name}的账号已经启用；忘记密码的，请重置。"
        raise FactInvalid(message, code="account_in_use", person=account.person)


def _let_choose(office: Office, token: str, code: str, at: datetime) -> Row[Any]:
    """The account of whoever holds token and code."""
    with reading(office.engine) as tx:
        invitation, account = _found(tx, token, at)
        needs_code = _needs_admission(tx, invitation)
    if needs_code and invitation.admitted_at is None:
        raise InvitationRefused(
            "邀请尚待安全保密管理员核准，暂不能设置密码；核准后由其将核对码交给您。", code="invitation_waits"
        )
    if needs_code and not admission_codes.is_right(office, invitation, code, at=at):
        raise refused()
    return account


def _renew(tx: Connection, office: Office, person: str, token: str, columns: Any, *, at: datetime) -> None:
    """The account as its person has it from now on."""
    invitation: Any = accounts.invitation(tx, hashed(token))
    told: dict[str, Any] = {"person": person}
    if invitation.second_factor:
        columns = {**columns, "second_factor": None, "offered_factor": None}
        told["second_factor"] = True
    accounts.change(tx, person, **columns)
    if ended := sessions.end_all(tx, Ending.RESET, at=at, person=person):
        told["sessions"] = ended
    told |= end_tokens(tx, Ending.RESET, at=at, person=person)
    guesses.clear_lockout(tx, guessing.subject(person))
    tell(tx, office, Act("invitation_accepted", at, person, told))


def _found(tx: Connection, token: str, at: datetime) -> tuple[Row[Any], Row[Any]]:
    """The invitation of a token, and its account."""
    row = accounts.invitation(tx, hashed(token))
    if row is None or row.used_at or row.withdrawn_at or at >= row.until:
        raise refused()
    account = accounts.of_person(tx, row.person)
    if account is None or account.disabled_at is not None:
        raise refused()
    return row, account


def _needs_admission(tx: Connection, invitation: Row[Any]) -> bool:
    """Asked when it is used: one of before the three came into office waits as well."""
    return needs_admission(invitation.purpose, in_office=are_in_office(tx))
