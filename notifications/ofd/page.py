"""What a page shows, as values in millimetres from the top left corner of the sheet."""

from dataclasses import dataclass

from notifications.pdf.matrix import Matrix

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or several drawn as one, and how far along its line it begins."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Text:
    """Characters in one font. `place` maps the line, which begins at its origin, onto the page.

    `size` is the height of an em; `outline` the width of a stroke around each character, in its own colour.
    """

    font: str
    size: float
    place: Matrix
    glyphs: tuple[Glyph, ...]
    colour: Colour
    outline: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A path: the operators M, L, B and C (GB/T 33190-2016, 9.1) with their points; `line` 0 is filled."""

    path: tuple[tuple[str, tuple[Point, ...]], ...]
    colour: Colour
    line: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of the seal: `place` maps the unit square, its top left first, onto the page."""

    place: Matrix


Item = Text | Shape | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """One page and what is painted on it, in order."""

    width: float
    height: float
    items: tuple[Item, ...]
