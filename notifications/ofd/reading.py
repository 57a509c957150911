"""Our own PDF, read back into pages: the few operators its layout uses, performed (ISO 32000-1, 8 and 9)."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PageObject, PdfReader

from notifications.errors import NoticeUnrenderable
from notifications.ofd.page import Colour, Glyph, Item, Page, Picture, Point, Shape, Text
from notifications.pdf.matrix import IDENTITY, Matrix, matrix_of, multiplied
from notifications.pdf.types import Type, type_of

MILLIMETRE = 25.4 / 72
BLACK: Colour = (0, 0, 0)
FILLED, OUTLINED = 0, 2
"""Ways to draw characters (9.3.6)."""
SILENT = frozenset({b"BDC", b"BMC", b"EMC", b"BT", b"ET", b"M", b"cs", b"CS", b"gs", b"j", b"J", b"i"})
"""Operators that place nothing; colours are told by the number of their parts."""


def read_pages(pdf: bytes) -> tuple[Page, ...]:
    """Every page. Raises NoticeUnrenderable (`ofd_unsupported`) for what our layout never draws."""
    typefaces: dict[str, Type] = {}
    return tuple(_page(page, typefaces) for page in PdfReader(io.BytesIO(pdf)).pages)


def _page(page: PageObject, typefaces: dict[str, Type]) -> Page:
    reader = _Reader(page, typefaces)
    content = page.get_contents()
    items = tuple(reader.items(content.operations if content is not None else []))
    return Page(float(page.mediabox.width) * MILLIMETRE, reader.height * MILLIMETRE, items)


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state, as far as it is used; lengths in points."""

    matrix: Matrix = IDENTITY
    fill: Colour = BLACK
    stroke: Colour = BLACK
    line: float = 1.0
    font: Type | None = None
    size: float = 0.0
    way: int = FILLED


@dataclass
class _Reader:
    """A page while it is being read."""

    page: PageObject
    typefaces: dict[str, Type]
    state: _State = _State()
    kept: list[_State] = field(default_factory=list)
    text_matrix: Matrix = IDENTITY
    path: list[tuple[str, tuple[Point, ...]]] = field(default_factory=list)

    @property
    def height(self) -> float:
        return float(self.page.mediabox.height)

    def resource(self, kind: str, name: str) -> Any:
        resources: Any = self.page["/Resources"]
        return resources[kind][name].get_object()

    def items(self, operations: Any) -> Iterator[Item]:
        for operands, operator in operations:
            if operator in SILENT:
                continue
            if operator not in OPERATORS:
                raise _unsupported(f"操作符{operator.decode('latin-1')}")
            item = OPERATORS[operator](self, operands)
            if item is not None:
                yield item

    # ---- state ----
    def keep(self, _: Any) -> None:
        self.kept.append(self.state)

    def restore(self, _: Any) -> None:
        self.state = self.kept.pop()

    def transform(self, operands: Any) -> None:
        self.state = replace(self.state, matrix=multiplied(matrix_of(operands), self.state.matrix))

    def choose(self, operands: Any) -> None:
        name, size = operands
        resource = self.resource("/Font", name)
        called = str(resource["/BaseFont"])
        if called not in self.typefaces:
            self.typefaces[called] = type_of(resource)
        self.state = replace(self.state, font=self.typefaces[called], size=float(size))

    # ---- paths ----
    def go(self, operator: str, operands: Any) -> None:
        numbers = [float(one) for one in operands]
        points = zip(numbers[::2], numbers[1::2], strict=True)
        self.path.append((operator, tuple(self.place(point) for point in points)))

    def box(self, operands: Any) -> None:
        x, y, width, height = map(float, operands)
        self.go("M", (x, y))
        for corner in ((x + width, y), (x + width, y + height), (x, y + height)):
            self.go("L", corner)
        self.go("C", ())

    def place(self, point: Point) -> Point:
        a, b, c, d, e, f = self.state.matrix
        x, y = point
        return (a * x + c * y + e) * MILLIMETRE, (self.height - (b * x + d * y + f)) * MILLIMETRE

    def paint(self, *, filled: bool) -> Shape:
        path, self.path = tuple(self.path), []
        if filled:
            return Shape(path, self.state.fill)
        return Shape(path, self.state.stroke, self.state.line * MILLIMETRE)

    def draw(self, operands: Any) -> Picture:
        drawn = self.resource("/XObject", operands[0])
        if drawn["/Subtype"] != "/Image":
            raise _unsupported("嵌套的图形")
        top_left = multiplied((1, 0, 0, 1, 0, 1), self.state.matrix)
        return Picture(_turned(top_left, self.height, MILLIMETRE))

    # ---- text ----
    def set_text(self, operands: Any) -> None:
        self.text_matrix = matrix_of(operands)

    def show(self, operands: Any) -> Text:
        return self.show_all([operands])

    def show_all(self, operands: Any) -> Text:
        """Every glyph in its place: on by its width, and by the shifts among the strings (9.4.4)."""
        font, pen, glyphs = self.state.font, 0.0, []
        if font is None or self.state.way not in (FILLED, OUTLINED):
            raise _unsupported("文字的画法")
        for shown in operands[0]:
            if not hasattr(shown, "original_bytes"):
                pen -= float(shown) / 1000 * self.state.size
                continue
            for _, text, width in font.glyphs(shown.original_bytes):
                glyphs.append(Glyph(text, pen * MILLIMETRE))
                pen += width / 1000 * self.state.size
        matrix = multiplied(self.text_matrix, self.state.matrix)
        outline = self.state.line * MILLIMETRE if self.state.way == OUTLINED else 0.0
        return Text(
            font=font.name,
            size=self.state.size * MILLIMETRE,
            place=_turned(matrix, self.height, 1.0),
            glyphs=tuple(glyphs),
            colour=self.state.fill,
            outline=outline,
        )


def _turned(matrix: Matrix, height: float, unit: float) -> Matrix:
    """From points upwards to millimetres downwards; `unit` is what one unit of the inner space measures."""
    a, b, c, d, e, f = matrix
    return (a * unit, -b * unit, -c * unit, d * unit, e * MILLIMETRE, (height - f) * MILLIMETRE)


def _colour(operands: Any) -> Colour:
    """Grey or red, green and blue, from 0 to 255."""
    parts = [round(float(one) * 255) for one in operands]
    if len(parts) == 1:
        return (parts[0], parts[0], parts[0])
    if len(parts) != 3:
        raise _unsupported("色彩空间")
    return (parts[0], parts[1], parts[2])


def _unsupported(what: str) -> NoticeUnrenderable:
    return NoticeUnrenderable(f"OFD不支持版面中的{what}，请改用PDF。", code="ofd_unsupported", what=what)


def _setting(name: str, read: Callable[[Any], Any]) -> Callable[[_Reader, Any], None]:
    def set_(reader: _Reader, operands: Any) -> None:
        reader.state = replace(reader.state, **{name: read(operands)})

    return set_


def _going(operator: str) -> Callable[[_Reader, Any], None]:
    return lambda reader, operands: reader.go(operator, operands)


OPERATORS: Mapping[bytes, Callable[[_Reader, Any], Item | None]] = {
    b"q": _Reader.keep,
    b"Q": _Reader.restore,
    b"cm": _Reader.transform,
    b"m": _going("M"),
    b"l": _going("L"),
    b"c": _going("B"),
    b"h": _going("C"),
    b"re": _Reader.box,
    b"f": lambda reader, _: reader.paint(filled=True),
    b"S": lambda reader, _: reader.paint(filled=False),
    b"Do": _Reader.draw,
    b"Tf": _Reader.choose,
    b"Tm": _Reader.set_text,
    b"Tj": _Reader.show,
    b"TJ": _Reader.show_all,
    **{name: _setting("fill", _colour) for name in (b"g", b"rg", b"scn")},
    **{name: _setting("stroke", _colour) for name in (b"G", b"RG", b"SCN")},
    b"w": _setting("line", lambda operands: float(operands[0])),
    b"Tr": _setting("way", lambda operands: int(operands[0])),
}
