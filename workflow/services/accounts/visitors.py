"""Whoever is signed in, as a door knows him."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.passwords import PROFILES, Profile, is_too_old
from states.office_time import office_day
from states.vocabulary import Role
from workflow.services.office import Office
from workflow.settings import Settings
from workflow.storage import queries


class Owes(StrEnum):
    """What somebody must do before he may do anything else."""

    PASSWORD = "password"  # noqa: S105
    SECOND_FACTOR = "second_factor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who is signed in, with the roles he himself holds today; what he does as a deputy is decided
    with the act. `session` is the hash of his token, never the token."""

    person: str
    name: str
    roles: frozenset[Role]
    session: str
    owes: Owes | None
    deputised: frozenset[Role] = frozenset()

    @property
    def hats(self) -> frozenset[Role]:
        """His own roles and those he stands in for today: what pages lead him to, not what he may do."""
        return self.roles | self.deputised


def visitor_of(
    office: Office,
    account: Row[Any],
    grants: Iterable[Row[Any]],
    session: str,
    at: datetime,
    *,
    by_provider: bool = False,
    deputised: Iterable[Row[Any]] = (),
) -> Visitor:
    """The visitor of an account's row, which bears his name, with these grants.

    Whoever signed in `by_provider` owes nothing here: how people prove themselves there is its business.
    """
    roles = frozenset(Role(one.role) for one in grants)
    owes = None if by_provider else owed(account, profile_of(office.settings), at)
    stands_in = frozenset(Role(one.role) for one in deputised)
    return Visitor(account.person, account.name, roles, session, owes, stands_in)


def owed(account: Row[Any], profile: Profile, at: datetime) -> Owes | None:
    """Another password where his is too old or was set under other rules, then a second factor."""
    other_rules = account.profile != profile.name and profile.lasts is not None
    if other_rules or is_too_old(account.password_at, at, profile):
        return Owes.PASSWORD
    return Owes.SECOND_FACTOR if profile.second_factor and account.second_factor is None else None


def profile_of(settings: Settings) -> Profile:
    """The rules for passwords of this installation."""
    return PROFILES[settings.passwords]


def grants_today(tx: Connection, person: str, at: datetime) -> list[Row[Any]]:
    return queries.grants_of(tx, person, office_day(at))


def digest_of(grants: Iterable[Row[Any]]) -> str:
    """A short name for exactly these roles at these units."""
    held = sorted(f"{one.role}@{one.unit}" for one in grants)
    return hashlib.sha256("\n".join(held).encode()).hexdigest()
