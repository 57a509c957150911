"""Reading many rows so that one that cannot be read keeps none of the others back.

Rows are streamed by one statement. Only when that fails are they asked for again in parts, and of the part
that fails one by one, so that the fault is alone with its row.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, literal, null, tuple_
from sqlalchemy.exc import DBAPIError

log = logging.getLogger("duban.storage")
CHUNK = 1_000
UNDECODED = "Could not decode to UTF-8"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row past reading: its table, whose it is, and what reading it ran into. `number` only of a case;
    an account is of case 0, the journal."""

    table: str
    id: Any
    case_id: int
    number: str | None
    error: Exception


Read = Row[Any] | Unreadable


def is_of_a_row(error: Exception) -> bool:
    """Whether reading failed over what a row holds rather than over the database.

    SQLite's driver tells of text that is no UTF-8 as if the database were at fault.
    """
    return not isinstance(error, DBAPIError) or UNDECODED in str(error.orig)


def readable(row: Read) -> Row[Any]:
    """The row itself. Raises what reading it ran into."""
    if isinstance(row, Unreadable):
        raise row.error
    return row


def each(
    tx: Connection, found: Select[Any], target: Any, *, at_once: bool = False, **given: Any
) -> Iterator[Read]:
    """The rows of `target` a statement finds, in its order, which must be a definite one; `given` are the
    values of what it leaves open, which few rows read `at_once` may.

    Few rows are best read `at_once`, without a cursor on the server. Whether the database answers at all is
    no row's fault: its own errors are raised.
    """
    done = 0
    try:
        for row in tx.execute(found, given).all() if at_once else _streamed(tx, found):
            done += 1
            yield row
    except Exception as error:  # whatever a column's type makes of a value that is none
        if not is_of_a_row(error):
            raise
        log.debug("%s", target.name, exc_info=error)
        yield from _in_parts(tx, found.params(given) if given else found, target, done)


def _streamed(tx: Connection, found: Select[Any]) -> Iterator[Row[Any]]:
    with tx.execute(found.execution_options(yield_per=CHUNK)) as result:
        yield from result


def _in_parts(tx: Connection, found: Select[Any], target: Any, done: int) -> Iterator[Read]:
    """What comes after the first `done` rows, found by their keys, which can always be read."""
    names = found.with_only_columns(*_names(target), maintain_column_froms=True).offset(done)
    with tx.execute(names.execution_options(yield_per=CHUNK)) as result:
        for part in result.partitions(CHUNK):
            yield from _part(tx, found, target, part)


def _part(tx: Connection, found: Select[Any], target: Any, part: Sequence[Row[Any]]) -> Iterator[Read]:
    try:
        rows = list(_streamed(tx, found.where(_any_of(target, part))))
    except Exception as error:
        if not is_of_a_row(error):
            raise
        log.debug("%s", target.name, exc_info=error)
        yield from (_alone(tx, found, target, name) for name in part)
    else:
        yield from rows


def _alone(tx: Connection, found: Select[Any], target: Any, name: Row[Any]) -> Read:
    try:
        (row,) = _streamed(tx, found.where(_any_of(target, [name])))
    except Exception as error:
        if not is_of_a_row(error):
            raise
        return Unreadable(target.name, name[0], name.whose, name.called, error)
    return row


def _names(target: Any) -> list[Any]:
    """The key of a row, its case, and for a case its number."""
    columns, keys = target.c, target.primary_key.columns
    of_case = columns.get("case_id", columns.get("id", literal(0)))
    called = columns.number if target.name == "cases" else null()
    return [*(key.label(f"key_{key.name}") for key in keys), of_case.label("whose"), called.label("called")]


def _any_of(target: Any, names: Sequence[Row[Any]]) -> Any:
    keys = list(target.primary_key.columns)
    return tuple_(*keys).in_([tuple(name[: len(keys)]) for name in names])
