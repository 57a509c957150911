"""Taking up a second factor, and laying it down."""

from dataclasses import dataclass, field
from datetime import datetime

from states.accounts.sessions import Ending
from states.errors import FactInvalid
from workflow.services.accounts import guessing, proving, sessions
from workflow.services.accounts.second_factor import DIGITS, STEP_SECONDS, matching_step, sealed, unsealed
from workflow.services.accounts.telling import tell
from workflow.services.accounts.token_ends import end_tokens
from workflow.services.accounts.visitors import Visitor
from workflow.services.entries import Act
from workflow.services.office import Office
from workflow.storage import accounts, guesses
from workflow.storage.session import reading, transaction

ISSUER = "Duban"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a visitor's telephone needs to make codes: the secret to type in, or the address of a QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def begin_enrolment(office: Office, visitor: Visitor, *, at: datetime) -> Offer:
    """Offer a visitor a second factor; it counts once `finish_enrolment` has seen a code of it.

    Raises `FactInvalid` (`second_factor_there`).
    """
    from pyotp import random_base32  # noqa: PLC0415 - for whoever enrols, not for every command

    secret = random_base32()
    with transaction(office.engine) as tx:
        account = accounts.for_update(tx, visitor.person)
        if account is None or account.second_factor is not None:
            raise FactInvalid("已启用动态码；要换手机的，请先停用再重新启用。", code="second_factor_there")
        accounts.change(tx, visitor.person, offered_factor=sealed(secret, visitor.person, office.secret))
    return _offer(office, secret, account.login)


def offered(office: Office, visitor: Visitor) -> Offer | None:
    """What a visitor was offered and has not taken up yet: a code mistyped is no reason to begin anew."""
    with reading(office.engine) as tx:
        account = accounts.of_person(tx, visitor.person)
    kept = account and account.offered_factor
    secret = kept and unsealed(kept, visitor.person, office.secret)
    return _offer(office, secret, account.login) if account and secret else None


def finish_enrolment(office: Office, visitor: Visitor, code: str, *, at: datetime) -> str:
    """Take up the second factor that was offered, with a code of it; the token the session goes on under.

    Every other session of his is over.

    Raises `FactInvalid` (`code_wrong`, `second_factor_not_offered`).
    """
    with transaction(office.engine) as tx:
        account = accounts.for_update(tx, visitor.person)
        offered = account and account.offered_factor
        opened = offered and unsealed(offered, visitor.person, office.secret)
        if not opened:
            raise FactInvalid("请先扫码或者录入密钥，再输入动态码。", code="second_factor_not_offered")
        step = matching_step(opened, code, at)
        if step is None:
            raise FactInvalid("动态码不对，请核对手机时间后重新输入。", code="code_wrong")
        taken = {"second_factor": offered, "second_factor_step": step, "offered_factor": None}
        accounts.change(tx, visitor.person, **taken)
        token, ended = sessions.renew(tx, visitor, Ending.SECOND_FACTOR, at=at)
        told = {"person": visitor.person, "sessions": ended}
        told |= end_tokens(tx, Ending.SECOND_FACTOR, at=at, person=visitor.person)
        tell(tx, office, Act("second_factor_enrolled", at, visitor.person, told))
    return token


def drop(office: Office, visitor: Visitor, code: str, *, at: datetime) -> str:
    """Lay down the second factor, with a code of it; the token the session goes on under.

    Raises `FactInvalid` (`code_wrong`), `TooManyTries` (`account_locked`), `SignInRefused`.
    """
    proving.code(office, visitor, code, at=at)
    with transaction(office.engine) as tx:
        accounts.for_update(tx, visitor.person)
        accounts.change(tx, visitor.person, second_factor=None, offered_factor=None)
        guesses.clear_lockout(tx, guessing.subject(visitor.person))
        token, ended = sessions.renew(tx, visitor, Ending.SECOND_FACTOR, at=at)
        told = {"person": visitor.person, "sessions": ended}
        told |= end_tokens(tx, Ending.SECOND_FACTOR, at=at, person=visitor.person)
        tell(tx, office, Act("second_factor_dropped", at, visitor.person, told))
    return token


def _offer(office: Office, secret: str, login: str) -> Offer:
    from pyotp import TOTP  # noqa: PLC0415 - for whoever enrols, not for every command

    codes = TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    return Offer(
        secret, codes.provisioning_uri(name=login, issuer_name=office.settings.office_name or ISSUER)
    )
