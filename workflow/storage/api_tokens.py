"""Named reads and writes of the interface's tokens. They never commit and never decide. None is deleted."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Row, bindparam, func, insert, or_, select, true, update

from workflow.storage.account_models import ApiToken
from workflow.storage.accounts import ACCOUNT
from workflow.storage.deputies import held
from workflow.storage.queries import PERSON, table

TOKEN = table(ApiToken)
_NAMED = select(TOKEN, PERSON.c.name.label("person_name")).join(PERSON, PERSON.c.code == TOKEN.c.person)
NEWEST_FIRST = (TOKEN.c.made_at.desc(), TOKEN.c.id)


def add(tx: Connection, **values: Any) -> None:
    tx.execute(insert(TOKEN).values(values))


def with_roles(tx: Connection, digest: str, day: date) -> list[Row[Any]]:
    """The token with this hash, with its person's name and account, once for each role he holds on a day or
    stands in for (not `is_own`); none of either if there is none."""
    return list(tx.execute(_WITH_ROLES, {"digest": digest, "day": day}))


def one(tx: Connection, token_id: str) -> Row[Any] | None:
    return tx.execute(_NAMED.where(TOKEN.c.id == token_id)).first()


def starting(tx: Connection, beginning: str) -> list[Row[Any]]:
    """Tokens whose id is, or begins with, what a person typed; two are enough to see it is not one."""
    return list(tx.execute(_NAMED.where(TOKEN.c.id.startswith(beginning, autoescape=True)).limit(2)))


def of_person(tx: Connection, person: str, most: int) -> list[Row[Any]]:
    """Somebody's tokens and those he answers for, also those that are over, the newest first."""
    return list(tx.execute(_NAMED.where(TOKEN.c.person == person).order_by(*NEWEST_FIRST).limit(most)))


def of_machines(tx: Connection, most: int) -> list[Row[Any]]:
    """The machines' tokens, those that are not over before the others, the newest first."""
    found = _NAMED.where(TOKEN.c.machine.is_(True))
    return list(tx.execute(found.order_by(TOKEN.c.ended_at.is_not(None), *NEWEST_FIRST).limit(most)))


def count_live(tx: Connection, person: str, at: datetime) -> int:
    """How many tokens of his own somebody has that are not over."""
    his = (TOKEN.c.person == person, TOKEN.c.machine.is_(False))
    going = (TOKEN.c.ended_at.is_(None), TOKEN.c.until > at)
    return int(tx.execute(select(func.count()).select_from(TOKEN).where(*his, *going)).scalar_one())


def count_machines(tx: Connection, at: datetime) -> int:
    """How many tokens of machines are not over."""
    going = (TOKEN.c.machine.is_(True), TOKEN.c.ended_at.is_(None), TOKEN.c.until > at)
    return int(tx.execute(select(func.count()).select_from(TOKEN).where(*going)).scalar_one())


def see(tx: Connection, token_id: str, at: datetime, address: str) -> None:
    """It was used. Never back in time."""
    earlier = or_(TOKEN.c.seen_at.is_(None), TOKEN.c.seen_at < at)
    tx.execute(update(TOKEN).where(TOKEN.c.id == token_id, earlier).values(seen_at=at, seen_from=address))


def end(tx: Connection, token_id: str, reason: str, at: datetime) -> bool:
    """End it; False where it had ended."""
    going = (TOKEN.c.id == token_id, TOKEN.c.ended_at.is_(None))
    return bool(tx.execute(update(TOKEN).where(*going).values(ended_at=at, ended_for=reason)).rowcount)


def end_all(
    tx: Connection, reason: str, at: datetime, *, person: str | None = None, with_machines: bool = True
) -> Sequence[str]:
    """End the tokens that are not over: somebody's, or everybody's, those of machines only if it is said;
    which they were."""
    going = [TOKEN.c.ended_at.is_(None), TOKEN.c.until > at]
    going += [] if person is None else [TOKEN.c.person == person]
    going += [] if with_machines else [TOKEN.c.machine.is_(False)]
    ended = update(TOKEN).where(*going).values(ended_at=at, ended_for=reason)
    return sorted(tx.execute(ended.returning(TOKEN.c.id)).scalars())


def decide(tx: Connection, token_id: str, **values: Any) -> bool:
    """Write down what became of a machine's token that waits; False where it waits no more."""
    waiting = (TOKEN.c.id == token_id, TOKEN.c.waits.is_(True), TOKEN.c.ended_at.is_(None))
    return bool(tx.execute(update(TOKEN).where(*waiting).values(values)).rowcount)


_ACCOUNT = [ACCOUNT.c[one] for one in ("profile", "password_at", "second_factor", "disabled_at")]
_TOKEN = [one.label({"id": "token", "name": "token_name"}.get(one.name, one.name)) for one in TOKEN.c]
_HIS = select(TOKEN.c.person).where(TOKEN.c.digest == bindparam("digest")).scalar_subquery()
_HELD = held(_HIS, bindparam("day", type_=Date)).subquery()
_WITH_ROLES = (
    select(*_TOKEN, PERSON.c.name, ACCOUNT.c.person.label("account"), *_ACCOUNT, _HELD.c.role, _HELD.c.is_own)
    .join(PERSON, PERSON.c.code == TOKEN.c.person)
    .outerjoin(ACCOUNT, ACCOUNT.c.person == TOKEN.c.person)
    .outerjoin(_HELD, true())
    .where(TOKEN.c.digest == bindparam("digest"))
)
