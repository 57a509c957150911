"""Choosing a password: whether it may be, and what the account keeps of it."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from states.accounts.passwords import check_password, prepared
from states.errors import FactInvalid
from workflow.services.accounts.visitors import profile_of
from workflow.services.office import Office
from workflow.storage import queries
from workflow.storage.session import reading


def chosen(office: Office, account: Row[Any], password: str, at: datetime) -> Mapping[str, Any]:
    """The columns of an account whose person chooses this password.

    It takes a hash for every former one that is compared with. Raises `FactInvalid`, telling what is owed.
    """
    profile, written = profile_of(office.settings), prepared(password)
    check_password(written, profile, names=_names(office, account), common=common_passwords())
    former = former_with_own(account)
    for kept in former[: profile.history]:
        if office.hasher.verify(written, kept).right:
            raise FactInvalid(_AGAIN.format(profile.history), code="password_used_before")
    made = office.hasher.hash(written)
    return {"password": made, "password_at": at, "profile": profile.name, "former": former[:KEPT]}


_AGAIN = "新密码不能与最近用过的{}个密码相同，请换一个。"
KEPT = 5
"""Former hashes an account keeps, whatever its profile: it may be changed."""


def _names(office: Office, account: Row[Any]) -> list[str]:
    """What others would think of first: his login and name, the office's, and those of the units he is at."""
    with reading(office.engine) as tx:
        at_units = queries.units_by_code(tx, queries.units_of_people(tx, [account.person])).values()
    of_units = [one for unit in at_units for one in (unit.name, unit.short_name or "")]
    return [account.login, account.name, office.settings.office_name or "", *of_units]


@lru_cache
def common_passwords() -> frozenset[str]:
    """Thirty thousand passwords many people use, as zxcvbn lists them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - for whoever chooses one

    return frozenset(FREQUENCY_LISTS["passwords"])


def former_with_own(account: Row[Any]) -> tuple[str, ...]:
    """The hashes of the passwords he has had, the newest first, his own before all."""
    own = () if account.password is None else (account.password,)
    return (*own, *account.former)
