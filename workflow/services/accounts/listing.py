"""Accounts and sessions as their administrators see them: never a password, a token or the hash of one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.accounts.sessions import Ending, over
from states.vocabulary import Labelled
from workflow.services.accounts import admitting, guessing
from workflow.services.accounts.authority import onlooker
from workflow.services.accounts.sessions import SHOWN, limits_of
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.storage import account_sessions, accounts, guesses
from workflow.storage.session import reading


class Standing(Labelled):
    """How an account stands."""

    ACTIVE = "active", "正常"
    INVITED = "invited", "待设密码"
    LAPSED = "lapsed", "邀请已过期"
    LOCKED = "locked", "暂时锁定"
    DISABLED = "disabled", "停用"


def list_accounts(office: Office, *, by: Signature, at: datetime) -> list[dict[str, Any]]:
    """Every account, by login; of one whose invitation `waits` nobody has admitted it yet.

    Raises `NotPermitted`, `FactMissing`.
    """
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        locked, invited = guesses.locked(tx, at), accounts.open_invitations(tx, at)
        waits = admitting.waits_for(tx, at)
        listed = accounts.listed(tx)
        return [_account(row, locked, invited) | {"waits": row.person in waits} for row in listed]


def list_sessions(
    office: Office, person: str | None = None, *, by: Signature, at: datetime
) -> list[dict[str, Any]]:
    """Everybody's sessions or one person's, the newest first, and why those that are over are.

    Raises `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`.
    """
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        code = None if person is None else str(find_person(tx, person).code)
        rows = account_sessions.listed(tx, code)
    return [_session(row, office, at) for row in rows]


def _account(row: Row[Any], locked: dict[str, datetime], invited: dict[str, datetime]) -> dict[str, Any]:
    until, open_until = locked.get(guessing.subject(row.person)), invited.get(row.person)
    standing = _standing(row, until, open_until)
    return {
        "person": row.person,
        "name": row.name,
        "login": row.login,
        "standing": standing.value,
        "standing_label": standing.label,
        "locked_until": _told(until),
        "invited_until": _told(open_until),
        "second_factor": row.second_factor is not None,
        "password_at": _told(row.password_at),
        "made_at": _told(row.made_at),
        "disabled_at": _told(row.disabled_at),
    }


def _standing(row: Row[Any], locked: datetime | None, invited: datetime | None) -> Standing:
    if row.disabled_at is not None:
        return Standing.DISABLED
    if row.password is None:
        return Standing.LAPSED if invited is None else Standing.INVITED
    return Standing.ACTIVE if locked is None else Standing.LOCKED


def _session(row: Row[Any], office: Office, at: datetime) -> dict[str, Any]:
    """One that is over and that nobody came back to is over all the same."""
    running_out = over(row.opened_at, row.seen_at, at, limits_of(office.settings))
    ended_for = Ending(row.ended_for) if row.ended_for else running_out
    return {
        "session": row.id[:SHOWN],
        "person": row.person,
        "name": row.name,
        "address": row.address,
        "agent": row.agent,
        "opened_at": _told(row.opened_at),
        "seen_at": _told(row.seen_at),
        "ended_at": _told(row.ended_at),
        "ended_for": ended_for and ended_for.value,
        "ended_label": ended_for and ended_for.label,
    }


def _told(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
