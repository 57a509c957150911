"""Tables: the annexes behind a paper, and the rows of a form. Rows have a least height and grow.

A word processor cannot hold words at the top and a signature at the bottom of one cell, so an opinion is two
rows without a line between them. It repeats a heading row on every page only at the top of a table: in a form
the headings of items stand once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from notifications.document import Annex, Document
from notifications.form import UNDATED, FormRow, ItemsRow, OpinionRow, Pair, PairsRow, TallRow
from notifications.title import label_lines
from notifications.word.markup import BREAK, blank, paragraph, run, twips

WIDTH = twips(156)
NARROW = 8
"""Characters; the text of a column no wider is centred."""
LONG_CELL = 120
"""Characters; only a row with a longer cell may break over pages."""
SMALL_TYPE, PADDING = 240, 160
"""Twips of a character in a list (小四), and of what a cell keeps free at its sides."""
LIST_LINE = 440
"""Twips a row of a list has at least."""
LABEL = twips(28)
"""Five characters."""
FORM_LINE = 400
"""Twips of a line in a form."""

CENTRE, RIGHT = '<w:jc w:val="center"/>', '<w:jc w:val="right"/>'
WHOLE, HEADING = "<w:cantSplit/>", "<w:cantSplit/><w:tblHeader/>"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell so many twips wide. `merge` and `edges` are markup, in the order the schema asks for."""

    width: int
    content: str
    merge: str = ""
    edges: str = ""
    place: str = "center"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells over the whole width, at least so many twips high."""

    cells: tuple[Cell, ...]
    properties: str = ""
    height: int = 0

    @property
    def stops(self) -> list[int]:
        """Where its cells end, from the left edge."""
        return list(accumulate(cell.width for cell in self.cells))


def annexes(document: Document) -> list[str]:
    """Every annex on pages of its own: 附件, its title on the third line, its table (7.3.7)."""
    return [part for annex in document.annexes for part in _annex(document, annex)]


def _annex(document: Document, annex: Annex) -> list[str]:
    label = paragraph("GwAnnex", run(document.label_of(annex)), properties="<w:pageBreakBefore/>")
    rows = _listed(annex.columns, annex.rows, annex.widths)
    return [label, blank(), paragraph("GwTitle", run(annex.title)), blank(), _table(rows), blank("GwNil")]


def form(document: Document) -> list[str]:
    """The rows of a form as one table."""
    rows = [row for one in document.rows for row in _form_rows(one)]
    return [_table(rows), blank("GwNil")] if rows else []


# ---- rows -----------------------------------------------------------------------------------------------
def _listed(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> list[Row]:
    """A heading row and the rows under it."""
    measures = _measures(widths)
    aligned = [CENTRE if wide <= NARROW else "" for wide in widths]
    heads = [Cell(wide, paragraph("GwHead", run(name))) for name, wide in zip(columns, measures, strict=True)]
    made = [Row(tuple(heads), HEADING, LIST_LINE)]
    for row in rows:
        cells = [
            Cell(wide, paragraph("GwCell", run(text), properties=alignment))
            for text, wide, alignment in zip(row, measures, aligned, strict=True)
        ]
        made.append(Row(tuple(cells), "" if any(len(text) > LONG_CELL for text in row) else WHOLE, LIST_LINE))
    return made


def _measures(widths: Sequence[float]) -> list[int]:
    """Twips of every column: a narrow one has what its longest text needs, the others share the rest."""
    needs = [(min(wide, LONG_CELL) + 1) * SMALL_TYPE + PADDING for wide in widths]
    wide_ones = [need if wide > NARROW else 0 for need, wide in zip(needs, widths, strict=True)]
    rest = WIDTH - sum(needs) + sum(wide_ones)
    if not any(wide_ones) or rest < WIDTH / 4:
        wide_ones, rest = needs, WIDTH
    shares = [
        share * rest / sum(wide_ones) if share else need for need, share in zip(needs, wide_ones, strict=True)
    ]
    return [right - left for left, right in pairwise([0, *map(round, accumulate(shares))])]


def _form_rows(row: FormRow) -> Iterator[Row]:
    match row:
        case PairsRow():
            yield _pairs(row.pairs)
        case TallRow():
            beside = Cell(WIDTH - LABEL, _words(row.paragraphs), place="top")
            yield Row((_label(row.label), beside), height=row.lines * FORM_LINE)
        case OpinionRow():
            yield from _opinion(row)
        case ItemsRow():
            yield from _listed(row.columns, row.items, row.widths)


def _pairs(pairs: Sequence[Pair]) -> Row:
    stops = [round(WIDTH * place / len(pairs)) for place in range(len(pairs) + 1)]
    cells = [
        cell
        for pair, (left, right) in zip(pairs, pairwise(stops), strict=True)
        for cell in (_label(pair.label), Cell(right - left - LABEL, _answer(pair.paragraphs)))
    ]
    return Row(tuple(cells), height=round(1.5 * FORM_LINE))


def _opinion(row: OpinionRow) -> Iterator[Row]:
    """Words above, signature and date below; the label stands beside both."""
    beside = WIDTH - LABEL
    open_below, open_above = (
        f'<w:tcBorders><w:{side} w:val="nil"/></w:tcBorders>' for side in ("bottom", "top")
    )
    signed = f"签名：{row.signer or '　　　　　'}　{row.date or UNDATED}"
    signature = paragraph("GwEntry", run(signed), properties=RIGHT)
    words = Cell(beside, _words(row.paragraphs, "<w:keepNext/>"), edges=open_below, place="top")
    yield Row((_label(row.label, '<w:vMerge w:val="restart"/>'), words), height=row.lines * FORM_LINE)
    label = Cell(LABEL, blank("GwLabel"), "<w:vMerge/>")
    yield Row((label, Cell(beside, signature, edges=open_above, place="bottom")), WHOLE, height=FORM_LINE)


def _label(text: str, merge: str = "") -> Cell:
    lines = (run(line) for line in label_lines(text))
    return Cell(LABEL, paragraph("GwLabel", BREAK.join(lines)), merge)


def _answer(paragraphs: Sequence[str]) -> str:
    return "".join(paragraph("GwEntry", run(text)) for text in paragraphs or [""])


def _words(paragraphs: Sequence[str], properties: str = "") -> str:
    return "".join(paragraph("GwWords", run(text), properties=properties) for text in paragraphs or [""])


# ---- markup ---------------------------------------------------------------------------------------------
def _table(rows: Sequence[Row]) -> str:
    """One grid under all rows: a cell spans as many of its columns as lie between its edges."""
    grid = sorted({stop for row in rows for stop in row.stops})
    columns = "".join(f'<w:gridCol w:w="{right - left}"/>' for left, right in pairwise([0, *grid]))
    measured = f'<w:tblW w:w="{WIDTH}" w:type="dxa"/>{CENTRE}<w:tblLayout w:type="fixed"/>'
    look = f'<w:tblStyle w:val="GwTable"/>{measured}'
    lines = "".join(_row(row, grid) for row in rows)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{lines}</w:tbl>"


def _row(row: Row, grid: Sequence[int]) -> str:
    least = f'<w:trHeight w:val="{row.height}" w:hRule="atLeast"/>' if row.height else ""
    places = [grid.index(stop) + 1 for stop in row.stops]
    spans = [right - left for left, right in pairwise([0, *places])]
    cells = "".join(_cell(cell, span) for cell, span in zip(row.cells, spans, strict=True))
    return f"<w:tr><w:trPr>{row.properties}{least}</w:trPr>{cells}</w:tr>"


def _cell(cell: Cell, span: int) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    place = f'<w:vAlign w:val="{cell.place}"/>'
    look = f'<w:tcW w:w="{cell.width}" w:type="dxa"/>{spanned}{cell.merge}{cell.edges}{place}'
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{cell.content}</w:tc>"
