"""Where things stand on the drawing of a case's way: stations on the road, those beside it, lines between.

Names stand above the road and below what lies beside it; every line that is no piece of the road runs between
the two, so that none crosses a word.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from states.lifecycle import StateRow
from states.way import Way
from workflow.web.frame.pages import day

STEP, MARGIN, ROAD_Y, ASIDE_Y, BOTTOM = 136, 68, 62, 156, 200
RADIUS, DEPTH, DEPTH_A_STEP = 9, 16, 9
TAKEN_OVER = "原台账已过"


@dataclass(frozen=True, slots=True)
class Station:
    """A state on the drawing and in the list; `note` says its standing in words.

    `standing` is now, been, may, both of these, before (gone through before it was taken over) or far.
    """

    label: str
    standing: str
    note: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the drawing; `kind` is road, went or may."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class WayMap:
    """A drawing, and the same in words."""

    width: int
    height: int
    stations: tuple[Station, ...]
    aside: tuple[Station, ...]
    lines: tuple[Line, ...]
    words: str

    @property
    def listed(self) -> tuple[Station, ...]:
        """The stations of the list: of those beside the road only what concerns this case."""
        return (*self.stations, *(one for one in self.aside if one.standing != "far"))


def map_of(way: Way) -> WayMap:
    """The drawing of a way."""
    places = dict(_places(way))
    stations = tuple(_station(way, one, places[one.id]) for one in way.road)
    aside = tuple(_station(way, one, places[one.id]) for one in way.aside)
    width = 2 * MARGIN + STEP * (len(way.road) - 1)
    lines = tuple(_lines(way, places))
    return WayMap(width, BOTTOM if aside else ASIDE_Y, stations, aside, lines, _words(way))


Places = dict[str, tuple[int, int]]


def _places(way: Way) -> Iterator[tuple[str, tuple[int, int]]]:
    for index, one in enumerate(way.road):
        yield one.id, (MARGIN + STEP * index, ROAD_Y)
    span = STEP * (len(way.road) - 1)
    for index, one in enumerate(way.aside):
        yield one.id, (MARGIN + span * (index + 1) // (len(way.aside) + 1), ASIDE_Y)


def _station(way: Way, state: StateRow, place: tuple[int, int]) -> Station:
    return Station(state.label, _standing(way, state.id), _note(way, state.id), *place)


def _standing(way: Way, state: str) -> str:
    if state == way.state:
        return "now"
    if state in way.ahead:
        return "been may" if way.has_been(state) else "may"
    if way.has_been(state):
        return "been"
    return "before" if way.lay_before(state) else "far"


def _note(way: Way, state: str) -> str:
    """7月8日起, 可报结, 7月3日, 原台账已过; nothing of a state it was never in and cannot be in next."""
    days = way.days_in(state)
    if state == way.state:
        return f"{day(days[-1])}起" if days else "现在"
    if state in way.ahead:
        return f"可{'、'.join(way.ahead[state])}"
    if way.lay_before(state):
        return TAKEN_OVER
    times = f"（{len(days)}次）" if len(days) > 1 else ""
    return f"{day(days[-1])}{times}" if days else ""


def _lines(way: Way, places: Places) -> Iterator[Line]:
    """The road first, then the way ahead, and the way that was gone over both."""
    ends = [places[way.road[0].id], places[way.road[-1].id]]
    yield Line("road", f"M{ends[0][0]} {ROAD_Y}H{ends[1][0]}")
    for dest in way.ahead:
        yield Line("may", _path(places[way.state], places[dest]))
    for source, dest in dict.fromkeys((one.source, one.dest) for one in way.moves):
        if source in places and dest in places:
            yield Line("went", _path(places[source], places[dest]))


def _path(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Straight to the next station, else below: an arc along the road, a bend to what lies beside it."""
    (x, y), (to_x, to_y) = start, end
    if y == to_y == ROAD_Y and to_x - x == STEP:
        return f"M{x + RADIUS} {y}H{to_x - RADIUS}"
    leaves, arrives = y + (RADIUS if y == ROAD_Y else -RADIUS), to_y + (RADIUS if to_y == ROAD_Y else -RADIUS)
    if y == to_y:
        depth = DEPTH + DEPTH_A_STEP * abs(to_x - x) // STEP
        bend = leaves + depth if y == ROAD_Y else leaves - depth
        return f"M{x} {leaves}C{x} {bend} {to_x} {bend} {to_x} {arrives}"
    middle = (leaves + arrives) // 2
    return f"M{x} {leaves}C{x} {middle} {to_x} {middle} {to_x} {arrives}"


def _words(way: Way) -> str:
    """The drawing told."""
    labels = {one.id: one.label for one in (*way.road, *way.aside)}
    went = [f"{labels.get(one.dest, one.dest)}（{day(one.on)}）" for one in way.moves]
    ahead = [f"{'、'.join(by)}后到“{labels[dest]}”" for dest, by in way.ahead.items()]
    told = [f"走过：{'→'.join(went)}。"] if went else []
    told += [f"现在：{labels.get(way.state, way.state)}。"]
    return "".join([*told, f"接下来可以：{'；'.join(ahead)}。" if ahead else "没有下一步。"])
