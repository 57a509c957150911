"""What all of a kind are called, by code, told in one row: hundreds of rows cost far more."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, select

from workflow.storage.look import remembered
from workflow.storage.queries import unit_tree

BETWEEN = "\x1f"
"""Between names told in one row. In a name it is left out: it is no character anybody sees."""


def every_name(target: Any) -> Select[Any]:
    """The statement that asks what every row of a table is called."""
    columns = {"codes": target.c.code, "names": target.c.name}
    told = (_together(column).label(name) for name, column in columns.items())
    return select(*told)


def names_told(rows: Iterable[Any]) -> dict[str, str]:
    """What its only row tells, by code; nothing of a table without rows."""
    told = ((row.codes.split(BETWEEN), row.names.split(BETWEEN)) for row in rows if row.codes)
    return {code: name for codes, names in told for code, name in zip(codes, names, strict=True)}


def names_of_units(tx: Connection) -> dict[str, str]:
    """What every unit is called, by code."""
    return remembered(tx, "names of units", lambda: {row.code: row.name for row in unit_tree(tx)})


def _together(column: Any) -> Any:
    return func.aggregate_strings(func.replace(column, BETWEEN, ""), BETWEEN)
