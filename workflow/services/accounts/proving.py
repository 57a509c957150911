"""Proving oneself once more within a session: before a password or a second factor changes.

Wrong tries count against the account as at sign-in, so that a session left open is no place to guess in, and
each is an entry as a failed sign-in is, until a lock ends them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.accounts.lockout import Failures
from states.accounts.passwords import prepared
from states.errors import FactInvalid
from workflow.errors import SignInRefused, TooManyTries
from workflow.services.accounts import guessing, second_factor, sessions
from workflow.services.accounts.telling import tell
from workflow.services.accounts.visitors import Visitor
from workflow.services.entries import Act
from workflow.services.office import Office
from workflow.storage import accounts, guesses
from workflow.storage.session import transaction


def password(office: Office, visitor: Visitor, written: str, *, at: datetime) -> Row[Any]:
    """The account of a visitor who knows his password.

    Raises `FactInvalid` (`password_wrong`), `TooManyTries` (`account_locked`), `SignInRefused`.
    """
    account, failures = _counted(office, visitor, at)
    if not office.hasher.verify(prepared(written), account.password).right:
        _tell(office, visitor, failures, "password", at)
        raise FactInvalid("原密码不对，请重新输入。", code="password_wrong")
    with transaction(office.engine) as tx:
        guesses.clear_lockout(tx, guessing.subject(visitor.person))
    return account


def code(office: Office, visitor: Visitor, written: str, *, at: datetime) -> Row[Any]:
    """The account of a visitor who has his second factor at hand; the code is used up.

    Raises `FactInvalid` (`code_wrong`), `TooManyTries` (`account_locked`), `SignInRefused`.
    """
    account, failures = _counted(office, visitor, at)
    step = second_factor.step_of(office, account, written, at)
    with transaction(office.engine) as tx:
        used = step is not None and accounts.use_step(tx, visitor.person, step)
    if not used:
        _tell(office, visitor, failures, "code", at)
        raise FactInvalid("动态码不对或者已经用过，请等下一个动态码再输入。", code="code_wrong")
    return account


def _counted(office: Office, visitor: Visitor, at: datetime) -> tuple[Row[Any], Failures]:
    """The visitor's account, with one more try counted against it until it proves right."""
    with transaction(office.engine) as tx:
        account = accounts.of_person(tx, visitor.person)
        failures, was_locked = guessing.count(tx, guessing.subject(visitor.person), at)
    if account is None:
        raise SignInRefused("账号已经不在，请重新登录。")
    if was_locked and failures.locked_until is not None:
        wait = max(1, round((failures.locked_until - at).total_seconds()))
        message = "连续输错，账号暂时锁定，请稍后再试或者联系系统管理员。"
        raise TooManyTries(message, code="account_locked", retry_after=wait)
    return account, failures


def _tell(office: Office, visitor: Visitor, failures: Failures, wrong: str, at: datetime) -> None:
    """One entry; there is none while a lock holds, as nothing is looked at then."""
    told: dict[str, Any] = {"person": visitor.person, "wrong": wrong, "failures": failures.count}
    told["session"] = visitor.session[: sessions.SHOWN]
    act, until = Act("proof_failed", at, visitor.person, told), failures.locked_until
    if until is not None:
        act = Act("account_locked", at, visitor.person, told | {"until": until.isoformat()})
    with transaction(office.engine) as tx:
        tell(tx, office, act)
