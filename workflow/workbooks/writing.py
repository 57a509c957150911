"""A report as an .xlsx workbook: its cover, then one sheet a table, to be read, filtered and printed.

Text stays text: no cell is ever a formula, whatever it begins with, also after somebody has edited it. The
same report and instant give the same bytes. Rows are streamed; the file alone grows with them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from notifications.report import Cell, Report, Table
from workflow.workbooks.text_cells import writable

COVER = "封面"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
CORE = "docProps/core.xml"
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
A4, COVER_WIDTH = 9, 55
"""The paper's number in the format; the width of what the cover says, in Chinese characters."""

FAMILY, SIZE = "宋体", 10
LINE = 14
"""Points a line of text takes."""

_EDGE = Side(style="thin", color="999999")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_UNWRAPPED = Alignment(vertical="center")
_CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
_TEXT, _BOLD = Font(name=FAMILY, size=SIZE), Font(name=FAMILY, size=SIZE, bold=True)
_TITLE = Font(name=FAMILY, size=18, bold=True)
_SHADED = PatternFill("solid", start_color="E8EDF3")


def write_workbook(path: Path, report: Report, *, made_at: datetime) -> None:
    """Write a report into a file; `made_at` (aware) becomes its date of creation."""
    book, stamp = Workbook(write_only=True), made_at.astimezone(UTC).replace(tzinfo=None)
    book.properties.creator, book.properties.created = report.foot, stamp
    book.properties.title = report.title
    _Cover(book, COVER, report).write(report)
    for table in report.tables:
        _Listing(book, table.name, report).write(table)
    with TemporaryDirectory(dir=path.parent, prefix=".duban-") as folder:
        raw = Path(folder) / "raw.xlsx"
        book.save(raw)
        _settle(raw, path, stamp)


class _Sheet:
    """A sheet that prints on A4 across, as wide as the page, its number on every page.

    A style is made once and shared by every cell that looks so: made cell by cell it takes most of the time.
    """

    def __init__(self, book: Workbook, name: str, report: Report) -> None:
        self.sheet, self.rows = book.create_sheet(name), 0
        self.sheet.page_setup.orientation, self.sheet.page_setup.paperSize = "landscape", A4
        self.sheet.page_setup.fitToWidth, self.sheet.page_setup.fitToHeight = 1, 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self.sheet.oddFooter.left.text = report.foot.replace("&", "&&")
        self.sheet.oddFooter.right.text = "第&P页，共&N页"
        self.text = self.style(_TEXT)
        self.bold = self.style(_BOLD)

    def style(self, font: Font, alignment: Alignment = _WRAPPED, **more: Any) -> Any:
        """How a cell looks, to be shared; what is typed into it later is text as well."""
        model = WriteOnlyCell(self.sheet, None)
        model.font, model.alignment, model.quotePrefix = font, alignment, True
        for name, value in more.items():
            setattr(model, name, value)
        return model._style

    def widths(self, *widths: int) -> None:
        for place, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(place)].width = width

    def append(self, *cells: tuple[Cell, Any], height: int) -> None:
        """Append a row of values, each with its style; text is marked as such, whatever it begins with."""
        self.rows += 1
        self.sheet.row_dimensions[self.rows].height = height
        self.sheet.append([self._cell(value, style) for value, style in cells])

    def _cell(self, value: Cell, style: Any) -> Any:
        cell = WriteOnlyCell(self.sheet, None)
        if isinstance(value, str):
            cell.value, cell.data_type = writable(value), "s"
        else:
            cell.value = value
        cell._style = style
        return cell


class _Cover(_Sheet):
    def write(self, report: Report) -> None:
        self.widths(20, 2 * COVER_WIDTH)
        self.append((report.title, self.style(_TITLE, _UNWRAPPED)), height=36)
        for label, said in report.facts:
            self.append((label, self.bold), (said, self.text), height=_height([said], [COVER_WIDTH]))
        for place, note in enumerate(report.notes):
            label = "" if place else "说明"
            self.append((label, self.bold), (note, self.text), height=_height([note], [COVER_WIDTH]))
        for line in report.signatures:
            self.append((line, self.bold), ("", self.text), height=40)


class _Listing(_Sheet):
    def write(self, table: Table) -> None:
        widths = [column.width for column in table.columns]
        self.widths(*(2 * width + 2 for width in widths))
        last = f"{get_column_letter(len(widths))}{len(table.rows) + 2}"
        self.sheet.freeze_panes, self.sheet.print_title_rows = "A3", "2:2"
        self.sheet.auto_filter.ref = f"A2:{last}"
        note = f"{table.name}（{len(table.rows)}）：{table.note}"
        self.append((note, self.style(_BOLD, _UNWRAPPED)), height=24)
        heading = self.style(_BOLD, _CENTRED, fill=_SHADED, border=_BORDER)
        self.append(*((column.title, heading) for column in table.columns), height=30)
        text, number = self.style(_TEXT, border=_BORDER), self.style(_TEXT, border=_BORDER, quotePrefix=False)
        for row in table.rows:
            cells = ((value, text if isinstance(value, str) else number) for value in row)
            self.append(*cells, height=_height(row, widths))


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
