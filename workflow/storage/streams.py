"""Whole tables of cases, streamed case by case, for whoever looks at everything and keeps little of it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import SQLModel

from workflow.storage.queries import table

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
