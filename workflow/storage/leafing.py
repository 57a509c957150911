"""The register a leaf at a time: where its lines lie in an order, and the lines at some places.

A leaf goes on from the place of a line, never from a count, so a matter that stays as it is is neither left
out nor shown twice, whatever comes, goes or changes meanwhile. An order is a row of stretches, each along an
index; a place names the stretch, what the line is ordered by there, and its case.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, or_, select, tuple_

from states.vocabulary import Labelled, Light
from workflow.storage.guarded import Read, Unreadable, each
from workflow.storage.lights import LIGHT, shows
from workflow.storage.queries import CASE, one_of


@dataclass(frozen=True, slots=True)
class Sought:
    """Which cases are looked for: in a state, led by one of some units, showing a light, of a category, with
    these words in the leader's cell, due between two days, with words in number or title.

    `among` is the statement that finds the ids of those looked among, None for all.
    """

    state: str | None = None
    units: frozenset[str] | None = None
    light: Light | None = None
    category: str | None = None
    leader: str | None = None
    due_from: date | None = None
    due_until: date | None = None
    words: str | None = None
    among: Select[Any] | None = None


class Order(Labelled):
    """What the register is ordered by."""

    NEWEST = "newest", "新登记的在前"
    DUE = "due", "期限近的在前"
    LIGHT = "light", "亮灯重的在前"
    CHANGED = "changed", "最近变动的在前"
    NUMBER = "number", "按编号"
    UNIT = "unit", "按牵头单位"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line lies: in which stretch, what it is ordered by there, and its case."""

    stretch: int
    key: Any
    case_id: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The cases of which something holds, by a column with values of a kind, then by their ids."""

    holds: Sequence[Any] = ()
    column: Any = None
    kind: type = NoneType
    falling: bool = False
    case_id: Any = CASE.c.id

    @property
    def columns(self) -> tuple[Any, ...]:
        return (self.case_id,) if self.column is None else (self.column, self.case_id)

    @property
    def places(self) -> tuple[Any, ...]:
        """A place in it, left open."""
        last = bindparam("last_id", type_=CASE.c.id.type)
        if self.column is None:
            return (last,)
        return bindparam("last_key", type_=self.column.type), last

    def given(self, place: Place) -> dict[str, Any]:
        """What fills a place in."""
        key = {} if self.column is None else {"last_key": place.key}
        return key | {"last_id": place.case_id}


AT: Any = bindparam("at", type_=LIGHT.c.red_at.type)
KEPT = 200
BY_LIGHT = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


def _by_light() -> Iterator[Stretch]:
    """Red ones by how long, the others by how soon they turn."""
    turning = {Light.RED: LIGHT.c.red_at, Light.YELLOW: LIGHT.c.red_at, Light.GREEN: LIGHT.c.yellow_at}
    for light in BY_LIGHT:
        column = turning.get(light)
        kind = NoneType if column is None else datetime
        yield Stretch(shows(light, AT), column, kind, falling=column is None, case_id=LIGHT.c.case_id)


def _with_and_without(column: Any, kind: type) -> Sequence[Stretch]:
    """Those that have a value first."""
    return Stretch([column.is_not(None)], column, kind), Stretch([column.is_(None)])


ORDERS: Mapping[Order, Sequence[Stretch]] = {
    Order.NEWEST: [Stretch(falling=True)],
    Order.DUE: _with_and_without(CASE.c.due_on, date),
    Order.LIGHT: list(_by_light()),
    Order.CHANGED: [Stretch((), CASE.c.recorded_at, datetime, falling=True)],
    Order.NUMBER: [Stretch((), CASE.c.number, str)],
    Order.UNIT: _with_and_without(CASE.c.lead_unit, str),
}


@dataclass(frozen=True, slots=True)
class Walk:
    """The cases sought in an order, as their lights are at an instant; `back` goes towards its beginning."""

    sought: Sought
    order: Order
    at: datetime
    back: bool = False

    def stretches(self) -> Sequence[Stretch]:
        """Those of its order."""
        return ORDERS[self.order]

    def has(self, place: Place) -> bool:
        """Whether a place is one of this order."""
        stretches = self.stretches()
        if not 0 <= place.stretch < len(stretches):
            return False
        return type(place.key) is stretches[place.stretch].kind

    def rows(self, tx: Connection, since: Place | None) -> Iterator[tuple[Place, Read]]:
        """The cases after a place, or from the beginning, as far as they are asked for, each with its place;
        those past reading among them.
        """
        stretches = [one for one in enumerate(self.stretches()) if self._may_lie(one[0])]
        for number, stretch in reversed(stretches) if self.back else stretches:
            begins = None if since is None or since.stretch != number else since
            if since is not None and begins is None and (number < since.stretch) is not self.back:
                continue
            yield from self._along(tx, number, stretch, begins)

    def _may_lie(self, number: int) -> bool:
        """Whether a case sought may lie in a stretch: where one light is, no other is."""
        light = self.sought.light
        return self.order is not Order.LIGHT or light is None or BY_LIGHT[number] is light

    def _along(
        self, tx: Connection, number: int, stretch: Stretch, since: Place | None
    ) -> Iterator[tuple[Place, Read]]:
        size = FIRST_FEW
        while True:
            part = self.part(tx, number, begins=since is None)
            given = {"at": self.at, "most": size} | ({} if since is None else stretch.given(since))
            found = list(each(tx, part, CASE, at_once=True, **given))
            for row in found:
                since = Place(number, self._key(tx, stretch, row), row.id)
                yield since, row
            if len(found) < size:
                return
            size = MANY

    def _key(self, tx: Connection, stretch: Stretch, row: Read) -> Any:
        """What a case is ordered by; of one past reading it is asked for alone."""
        if stretch.column is None:
            return None
        if not isinstance(row, Unreadable):
            return row.ordered_by
        found = select(stretch.column).select_from(CASE)
        if self._by_its_light():
            found = found.join(LIGHT, LIGHT.c.case_id == CASE.c.id)
        return tx.execute(found.where(CASE.c.id == row.id)).scalar_one()

    def _by_its_light(self) -> bool:
        return self.order is Order.LIGHT or self.sought.light is not None

    def part(self, tx: Connection, number: int, *, begins: bool) -> Select[Any]:
        """The statement that finds the cases of a stretch in its order, from its beginning or after a place.

        It leaves open the instant, how many are wanted, and the place; to put it together takes longer than
        most answers to it, so those asked last are kept.
        """
        shape = Shape(tx.dialect.name, self.order, self.back, number, begins, self._by_its_light())
        if self.sought.among is not None:
            return _statement(self.sought, shape)
        return _kept_statement(self.sought, shape)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement depends on besides what is sought."""

    dialect: str
    order: Order
    back: bool
    number: int
    begins: bool
    by_light: bool


def _statement(sought: Sought, shape: Shape) -> Select[Any]:
    stretch = ORDERS[shape.order][shape.number]
    falling = stretch.falling is not shape.back
    found = select(CASE, LIGHT.c.yellow_at, LIGHT.c.red_at).where(*stretch.holds, CASE.c.sealed_on.is_(None))
    found = found.where(*_conditions(shape.dialect, sought))
    found = found.join_from(CASE, LIGHT, LIGHT.c.case_id == CASE.c.id, isouter=not shape.by_light)
    if stretch.column is not None:
        found = found.add_columns(stretch.column.label("ordered_by"))
    if not shape.begins:
        here, there = tuple_(*stretch.columns), tuple_(*stretch.places)
        found = found.where(here < there if falling else here > there)
    ordered = found.order_by(*(one.desc() if falling else one.asc() for one in stretch.columns))
    return ordered.limit(bindparam("most", type_=Integer))


_kept_statement = lru_cache(KEPT)(_statement)

FIRST_FEW, MANY = 51, 200
"""How many rows are asked for at once: a leaf and what shows that there is another; then more."""


def _conditions(dialect: str, sought: Sought) -> Iterator[Any]:
    if sought.among is not None:
        yield CASE.c.id.in_(sought.among)
    if sought.state is not None:
        yield CASE.c.state == sought.state
    if sought.units is not None:
        yield one_of(dialect, CASE.c.lead_unit, sorted(sought.units))
    if sought.light is not None:
        yield from shows(sought.light, AT)
    if sought.category is not None:
        yield CASE.c.complexity == sought.category
    if sought.leader:
        yield CASE.c.accountable_leader.icontains(sought.leader, autoescape=True)
    if sought.due_from is not None:
        yield CASE.c.due_on >= sought.due_from
    if sought.due_until is not None:
        yield CASE.c.due_on <= sought.due_until
    if sought.words:
        columns = (CASE.c.number, CASE.c.title)
        yield or_(*(column.icontains(sought.words, autoescape=True) for column in columns))
