"""What is held against guessing: tries on one account, tries from one address, over all processes alike.

A try is counted before anything is checked and proves right afterwards, so that a thousand at once are
counted like a thousand in turn.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil
from typing import Any

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Connection, Row

from states.accounts.lockout import FORGOTTEN_AFTER, Failures
from states.characters import without_deceptive
from workflow.secret import Secret
from workflow.storage import guesses

FROM_ADDRESS = RateLimitItemPerMinute(30, 10, "address")
"""Tries in ten minutes that do not prove right. A whole office may sit behind one address."""
TO_PROVIDER = RateLimitItemPerMinute(300, 10, "provider")
"""Ways begun to the provider in ten minutes that did not come back right: somebody may be there for long, and
a whole office with him."""
TOLD_OF_UNKNOWN = RateLimitItemPerMinute(60, 60, "unknown")
"""Entries in an hour about names there is no account of."""
DOMAIN = b"duban/unknown-login/1\x00"
ADDRESS_BOUND = 64


@dataclass(frozen=True, slots=True)
class Line:
    """How an address stands: in how many seconds it may try again, if not now, and whether that is new."""

    retry_after: int = 0
    is_first: bool = False


def stand(tx: Connection, address: str, at: datetime, limit: RateLimitItem = FROM_ADDRESS) -> Line:
    """Count a try from an address, and whether there was one left."""
    windows = guesses.Windows(tx, at)
    if FixedWindowRateLimiter(windows).hit(limit, address):
        return Line()
    key = limit.key_for(address)
    wait = ceil(windows.get_expiry(key) - at.timestamp())
    return Line(max(wait, 1), windows.get(key) == limit.amount + 1)


def give_back(tx: Connection, address: str, at: datetime, limit: RateLimitItem = FROM_ADDRESS) -> None:
    """The try from this address proved right."""
    guesses.Windows(tx, at).give_back(limit.key_for(address))


def may_tell(tx: Connection, at: datetime) -> bool:
    """Whether a name there is no account of is still worth an entry this hour."""
    return FixedWindowRateLimiter(guesses.Windows(tx, at)).hit(TOLD_OF_UNKNOWN)


def count(tx: Connection, subject: str, at: datetime) -> tuple[Failures, bool]:
    """Count a try; what it makes of the tries before, and whether these had locked the account."""
    row = guesses.lockout_for_update(tx, subject, at)
    before = Failures(row.tries, row.last_at, row.locked_until)
    after = before.tried(at)
    values = {"tries": after.count, "last_at": after.last_at, "locked_until": after.locked_until}
    guesses.keep_lockout(tx, subject, **values)
    return after, before.is_locked(at)


def count_first(tx: Connection, subjects: Iterable[str | None], at: datetime) -> tuple[str, Failures, bool]:
    """Count a try under the first of these subjects that is not locked, else the last; under which it was."""
    *first, last = [one for one in subjects if one is not None]
    for one in first:
        after, was_locked = count(tx, one, at)
        if not was_locked:
            return one, after, False
    return last, *count(tx, last, at)


def forget(tx: Connection, at: datetime) -> None:
    """Clear away what counts no more."""
    guesses.forget(tx, at, at - FORGOTTEN_AFTER)


def subject(person: str) -> str:
    """What tries on a person's account are counted under."""
    return f"person:{person}"


def subject_of(account: Row[Any] | None, login: str, secret: Secret) -> str:
    """The same of a name somebody signs in by; of one nobody has only a code, as it may be a password."""
    if account is not None:
        return subject(account.person)
    return "name:" + hmac.digest(secret.newest.value, DOMAIN + login.encode(), "sha256").hex()


def place_of(address: str) -> str:
    """What an address counts as: one of IPv6 as its whole network, which one customer has to himself."""
    found = _parsed(address)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else told(address)


def told(address: str) -> str:
    """An address as entries and sessions tell it; what is none, as far as it can be read."""
    found = _parsed(address)
    return without_deceptive(address)[:ADDRESS_BOUND] if found is None else str(found)[:ADDRESS_BOUND]


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """One of IPv4 is itself, also in IPv6's clothes."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
