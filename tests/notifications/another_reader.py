"""A paper as PDFium reads it: text and places by another program, in millimetres from the top left corner."""

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

POINTS = 72 / 25.4
FOOT = 265.0
"""Below it a page bears only its number."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One character, where its pen begins; `size` in points."""

    text: str
    left: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: its size, and its characters in the order of the file, those at its foot aside."""

    width: float
    height: float
    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        return "".join(one.text for one in self.letters)

    def places(self, words: str) -> list[tuple[Letter, Letter]]:
        """The first and the last character of the words, wherever they stand."""
        found = re.finditer(re.escape(comparable(words)), self.text)
        return [(self.letters[one.start()], self.letters[one.end() - 1]) for one in found]

    def from_top_to_bottom(self) -> str:
        """Line by line, each from left to right, whatever the order of the file."""
        return "".join(one.text for one in sorted(self.letters, key=lambda one: (one.baseline, one.left)))


def comparable(text: str) -> str:
    """Without spaces, in compatibility form."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def leaves(pdf: bytes) -> tuple[Leaf, ...]:
    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(_leaf(page) for page in document)


def _leaf(page: pypdfium2.PdfPage) -> Leaf:
    width, height = page.get_size()
    text = page.get_textpage()
    letters = (one for place in range(text.count_chars()) for one in _letters(text, place, height))
    kept = tuple(one for one in letters if one.baseline < FOOT)
    return Leaf(width / POINTS, height / POINTS, kept)


def _letters(text: pypdfium2.PdfTextPage, place: int, height: float) -> Iterator[Letter]:
    """All that one glyph tells; nothing of turned text, and of what PDFium puts in for itself."""
    turned, added = pdfium.FPDFText_GetCharAngle(text, place) > 0.01, pdfium.FPDFText_IsGenerated(text, place)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, place, x, y)
    size = pdfium.FPDFText_GetFontSize(text, place)
    for told in "" if turned or added else comparable(text.get_text_range(place, 1)):
        yield Letter(told, x.value / POINTS, round((height - y.value) / POINTS, 2), size)
