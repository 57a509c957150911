"""Forms that were carried out, by key. What is older than thirty days goes with the next form."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from workflow.storage.account_models import DoneForm
from workflow.storage.queries import add_missing, table

FORM = table(DoneForm)
KEPT = timedelta(days=30)


def add(tx: Connection, **values: Any) -> bool:
    """Note a form; False where its key is noted already. Who notes it at the same time is waited for."""
    return add_missing(tx, DoneForm, values)


def carried_out(tx: Connection, key: str) -> Row[Any]:
    return tx.execute(select(FORM).where(FORM.c.key == key)).one()


def find(tx: Connection, key: str) -> Row[Any] | None:
    return tx.execute(select(FORM).where(FORM.c.key == key)).first()


def answer(tx: Connection, key: str, answer: str) -> bool:
    """Write what was answered beside a form; False where none of this key was carried out."""
    return tx.execute(update(FORM).where(FORM.c.key == key).values(answer=answer)).rowcount > 0


def let_go(tx: Connection, key: str) -> None:
    """Forget a form that nothing was answered to."""
    tx.execute(delete(FORM).where(FORM.c.key == key, FORM.c.answer.is_(None)))


def forget_answers(tx: Connection) -> None:
    """Keep no answer any longer: who sends a request again learns that it was carried out, no more."""
    tx.execute(update(FORM).where(FORM.c.answer.is_not(None)).values(answer=None))


def forget(tx: Connection, at: datetime) -> None:
    """Clear away what is past coming back to, except what somebody else is clearing away."""
    old = select(FORM.c.key).where(FORM.c.at < at - KEPT).with_for_update(skip_locked=True)
    tx.execute(delete(FORM).where(FORM.c.key.in_(old)))
