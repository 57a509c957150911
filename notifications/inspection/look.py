"""The print as a person sees it: pages of lines, and where on them the parts of an official paper stand.

Parts are found by their look (the red mark, the large title, the date on a line of its own) and, where the
paper is known, by its words. Read by the checks; judges nothing.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median

from notifications.document import GAP, Document
from notifications.inspection.content import Colour, Picture, Run, Shape
from notifications.inspection.reading import File, Sheet
from notifications.inspection.standard import (
    ABOVE_BASELINE,
    BELOW_BASELINE,
    BOTTOM,
    CELL,
    INK,
    LEFT,
    LINES,
    POINT,
    RIGHT,
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    pitch,
)
from notifications.pdf.types import Type
from notifications.title import NEVER_FIRST, NEVER_LAST

Glyph = tuple[str, float, float]

DATE = re.compile(
    r"[0-9０-９〇○零一二三四五六七八九十]{2,4}年[0-9０-９元一二三四五六七八九十]{1,3}月[0-9０-９一二三四五六七八九十]{1,3}日"
)
NUMBER = re.compile(r"\S{1,20}[〔\[【（(［]\s*[0-9]{2,4}\s*[〕\]】）)］]第?[0-9]+号")
LABEL = re.compile(r"附件[0-9]{0,2}")
PAGE_NUMBER = re.compile(r"[-–—─－]*\s*第?([0-9]+)页?\s*[-–—─－]*")
SAME_LINE = 0.6
OPENING, CLOSING = NEVER_LAST, NEVER_FIRST


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text without a wide gap. `size` in points, the rest in millimetres."""

    text: str
    glyphs: tuple[Glyph, ...]
    baseline: float
    size: float
    type: Type
    colour: Colour

    @property
    def left(self) -> float:
        return self.glyphs[0][1]

    @property
    def right(self) -> float:
        return self.glyphs[-1][2]

    @property
    def ink_left(self) -> float:
        """An opening mark at the beginning of a line gives up its empty half."""
        trimmed = self.text[:1] in OPENING and self.left < LEFT - INK
        return self.left + (self.size * POINT / 2 if trimmed else 0)

    @property
    def ink_right(self) -> float:
        """A closing mark at the end of a line may hang over the edge by its empty half."""
        trimmed = self.text[-1:] in CLOSING and self.right > RIGHT + INK
        return self.right - (self.size * POINT / 2 if trimmed else 0)

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def is_centred_on(self, place: float, within: float = 1.0) -> bool:
        """Whether its middle lies there, with or without the empty halves of marks at its ends."""
        half = self.size * POINT / 4
        shifts = (0, half if self.text[:1] in OPENING else 0, -half if self.text[-1:] in CLOSING else 0)
        return any(abs(self.middle + shift - place) <= within for shift in (*shifts, sum(shifts)))

    @property
    def top(self) -> float:
        return self.baseline - ABOVE_BASELINE * self.size * POINT

    @property
    def bottom(self) -> float:
        return self.baseline + BELOW_BASELINE * self.size * POINT

    def is_of(self, size: float) -> bool:
        return abs(self.size - size) <= 0.5


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its upright text in lines from the top, its page number apart, and what is drawn on it."""

    number: int
    sheet: Sheet
    lines: tuple[tuple[Piece, ...], ...]
    folio: Piece | None

    @property
    def pieces(self) -> Iterator[Piece]:
        return (piece for line in self.lines for piece in line)

    def of_size(self, size: float) -> list[Piece]:
        return [piece for piece in self.pieces if piece.is_of(size)]

    @property
    def pictures(self) -> list[Picture]:
        return self.sheet.content.pictures

    def rules(self, *, red: bool) -> list[Shape]:
        """Long level lines from the top down."""
        shapes = (shape for shape in self.sheet.content.shapes if is_red(shape.colour) == red)
        level = (one for one in shapes if one.width > 100 and one.bottom - one.top < 3)
        return sorted(level, key=lambda one: one.top)


@dataclass(frozen=True)
class Look:
    """A print with its pages, and the paper it was printed from where that is known."""

    file: File
    document: Document | None
    pages: tuple[Page, ...]
    form: str

    @property
    def first(self) -> Page:
        return self.pages[0]

    @cached_property
    def main(self) -> tuple[Page, ...]:
        """The pages before the first annex."""
        starts = [page.number for page in self.pages if page.number > 1 and label_of(page)]
        return self.pages[: starts[0] - 1] if starts else self.pages

    @cached_property
    def pitch(self) -> float:
        """From line to line of the text as it is printed; as the rule has it where no two lines touch."""
        steps = [step for page in self.main for step in self.steps(page)]
        return median(steps) if steps else pitch(LINES)

    def steps(self, page: Page) -> Iterator[float]:
        """From each line of the text to the next, where there is no blank line between."""
        for above, below in pairwise(self.body(page)):
            step = below.baseline - above.baseline
            if 1 < step < 1.5 * pitch(LINES):
                yield step

    def body(self, page: Page) -> list[Piece]:
        """The lines in 三号 below the title, one piece each."""
        edge = self.title[-1].baseline if page.number == 1 and self.title else 0
        lines = (line[0] for line in page.lines if line[0].baseline > edge)
        return [one for one in lines if one.is_of(TEXT_SIZE) and not is_red(one.colour)]

    @cached_property
    def mark(self) -> list[Piece]:
        """发文机关标志: what is printed red on the first page."""
        return [piece for piece in self.first.pieces if is_red(piece.colour)]

    @cached_property
    def title(self) -> list[Piece]:
        """The lines of the title: large and not red, on the first page."""
        return [piece for piece in self.first.of_size(TITLE_SIZE) if not is_red(piece.colour)]

    @cached_property
    def number(self) -> Piece | None:
        """发文字号, above the title where there is one."""
        limit = self.title[0].top if self.title and self.form != "form" else BOTTOM
        found = [one for one in self.first.pieces if one.top < limit and NUMBER.fullmatch(bare(one.text))]
        return found[0] if found else None

    @cached_property
    def date(self) -> tuple[Page, Piece] | None:
        """成文日期: the last line of the main pages that is a date and no running text."""
        wanted = bare(self.document.signature.date) if self.document and self.document.signature else None
        for page in reversed(self.main):
            table = max((one.bottom for one in uprights(page)), default=0) if self.form == "form" else 0
            for piece in reversed([one for one in page.pieces if one.baseline > table]):
                told = bare(piece.text)
                if piece.left > LEFT + 3 * CELL and (DATE.fullmatch(told) or told in (wanted, GAP)):
                    return page, piece
        return None

    @cached_property
    def organ(self) -> tuple[Page, tuple[Piece, ...]] | None:
        """署名: the lines right above the date, several of a very long name."""
        if self.date is None:
            return None
        page, date = self.date
        lines: list[Piece] = []
        below = date
        for piece in reversed([one for one in page.of_size(date.size) if one.baseline < date.baseline - 1]):
            if below.baseline - piece.baseline > 1.5 * self.pitch:
                break
            lines.insert(0, piece)
            below = piece
        return (page, tuple(lines)) if lines else None

    @cached_property
    def attachments(self) -> tuple[Page, Piece] | None:
        """附件说明: its first line."""
        for page in self.main:
            for piece in page.of_size(TEXT_SIZE):
                if piece.text.startswith("附件：") and abs(piece.left - LEFT - 2 * CELL) < CELL:
                    return page, piece
        return None

    @cached_property
    def imprint(self) -> list[Piece]:
        """The lines of 版记 on the last page, from 抄送 or 印发 on."""
        lines = [line for line in self.pages[-1].lines if line[0].is_of(SMALL_SIZE)]
        for place, line in enumerate(lines):
            if line[0].text.startswith("抄送") or bare(line[-1].text).endswith("印发"):
                return [one for line in lines[place:] for one in line if one.baseline <= BOTTOM + 2]
        return []

    @cached_property
    def text(self) -> str:
        """The text layer in the order of the file, page numbers and turned text aside, comparable."""
        return comparable("".join(run.text for page in self.pages for run in _body_runs(page)))

    @cached_property
    def is_marked_draft(self) -> bool:
        return any("草稿" in turned_text(page) for page in self.pages)

    @cached_property
    def gaps(self) -> int:
        return self.text.count(comparable(GAP))


def look_at(file: File, document: Document | None) -> Look:
    pages = tuple(_page(number, sheet) for number, sheet in enumerate(file.sheets, start=1))
    return Look(file, document, pages, document.form if document else _form(pages))


def is_red(colour: Colour) -> bool:
    red, green, blue = colour
    return red > 0.6 and green < 0.35 and blue < 0.35


def bare(text: str) -> str:
    return "".join(text.split())


def comparable(text: str) -> str:
    """Without spaces, and in compatibility form: a font may share one glyph between 一 and its radical."""
    return bare(unicodedata.normalize("NFKC", text))


def label_of(page: Page) -> Piece | None:
    """附件 or 附件2 alone on the first line (7.3.7)."""
    top = page.lines[0] if page.lines else ()
    return top[0] if len(top) == 1 and top[0].is_of(TEXT_SIZE) and LABEL.fullmatch(top[0].text) else None


def turned_text(page: Page) -> str:
    return "".join(run.text for run in page.sheet.content.runs if not run.upright)


def _body_runs(page: Page) -> Iterator[Run]:
    limit = page.folio.baseline - SAME_LINE if page.folio else float("inf")
    return (run for run in page.sheet.content.runs if run.upright and run.baseline < limit)


def _form(pages: Sequence[Page]) -> str:
    """By what official papers show at a glance: turned sheets, red lines, ruled cells."""
    first = pages[0]
    if all(page.sheet.width > page.sheet.height for page in pages):
        return "report"
    lines = len(first.rules(red=True))
    if lines or any(is_red(piece.colour) for piece in first.pieces):
        return "document" if lines == 1 else "letter"
    return "form" if any(uprights(first)) else "internal"


def uprights(page: Page) -> Iterator[Shape]:
    """The upright lines of tables."""
    return (one for one in page.sheet.content.shapes if one.width < 0.6 and one.bottom - one.top > 3)


def _page(number: int, sheet: Sheet) -> Page:
    lines = [_pieces(runs) for runs in _by_baseline(sheet.content.runs)]
    foot = [line for line in lines if line and line[0].baseline > BOTTOM + 2]
    folio = next(
        (_joined(line) for line in foot if PAGE_NUMBER.fullmatch("".join(p.text for p in line))), None
    )
    kept = tuple(line for line in lines if line and not (folio and line[0].baseline == folio.baseline))
    return Page(number, sheet, kept, folio)


def _joined(line: tuple[Piece, ...]) -> Piece:
    return _piece(tuple(glyph for piece in line for glyph in piece.glyphs), line[0], line[0].baseline)


def _piece(glyphs: tuple[Glyph, ...], like: Run | Piece, baseline: float) -> Piece:
    text = "".join(text for text, _, _ in glyphs).strip()
    return Piece(text, glyphs, baseline, like.size, like.type, like.colour)


def _by_baseline(runs: Sequence[Run]) -> Iterator[list[Run]]:
    ordered = sorted((run for run in runs if run.upright and run.text.strip()), key=lambda run: run.baseline)
    line: list[Run] = []
    for run in ordered:
        if line and run.baseline - line[0].baseline > SAME_LINE:
            yield line
            line = []
        line.append(run)
    if line:
        yield line


def _pieces(line: list[Run]) -> tuple[Piece, ...]:
    """A wide gap, another size or another colour begins a new piece; another type does not."""
    found: list[Piece] = []
    for _, runs in groupby(
        sorted(line, key=lambda run: run.glyphs[0][1]), lambda run: (run.size, run.colour)
    ):
        grouped = [*runs]
        parts = _unbroken(glyph for run in grouped for glyph in run.glyphs)
        found += (_piece(glyphs, grouped[0], line[0].baseline) for glyphs in parts)
    return tuple(found)


def _unbroken(glyphs: Iterator[Glyph]) -> Iterator[tuple[Glyph, ...]]:
    kept: list[Glyph] = []
    for glyph in glyphs:
        if kept and glyph[1] - kept[-1][2] > 1.2 * CELL:
            yield tuple(kept)
            kept = []
        kept.append(glyph)
    if kept:
        yield tuple(kept)
