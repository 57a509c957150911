"""What a page shows, read off its content stream: text with its exact places, painted shapes, pictures.

ISO 32000-1, 7.8 and clauses 8 and 9. Everything is in millimetres from the top left corner of the sheet, type
sizes in points. Places are those of the text matrix (origins and baselines), never of glyph outlines, which
differ from font to font. Called by `reading`; judges nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from notifications.inspection.operations import ContentBroken, check_pending, operations
from notifications.pdf.matrix import IDENTITY, Matrix, matrix_of, multiplied
from notifications.pdf.types import Type, part, type_of

POINTS = 72 / 25.4
MAX_CONTENT, MAX_MARKS = 20_000_000, 500_000
"""Of a whole file: bytes of content, and runs, shapes and pictures."""
MAX_DEPTH = 8
BLACK = (0.0, 0.0, 0.0)

Colour = tuple[float, float, float]


@dataclass(slots=True)
class Run:
    """Text shown in one stroke. `glyphs` are text, left and right edge of each."""

    glyphs: list[tuple[str, float, float]]
    baseline: float
    size: float
    type: Type
    colour: Colour
    upright: bool

    @property
    def text(self) -> str:
        return "".join(text for text, _, _ in self.glyphs)


@dataclass(frozen=True, slots=True)
class Shape:
    """A painted path by its outer box; `thickness` is the stroke's where it is stroked, else the box's."""

    left: float
    top: float
    right: float
    bottom: float
    thickness: float
    colour: Colour

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Picture:
    """`hides` is how many of the page's runs were painted before it, where nothing shows through; else 0."""

    left: float
    top: float
    right: float
    bottom: float
    hides: int = 0


@dataclass(slots=True)
class Content:
    """All that one page shows, in the order it is painted."""

    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Memory:
    """What is kept from page to page of one file: its fonts, and how much of the bounds is used."""

    types: dict[int, Type] = field(default_factory=dict)
    fonts: list[Any] = field(default_factory=list)
    length: int = 0
    marks: int = 0


@dataclass(slots=True)
class _State:
    """The graphics state as far as places depend on it."""

    matrix: Matrix = IDENTITY
    fill: Colour = BLACK
    stroke: Colour = BLACK
    sheer: bool = False
    line_width: float = 1.0
    type: Type | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0

    def copy(self) -> "_State":
        return _State(*(getattr(self, name) for name in _State.__slots__))


def read_content(data: bytes, resources: Any, box: tuple[float, float], memory: Memory) -> Content:
    """What these operators show on a sheet whose left and top edge lie at `box`, in points.

    Raises ContentBroken for a stream that has no end somewhere, or is nested or long beyond reason.
    """
    reader = _Reader(Content(), box, memory)
    reader.perform(data, resources, _State(), 0)
    return reader.content


class _Reader:
    """Performs the operators of a page."""

    def __init__(self, content: Content, box: tuple[float, float], memory: Memory) -> None:
        self.content, self.memory = content, memory
        self.left, self.top = box
        self.path: list[tuple[float, float]] = []
        self.text_matrix = self.line_matrix = IDENTITY

    def perform(self, data: bytes, resources: Any, state: _State, depth: int) -> None:
        self.memory.length += len(data)
        if depth > MAX_DEPTH or self.memory.length > MAX_CONTENT:
            raise ContentBroken("页面内容嵌套过深或过长")
        self.resources, self.state, self.depth = resources, state, depth
        kept: list[_State] = []
        for operator, operands in operations(data):
            if operator == b"q":
                check_pending(kept)
                kept.append(self.state.copy())
            elif operator == b"Q":
                if not kept:
                    self.content.odd.append("图形状态Q多于q")
                    continue
                self.state = kept.pop()
            elif act := OPERATORS.get(operator):
                act(self, operands)
            elif operator not in SILENT:
                self.content.odd.append(f"不认识的操作符{operator[:12].decode('latin-1')}")
        if kept:
            self.content.odd.append("图形状态q多于Q")

    # ---- state ----
    def concatenate(self, operands: list[Any]) -> None:
        self.state.matrix = multiplied(matrix_of(operands), self.state.matrix)

    def show_object(self, operands: list[Any]) -> None:
        drawn = part(part(self.resources, "/XObject"), f"/{operands[0]}")
        if drawn.get("/Subtype") == "/Image":
            sheer = self.state.sheer or not {"/SMask", "/Mask", "/ImageMask"}.isdisjoint(drawn)
            box = self.box_of([(0, 0), (1, 0), (0, 1), (1, 1)])
            self.content.pictures.append(Picture(*box, hides=0 if sheer else len(self.content.runs)))
        elif drawn.get("/Subtype") == "/Form":
            around = (self.resources, self.state, self.depth)
            inner = self.state.copy()
            if "/Matrix" in drawn:
                inner.matrix = multiplied(matrix_of(list(drawn["/Matrix"])), inner.matrix)
            resources = part(drawn, "/Resources") or self.resources
            self.perform(drawn.get_data(), resources, inner, self.depth + 1)
            self.resources, self.state, self.depth = around

    def set_graphics(self, operands: list[Any]) -> None:
        """Of a graphics state only whether what is painted lets through what lies under it (11.3, 11.6.4)."""
        asked = part(part(self.resources, "/ExtGState"), f"/{operands[0]}")
        if "/ca" in asked or "/BM" in asked:
            mode = asked.get("/BM", "/Normal")
            self.state.sheer = float(asked.get("/ca", 1)) < 1 or mode not in ("/Normal", "/Compatible")

    def count(self, marks: int) -> None:
        self.memory.marks += marks
        if self.memory.marks > MAX_MARKS:
            raise ContentBroken("内容过多")

    # ---- paths ----
    def go(self, operands: list[Any]) -> None:
        numbers = [float(one) for one in operands]
        self.count(1)
        self.path += zip(numbers[::2], numbers[1::2], strict=True)

    def rectangle(self, operands: list[Any]) -> None:
        x, y, width, height = map(float, operands)
        self.count(1)
        self.path += [(x, y), (x + width, y + height)]

    def fill(self, _: list[Any]) -> None:
        self.paint(self.state.fill, stroked=False)

    def outline(self, _: list[Any]) -> None:
        self.paint(self.state.stroke, stroked=True)

    def paint(self, colour: Colour, *, stroked: bool) -> None:
        if self.path:
            left, top, right, bottom = self.box_of(self.path)
            a, b, c, d, _, _ = self.state.matrix
            width = self.state.line_width * abs(a * d - b * c) ** 0.5 / POINTS
            thickness = width if stroked else min(bottom - top, right - left)
            self.content.shapes.append(Shape(left, top, right, bottom, thickness, colour))
        self.path = []

    def forget_path(self, _: list[Any]) -> None:
        self.path = []

    def box_of(self, points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
        a, b, c, d, e, f = self.state.matrix
        xs = [(a * x + c * y + e - self.left) / POINTS for x, y in points]
        ys = [(self.top - (b * x + d * y + f)) / POINTS for x, y in points]
        return min(xs), min(ys), max(xs), max(ys)

    # ---- text ----
    def begin_text(self, _: list[Any]) -> None:
        self.text_matrix = self.line_matrix = IDENTITY

    def choose_type(self, operands: list[Any]) -> None:
        name, size = operands
        fonts = part(self.resources, "/Font")
        font = fonts.get(f"/{name}")
        if font is None:
            self.content.odd.append(f"没有名为{name}的字体")
            return
        font = font.get_object()
        if id(font) not in self.memory.types:
            self.memory.fonts.append(font)  # kept, or another could get its identity
            self.memory.types[id(font)] = type_of(font)
        self.state.type, self.state.size = self.memory.types[id(font)], float(size)

    def place_text(self, operands: list[Any]) -> None:
        self.text_matrix = self.line_matrix = matrix_of(operands)

    def move_line(self, operands: list[Any]) -> None:
        x, y = map(float, operands)
        self.text_matrix = self.line_matrix = multiplied((1, 0, 0, 1, x, y), self.line_matrix)

    def move_line_and_lead(self, operands: list[Any]) -> None:
        self.state.leading = -float(operands[1])
        self.move_line(operands)

    def next_line(self, _: list[Any]) -> None:
        self.move_line([0, -self.state.leading])

    def show(self, operands: list[Any]) -> None:
        self.show_all([operands])

    def show_in_next_line(self, operands: list[Any]) -> None:
        self.next_line([])
        self.show(operands[-1:])

    def show_spaced(self, operands: list[Any]) -> None:
        self.state.word_space, self.state.char_space = float(operands[0]), float(operands[1])
        self.show_in_next_line(operands)

    def show_all(self, operands: list[Any]) -> None:
        """Every glyph at its origin: the pen moves by width, spacing and the array's own shifts (9.4.4)."""
        state = self.state
        if state.type is None or state.mode == 3:
            return
        matrix = multiplied(self.text_matrix, state.matrix)
        a, b, c, d, e, f = matrix
        across, left = a / POINTS, (e + state.rise * c - self.left) / POINTS
        size, stretch, pen = state.size, state.stretch, 0.0
        glyphs: list[tuple[str, float, float]] = []
        for shown in operands[0]:
            if not isinstance(shown, bytes):
                pen -= shown / 1000 * size * stretch
                continue
            for code, text, width in state.type.glyphs(shown):
                end = pen + width / 1000 * size * stretch
                glyphs.append((text, left + pen * across, left + end * across))
                pen = end + (state.char_space + (state.word_space if code == 32 else 0.0)) * stretch
        self.text_matrix = multiplied((1, 0, 0, 1, pen, 0), self.text_matrix)
        if glyphs:
            self.count(1)
            baseline = (self.top - f - state.rise * d) / POINTS
            upright = abs(b) < 0.01 * abs(a) and abs(c) < 0.01 * abs(d) and a > 0 and d > 0
            height = size * abs(a * d - b * c) ** 0.5
            self.content.runs.append(Run(glyphs, baseline, height, state.type, state.fill, upright))


def _colour(operands: list[Any]) -> Colour:
    """As red, green and blue by the number of components; a pattern counts as black."""
    parts = [float(one) for one in operands if isinstance(one, int | float)]
    if len(parts) == 3:
        return (parts[0], parts[1], parts[2])
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        left = 1 - black
        return ((1 - cyan) * left, (1 - magenta) * left, (1 - yellow) * left)
    return (parts[0],) * 3 if parts else BLACK


def _set(name: str, change: Callable[[list[Any]], Any]) -> Callable[[_Reader, list[Any]], None]:
    return lambda reader, operands: setattr(reader.state, name, change(operands))


def _number(operands: list[Any]) -> float:
    return float(operands[0])


OPERATORS: Mapping[bytes, Callable[[_Reader, list[Any]], None]] = {
    b"cm": _Reader.concatenate,
    b"Do": _Reader.show_object,
    b"gs": _Reader.set_graphics,
    **dict.fromkeys((b"m", b"l", b"c", b"v", b"y"), _Reader.go),
    b"re": _Reader.rectangle,
    **dict.fromkeys((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), _Reader.fill),
    **dict.fromkeys((b"S", b"s"), _Reader.outline),
    b"n": _Reader.forget_path,
    **{name: _set("fill", _colour) for name in (b"g", b"rg", b"k", b"sc", b"scn")},
    **{name: _set("stroke", _colour) for name in (b"G", b"RG", b"K", b"SC", b"SCN")},
    b"cs": _set("fill", lambda _: BLACK),
    b"CS": _set("stroke", lambda _: BLACK),
    b"w": _set("line_width", _number),
    b"BT": _Reader.begin_text,
    b"Tf": _Reader.choose_type,
    b"Tm": _Reader.place_text,
    b"Td": _Reader.move_line,
    b"TD": _Reader.move_line_and_lead,
    b"T*": _Reader.next_line,
    b"Tc": _set("char_space", _number),
    b"Tw": _set("word_space", _number),
    b"Tz": _set("stretch", lambda operands: float(operands[0]) / 100),
    b"TL": _set("leading", _number),
    b"Ts": _set("rise", _number),
    b"Tr": _set("mode", lambda operands: int(operands[0])),
    b"Tj": _Reader.show,
    b"TJ": _Reader.show_all,
    b"'": _Reader.show_in_next_line,
    b'"': _Reader.show_spaced,
}
SILENT = frozenset(b"BDC BMC EMC MP DP ET h W W* J j M d i ri sh BX EX d0 d1 BI true false null".split())
"""Operators and words that move nothing."""
