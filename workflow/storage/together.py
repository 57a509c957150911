"""Several reads as one statement, each row told by the part it is of."""

from collections import Counter, defaultdict, namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, String, cast, literal, null, union_all
from sqlmodel import AutoString

PART = itemgetter(0)
Rows = Mapping[str, list[Any]]
"""The rows of each part, with the part's own columns as attributes, in no order."""


Slot = tuple[Any, int]
"""A kind of column, and the how-manieth of that kind it is in its part."""


class Together:
    """One statement of several parts. Columns of one kind share their places, whatever they are called, so
    that a row is hardly wider than its widest part; it is empty where a part has none."""

    def __init__(self, **parts: Select[Any]) -> None:
        kinds = {slot: one.type for part in parts.values() for slot, one in _slots(part).items()}
        padded = (_padded(name, part, kinds) for name, part in parts.items())
        self._statement: CompoundSelect[Any] = union_all(*padded)
        places = {slot: place for place, slot in enumerate(kinds, start=1)}
        self._makers = {name: _maker(name, part, places) for name, part in parts.items()}

    def read(self, tx: Connection, **given: Any) -> Rows:
        """Ask it, with these values."""
        rows: dict[str, list[Any]] = defaultdict(list)
        for part, those in groupby(tx.execute(self._statement, given).all(), key=PART):
            rows[part].extend(those)
        made = {name: self._makers[name](found) for name, found in rows.items()}
        return defaultdict(list, made)


def _slots(part: Select[Any]) -> dict[Slot, Any]:
    """The columns of a part by the slots they take."""
    met: Counter[Any] = Counter()
    found = {}
    for one in part.selected_columns:
        kind = _kind(one.type)
        found[kind, met[kind]] = one
        met[kind] += 1
    return found


def _kind(of: Any) -> Any:
    """What columns have in common that may share a place: of texts their length is of no matter."""
    return str if isinstance(of, String | AutoString) else (type(of), getattr(of, "fact", None))


def _padded(name: str, part: Select[Any], kinds: Mapping[Slot, Any]) -> Select[Any]:
    own = _slots(part)
    columns = (
        own.get(slot, cast(null(), kind)).label(f"slot_{place}")
        for place, (slot, kind) in enumerate(kinds.items(), start=1)
    )
    return part.with_only_columns(literal(name).label("part"), *columns, maintain_column_froms=True)


def _maker(name: str, part: Select[Any], places: Mapping[Slot, int]) -> Callable[[Any], list[Any]]:
    """What makes rows of the part's own columns, which are two at least: of one, its value would be taken.

    They are made as the names' own constructor makes them, without a call of it for every row.
    """
    own, made = itemgetter(*(places[slot] for slot in _slots(part))), named(name, part)
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
