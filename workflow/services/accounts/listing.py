"""Accounts and sessions as their administrators see them: never a password, a token or the hash of one.

Every list is bounded and goes on after the line that was its last.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.admission import WRONG_CODES
from states.accounts.sessions import Ending, over
from states.errors import FactInvalid
from states.office_time import office_day
from states.vocabulary import Labelled, Role
from workflow.services.accounts import admitting, guessing
from workflow.services.accounts.authority import onlooker
from workflow.services.accounts.invitations import no_account
from workflow.services.accounts.sessions import SHOWN, limits_of
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.storage import account_sessions, accounts, guesses, holdings
from workflow.storage.session import reading

MOST = 1_000
"""Lines a list gives at once."""


class Standing(Labelled):
    """How an account stands."""

    ACTIVE = "active", "正常"
    INVITED = "invited", "待设密码"
    LAPSED = "lapsed", "邀请已过期"
    WITHDRAWN = "withdrawn", "邀请已作废"
    LOCKED = "locked", "暂时锁定"
    DISABLED = "disabled", "停用"


def list_accounts(
    office: Office,
    *,
    words: str | None = None,
    after: str | None = None,
    most: int = MOST,
    by: Signature,
    at: datetime,
) -> list[dict[str, Any]]:
    """Accounts by login, of those after this login: with these words in name, code or login.

    Raises `NotPermitted`, `FactMissing`.
    """
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        return _told(tx, accounts.listed(tx, words, after, most), at)


def show_account(office: Office, person: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """One account, as lists tell of it. Raises `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`."""
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        code = str(find_person(tx, person).code)
        row = accounts.of_person(tx, code)
        if row is None:
            raise no_account(person, code)
        return _told(tx, [row], at)[0]


def list_sessions(
    office: Office,
    person: str | None = None,
    *,
    after: str | None = None,
    most: int = MOST,
    by: Signature,
    at: datetime,
) -> list[dict[str, Any]]:
    """Everybody's sessions or one person's, the newest first, and why those that are over are.

    `after` is a session as lists tell of it. Raises `NotFound`, `Ambiguous`, `NotPermitted`, `FactMissing`,
    `FactInvalid` (`cursor_invalid`).
    """
    with reading(office.engine) as tx:
        onlooker(tx, by, at=at)
        code = None if person is None else str(find_person(tx, person).code)
        rows = account_sessions.listed(tx, code, _session_called(tx, after), most)
    return [_session(row, office, at) for row in rows]


def cut(lines: list[dict[str, Any]], most: int) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """At most so many lines, and the last of them where there are more."""
    return lines[:most], lines[most - 1] if len(lines) > most else None


def cursor_unknown(after: str) -> FactInvalid:
    """The refusal for a line nobody was told of, after which a list is to go on."""
    message = "续查的位置无法识别，请原样填写上一页给出的next。"
    return FactInvalid(message, code="cursor_invalid", cursor=after[:80])


def _session_called(tx: Connection, after: str | None) -> Row[Any] | None:
    if after is None:
        return None
    found = account_sessions.starting(tx, after) if len(after) == SHOWN else None
    if found is None:
        raise cursor_unknown(after)
    return found


def _told(tx: Connection, rows: Sequence[Row[Any]], at: datetime) -> list[dict[str, Any]]:
    """These accounts with what is known of their people, each asked for once for all of them."""
    people, day = [row.person for row in rows], office_day(at)
    locked, invited = guesses.locked(tx, at), accounts.open_invitations(tx, at)
    withdrawn = accounts.withdrawn_invitations(tx, [row.person for row in rows if row.password is None])
    roles, units = holdings.roles_and_units_of(tx, people, day)
    last, waits = account_sessions.last_opened(tx, people), admitting.waits_for(tx, at)
    return [
        {
            **_account(row, locked, invited, withdrawn.get(row.person)),
            "roles": [Role(role).value for role in roles.get(row.person, ())],
            "role_labels": [Role(role).label for role in roles.get(row.person, ())],
            "units": units.get(row.person, []),
            "waits": row.person in waits,
            "signed_in_at": _instant(last.get(row.person)),
        }
        for row in rows
    ]


def _account(
    row: Row[Any], locked: dict[str, datetime], invited: dict[str, datetime], wrong_codes: int | None
) -> dict[str, Any]:
    """`wrong_codes` are those tried on an invitation that was withdrawn, None where none was."""
    until, open_until = locked.get(guessing.subject(row.person)), invited.get(row.person)
    standing = _standing(row, until, open_until, is_withdrawn=wrong_codes is not None)
    return {
        "person": row.person,
        "name": row.name,
        "login": row.login,
        "standing": standing.value,
        "standing_label": standing.label,
        "standing_reason": _reason(wrong_codes) if standing is Standing.WITHDRAWN else None,
        "locked_until": _instant(until),
        "invited_until": _instant(open_until),
        "second_factor": row.second_factor is not None,
        "password_at": _instant(row.password_at),
        "made_at": _instant(row.made_at),
        "disabled_at": _instant(row.disabled_at),
    }


def _reason(wrong_codes: int | None) -> str:
    """Why an invitation works no more, as far as it says itself; the journal has the rest."""
    if (wrong_codes or 0) >= WRONG_CODES:
        return f"核对码连错{WRONG_CODES}次，须重新邀请"
    return "未予核准或者已撤回，须重新邀请"


def _standing(
    row: Row[Any], locked: datetime | None, invited: datetime | None, *, is_withdrawn: bool
) -> Standing:
    if row.disabled_at is not None:
        return Standing.DISABLED
    if row.password is None and invited is None:
        return Standing.WITHDRAWN if is_withdrawn else Standing.LAPSED
    if row.password is None:
        return Standing.INVITED
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
        "opened_at": _instant(row.opened_at),
        "seen_at": _instant(row.seen_at),
        "ended_at": _instant(row.ended_at),
        "ended_for": ended_for and ended_for.value,
        "ended_label": ended_for and ended_for.label,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
