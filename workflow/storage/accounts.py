"""Named reads and writes of accounts and invitations. They never commit and never decide.

Whoever writes more than one of them takes an account first, then what is held against guessing, the journal
last: so nobody waits for somebody who waits for him.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from workflow.storage.account_models import Account, Invitation
from workflow.storage.look import remembered
from workflow.storage.queries import PERSON, add_missing, one_of, parts, table
from workflow.storage.together import Rows, Together

ACCOUNT, INVITATION = table(Account), table(Invitation)
_NAMED = select(ACCOUNT, PERSON.c.name).join(PERSON, PERSON.c.code == ACCOUNT.c.person)


def by_login(tx: Connection, login: str) -> Row[Any] | None:
    """The account that signs in by this name, with its person's."""
    return tx.execute(_NAMED.where(ACCOUNT.c.login == login)).first()


def of_person(tx: Connection, person: str) -> Row[Any] | None:
    return tx.execute(_NAMED.where(ACCOUNT.c.person == person)).first()


_CALLED = (
    select(PERSON, ACCOUNT.c.disabled_at)
    .outerjoin(ACCOUNT, ACCOUNT.c.person == PERSON.c.code)
    .where(or_(PERSON.c.code == bindparam("called"), PERSON.c.name == bindparam("called")))
    .order_by(PERSON.c.code)
)


def people_called(tx: Connection, name_or_code: str) -> list[Row[Any]]:
    """People with this code or this name, each with when his account was disabled."""
    found = ("accounts", name_or_code)
    return remembered(tx, found, lambda: list(tx.execute(_CALLED, {"called": name_or_code})))


def by_external(tx: Connection, subject: str) -> Row[Any] | None:
    """The account of whoever a provider calls so, which nobody else changes before this transaction ends."""
    return tx.execute(_NAMED.where(ACCOUNT.c.external == subject).with_for_update(of=ACCOUNT)).first()


def for_update(tx: Connection, person: str) -> Row[Any] | None:
    """The same, which nobody else changes before this transaction ends."""
    return tx.execute(_NAMED.where(ACCOUNT.c.person == person).with_for_update(of=ACCOUNT)).first()


def listed(tx: Connection, words: str | None, after: str | None, most: int) -> list[Row[Any]]:
    """Accounts by login, of those after one: with these words in login, or in the person's name or code."""
    columns = (PERSON.c.name, PERSON.c.code, ACCOUNT.c.login)
    found = _NAMED.order_by(ACCOUNT.c.login).limit(most)
    if words is not None:
        found = found.where(or_(*(one.icontains(words, autoescape=True) for one in columns)))
    return list(tx.execute(found if after is None else found.where(ACCOUNT.c.login > after)))


def are_there_any(tx: Connection) -> bool:
    """Whether anybody has an account."""
    return tx.execute(select(ACCOUNT.c.person).limit(1)).first() is not None


def add(tx: Connection, **values: Any) -> bool:
    """Add an account; False where its person or its login has one meanwhile."""
    return add_missing(tx, Account, {"former": (), **values})


def change(tx: Connection, person: str, **values: Any) -> None:
    tx.execute(update(ACCOUNT).where(ACCOUNT.c.person == person).values(values))


def use_step(tx: Connection, person: str, step: int) -> bool:
    """Use up a step of the second factor; False where it, or a later one, has been used."""
    later = or_(ACCOUNT.c.second_factor_step.is_(None), ACCOUNT.c.second_factor_step < step)
    used = update(ACCOUNT).where(ACCOUNT.c.person == person, later).values(second_factor_step=step)
    return bool(tx.execute(used).rowcount)


def add_invitation(tx: Connection, **values: Any) -> None:
    tx.execute(insert(INVITATION).values(values))


def invitation(tx: Connection, invitation_id: str) -> Row[Any] | None:
    return tx.execute(select(INVITATION).where(INVITATION.c.id == invitation_id)).first()


def open_invitations(tx: Connection, at: datetime) -> dict[str, datetime]:
    """Until when somebody may still use an invitation, by person."""
    rows = tx.execute(
        select(INVITATION.c.person, INVITATION.c.until).where(*_open(), INVITATION.c.until > at)
    )
    return {row.person: row.until for row in rows}


def withdrawn_invitations(tx: Connection, people: Sequence[str]) -> dict[str, int]:
    """By person: the wrong codes tried on the last invitation of each of these, where it was withdrawn."""
    last: dict[str, Row[Any]] = {}
    for part in parts(people):
        rows = tx.execute(select(INVITATION).where(one_of(tx, INVITATION.c.person, part)))
        last |= {row.person: row for row in sorted(rows, key=_in_turn)}
    return {person: int(row.wrong_codes) for person, row in last.items() if row.withdrawn_at is not None}


def _in_turn(row: Row[Any]) -> tuple[Any, ...]:
    """Of two made at one instant the one that is not withdrawn is the later."""
    return row.made_at, row.withdrawn_at is None


def change_invitation(tx: Connection, invitation_id: str, **values: Any) -> None:
    tx.execute(update(INVITATION).where(INVITATION.c.id == invitation_id).values(values))


def to_be_admitted(tx: Connection, at: datetime, since: datetime) -> Rows:
    """The invitations (`invited`) still open that nobody has admitted, with whom they are for; and the
    accounts (`offered`) with a name at the provider that was offered after an instant. In no order."""
    found = ("to be admitted", at, since)
    return remembered(tx, found, lambda: _TO_BE_ADMITTED.read(tx, at=at, since=since))


def withdraw_offers(tx: Connection, person: str | None = None) -> None:
    """The names at the provider that were offered to one person, or to everybody."""
    his = () if person is None else (ACCOUNT.c.person == person,)
    tx.execute(update(ACCOUNT).where(*his).values(offered_external=None, offered_by=None, offered_at=None))


def use_invitation(tx: Connection, invitation_id: str, at: datetime) -> bool:
    """Use it up; False where it was used or withdrawn meanwhile, or ended."""
    still = (INVITATION.c.id == invitation_id, *_open(), INVITATION.c.until > at)
    return bool(tx.execute(update(INVITATION).where(*still).values(used_at=at)).rowcount)


def withdraw_invitations(tx: Connection, at: datetime, person: str | None = None) -> None:
    """Those still open of one person, or of everybody."""
    his = () if person is None else (INVITATION.c.person == person,)
    tx.execute(update(INVITATION).where(*_open(), *his).values(withdrawn_at=at))


def _open() -> tuple[Any, ...]:
    return INVITATION.c.used_at.is_(None), INVITATION.c.withdrawn_at.is_(None)


_AT = bindparam("at", type_=INVITATION.c.until.type)
_SINCE = bindparam("since", type_=ACCOUNT.c.offered_at.type)
_TO_BE_ADMITTED = Together(
    invited=select(INVITATION, ACCOUNT.c.login, PERSON.c.name)
    .join(ACCOUNT, ACCOUNT.c.person == INVITATION.c.person)
    .join(PERSON, PERSON.c.code == INVITATION.c.person)
    .where(*_open(), INVITATION.c.until > _AT, INVITATION.c.admitted_at.is_(None)),
    offered=select(*(ACCOUNT.c[one] for one in ("person", "login", "offered_by")), PERSON.c.name)
    .add_columns(ACCOUNT.c.offered_at, ACCOUNT.c.offered_external)
    .join(PERSON, PERSON.c.code == ACCOUNT.c.person)
    .where(ACCOUNT.c.offered_external.is_not(None), ACCOUNT.c.offered_at > _SINCE),
)  # fmt: skip
