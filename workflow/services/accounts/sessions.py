"""Sessions: opened at sign-in, looked up with every request, over for one of the reasons of `Ending`.

The token is the browser's alone; the database knows its hash. Roles are looked up with every request, and a
session whose person holds others than at its start is over: nobody goes on in rights he lost, or with a page
made for fewer than he has.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.sessions import Ending, Limits, over
from states.characters import without_deceptive
from states.office_time import office_day
from workflow.errors import SignInRefused
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed, new_token
from workflow.services.accounts.visitors import Visitor, digest_of, grants_today, visitor_of
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office
from workflow.settings import Settings
from workflow.storage import account_sessions
from workflow.storage.session import glance, reading, transaction

SEEN_EVERY = timedelta(minutes=1)
"""How often a session's row is written while its person works; so it may be idle a minute less."""
SHOWN = 12
"""How much of a session's id entries and lists show."""
AGENT_BOUND = 200


def visitor(office: Office, token: str, *, at: datetime) -> Visitor | None:
    """Who holds this token; None where there is no such session, or it is over, which is written down."""
    session_id = hashed(token)
    with glance(office.engine) as tx:
        found = account_sessions.open_with_grants(tx, session_id, office_day(at))
    if not found:
        return None
    row, grants = found[0], [one for one in found if one.role is not None]
    ending = _ending(row, digest_of(grants), at, limits_of(office.settings))
    if ending is not None:
        _end(office, row, ending, at=at)
        return None
    if at - row.seen_at >= SEEN_EVERY:
        with transaction(office.engine) as tx:
            account_sessions.see(tx, session_id, at)
    return visitor_of(office, row, grants, session_id, at, by_provider=row.by_provider)


def end(office: Office, token: str, *, at: datetime) -> None:
    """Sign out. A session that is over already is no fault."""
    with reading(office.engine) as tx:
        row = account_sessions.open_one(tx, hashed(token))
    if row is not None:
        _end(office, row, Ending.SIGNED_OUT, at=at)


def end_all(
    tx: Connection, reason: Ending, *, at: datetime, person: str | None = None, but: str | None = None
) -> int:
    """End every session of a person, or of everybody, except the one with this id, within a transaction whose
    entry tells of it; how many there were."""
    return account_sessions.end_all(tx, reason.value, at, person=person, but=but)


def open_session(tx: Connection, person: str, *, at: datetime, **begun: Any) -> str:
    """Open a session; its token. `begun` are address and agent, whether it was `by_provider`, and when it was
    opened if it goes on."""
    token, roles = new_token(), digest_of(grants_today(tx, person, at))
    columns = {"opened_at": at, **begun, "seen_at": at, "roles": roles}
    columns["agent"] = without_deceptive(columns["agent"])[:AGENT_BOUND]
    account_sessions.add(tx, id=hashed(token), person=person, **columns)
    return token


def renew(tx: Connection, visitor: Visitor, reason: Ending, *, at: datetime) -> tuple[str, int]:
    """Let a visitor's session go on under another token, and end every other of his: the token, and how many
    others there were. It lasts no longer for that."""
    row = account_sessions.open_one(tx, visitor.session)
    if row is None:
        raise SignInRefused("登录已经结束，请重新登录。", code="session_over")
    ended = end_all(tx, reason, at=at, person=visitor.person) - 1
    begun = {name: getattr(row, name) for name in ("address", "agent", "opened_at", "by_provider")}
    return open_session(tx, visitor.person, at=at, **begun), ended


def limits_of(settings: Settings) -> Limits:
    """How long sessions of this installation last."""
    idle, hours = settings.session_idle_minutes, settings.session_hours
    return Limits(timedelta(minutes=idle), timedelta(hours=hours))


def _ending(row: Row[Any], roles: str, at: datetime, limits: Limits) -> Ending | None:
    if row.disabled_at is not None:
        return Ending.DISABLED
    return over(row.opened_at, row.seen_at, at, limits) or (Ending.ROLES if roles != row.roles else None)


def _end(office: Office, row: Row[Any], reason: Ending, *, at: datetime) -> None:
    """Two requests may find a session over at once; one of them writes it down."""
    himself = reason is Ending.SIGNED_OUT
    told = {"person": row.person, "session": row.id[:SHOWN], "ended_for": reason.value}
    with transaction(office.engine) as tx:
        if account_sessions.end(tx, row.id, reason.value, at):
            tell(tx, office, Act("session_ended", at, row.person if himself else SYSTEM, told))
