"""Changing one's own password: with the one before, and every other session is over."""

from datetime import datetime

from sqlalchemy import Connection

from states.accounts.sessions import Ending
from states.errors import FactInvalid
from workflow.services.accounts import guessing, proving, sessions
from workflow.services.accounts.choosing import chosen
from workflow.services.accounts.telling import tell
from workflow.services.accounts.token_ends import end_tokens
from workflow.services.accounts.visitors import Visitor
from workflow.services.entries import Act
from workflow.services.office import Office
from workflow.storage import accounts, guesses
from workflow.storage.session import transaction


def change_password(office: Office, visitor: Visitor, old: str, new: str, *, at: datetime) -> str:
    """Change a visitor's password; the token his session goes on under, every other one of his is over.

    Raises `FactInvalid` (`password_wrong`, or what the new one lacks), `TooManyTries`, `SignInRefused`.
    """
    account = proving.password(office, visitor, old, at=at)
    columns = chosen(office, account, new, at)
    with transaction(office.engine) as tx:
        _check_unchanged(tx, visitor, account.password)
        accounts.change(tx, visitor.person, **columns)
        accounts.withdraw_invitations(tx, at, visitor.person)
        guesses.clear_lockout(tx, guessing.subject(visitor.person))
        token, ended = sessions.renew(tx, visitor, Ending.PASSWORD, at=at)
        told = {"person": visitor.person, "sessions": ended}
        told |= end_tokens(tx, Ending.PASSWORD, at=at, person=visitor.person)
        tell(tx, office, Act("password_changed", at, visitor.person, told))
    return token


def _check_unchanged(tx: Connection, visitor: Visitor, former: str | None) -> None:
    """Since it was proved; somebody else may have been quicker."""
    account = accounts.for_update(tx, visitor.person)
    if account is None or account.password != former:
        raise FactInvalid("密码刚在别处改过，请用新密码重新登录。", code="password_changed_meanwhile")
