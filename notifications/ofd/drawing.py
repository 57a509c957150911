"""A page as the XML of its content (GB/T 33190-2016, 7.7 and clauses 8 to 11); lengths in millimetres."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import count, pairwise

from notifications.archive import legal
from notifications.ofd.page import Colour, Glyph, Item, Page, Picture, Shape, Text
from notifications.pdf.matrix import Matrix

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
ASCENT = 0.88
"""How much of an em lies above the baseline in our layout."""
BASIC_PLANE = "\uffff"


class Numbers:
    """The identifiers of one file: no two objects in it share one."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.last = 0

    def next(self) -> int:
        self.last = next(self._numbers)
        return self.last


def page_xml(page: Page, numbers: Numbers, fonts: Mapping[str, int], seal: int | None) -> str:
    """The part of one page. `fonts` and `seal` are the identifiers of the resources it draws with."""
    layer = numbers.next()
    drawn = "".join(_drawn(item, page, numbers, fonts, seal) for item in page.items)
    area = f"<ofd:Area><ofd:PhysicalBox>{box(page)}</ofd:PhysicalBox></ofd:Area>"
    content = f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{drawn}</ofd:Layer></ofd:Content>'
    return f"{DECLARATION}<ofd:Page {NAMESPACE}>{area}{content}</ofd:Page>"


def box(page: Page) -> str:
    return _listed((0, 0, page.width, page.height))


def _drawn(item: Item, page: Page, numbers: Numbers, fonts: Mapping[str, int], seal: int | None) -> str:
    match item:
        case Text():
            lines = _lines(item.glyphs, item.size)
            return "".join(_text(item, line, page, numbers.next(), fonts[item.font]) for line in lines)
        case Shape():
            return _shape(item, numbers.next())
        case Picture():
            place = f'CTM="{_listed(item.place)}" Boundary="{box(page)}"'
            return f'<ofd:ImageObject ID="{numbers.next()}" {place} ResourceID="{seal}"/>'


# ---- text ------------------------------------------------------------------------------------------------
def _text(text: Text, line: Sequence[Glyph], page: Page, number: int, font: int) -> str:
    where, x, y = _placed(text, line, page)
    deltas = _listed(after.at - before.at for before, after in pairwise(line))
    moved = f' DeltaX="{deltas}"' if deltas else ""
    colour, stroke = f"<ofd:FillColor {_value(text.colour)}/>", ""
    if text.outline:
        stroke = f' Stroke="true" LineWidth="{_number(text.outline)}"'
        colour += f"<ofd:StrokeColor {_value(text.colour)}/>"
    words = escape("".join(glyph.text for glyph in line), quote=False)
    code = f'<ofd:TextCode X="{_number(x)}" Y="{_number(y)}"{moved}>{words}</ofd:TextCode>'
    look = f'ID="{number}" {where} Font="{font}" Size="{_number(text.size)}"{stroke}'
    return f"<ofd:TextObject {look}>{colour}{code}</ofd:TextObject>"


def _placed(text: Text, line: Sequence[Glyph], page: Page) -> tuple[str, float, float]:
    """The box of a line and where in it the first character begins; a turned line has the whole page."""
    a, b, c, d, e, f = text.place
    if (a, b, c, d) != (1, 0, 0, 1):
        return f'Boundary="{box(page)}" CTM="{_listed(text.place)}"', line[0].at, 0
    above, width = ASCENT * text.size, line[-1].at - line[0].at + text.size
    return f'Boundary="{_listed((e + line[0].at, f - above, width, text.size))}"', 0, above


def _lines(glyphs: Sequence[Glyph], size: float) -> Iterator[list[Glyph]]:
    """The characters one by one, in lines that neither begin nor end with a space.

    A character beyond the basic plane is a line of its own: readers differ in whether they count it once.
    """
    line: list[Glyph] = []
    for one in _single(glyphs, size):
        if one.text > BASIC_PLANE:
            yield from _trimmed(line)
            yield [one]
            line = []
        else:
            line.append(one)
    yield from _trimmed(line)


def _single(glyphs: Sequence[Glyph], size: float) -> Iterator[Glyph]:
    """Where several characters are drawn as one, each is given its share of the width."""
    ends = [*(glyph.at for glyph in glyphs[1:]), glyphs[-1].at + size] if glyphs else []
    for glyph, end in zip(glyphs, ends, strict=True):
        characters = legal(glyph.text)
        for place, character in enumerate(characters):
            yield Glyph(character, glyph.at + (end - glyph.at) * place / len(characters))


def _trimmed(line: list[Glyph]) -> Iterator[list[Glyph]]:
    words = [place for place, glyph in enumerate(line) if not glyph.text.isspace()]
    if words:
        yield line[words[0] : words[-1] + 1]


# ---- shapes ----------------------------------------------------------------------------------------------
def _shape(shape: Shape, number: int) -> str:
    points = [point for _, points in shape.path for point in points]
    left, top = (min(axis) - shape.line for axis in zip(*points, strict=True))
    right, bottom = (max(axis) + shape.line for axis in zip(*points, strict=True))
    path = " ".join(
        " ".join((operator, *(_number(part) for x, y in points for part in (x - left, y - top))))
        for operator, points in shape.path
    )
    where = f'ID="{number}" Boundary="{_listed((left, top, right - left, bottom - top))}"'
    if shape.line:
        look, colour = f'LineWidth="{_number(shape.line)}"', f"<ofd:StrokeColor {_value(shape.colour)}/>"
    else:
        look, colour = 'Stroke="false" Fill="true"', f"<ofd:FillColor {_value(shape.colour)}/>"
    data = f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData>"
    return f"<ofd:PathObject {where} {look}>{colour}{data}</ofd:PathObject>"


def _value(colour: Colour) -> str:
    return f'Value="{" ".join(map(str, colour))}"'


def _listed(numbers: Iterator[float] | Sequence[float] | Matrix) -> str:
    return " ".join(map(_number, numbers))


def _number(value: float) -> str:
    """To a tenth of a micrometre, without needless zeros, and never -0."""
    return f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")
