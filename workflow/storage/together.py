"""Several reads as one statement, each row told by the part it is of."""

from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, cast, literal, null, union_all

PART = itemgetter(0)
Rows = Mapping[str, list[Any]]
"""The rows of each part, with the part's own columns as attributes, in no order."""


class Together:
    """One statement of several parts: it has the columns of all, empty where a part has none.

    The rows of the `plain` parts are bare tuples of their columns: for those that many are read of.
    """

    def __init__(self, *plain: str, **parts: Select[Any]) -> None:
        kinds = {one.name: one.type for part in parts.values() for one in part.selected_columns}
        padded = (_padded(name, part, kinds) for name, part in parts.items())
        self._statement: CompoundSelect[Any] = union_all(*padded)
        places = {name: place for place, name in enumerate(kinds, start=1)}
        self._makers = {name: _maker(name, part, places, plain=name in plain) for name, part in parts.items()}

    def read(self, tx: Connection, **given: Any) -> Rows:
        """Ask it, with these values."""
        rows: dict[str, list[Any]] = defaultdict(list)
        for part, those in groupby(tx.execute(self._statement, given).all(), key=PART):
            rows[part].extend(those)
        made = {name: self._makers[name](found) for name, found in rows.items()}
        return defaultdict(list, made)


def _padded(name: str, part: Select[Any], kinds: Mapping[str, Any]) -> Select[Any]:
    own = part.selected_columns
    columns = (own[one] if one in own else cast(null(), kind).label(one) for one, kind in kinds.items())
    return part.with_only_columns(literal(name).label("part"), *columns, maintain_column_froms=True)


def _maker(
    name: str, part: Select[Any], places: Mapping[str, int], *, plain: bool
) -> Callable[[Any], list[Any]]:
    """What makes rows of the part's own columns, which are two at least: of one, its value would be taken.

    They are made as the names' own constructor makes them, without a call of it for every row.
    """
    own = itemgetter(*(places[one.name] for one in part.selected_columns))
    if plain:
        return lambda rows: list(map(own, rows))
    made = named(name, part)
    return lambda rows: list(map(made, map(own, rows)))


def named(name: str, found: Select[Any]) -> Callable[[Iterable[Any]], Any]:
    """What makes a bare tuple of a row of this statement, its columns as attributes: they are had in a tenth
    of the time, which counts where many are asked for many."""
    make: Any = namedtuple(name, [one.name for one in found.selected_columns])  # type: ignore[misc]
    _as_of_a_row(make)
    return partial(tuple.__new__, make)


def _as_of_a_row(made: Any) -> None:
    """Let what is made be asked for its `_mapping`, as a row is."""
    made._mapping = property(made._asdict)
