"""What is held against guessing: tries on an account, and how often somebody may try in a window.

It runs out by itself, and `forget` clears away what has.
"""

from datetime import datetime, timedelta
from typing import Any

from limits.storage import Storage
from sqlalchemy import Connection, Row, case, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from workflow.storage.account_models import Lockout, Rate
from workflow.storage.queries import add_missing, dialect_insert, table

LOCKOUT, RATE = table(Lockout), table(Rate)


def lockout_for_update(tx: Connection, subject: str, at: datetime) -> Row[Any]:
    """The tries on somebody, none where there were none, which nobody else counts before this ends."""
    add_missing(tx, Lockout, {"subject": subject, "tries": 0, "last_at": at})
    return tx.execute(select(LOCKOUT).where(LOCKOUT.c.subject == subject).with_for_update()).one()


def keep_lockout(tx: Connection, subject: str, **values: Any) -> None:
    tx.execute(update(LOCKOUT).where(LOCKOUT.c.subject == subject).values(values))


def clear_lockout(tx: Connection, subject: str) -> bool:
    """Hold nothing against somebody any more; whether there was anything."""
    return bool(tx.execute(delete(LOCKOUT).where(LOCKOUT.c.subject == subject)).rowcount)


def locked(tx: Connection, at: datetime) -> dict[str, datetime]:
    """Until when whoever is locked now is, by subject."""
    rows = tx.execute(select(LOCKOUT).where(LOCKOUT.c.locked_until > at))
    return {row.subject: row.locked_until for row in rows}


def forget(tx: Connection, at: datetime, before: datetime) -> None:
    """Clear away windows that are over, and tries whose last was before an instant; none that others hold."""
    _clear(tx, RATE, RATE.c.key, RATE.c.until <= at)
    stale = (LOCKOUT.c.last_at < before, LOCKOUT.c.locked_until.is_(None) | (LOCKOUT.c.locked_until < before))
    _clear(tx, LOCKOUT, LOCKOUT.c.subject, *stale)


def _clear(tx: Connection, rows: Any, key: Any, *over: Any) -> None:
    free = select(key).where(*over).with_for_update(skip_locked=True)
    tx.execute(delete(rows).where(key.in_(free)))


class Windows(Storage):
    """Counts by fixed window as `limits` keeps them, as of one instant, in the transaction at hand."""

    STORAGE_SCHEME = None

    def __init__(self, tx: Connection, at: datetime) -> None:
        super().__init__()
        self._tx, self._at = tx, at

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count on in the window that is open, or open one; what it then stands at."""
        until, over = self._at + timedelta(seconds=expiry), RATE.c.until <= self._at
        new = dialect_insert(self._tx)(RATE).values(key=key, tries=amount, until=until)
        changed = {
            "tries": case((over, amount), else_=RATE.c.tries + amount),
            "until": case((over, until), else_=RATE.c.until),
        }
        counted = new.on_conflict_do_update(index_elements=["key"], set_=changed)
        return int(self._tx.execute(counted.returning(RATE.c.tries)).scalar_one())

    def give_back(self, key: str) -> None:
        """Count one less in the window that is open."""
        still = (RATE.c.key == key, RATE.c.until > self._at, RATE.c.tries > 0)
        self._tx.execute(update(RATE).where(*still).values(tries=RATE.c.tries - 1))

    def get(self, key: str) -> int:
        row = self._open(key)
        return 0 if row is None else int(row.tries)

    def get_expiry(self, key: str) -> float:
        row = self._open(key)
        return (self._at if row is None else row.until).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        return int(self._tx.execute(delete(RATE)).rowcount)

    def clear(self, key: str) -> None:
        self._tx.execute(delete(RATE).where(RATE.c.key == key))

    def _open(self, key: str) -> Any:
        return self._tx.execute(select(RATE).where(RATE.c.key == key, RATE.c.until > self._at)).first()
