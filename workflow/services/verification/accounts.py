"""The rows of accounts against what the journal tells of them: who is let in, and by what.

No entry bears a hash of a password or the secret of a second factor, so that another one in the same place
is not seen; that there is one, and since when, is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from workflow.secret import Secret
from workflow.services.accounts.keyed import SUBJECT, fits
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding
from workflow.storage.guarded import Read, Unreadable

Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An account as its entries leave it; `login` and `subject`, a keyed hash, are None where none tells."""

    login: str | None
    password_at: datetime | None = None
    has_second_factor: bool = False
    disabled_at: datetime | None = None
    is_linked: bool = False
    subject: str | None = None


def check_accounts(rows: Iterable[Read], history: Iterable[Entry], secret: Secret) -> Iterator[Finding]:
    """Every row has its entries, every account told of its row, and they say the same."""
    missing = _told(history)
    for row in rows:
        if isinstance(row, Unreadable):
            missing.pop(row.id, None)
            message = "accounts表的一行无法读取：绕过系统改动了数据，该账号未能比对"
            yield finding("row_unreadable", message, table=row.table, row=row.id)
            continue
        told = missing.pop(row.person, None)
        if told is None:
            message = f"{row.person}的账号没有对应的记载：绕过系统添加"
            yield finding("account_unrecorded", message, person=row.person)
        elif different := _different(row, told, secret):
            message = f"{row.person}的账号与记载不符（{'、'.join(different)}）：绕过系统改动"
            yield finding("account_changed", message, person=row.person, columns=different)
    for lost in missing:
        yield finding("account_missing", f"{lost}的账号有记载而不存在：绕过系统删除", person=lost)


def _told(history: Iterable[Entry]) -> dict[str, Told]:
    """Each account as its entries leave it, by its person."""
    told: dict[str, Told] = {}
    for entry in history:
        details = entry.details.model_extra or {}
        person = details.get("person", entry.actor)
        if entry.kind == "account_added":
            told[person] = Told(details.get("login"))
        elif entry.kind in LEAVES and person in told:
            told[person] = replace(told[person], **LEAVES[entry.kind](entry, details))
    return told


def _accepted(entry: Entry, details: Details) -> dict[str, Any]:
    gone = {"has_second_factor": False} if details.get("second_factor") else {}
    return {"password_at": entry.occurred_at, **gone}


def _reset(_: Entry, details: Details) -> dict[str, Any]:
    """A reset that told of sessions took all away at once; later ones leave it to whoever accepts."""
    if "sessions" not in details:
        return {}
    gone = {"has_second_factor": False} if details.get("second_factor") else {}
    return {"password_at": None, **gone}


def _linked(_: Entry, details: Details) -> dict[str, Any]:
    """The first entries of links told no subject."""
    return {"is_linked": True, "subject": details.get("subject")}


LEAVES: Mapping[str, Callable[[Entry, Details], dict[str, Any]]] = {
    "account_disabled": lambda entry, _: {"disabled_at": entry.occurred_at},
    "account_enabled": lambda *_: {"disabled_at": None},
    "enabling_admitted": lambda *_: {"disabled_at": None},
    "account_reset": _reset,
    "invitation_accepted": _accepted,
    "password_changed": lambda entry, _: {"password_at": entry.occurred_at},
    "second_factor_enrolled": lambda *_: {"has_second_factor": True},
    "second_factor_dropped": lambda *_: {"has_second_factor": False},
    "account_linked": _linked,
    "link_admitted": _linked,
    "account_unlinked": lambda *_: {"is_linked": False, "subject": None},
}
"""What each kind of entry leaves an account with."""


def _different(row: Row[Any], told: Told, secret: Secret) -> list[str]:
    """The columns that say something else."""
    same = {
        "login": told.login in (None, row.login),
        "password": (row.password is not None) == (told.password_at is not None),
        "password_at": row.password_at == told.password_at,
        "second_factor": (row.second_factor is not None) == told.has_second_factor,
        "disabled_at": row.disabled_at == told.disabled_at,
        "external": _is_as_linked(row.external, told, secret),
    }
    return [column for column, is_same in same.items() if not is_same]


def _is_as_linked(external: str | None, told: Told, secret: Secret) -> bool:
    """A hash under a key that is gone for good says no more than that there is a name."""
    if external is None or not told.is_linked:
        return (external is not None) == told.is_linked
    if told.subject is None or secret.find(told.subject.partition(":")[0]) is None:
        return True
    return fits(told.subject, SUBJECT, external, secret)
