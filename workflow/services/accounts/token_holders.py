"""Whoever holds a token of the interface, as that knows him: a person, or a machine somebody answers for.

What a person may and sees is looked up with every request, as on the pages: his token never gives more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from limits import RateLimitItemPerMinute
from sqlalchemy import Row

from states.accounts.api_tokens import Standing, fault_of, is_whole
from states.accounts.scopes import Scope, check_has
from states.office_time import office_day
from workflow.errors import TokenRefused, TooManyTries
from workflow.services.accounts import guessing
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed
from workflow.services.accounts.visitors import Visitor, visitor_of
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature
from workflow.services.seeing import Machine, Onlooker
from workflow.storage import api_tokens
from workflow.storage.session import glance, transaction

DOOR = "api"
OF_MACHINES, CODE_BOUND = "machine:", 32
"""How views know a machine: by what is nobody's code, and no longer than one."""
SEEN_EVERY = timedelta(minutes=1)
"""How often a token's row is written while it is used."""
WRONG_FROM_ADDRESS = RateLimitItemPerMinute(30, 10, "token")
"""Tokens that do not count, from one address in ten minutes. Those that do are let through all the same: a
whole office may sit behind one address, and no right token is found by trying."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds a token, which goes by its id: a `visitor`, or a `machine`, never both."""

    token: str
    name: str
    scopes: frozenset[Scope]
    visitor: Visitor | None = None
    machine: Machine | None = None

    @property
    def person(self) -> str | None:
        """The code of the person who holds it; None for a machine, which is nobody."""
        return None if self.visitor is None else self.visitor.person

    def check(self, scope: Scope) -> None:
        """Raises `NotPermitted` (`scope_missing`) where the token lacks a scope."""
        check_has(self.scopes, scope)

    def signature(
        self, at: datetime, *, form: str | None = None, clock: Callable[[], datetime] | None = None
    ) -> Signature:
        """How entries are signed that come of a request: by the person, or by the system for a machine."""
        named = None if self.machine is None else self.machine.name
        bore = {"token": self.token, "machine": named}
        return Signature(self.person, DOOR, at, form=form, clock=clock, **bore)

    def onlooker(self, at: datetime) -> Onlooker:
        """Whoever a view is shown to."""
        return Onlooker(self.person or f"{OF_MACHINES}{self.token}"[:CODE_BOUND], at, self.machine)


def holder(office: Office, token: str, *, at: datetime, address: str = "") -> Holder:
    """Who holds this token.

    Raises `TokenRefused` with the code of why it does not count (`token_unknown`, `token_expired`,
    `token_revoked`, `token_waiting`, `token_disabled`, `account_owes`), and `TooManyTries` (`token_guesses`)
    where too many came from one address that do not.
    """
    found = _rows(office, token, at)
    if not found:
        raise _refused(office, "token_unknown", UNKNOWN, address, at)
    row, bearer = found[0], _visitor(office, found, at)
    fault = fault_of(_standing(row, bearer), at)
    if fault is not None:
        raise _refused(office, fault.value, fault.label, address, at)
    _see(office, row, address, at)
    return _holder(row, bearer)


UNKNOWN = "令牌不对，请核对是否完整，或者重新申请。"


def _rows(office: Office, token: str, at: datetime) -> list[Row[Any]]:
    if not is_whole(token):
        return []
    with glance(office.engine) as tx:
        return api_tokens.with_roles(tx, hashed(token), office_day(at))


def _visitor(office: Office, found: list[Row[Any]], at: datetime) -> Visitor | None:
    """The person, as a session would know him; None for a machine and for somebody without an account."""
    row = found[0]
    if row.machine or row.account is None:
        return None
    own = [one for one in found if one.is_own]
    deputised = [one for one in found if one.role is not None and not one.is_own]
    told = {"by_provider": row.by_provider, "deputised": deputised}
    return visitor_of(office, row, own, row.token, at, **told)


def _standing(row: Row[Any], bearer: Visitor | None) -> Standing:
    gone = row.disabled_at is not None or row.account is None
    owes = bearer is not None and bearer.owes is not None
    return Standing(row.until, row.ended_at is not None, row.waits, disabled=gone, owes=owes)


def _holder(row: Row[Any], bearer: Visitor | None) -> Holder:
    machine = Machine(row.token_name, row.units) if row.machine else None
    scopes = frozenset(Scope(one) for one in row.scopes)
    return Holder(row.token, row.token_name, scopes, bearer, machine)


def _see(office: Office, row: Row[Any], address: str, at: datetime) -> None:
    if row.seen_at is None or at - row.seen_at >= SEEN_EVERY:
        with transaction(office.engine) as tx:
            api_tokens.see(tx, row.token, at, guessing.told(address))


def _refused(
    office: Office, code: str, message: str, address: str, at: datetime
) -> TokenRefused | TooManyTries:
    """The refusal of a token that does not count, which counts against its address."""
    with transaction(office.engine) as tx:
        line = guessing.stand(tx, guessing.place_of(address), at, WRONG_FROM_ADDRESS)
        if line.is_first:
            told = {"address": guessing.place_of(address)}
            tell(tx, office, Act("token_tries_stopped", at, SYSTEM, told), by=Signature(None, DOOR, at))
    if line.retry_after:
        again = "这个网络地址送来的无效令牌过多，请稍后再试。"
        return TooManyTries(again, code="token_guesses", retry_after=line.retry_after)
    return TokenRefused(message, code=code)
