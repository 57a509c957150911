"""Signing in: a name, a password, and a code where the account has a second factor.

Whatever is wrong, the answer is the same and so is the work: the same rows are counted, one hash is checked,
one entry written. What was wrong stands in the office's journal alone. A name nobody has is never written
down, as it may be a password typed in the wrong place.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from limits import RateLimitItem
from sqlalchemy import Connection, Row

from states.accounts.lockout import Failures
from states.accounts.passwords import prepared
from states.characters import without_deceptive
from workflow.errors import SignInRefused, TooManyTries
from workflow.services.accounts import devices, guessing, second_factor, sessions
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed
from workflow.services.accounts.visitors import Visitor, grants_today, visitor_of
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office
from workflow.storage import accounts, guesses
from workflow.storage.session import reading, transaction

LOGIN_BOUND = 64
REFUSED = (
    "登录未成功：登录名、密码或者动态码不对，或者账号暂时不能登录。"
    "请核对后再试；仍不能登录的，请联系系统管理员。"
)


def is_set_up(office: Office) -> bool:
    """Whether anybody could sign in at all."""
    with reading(office.engine) as tx:
        return accounts.are_there_any(tx)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody signs in with, from which address and by what browser; `device` is what that browser kept
    of former sign-ins."""

    login: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    address: str = ""
    agent: str = ""
    device: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in now, the token of his session, and what his browser keeps from now on."""

    token: str = field(repr=False)
    visitor: Visitor
    device: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A try as it was counted: whose account, under which subject, and how that stands."""

    account: Row[Any] | None
    subject: str
    failures: Failures
    was_locked: bool

    @property
    def is_of_device(self) -> bool:
        """Whether it counts against a browser he has signed in from before, and not against his account."""
        return self.subject.startswith(devices.SUBJECT)


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a try came to: `wrong` names the fault, `step` the code that was used, `renewed` a hash anew."""

    wrong: str | None
    step: int | None = None
    renewed: str | None = None


def sign_in(office: Office, attempt: Attempt, *, at: datetime) -> SignedIn:
    """Sign somebody in. Raises `SignInRefused`, whatever is wrong, and `TooManyTries`."""
    counted = _count(office, attempt, at)
    proof = _prove(office, counted, attempt, at)
    with transaction(office.engine) as tx:
        wrong = proof.wrong or _overtaken(tx, counted, proof)
        if wrong is None:
            return _open(tx, office, counted, proof, attempt, at=at)
        _tell(tx, office, counted, wrong, attempt, at=at)
    raise SignInRefused(REFUSED)


def normal_login(login: str) -> str:
    """A login name as it is kept and looked up: full-width letters plain, no matter how large."""
    return unicodedata.normalize("NFKC", without_deceptive(login)).strip().casefold()


def check_address(
    office: Office, address: str, *, at: datetime, limit: RateLimitItem = guessing.FROM_ADDRESS
) -> None:
    """Count a try from an address until it proves right. Raises `TooManyTries`."""
    with transaction(office.engine) as tx:
        line = _stand(tx, office, guessing.place_of(address), at, limit=limit)
    if line.retry_after:
        raise _too_many(line.retry_after)


def _count(office: Office, attempt: Attempt, at: datetime) -> _Counted:
    """Before anything is checked, in a transaction of its own: who tries at the same time counts as well."""
    address, login = guessing.place_of(attempt.address), normal_login(attempt.login[:LOGIN_BOUND])
    with transaction(office.engine) as tx:
        line = _stand(tx, office, address, at)
        if not line.retry_after:
            account = accounts.by_login(tx, login)
            device = devices.subject_of(account, attempt.device, office.secret, at)
            subjects = (device, guessing.subject_of(account, login, office.secret))
            return _Counted(account, *guessing.count_first(tx, subjects, at))
    raise _too_many(line.retry_after)


def _stand(
    tx: Connection,
    office: Office,
    address: str,
    at: datetime,
    *,
    limit: RateLimitItem = guessing.FROM_ADDRESS,
) -> guessing.Line:
    line = guessing.stand(tx, address, at, limit)
    if line.is_first:
        tell(tx, office, Act("address_stopped", at, SYSTEM, {"address": address}))
    return line


def _too_many(retry_after: int) -> TooManyTries:
    message = f"这个网络地址登录失败的次数过多，请{-(-retry_after // 60)}分钟后再试。"
    return TooManyTries(message, retry_after=retry_after)


def _prove(office: Office, counted: _Counted, attempt: Attempt, at: datetime) -> _Proof:
    """Outside any transaction: a hash takes its time, and nobody should wait for it."""
    account = counted.account
    kept = account.password if account is not None else None
    checked = office.hasher.verify(prepared(attempt.password), kept)
    step = second_factor.step_of(office, account, attempt.code, at)
    wrong = _wrong(counted, checked.right, step is not None)
    return _Proof(wrong, step, checked.renewed)


def _wrong(counted: _Counted, password_right: bool, code_right: bool) -> str | None:
    account = counted.account
    if account is None:
        return "unknown"
    faults = {
        "locked": counted.was_locked,
        "disabled": account.disabled_at is not None,
        "password": not password_right,
        "code": account.second_factor is not None and not code_right,
    }
    return next((name for name, found in faults.items() if found), None)


def _overtaken(tx: Connection, counted: _Counted, proof: _Proof) -> str | None:
    """What came in between while the hash was made: the account was changed, or the code used."""
    known: Any = counted.account
    account = accounts.for_update(tx, known.person)
    if account is None or _key(account) != _key(known):
        return "changed"
    fresh = proof.step is None or accounts.use_step(tx, known.person, proof.step)
    return None if fresh else "code_used"


def _key(account: Row[Any]) -> tuple[Any, ...]:
    """What somebody proved himself by."""
    return account.password, account.second_factor, account.disabled_at


def _open(
    tx: Connection, office: Office, counted: _Counted, proof: _Proof, attempt: Attempt, *, at: datetime
) -> SignedIn:
    """The session of whoever has proved himself; what his try was counted with is not held against him any
    more. Who comes by a known browser does not end a lock for the others that brought it about."""
    account: Any = counted.account
    address, person = guessing.told(attempt.address), account.person
    if proof.renewed is not None:
        accounts.change(tx, person, password=proof.renewed)
    guessing.give_back(tx, guessing.place_of(attempt.address), at)
    guesses.clear_lockout(tx, counted.subject)
    guessing.forget(tx, at)
    token = sessions.open_session(tx, person, address=address, agent=attempt.agent, at=at)
    told = {"session": hashed(token)[: sessions.SHOWN], "address": address}
    tell(tx, office, Act("signed_in", at, person, told))
    visitor = visitor_of(office, account, grants_today(tx, person, at), hashed(token), at)
    return SignedIn(token, visitor, devices.kept_from_now(account, attempt.device, office.secret, at))


def _tell(
    tx: Connection, office: Office, counted: _Counted, wrong: str, attempt: Attempt, *, at: datetime
) -> None:
    """One entry, or none while a lock holds, so that nobody can flood the history."""
    if counted.was_locked or (counted.account is None and not guessing.may_tell(tx, at)):
        return
    told: dict[str, Any] = {"address": guessing.told(attempt.address), "wrong": wrong}
    if counted.account is not None:
        told |= {"person": counted.account.person, "failures": counted.failures.count}
        told |= {"device": True} if counted.is_of_device else {}
    until = counted.failures.locked_until
    if until is not None and counted.account is not None:
        _tell_of_lock(tx, office, counted, told | {"until": until.isoformat()}, at=at)
    else:
        tell(tx, office, Act("sign_in_failed", at, SYSTEM, told))


def _tell_of_lock(
    tx: Connection, office: Office, counted: _Counted, told: dict[str, Any], *, at: datetime
) -> None:
    if counted.is_of_device:
        tell(tx, office, Act("device_locked", at, SYSTEM, told))
    else:
        tell(tx, office, Act("account_locked", at, SYSTEM, told))
