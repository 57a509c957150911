"""The register a leaf at a time: where its lines lie in an order, and the lines at some places.

A leaf goes on from the place of a line, never from a count, so a matter that stays as it is is neither left
out nor shown twice, whatever comes, goes or changes meanwhile. An order is a row of stretches, each along an
index; a place names the stretch, what the line is ordered by there, and its case.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import (
    CTE,
    Connection,
    Integer,
    Select,
    UnaryExpression,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.sql.operators import custom_op

from states.vocabulary import Labelled, Light
from workflow.storage.guarded import Read, Unreadable, each
from workflow.storage.lights import LIGHT, shows
from workflow.storage.queries import CASE, one_of
from workflow.storage.searches import CELLS


@dataclass(frozen=True, slots=True)
class Sought:
    """Which cases are looked for: in a state, led by one of some units, showing a light, of a category, with
    these words in the leader's cell, due between two days, with words in number or title. `lit` are those in
    hand: whose light is not grey.

    `among` is the statement that finds the ids of those looked among, None for all.
    """

    state: str | None = None
    units: frozenset[str] | None = None
    light: Light | None = None
    lit: bool = False
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


class Place(NamedTuple):
    """Where a line lies: in which stretch, what it is ordered by there, and its case."""

    stretch: int
    key: Any
    case_id: int


def _all(_: Any) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The cases of which something `holds`, told by the columns `asked`; by a column with values of a kind,
    then by their ids. The columns are those of one table."""

    column: str | None = None
    kind: type = NoneType
    holds: Callable[[Any], Sequence[Any]] = _all
    asked: Sequence[str] = ()
    falling: bool = False
    table: Any = CASE

    @property
    def case_id(self) -> Any:
        """The id of a case in its table."""
        return CASE.c.id if self.table is CASE else LIGHT.c.case_id

    @property
    def narrow(self) -> list[Any]:
        """The columns of its table that tell what lies in it, and where."""
        return [self.table.c[name] for name in self.asked] + [self.case_id]

    def columns(self, rows: Any) -> tuple[Any, ...]:
        """What some rows of its table are ordered by."""
        case_id = rows.c[self.case_id.name]
        return (case_id,) if self.column is None else (rows.c[self.column], case_id)

    @property
    def places(self) -> tuple[Any, ...]:
        """A place in it, left open."""
        last = bindparam("last_id", type_=CASE.c.id.type)
        if self.column is None:
            return (last,)
        return bindparam("last_key", type_=self.table.c[self.column].type), last

    def given(self, place: Place) -> dict[str, Any]:
        """What fills a place in."""
        key = {} if self.column is None else {"last_key": place.key}
        return key | {"last_id": place.case_id}


AT: Any = bindparam("at", type_=LIGHT.c.red_at.type)
NOT_SEALED = CASE.c.sealed_on.is_(None)
KEPT = 200
FIRST_FEW, MANY = 51, 200
"""How many rows are asked for at once: a leaf and what shows that there is another; then more."""

FEW = 4_000
"""As many matches are put in order at the price of a page."""

BY_LIGHT = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


def _by_light() -> Iterator[Stretch]:
    """Red ones by how long, the others by how soon they turn."""
    turning = {Light.RED: "red_at", Light.YELLOW: "red_at", Light.GREEN: "yellow_at"}
    for light in BY_LIGHT:
        column = turning.get(light)
        kind = NoneType if column is None else datetime
        holds, falling = partial(shows, light, AT), column is None
        yield Stretch(column, kind, holds, ("yellow_at", "red_at"), falling, LIGHT)


def _with_and_without(column: str, kind: type) -> Sequence[Stretch]:
    """Those that have a value first."""
    with_one = Stretch(column, kind, lambda rows: [rows.c[column].is_not(None)], [column])
    return with_one, Stretch(None, NoneType, lambda rows: [rows.c[column].is_(None)], [column])


ORDERS: Mapping[Order, Sequence[Stretch]] = {
    Order.NEWEST: [Stretch(falling=True)],
    Order.DUE: _with_and_without("due_on", date),
    Order.LIGHT: list(_by_light()),
    Order.CHANGED: [Stretch("recorded_at", datetime, asked=["recorded_at"], falling=True)],
    Order.NUMBER: [Stretch("number", str, asked=["number"])],
    Order.UNIT: _with_and_without("lead_unit", str),
}
IN_ORDER: Mapping[Order, Collection[str]] = {
    Order.NEWEST: ("state", "lead_unit"),
    Order.DUE: ("state", "due_on"),
    Order.UNIT: ("lead_unit",),
}
"""The columns by whose indexes cases lie in an order as well."""


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
        light, here = self.sought.light, BY_LIGHT[number] if self.order is Order.LIGHT else None
        return here is None or (light in (None, here) and not (self.sought.lit and here is Light.GREY))

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
        asked = select(stretch.table.c[stretch.column]).where(stretch.case_id == row.id)
        return tx.execute(asked).scalar_one()

    def part(self, tx: Connection, number: int, *, begins: bool) -> Select[Any]:
        """The statement that finds the cases of a stretch in its order, from its beginning or after a place.

        It leaves open the instant, how many are wanted, and the place; to put it together takes longer than
        most answers to it, so those asked last are kept.
        """
        shape = Shape(tx.dialect.name, self.order, self.back, number, begins)
        return (_kept_statement if self.sought.among is None else _statement)(self.sought, shape)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement depends on besides what is sought."""

    dialect: str
    order: Order
    back: bool
    number: int
    begins: bool

    @property
    def stretch(self) -> Stretch:
        return ORDERS[self.order][self.number]

    def first(self, rows: Any, *conditions: Any, only_if: Any = None) -> Select[Any]:
        """The first places of these rows of its table that lie in the stretch, after the place where there is
        one; none at all unless a condition holds that is no row's.

        SQLite would ask that for each row and walk past all of them: it is told to want none of them.
        """
        stretch, most = self.stretch, bindparam("most", type_=Integer)
        columns = stretch.columns(rows)
        found = select(*columns).where(*stretch.holds(rows), *conditions)
        if not self.begins:
            here, there = tuple_(*columns), tuple_(*stretch.places)
            found = found.where(here < there if self._is_falling else here > there)
        found = found.order_by(*self.ordered(columns))
        if only_if is None:
            return found.limit(most)
        if self.dialect == "postgresql":
            return found.where(only_if).limit(most)
        return found.limit(case((only_if, most), else_=0))

    def ordered(self, columns: Iterable[Any]) -> list[Any]:
        """Columns of places as the stretch has them."""
        return [one.desc() if self._is_falling else one.asc() for one in columns]

    @property
    def _is_falling(self) -> bool:
        return self.stretch.falling is not self.back


def _statement(sought: Sought, shape: Shape) -> Select[Any]:
    """The places, found in what is narrow beside a line; then the lines that lie there."""
    places = _places(sought, shape).subquery("places")
    *keys, case_id = places.c
    found = select(CASE, *_turning(case_id), *(key.label("ordered_by") for key in keys))
    return found.join_from(places, CASE, CASE.c.id == case_id).order_by(*shape.ordered(places.c))


turning_of: Callable[[Any], tuple[datetime, int, datetime | None, datetime | None]] = itemgetter(
    *map([*CASE.c.keys(), "yellow_at", "red_at"].index, ("recorded_at", "seq", "yellow_at", "red_at"))
)
"""When the case of a line changed last, by which entry, and when its light turns."""


def _turning(case_id: Any) -> Iterator[Any]:
    """When a case's light turns; each asked by itself, for SQLite goes through a table for every row it is
    joined to, if there was nothing in it when its statistics were made."""
    for column in (LIGHT.c.yellow_at, LIGHT.c.red_at):
        asked = select(column).where(LIGHT.c.case_id == case_id)
        yield asked.scalar_subquery().label(column.name)


_kept_statement = lru_cache(KEPT)(_statement)


def _places(sought: Sought, shape: Shape) -> Any:
    """Where few cases match, all of them are put in order; where many do, the order is walked until enough
    are found. Which of the two, the database finds out by counting, for what it believes to know of its rows
    is a guess; without a guess it would sort all cases, or walk past all of them.
    """
    if sought == Sought():
        return shape.first(shape.stretch.table, *_seen_in(sought, shape))
    few = _matching(sought, shape.dialect).limit(FEW + 1).cte("few")
    are_few = select(func.count()).select_from(few).scalar_subquery() <= FEW
    gathered = shape.first(_of_these(few, shape.stretch), only_if=are_few)
    walked = shape.first(shape.stretch.table, *_seen_in(sought, shape), only_if=~are_few)
    return union_all(*(select(*part.subquery().c) for part in (gathered, walked)))


def _matching(sought: Sought, dialect: str) -> Select[Any]:
    """The ids of the cases that match, in no order: they are looked up by the index that tells most."""
    conditions, shown = list(_conditions(dialect, sought)), _shown(sought)
    if not conditions:
        return select(LIGHT.c.case_id.label("id")).where(*shown)
    found = select(CASE.c.id).where(*conditions)
    return found.join(LIGHT, LIGHT.c.case_id == CASE.c.id).where(*shown) if shown else found


def _of_these(few: CTE, stretch: Stretch) -> Any:
    """The rows of these cases in the stretch's table: all of them before any is asked for its place, or the
    stretch would be walked to find them."""
    if stretch.table is LIGHT:
        found = select(*_turning(few.c.id), few.c.id.label("case_id"))
        found = found.where(exists().where(LIGHT.c.case_id == few.c.id))
    else:
        found = select(*stretch.narrow)
    return found.join_from(few, CASE, CASE.c.id == few.c.id).where(NOT_SEALED).offset(0).subquery()


def _seen_in(sought: Sought, shape: Shape) -> Iterator[Any]:
    """That a row of the stretch's table is of a case that matches, each asked by itself."""
    if shape.stretch.table is LIGHT:
        same = CASE.c.id == LIGHT.c.case_id, NOT_SEALED
        yield exists().where(*same, *_conditions(shape.dialect, sought))
        return
    yield NOT_SEALED
    yield from _conditions(shape.dialect, sought, shape.order)
    if shown := _shown(sought):
        yield exists().where(LIGHT.c.case_id == CASE.c.id, *shown)


def _shown(sought: Sought) -> Sequence[Any]:
    if sought.light is None:
        return [LIGHT.c.yellow_at.is_not(None)] if sought.lit else ()
    return shows(sought.light, AT)


def _conditions(dialect: str, sought: Sought, order: Order | None = None) -> Iterator[Any]:
    """What holds of the cases sought, but for their light; walked in an `order`, none is looked up."""
    of = _plain if order is None or dialect != "sqlite" else partial(_asked_in, order)
    if sought.among is not None:
        yield of(CASE.c.id).in_(sought.among)
    if sought.state is not None:
        yield of(CASE.c.state) == sought.state
    if sought.units is not None:
        yield one_of(dialect, of(CASE.c.lead_unit), sorted(sought.units))
    if sought.category is not None:
        yield CASE.c.complexity == sought.category
    if sought.leader:
        named = select(CELLS.c.cell).where(_has(CELLS.c.cell, sought.leader))
        yield of(CASE.c.accountable_leader).in_(named)
    if sought.due_from is not None:
        yield of(CASE.c.due_on) >= sought.due_from
    if sought.due_until is not None:
        yield of(CASE.c.due_on) <= sought.due_until
    if sought.words:
        spellings = dict.fromkeys((sought.words, normalize("NFKC", sought.words)))
        yield or_(*(_has(column, one) for column in (CASE.c.number, CASE.c.title) for one in spellings))


def _has(column: Any, words: str) -> Any:
    """That words stand in a column, large or small: no letters need be made small for words without any."""
    if words.lower() == words.upper():
        return column.contains(words, autoescape=True)
    return column.icontains(words, autoescape=True)


def _plain(column: Any) -> Any:
    return column


def _asked_in(order: Order, column: Any) -> Any:
    """A column as SQLite does not look it up by an index: it would sort all it finds rather than walk."""
    if column.name in IN_ORDER.get(order, ()):
        return column
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)
