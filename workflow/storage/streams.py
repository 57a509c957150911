"""Whole tables of cases, streamed case by case, for whoever looks at everything and keeps little of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import SQLModel

from workflow.storage.queries import CASE, ESCALATION, table

CHUNK = 1000


def by_case(tx: Connection, model: type[SQLModel]) -> Iterable[Row[Any]]:
    """Every row of a table that has a `case_id`, in the order of the cases."""
    rows = table(model)
    ordered = select(rows).order_by(rows.c.case_id, *rows.primary_key.columns)
    return tx.execution_options(yield_per=CHUNK).execute(ordered)


def by_id(tx: Connection, model: type[SQLModel]) -> Iterable[Row[Any]]:
    """Every row of a table in the order of its ids."""
    rows = table(model)
    return tx.execution_options(yield_per=CHUNK).execute(select(rows).order_by(rows.c.id))


def cases_in(tx: Connection, states: Sequence[str], units: Iterable[str] | None) -> Iterable[Row[Any]]:
    """The cases in these states (led by these units), in the order of their ids."""
    found = select(CASE).where(*_among(states, units)).order_by(CASE.c.id)
    return tx.execution_options(yield_per=CHUNK).execute(found)


def escalations_of_cases_in(
    tx: Connection, states: Sequence[str], units: Iterable[str] | None
) -> Iterable[Row[Any]]:
    """The escalations of those cases, in the order of the cases' ids."""
    theirs = select(ESCALATION).join(CASE, CASE.c.id == ESCALATION.c.case_id)
    found = theirs.where(*_among(states, units)).order_by(ESCALATION.c.case_id, ESCALATION.c.id)
    return tx.execution_options(yield_per=CHUNK).execute(found)


def _among(states: Sequence[str], units: Iterable[str] | None) -> tuple[Any, ...]:
    in_states = (CASE.c.state.in_(states),)
    return in_states if units is None else (*in_states, CASE.c.lead_unit.in_(sorted(units)))
