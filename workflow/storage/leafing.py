"""The register a leaf at a time, the newest matter first."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE, one_of


@dataclass(frozen=True, slots=True)
class Sought:
    """Which cases are looked for: in a state, led by one of some units, with words in number or title."""

    state: str | None = None
    units: Collection[str] | None = None
    words: str | None = None


def newest_first(tx: Connection, sought: Sought, before: int | None, count: int) -> list[Read]:
    """The newest cases registered before one of this id, those past reading among them."""
    found = _matching(tx, sought)
    if before is not None:
        found = found.where(CASE.c.id < before)
    return list(each(tx, found.order_by(CASE.c.id.desc()).limit(count), CASE, at_once=True))


def of_ids(tx: Connection, sought: Sought, ids: Sequence[int]) -> list[Read]:
    """The same among these ids."""
    found = _matching(tx, sought).where(one_of(tx, CASE.c.id, ids))
    return list(each(tx, found.order_by(CASE.c.id.desc()), CASE, at_once=True))


def _matching(tx: Connection, sought: Sought) -> Select[Any]:
    return select(CASE).where(*_conditions(tx, sought))


def _conditions(tx: Connection, sought: Sought) -> Iterator[Any]:
    yield CASE.c.sealed_on.is_(None)
    if sought.state is not None:
        yield CASE.c.state == sought.state
    if sought.units is not None:
        yield one_of(tx, CASE.c.lead_unit, sorted(sought.units))
    if sought.words:
        columns = (CASE.c.number, CASE.c.title)
        yield or_(*(column.icontains(sought.words, autoescape=True) for column in columns))
