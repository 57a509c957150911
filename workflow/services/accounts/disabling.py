"""Disabling an account, and letting it in again: what its person did stands, what he had open is over.

It is shut at once. Once the three administrators are in office it is let in again when another of them has
admitted that (`admitting`): the one who looks after accounts could have kept its password.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.admission import Purpose, needs_admission
from states.accounts.sessions import Ending
from states.errors import FactInvalid
from states.office_time import office_day
from states.vocabulary import ADMINISTRATORS, Role
from workflow.services.accounts import sessions
from workflow.services.accounts.administrators import are_in_office
from workflow.services.accounts.authority import administrator
from workflow.services.accounts.invitations import LASTS, account_of
from workflow.services.accounts.telling import tell
from workflow.services.accounts.token_ends import end_tokens
from workflow.services.accounts.tokens import hashed, new_token
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.storage import accounts, register_views, role_requests
from workflow.storage.session import transaction


def disable(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let somebody in no more: his sessions end, his invitation and calendars work no more, his
    views are gone.

    One of the three goes on while he holds his office, but for the machine itself, where he is gone and
    nobody could hand it over; nor does anybody shut himself out. Raises `FactInvalid` (`account_disabled`,
    `administrator_holds_office`, `disables_himself`), `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        account, signer = _to_disable(tx, person, by, at)
        if account.disabled_at is not None:
            message = f"{account.name}的账号已经停用。"
            raise FactInvalid(message, code="account_disabled", person=account.person)
        accounts.change(tx, account.person, disabled_at=at)
        accounts.withdraw_invitations(tx, at, account.person)
        accounts.withdraw_offers(tx, account.person)
        register_views.drop_all(tx, account.person)
        ended = sessions.end_all(tx, Ending.DISABLED, at=at, person=account.person)
        told = {"person": account.person, "sessions": ended}
        told |= end_tokens(tx, Ending.DISABLED, at=at, person=account.person)
        tell(tx, office, Act("account_disabled", at, signer, told), by=by)
        return told | {"name": account.name, "login": account.login}


def enable(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Let somebody in again, with the password he had; or prepare that, where it is to be admitted (`waits`).

    Raises `FactInvalid` (`account_not_disabled`), `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        account = account_of(tx, person)
        if account.disabled_at is None:
            message = f"{account.name}的账号没有停用。"
            raise FactInvalid(message, code="account_not_disabled", person=account.person)
        waits = needs_admission(Purpose.ENABLED, in_office=are_in_office(tx))
        told = {"person": account.person}
        if waits:
            _prepare(tx, account.person, signer, at)
            tell(tx, office, Act("enabling_offered", at, signer, told), by=by)
        else:
            accounts.change(tx, account.person, disabled_at=None)
            tell(tx, office, Act("account_enabled", at, signer, told), by=by)
        return told | {"name": account.name, "login": account.login, "waits": waits}


def _prepare(tx: Connection, person: str, signer: str, at: datetime) -> None:
    """It waits as invitations do, under a token that nobody is told: nothing is to be set by it."""
    row = {"id": hashed(new_token()), "person": person, "made_at": at, "made_by": signer, "until": at + LASTS}
    accounts.withdraw_invitations(tx, at, person)
    accounts.add_invitation(tx, **row, purpose=Purpose.ENABLED.value, second_factor=False, wrong_codes=0)


def _to_disable(tx: Connection, person: str, by: Signature, at: datetime) -> tuple[Row[Any], str]:
    """The account, and who disables it."""
    held = _office_of(tx, str(find_person(tx, person).code), at)
    if held is not None and by.person is None:
        return account_of(tx, person), SYSTEM
    signer = administrator(tx, by, at=at)
    account = account_of(tx, person)
    if held is not None:
        raise FactInvalid(
            f"{account.name}现任{held.label}，在任时账号不能停用：请先提请并核准接任的人，终止其职责，"
            "再停用账号。人已离开、无人可办的，由维护人员在服务器上停用并另设。",
            code="administrator_holds_office",
            person=account.person,
            role=held.value,
        )
    if signer == account.person:
        raise FactInvalid(
            "不能停用本人的账号：停用后本人即不能恢复。请由另一位系统管理员办理；没有另一位的，"
            "由维护人员在服务器上停用。",
            code="disables_himself",
            person=account.person,
        )
    return account, signer


def _office_of(tx: Connection, person: str, at: datetime) -> Role | None:
    """Which of the three offices somebody holds, or is to hold; none before they are in office."""
    held = {Role(one.role) for one in role_requests.standing(tx, office_day(at), person=person)}
    found = sorted(held & ADMINISTRATORS)
    return found[0] if found and are_in_office(tx) else None
