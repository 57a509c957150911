"""Whole tables of cases, streamed case by case, for whoever looks at everything and keeps little of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import SQLModel

from workflow.storage.account_models import Account, ApiToken
from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE, DOCUMENT, ESCALATION, table

CHUNK = 1000


def each_by_case(tx: Connection, model: type[SQLModel]) -> Iterator[Read]:
    """Every row of a table that has a `case_id`, in the order of the cases; some may be past reading."""
    rows = table(model)
    return each(tx, select(rows).order_by(rows.c.case_id, *rows.primary_key.columns), rows)


def each_case(tx: Connection) -> Iterator[Read]:
    """Every case in the order of the ids; some may be past reading."""
    return each(tx, select(CASE).order_by(CASE.c.id), CASE)


def each_account(tx: Connection) -> Iterator[Read]:
    """Every account in the order of their people; some may be past reading."""
    rows = table(Account)
    return each(tx, select(rows).order_by(rows.c.person), rows)


def each_token(tx: Connection) -> Iterator[Read]:
    """Every token of the interface in the order of their ids; some may be past reading."""
    rows = table(ApiToken)
    return each(tx, select(rows).order_by(rows.c.id), rows)


def each_joint_paper(tx: Connection) -> Iterator[Row[Any]]:
    """The id of every paper that a case's measure went out with and that is kept with another case."""
    found = (
        select(ESCALATION.c.case_id, ESCALATION.c.document_id)
        .join(DOCUMENT, DOCUMENT.c.id == ESCALATION.c.document_id)
        .where(DOCUMENT.c.case_id != ESCALATION.c.case_id)
        .order_by(ESCALATION.c.case_id, ESCALATION.c.document_id)
    )
    with tx.execute(found.execution_options(yield_per=CHUNK)) as result:
        yield from result


def by_id(tx: Connection, model: type[SQLModel]) -> Iterable[Row[Any]]:
    """Every row of a table in the order of its ids."""
    rows = table(model)
    return tx.execute(select(rows).order_by(rows.c.id), execution_options={"yield_per": CHUNK})


def cases_in(tx: Connection, states: Sequence[str], units: Iterable[str] | None) -> Iterator[Read]:
    """The cases in these states (led by these units), in the order of their ids; some may be past reading."""
    found = select(CASE).where(*_among(states, units)).order_by(CASE.c.id)
    return each(tx, found, CASE)


def escalations_of_cases_in(
    tx: Connection, states: Sequence[str], units: Iterable[str] | None
) -> Iterator[Read]:
    """The escalations of those cases, in the order of the cases' ids."""
    theirs = select(ESCALATION).join(CASE, CASE.c.id == ESCALATION.c.case_id)
    found = theirs.where(*_among(states, units)).order_by(ESCALATION.c.case_id, ESCALATION.c.id)
    return each(tx, found, ESCALATION)


def _among(states: Sequence[str], units: Iterable[str] | None) -> tuple[Any, ...]:
    in_states = (CASE.c.state.in_(states),)
    return in_states if units is None else (*in_states, CASE.c.lead_unit.in_(sorted(units)))
