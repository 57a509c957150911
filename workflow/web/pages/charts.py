"""The drawings of the wall chart: where bars, lines and words stand; how they look is the style sheet's.

Each has the same in words beside it, for whoever does not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from states.nodes.node import Node
from states.tallies import Ahead, Tally, Week, added
from states.vocabulary import Light
from workflow.services.wall_chart import Planned, UnitTally

WIDTH = 600
LABEL, NUMBER, RANKED = 196, 52, 172
"""What names of units have, the number behind a bar, and that with its share."""
ROW, BAR = 36, 24
COLOURS = (Light.RED, Light.YELLOW, Light.GREEN)
MOST_UNITS, MOST_RANKED, NAME = 9, 5, 9
FOR_A_NUMBER = 26
"""How wide a bar is that has room for its number."""

TALL, FLOOR, TOP = 336, 296, 44
"""The height of the two drawings over time, and of the lines their columns stand on and may reach."""
WEEK_TALL, WEEK_FLOOR, WEEK_TOP = 178, 124, 28

BEFORE, AFTER, FORTNIGHT = 21, 49, 14
"""The days a Gantt chart shows before and after the one it is of."""
PLAN_LABEL, PLAN_ROW, PLAN_HEAD, TITLE, NOTE = 236, 54, 28, 13, 16


@dataclass(frozen=True, slots=True)
class Box:
    """A bar."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Word:
    """Some words on a drawing; `kind` says how they are aligned and weighted."""

    kind: str
    x: float
    y: float
    text: str


@dataclass(slots=True)
class Drawing:
    """A drawing by its id. `words` say what it shows; lines are told by their kind and path."""

    id: str
    title: str
    words: str
    height: float
    boxes: list[Box] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    texts: list[Word] = field(default_factory=list)
    width: int = WIDTH

    def box(self, kind: str, at: tuple[float, float], width: float, height: float) -> None:
        """Add a bar, from its upper left corner on; none where it would have no size."""
        if width > 0 and height > 0:
            self.boxes.append(Box(kind, *map(_round, (*at, width, height))))

    def word(self, kind: str, x: float, y: float, text: str) -> None:
        """Add words."""
        self.texts.append(Word(kind, _round(x), _round(y), text))

    def column(self, kind: str, at: tuple[float, float], width: float, height: float) -> None:
        """Add a bar that stands on a point with its lower left corner."""
        self.box(kind, (at[0], at[1] - height), width, height)


def lights(units: Sequence[UnitTally]) -> Drawing:
    """A bar for each unit, red first; what finds no room is told in words."""
    shown, rest = units[:MOST_UNITS], units[MOST_UNITS:]
    words = "；".join(f"{one.name}{_told(one.tally)}" for one in units) or "没有在办事项"
    made = Drawing("lights", "各单位亮灯", words, max(len(shown) + bool(rest), 1) * ROW)
    most = max((one.tally.in_hand for one in shown), default=1)
    for place, one in enumerate(shown):
        made.word("name", LABEL - 12, place * ROW + 24, _fit(one.name, NAME))
        _stack(made, one.tally, (WIDTH - LABEL - NUMBER) / most, place * ROW)
    if rest:
        told = f"其余{len(rest)}个单位：{_told(added(one.tally for one in rest))}"
        made.word("end", WIDTH, len(shown) * ROW + 24, told)
    return made


def _stack(made: Drawing, tally: Tally, scale: float, y: float) -> None:
    x = float(LABEL)
    for light in COLOURS:
        width = scale * tally.shown(light)
        made.box(light.value, (x, y + 6), width, BAR)
        if width >= FOR_A_NUMBER:
            made.word("in", x + width / 2, y + 25, str(tally.shown(light)))
        x += width
    made.word("sum", x + 8, y + 25, str(tally.in_hand))


def ranking(units: Sequence[UnitTally]) -> Drawing:
    """The units with the most overdue matters."""
    shown = units[:MOST_RANKED]
    words = "；".join(f"{one.name}逾期{one.tally.overdue}项" for one in units) or "没有逾期事项"
    made = Drawing("ranking", "逾期排行", words, max(len(shown), 1) * ROW)
    most = max((one.tally.overdue for one in shown), default=1)
    for place, one in enumerate(shown):
        y, late = place * ROW, one.tally.overdue
        width = (WIDTH - LABEL - RANKED) * late / most
        made.word("name", LABEL - 12, y + 24, _fit(one.name, NAME))
        made.box("red", (LABEL, y + 6), width, BAR)
        made.word("sum", LABEL + width + 8, y + 25, f"{late}项，占在办{late / one.tally.in_hand:.0%}")
    return made


def due(days: Sequence[tuple[date, int]], today: date) -> Drawing:
    """A column for each day of the week; what was due before today is overdue by now."""
    words = "；".join(f"{_short(day)}{count}项" for day, count in days)
    made = Drawing("due", "本周到期", words, WEEK_TALL, lines=[("axis", f"M0 {WEEK_FLOOR}H{WIDTH}")])
    step, most = WIDTH / len(days), max(count for _, count in days) or 1
    for place, (day, count) in enumerate(days):
        middle, tall = step * (place + 0.5), (WEEK_FLOOR - WEEK_TOP) * count / most
        kind = "red" if day < today else "yellow" if day == today else "blue"
        made.column(kind, (middle - 24, WEEK_FLOOR), 48, tall)
        made.word("mid sum", middle, WEEK_FLOOR - tall - 7, str(count))
        name = "今天" if day == today else f"周{'一二三四五六日'[day.weekday()]}"
        for line, text in enumerate((name, f"{day.month}/{day.day}")):
            made.word("mid now" if day == today else "mid", middle, WEEK_FLOOR + 23 + 22 * line, text)
    return made


def trend(weeks: Sequence[Week]) -> Drawing:
    """Two columns a week, and a line of what was overdue at its end."""
    words = "；".join(
        f"{_short(one.since)}起一周交办{one.opened}项、办结{one.closed}项、周末逾期{one.overdue}项"
        for one in weeks
    )
    made = Drawing("trend", f"近{len(weeks)}周走势", words, TALL, lines=[("axis", f"M0 {FLOOR}H{WIDTH}")])
    most = max(max(one.opened, one.closed, one.overdue) for one in weeks) or 1
    step, scale = WIDTH / len(weeks), (FLOOR - TOP) / most
    for place, one in enumerate(weeks):
        middle = step * (place + 0.5)
        for kind, x, count in (("blue", middle - 20, one.opened), ("green", middle + 1, one.closed)):
            made.column(kind, (x, FLOOR), 19, scale * count)
            if count:
                made.word("mid fine", x + 9.5, FLOOR - scale * count - 5, str(count))
        if place % 2 == (len(weeks) - 1) % 2:
            made.word("mid", middle, FLOOR + 26, f"{one.since.month}/{one.since.day}")
    points = [
        f"{_round(step * (place + 0.5))} {_round(FLOOR - scale * one.overdue)}"
        for place, one in enumerate(weeks)
    ]
    made.lines.append(("late", f"M{'L'.join(points)}"))
    made.word("end late", WIDTH, FLOOR - scale * weeks[-1].overdue - 14, f"逾期{weeks[-1].overdue}")
    return made


def foreseen(days: Sequence[Ahead]) -> Drawing:
    """Red and yellow ones at the end of each day to come."""
    first, last = days[0].tally, days[-1].tally
    told = f"如无人办理，{len(days)}天后红灯{last.red}项、黄灯{last.yellow}项"
    coming = sum(one.due for one in days)
    words = f"明日红灯{first.red}项、黄灯{first.yellow}项；{told}；其间到期{coming}项"
    made = Drawing("ahead", f"未来{len(days)}天预测", words, TALL, lines=[("axis", f"M0 {FLOOR}H{WIDTH}")])
    made.word("", 0, 20, f"{told}；其间到期{coming}项")
    most = max(one.tally.red + one.tally.yellow for one in days) or 1
    step, scale = WIDTH / len(days), (FLOOR - TOP) / most
    for place, one in enumerate(days):
        red, yellow = scale * one.tally.red, scale * one.tally.yellow
        made.column("red", (step * place + 2, FLOOR), step - 4, red)
        made.column("yellow", (step * place + 2, FLOOR - red), step - 4, yellow)
        if place % 5 == 0:
            made.word(
                "" if place == 0 else "mid",
                step * (place + (place > 0) / 2),
                FLOOR + 26,
                f"{one.on.month}/{one.on.day}",
            )
    return made


def gantt(planned: Sequence[Planned], today: date) -> Drawing:
    """A row for each matter: its milestones as bars, the day of its limit as a stroke."""
    words = "；".join(f"{one.title}：{_next(one)}" for one in planned) or "没有列节点的在办事项"
    made = Drawing("plan", "节点甘特图", words, PLAN_HEAD + max(len(planned), 1) * PLAN_ROW)
    scale = _Scale(today)
    for day in scale.fortnights():
        made.lines.append(("grid", f"M{scale.place(day)} {PLAN_HEAD}V{made.height}"))
        made.word(
            "mid now" if day == today else "mid fine",
            scale.place(day),
            19,
            "今天" if day == today else f"{day.month}/{day.day}",
        )
    for row, one in enumerate(planned):
        _plan(made, one, scale, PLAN_HEAD + row * PLAN_ROW)
    made.lines.append(("today", f"M{scale.place(today)} {PLAN_HEAD - 4}V{made.height}"))
    return made


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where days stand on a Gantt chart; those beyond it stand at its edge."""

    today: date

    @property
    def first(self) -> date:
        return self.today - timedelta(days=BEFORE)

    def place(self, day: date) -> float:
        share = (day - self.first).days / (BEFORE + AFTER)
        return _round(PLAN_LABEL + (WIDTH - PLAN_LABEL) * min(max(share, 0), 1))

    def shows(self, day: date) -> bool:
        return 0 <= (day - self.first).days <= BEFORE + AFTER

    def fortnights(self) -> list[date]:
        """Every other week from today, both ways."""
        weeks = range(-(BEFORE // FORTNIGHT), AFTER // FORTNIGHT + 1)
        return [self.today + timedelta(days=FORTNIGHT * one) for one in weeks]


def _plan(made: Drawing, one: Planned, scale: _Scale, y: float) -> None:
    made.word("title", 0, y + 17, _fit(one.title, TITLE))
    made.word("fine", 0, y + 34, _fit(_next(one), NOTE))
    former: date | None = None
    for node, due_on in sorted(one.nodes, key=lambda pair: pair[1]):
        start, end = scale.place(_start(node, former)), scale.place(due_on + timedelta(days=1))
        made.box(_standing(node, due_on, scale.today), (start, y + 10), max(end - start - 1.5, 3), 20)
        former = due_on
    if one.due_on is not None and scale.shows(one.due_on):
        made.lines.append(("limit", f"M{scale.place(one.due_on)} {y + 4}V{y + 34}"))


def _start(node: Node, former: date | None) -> date:
    """One that is only a fixed day goes from the one before it on, or from when it was planned."""
    if node.working_days is not None:
        return node.starts_on
    return min(node.planned_on if former is None else former + timedelta(days=1), node.due_on)


def _standing(node: Node, due_on: date, today: date) -> str:
    return "green" if node.reached_on else "red" if due_on < today else "blue"


def _next(one: Planned) -> str:
    """The first milestone that is not reached."""
    left = [(due_on, node.id, node.title) for node, due_on in one.nodes if node.is_open]
    return f"{_short(min(left)[0])} {min(left)[2]}" if left else "节点都已完成"


def _told(tally: Tally) -> str:
    return f"红{tally.red}、黄{tally.yellow}、绿{tally.green}"


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _fit(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _round(number: float) -> float:
    return round(number, 1)
