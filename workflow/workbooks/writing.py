"""A report as an .xlsx workbook: its cover, then one sheet a table, to be read, filtered and printed.

Text stays text: no cell is ever a formula, whatever it begins with, also after somebody has edited it. The
same report and instant give the same bytes. Rows are streamed; the file alone grows with them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from notifications.report import Cell, Column, Report, Table

COVER = "封面"
MOST_CHARACTERS = 32_000
"""What a cell shows; a spreadsheet refuses more than 32,767."""

CUT = "……（余下从略，全文见该条记载）"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
CORE = "docProps/core.xml"
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
FAMILY, SIZE = "宋体", 10
LINE = 14
"""Points a line of text takes."""

_EDGE = Side(style="thin", color="999999")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
_TEXT, _BOLD = Font(name=FAMILY, size=SIZE), Font(name=FAMILY, size=SIZE, bold=True)
_TITLE = Font(name=FAMILY, size=18, bold=True)
_SHADED = PatternFill("solid", start_color="E8EDF3")


def write_workbook(path: Path, report: Report, *, made_at: datetime) -> None:
    """Write a report into a file; `made_at` (aware) becomes its date of creation."""
    book = Workbook(write_only=True)
    stamp = made_at.replace(tzinfo=None)
    book.properties.creator, book.properties.created = report.foot, stamp
    book.properties.title = report.title
    _cover(book, report)
    for table in report.tables:
        _sheet(book, report, table)
    with TemporaryDirectory(dir=path.parent, prefix=".duban-") as folder:
        raw = Path(folder) / "raw.xlsx"
        book.save(raw)
        _settle(raw, path, stamp)


def _cover(book: Workbook, report: Report) -> None:
    sheet = _opened(book, COVER, report)
    for letter, width in (("A", 20), ("B", 110)):
        sheet.column_dimensions[letter].width = width
    title = _cell(sheet, report.title, _TITLE)
    title.alignment = Alignment(vertical="center")
    _append(sheet, [title], height=36)
    for label, said in report.facts:
        _append(sheet, [_cell(sheet, label, _BOLD), _cell(sheet, said)], height=_height([said], [55]))
    for place, note in enumerate(report.notes):
        cells = [_cell(sheet, "" if place else "说明", _BOLD), _cell(sheet, note)]
        _append(sheet, cells, height=_height([note], [55]))
    for line in report.signatures:
        _append(sheet, [_cell(sheet, line, _BOLD), _cell(sheet, "")], height=40)


def _sheet(book: Workbook, report: Report, table: Table) -> None:
    sheet = _opened(book, table.name, report)
    for place, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width * 2 + 2
    last = get_column_letter(len(table.columns))
    sheet.freeze_panes, sheet.print_title_rows = "A3", "2:2"
    sheet.auto_filter.ref = f"A2:{last}{len(table.rows) + 2}"
    note = _cell(sheet, f"{table.name}（{len(table.rows)}）：{table.note}", _BOLD)
    note.alignment = Alignment(vertical="center")
    _append(sheet, [note], height=24)
    _append(sheet, [_heading(sheet, column) for column in table.columns], height=30)
    widths = [column.width for column in table.columns]
    for row in table.rows:
        _append(sheet, [_bordered(sheet, value) for value in row], height=_height(row, widths))


def _opened(book: Workbook, name: str, report: Report) -> Any:
    """A sheet that prints on A4 across, as wide as the page, its number on every page."""
    sheet = book.create_sheet(name)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = report.foot.replace("&", "&&")
    sheet.oddFooter.right.text = "第&P页，共&N页"
    return sheet


def _append(sheet: Any, cells: list[Any], *, height: int) -> None:
    sheet.row_dimensions[sheet._max_row + 1].height = height
    sheet.append(cells)


def _heading(sheet: Any, column: Column) -> Any:
    cell = _cell(sheet, column.title, _BOLD)
    cell.fill, cell.border, cell.alignment = _SHADED, _BORDER, _CENTRED
    return cell


def _bordered(sheet: Any, value: Cell) -> Any:
    cell = _cell(sheet, value)
    cell.border = _BORDER
    return cell


def _cell(sheet: Any, value: Cell, font: Font = _TEXT) -> Any:
    """A cell; text is marked as such, so that it stays text whatever it begins with."""
    cell = WriteOnlyCell(sheet, None)
    if isinstance(value, str):
        cell.value, cell.data_type = _writable(value), "s"
        cell.quotePrefix = True
    else:
        cell.value = value
    cell.font, cell.alignment = font, copy(_WRAPPED)
    return cell


def _writable(text: str) -> str:
    """The text without what no workbook holds, cut where it is too long for a cell."""
    text = UNWRITABLE.sub(REPLACEMENT, text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(CUT)] + CUT


def _height(values: Iterable[Cell], widths: Iterable[int]) -> int:
    """Points a row needs: spreadsheets do not fit the height of a row nobody has touched. At most a page."""
    lines = max((_lines(str(value), width) for value, width in zip(values, widths, strict=True)), default=1)
    return min(lines * LINE + 4, 400)


def _lines(text: str, width: int) -> int:
    return sum(max(1, -(-_em(part) // (2 * width))) for part in text.split("\n"))


def _em(text: str) -> int:
    """Half-width characters a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)


def _settle(raw: Path, path: Path, stamp: datetime) -> None:
    """The same archive without the moment it was written at."""
    with ZipFile(raw) as read, ZipFile(path, "w", ZIP_DEFLATED) as written:
        for info in read.infolist():
            settled = ZipInfo(info.filename, ZIP_EPOCH)
            settled.compress_type, settled.external_attr = ZIP_DEFLATED, 0o600 << 16
            with written.open(settled, "w") as target:
                for part in _parts(read, info, stamp):
                    target.write(part)


def _parts(read: ZipFile, info: ZipInfo, stamp: datetime) -> Iterator[bytes]:
    with read.open(info) as source:
        if info.filename == CORE:
            told = f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode()
            yield MODIFIED.sub(rb"\g<1>" + told + rb"\g<2>", source.read())
            return
        while part := source.read(1 << 20):
            yield part
