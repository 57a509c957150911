"""Tokens of the interface that people make for themselves: made, listed, revoked.

A token is told once, when it is made; what is kept is its hash. Whoever makes one proves himself once more,
as for another password: a page left open is no place to take rights away from.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.api_tokens import (
    BODY,
    LETTERS,
    SHOWN,
    TokenState,
    check_days,
    check_room,
    checked_name,
    written,
)
from states.accounts.scopes import Scope
from states.errors import FactInvalid
from workflow.errors import NotFound, SignInRefused
from workflow.services.accounts import proving
from workflow.services.accounts.keyed import keyed
from workflow.services.accounts.telling import tell
from workflow.services.accounts.token_holders import Holder, holder
from workflow.services.accounts.tokens import hashed
from workflow.services.accounts.visitors import Visitor
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.storage import account_sessions, accounts, api_tokens
from workflow.storage.session import reading, transaction

__all__ = ["Asked", "Holder", "Made", "Proof", "create", "holder", "own_tokens", "revoke"]

TOKEN_DOMAIN = b"duban/api-token/1\x00"
"""An entry bears a keyed hash of the token, so that another put in its place is seen."""
JUST_NOW = timedelta(minutes=10)
LISTED = 100
REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Asked:
    """A token as it is asked for: what it is for, what it may, for how many days."""

    name: str
    scopes: frozenset[Scope]
    days: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What its maker proves himself by; the code where he has a second factor."""

    password: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token, which nobody is told again, and how lists tell of it."""

    secret: str = field(repr=False)
    told: dict[str, Any]


def create(
    office: Office, visitor: Visitor, asked: Asked, proof: Proof, *, by: Signature, at: datetime
) -> Made:
    """Make a token for somebody who proves himself.

    Raises `FactInvalid` (`token_name_invalid`, `token_days_invalid`, `tokens_too_many`, `password_wrong`,
    `code_wrong`), `TooManyTries` (`account_locked`), `SignInRefused` (`session_not_new`).
    """
    check_asked(asked)
    by_provider = _proved(office, visitor, proof, at)
    secret = new_secret()
    row = new_row(secret, visitor.person, asked, at)
    with transaction(office.engine) as tx:
        account = accounts.for_update(tx, visitor.person)
        if account is None or account.disabled_at is not None:
            raise SignInRefused("账号已经不能使用，请联系系统管理员。")
        check_room(api_tokens.count_live(tx, visitor.person, at))
        api_tokens.add(tx, **row, machine=False, waits=False, by_provider=by_provider)
        tell(tx, office, Act("token_made", at, visitor.person, entered(office, row, secret)), by=by)
        kept = api_tokens.one(tx, row["id"])
    return Made(secret, told_of(kept, at)) if kept is not None else _gone(row["id"])


def own_tokens(office: Office, person: str, *, at: datetime) -> list[dict[str, Any]]:
    """Somebody's tokens and those of machines he answers for, the newest first, those that are over among
    them; never one itself."""
    with reading(office.engine) as tx:
        return [told_of(row, at) for row in api_tokens.of_person(tx, person, LISTED)]


def revoke(office: Office, token_id: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Revoke one of one's own tokens, or of those one answers for, by its id or the beginning of it.

    Raises `NotFound` (`token_not_found`), also for another person's, `FactInvalid` (`token_over`), or as
    `find_person`.
    """
    with transaction(office.engine) as tx:
        person = str(find_person(tx, by.person or "").code)
        row = _his(tx, token_id, person)
        end(tx, office, row, by=by, at=at, actor=person)
        return told_of(named(tx, row.id), at)


def end(tx: Connection, office: Office, row: Row[Any], *, by: Signature, at: datetime, actor: str) -> None:
    """Let a token end, with its entry. Raises `FactInvalid` (`token_over`)."""
    if row.until <= at or not api_tokens.end(tx, row.id, REVOKED, at):
        raise FactInvalid("令牌已经失效，无须撤销。", code="token_over", token=row.id)
    told = {"token": row.id, "person": row.person, "name": row.name}
    told |= {"machine": True} if row.machine else {}
    tell(tx, office, Act("token_revoked", at, actor, told), by=by)


def new_secret() -> str:
    """A token nobody can guess: forty letters by chance, with its beginning and its checksum."""
    return written("".join(secrets.choice(LETTERS) for _ in range(BODY)))


def check_asked(asked: Asked) -> None:
    """Raises `FactInvalid` (`token_name_invalid`, `token_days_invalid`)."""
    checked_name(asked.name)
    check_days(asked.days)


def new_row(secret: str, person: str, asked: Asked, at: datetime) -> dict[str, Any]:
    """What is kept of a new token of somebody, or that he answers for."""
    return {
        "id": secrets.token_hex(16),
        "digest": hashed(secret),
        "shown": secret[:SHOWN],
        "person": person,
        "name": checked_name(asked.name),
        "scopes": tuple(one.value for one in Scope if one in asked.scopes),
        "made_by": person,
        "made_at": at,
        "until": at + timedelta(days=asked.days),
    }


def entered(office: Office, row: dict[str, Any], secret: str) -> dict[str, Any]:
    """A new token as its entry tells of it."""
    return {
        "token": row["id"],
        "person": row["person"],
        "name": row["name"],
        "scopes": list(row["scopes"]),
        "until": row["until"].isoformat(),
        "subject": keyed(TOKEN_DOMAIN, hashed(secret), office.secret),
    }


def named(tx: Connection, token_id: str) -> Row[Any]:
    """A token by its id. Raises `NotFound` (`token_not_found`)."""
    row = api_tokens.one(tx, token_id)
    return _gone(token_id) if row is None else row


def told_of(row: Row[Any], at: datetime) -> dict[str, Any]:
    """A token as lists and documents tell of it."""
    state = state_of(row, at)
    return {
        "token": row.id,
        "shown": f"{row.shown}…",
        "name": row.name,
        "machine": row.machine,
        "person": row.person,
        "person_name": row.person_name,
        "scopes": list(row.scopes),
        "scope_labels": [Scope(one).label for one in row.scopes],
        "made_at": row.made_at.isoformat(),
        "until": row.until.isoformat(),
        "seen_at": row.seen_at and row.seen_at.isoformat(),
        "seen_from": row.seen_from,
        "state": state.value,
        "state_label": state.label,
    }


def state_of(row: Row[Any], at: datetime) -> TokenState:
    """How it stands at an instant."""
    if row.ended_at is not None:
        return TokenState.REVOKED
    if row.until <= at:
        return TokenState.EXPIRED
    return TokenState.WAITING if row.waits else TokenState.LIVE


def _proved(office: Office, visitor: Visitor, proof: Proof, at: datetime) -> bool:
    """Whoever makes one knows his password, and has his second factor at hand; somebody who signs in through
    the provider has just done so. Whether it was that."""
    with reading(office.engine) as tx:
        session = account_sessions.open_one(tx, visitor.session)
    if session is not None and session.by_provider:
        if at - session.opened_at > JUST_NOW:
            message = "为确认是本人，请退出后重新登录，10分钟内办理。"
            raise SignInRefused(message, code="session_not_new")
        return True
    account = proving.password(office, visitor, proof.password, at=at)
    if account.second_factor is not None:
        proving.code(office, visitor, proof.code, at=at)
    return False


def _his(tx: Connection, beginning: str, person: str) -> Row[Any]:
    found = [row for row in api_tokens.starting(tx, beginning) if row.person == person]
    return found[0] if len(beginning) >= SHORTEST_ID and len(found) == 1 else _gone(beginning)


SHORTEST_ID = 6


def _gone(token_id: str) -> Any:
    message = f"没有编号为“{token_id[:40]}”的令牌，请核对。"
    raise NotFound(message, code="token_not_found", token=token_id[:40])
