"""The directory's tables as plain values, read as they are written: also what cannot be read as its type.

`put` writes a few values; whoever calls it tells of them in the journal.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Table, Text, select, type_coerce, update
from sqlmodel import SQLModel

from states.directory import TABLES, Book, Key
from workflow.storage.columns import Codes
from workflow.storage.directory_models import (
    AskedValues,
    Person,
    Post,
    RoleGrant,
    Unit,
    UnitAlias,
    UnitGroup,
)
from workflow.storage.queries import table

MODELS: Mapping[str, type[SQLModel]] = {
    "units": Unit,
    "aliases": UnitAlias,
    "groups": UnitGroup,
    "people": Person,
    "posts": Post,
    "grants": RoleGrant,
    "asked": AskedValues,
}


def kept(tx: Connection) -> Book:
    """Every row of the directory."""
    return {name: _rows(tx, name, table(model)) for name, model in MODELS.items()}


def put(tx: Connection, name: str, key: Key, values: Mapping[str, Any]) -> None:
    """Give columns of one row these values, None for one that is emptied."""
    target = table(MODELS[name])
    this = (target.c[one] == value for one, value in zip(TABLES[name].key, key, strict=True))
    tx.execute(update(target).where(*this).values(dict(values)))


def _rows(tx: Connection, name: str, target: Table) -> dict[Key, dict[str, Any]]:
    keys, columns = TABLES[name].key, TABLES[name].columns
    lists = frozenset(column.name for column in target.columns if isinstance(column.type, Codes))
    as_written = (type_coerce(target.c[one], Text).label(one) for one in (*keys, *columns))
    return {
        tuple(row[: len(keys)]): {
            column: _plain(value, is_list=column in lists)
            for column, value in zip(columns, row[len(keys) :], strict=True)
            if value is not None
        }
        for row in tx.execute(select(*as_written))
    }


def _plain(value: Any, *, is_list: bool) -> Any:
    """A day as it is written, a list as one; what is no list after all as the text it is."""
    if not is_list:
        return str(value)
    try:
        return orjson.loads(value)
    except ValueError:
        return str(value)
