"""A form is carried out once: neither a double click nor the back button does a thing twice.

Its key is noted in the very transaction that carries it out: there is never the one without the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Row

from states.case import Decision
from workflow.errors import AlreadyDone, FormRefused
from workflow.services.office import Office, Signature
from workflow.storage import done_forms
from workflow.storage.session import reading, transaction


class Touched(Protocol):
    """A case as a transaction holds it."""

    decision: Decision | None

    @property
    def number(self) -> str: ...


def carry_out(tx: Connection, signature: Signature, cases: Sequence[Touched]) -> None:
    """Note the form a transaction is signed on, with the first of its cases.

    Raises `AlreadyDone` with what was done on it before.
    """
    number, decision = (cases[0].number, cases[0].decision) if cases else (None, None)
    noted = done_forms.add(
        tx,
        key=signature.form,
        person=signature.person,
        at=signature.recorded_at,
        case_number=number or None,
        command=decision and decision.command,
        asked=signature.asked,
    )
    if not noted:
        raise _told(done_forms.carried_out(tx, str(signature.form)))
    done_forms.forget(tx, signature.recorded_at)


def carried_out_before(office: Office, key: str, *, person: str) -> AlreadyDone | None:
    """What somebody did on his form of this key, if it was carried out before."""
    with reading(office.engine) as tx:
        row = done_forms.find(tx, key)
    return None if row is None or row.person != person else _told(row)


@dataclass(frozen=True, slots=True)
class Done:
    """What was carried out under a key: the hash of what was asked for, what it was answered once it was, and
    the refusal that says that it was carried out."""

    asked: str | None
    answer: str | None
    refusal: AlreadyDone


def done_before(office: Office, key: str) -> Done | None:
    """What a program had carried out under a key that is its own, if anything."""
    with reading(office.engine) as tx:
        row = done_forms.find(tx, key)
    return None if row is None else Done(row.asked, row.answer, _told(row))


def begin(office: Office, signature: Signature) -> bool:
    """Note the key of what is signed before any of its several things is carried out; False where it is noted
    already."""
    with transaction(office.engine) as tx:
        return done_forms.add(tx, key=signature.form, **_signed(signature))


def let_go(office: Office, signature: Signature) -> None:
    """Free a key under which nothing was carried out."""
    with transaction(office.engine) as tx:
        done_forms.let_go(tx, str(signature.form))


def answered(office: Office, signature: Signature, answer: str) -> None:
    """Keep what was answered to what is signed, for whoever asks again under its key."""
    with transaction(office.engine) as tx:
        if done_forms.answer(tx, str(signature.form), answer):
            return
        done_forms.add(tx, key=signature.form, answer=answer, **_signed(signature))


def incomplete() -> FormRefused:
    """The refusal for a form that lacks what every form of ours has."""
    return FormRefused("表单不完整，未予办理；请回到上一页刷新后重新提交。", code="form_incomplete")


def _signed(signature: Signature) -> dict[str, Any]:
    return {"person": signature.person, "at": signature.recorded_at, "asked": signature.asked}


def _told(row: Row[Any]) -> AlreadyDone:
    facts = {"case": row.case_number, "command": row.command, "at": row.at.isoformat()}
    return AlreadyDone(
        "这张表单已经提交并办理过，没有重复办理；需要再办的，请重新打开页面。",
        **{name: value for name, value in facts.items() if value is not None},
    )
