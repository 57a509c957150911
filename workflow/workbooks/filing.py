"""The register as a workbook an office files: title and as-of line, the lines, a summary, the measures.

Lines are written as they come and kept nowhere, so a register of any size takes the same memory. Text stays
text: no cell is ever a formula or a link, whatever it begins with, also after somebody has edited it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workflow.workbooks.lines import Cell, Lines
from workflow.workbooks.text_cells import writable

REGISTER = "台账"
TITLE_ROW, AS_OF_ROW, HEADING_ROW, FIRST_ROW = 0, 1, 2, 3
A3, A4 = 8, 9
A4_HOLDS, A3_HOLDS = 80, 150
"""So many Chinese characters across fit on a page laid across, its type no smaller than seven points: wider
sheets go on A3, still wider ones on several pages side by side."""
KEPT_COLUMNS = 2
"""Columns that say which line it is: they stay in sight, and stand on every page."""

FAMILY, SIZE = "宋体", 10
DAY, MOMENT = 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"d"日" hh:mm'
PROVISIONAL = DAY + '"（暂定）"'
SHARE, RATE = "0%", "0.0%"
COLOURS = {
    "绿": ("#E7F5EC", "#1F7A45"),
    "黄": ("#FFF4D6", "#8A6100"),
    "红": ("#FDECEA", "#B3261E"),
    "灰": ("#EDEFF2", "#5A6270"),
}
"""Ground and letters of a light, by the word the cell begins with."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a sheet: what stands above it, its width in Chinese characters, and how its numbers are
    written. `is_light`: its cells are coloured by the light they name."""

    title: str
    width: int
    number_format: str = ""
    is_light: bool = False


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed: its title, the line below it, what stands at the foot of every page, its columns.

    `key` is the heading of the hidden column by which the file is known again, empty for none.
    """

    title: str
    as_of: str
    foot: str
    columns: tuple[Heading, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A further sheet: its name, the line above the table, its columns and rows; a last row in bold."""

    name: str
    note: str
    columns: tuple[Heading, ...]
    rows: Iterable[Sequence[Cell]]
    total: Sequence[Cell] = ()


class FiledRegister:
    """The workbook while it is written: the lines of the register first, further sheets after them.

    Used in a `with`: where writing breaks off, what XlsxWriter kept beside the file is taken away.
    """

    def __init__(self, path: Path, filing: Filing, *, made_at: datetime) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "tmpdir": str(path.parent),
            },
        )
        stamp = made_at.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": filing.title, "author": filing.foot, "created": stamp})
        self._formats = _Formats(self._book)
        self._filing = filing
        self._looks = [self._formats.of(one.number_format) for one in filing.columns]
        self._widths = [2 * one.width for one in filing.columns]
        self._light = next((at for at, one in enumerate(filing.columns) if one.is_light), None)
        self._sheet = self._begin(REGISTER, filing.columns, filing.title, filing.as_of)
        self._lines = Lines(self._sheet, FIRST_ROW, self._formats.plain)
        if filing.key:
            last = len(filing.columns)
            self._sheet.write_string(HEADING_ROW, last, filing.key, self._formats.heading)
            self._sheet.set_column(last, last, 12, None, {"hidden": True})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, broken: type[BaseException] | None, *_: object) -> None:
        for sheet in self._book.worksheets() if broken else ():
            if not sheet.row_data_fh.closed:
                sheet.row_data_fh.close()
                Path(sheet.row_data_filename).unlink(missing_ok=True)

    def add(self, cells: Sequence[Cell], key: str = "", *, provisional: int | None = None) -> None:
        """Add a line; the day at the place `provisional` is said to be so."""
        looks = self._looks
        if self._light is not None or provisional is not None:
            looks = looks.copy()
            if provisional is not None:
                looks[provisional] = self._formats.of(PROVISIONAL)
            if self._light is not None:
                looks[self._light] = self._formats.light(cells[self._light])
        self._lines.write(cells, looks, self._widths, key)

    def close(self, listings: Iterable[Listing]) -> None:
        """End the register and write the further sheets. Raises `OSError` where there is no room.

        The filter reaches over the hidden keys, so that they move with their lines when those are sorted.
        """
        last = len(self._filing.columns) - (0 if self._filing.key else 1)
        self._sheet.autofilter(HEADING_ROW, 0, max(self._lines.row - 1, HEADING_ROW), last)
        for one in listings:
            self._list(one)
        self._book.close()

    def _list(self, one: Listing) -> None:
        sheet = self._begin(one.name, one.columns, f"{self._filing.title}：{one.name}", one.note)
        lines, widths = Lines(sheet, FIRST_ROW, self._formats.plain), [2 * each.width for each in one.columns]
        looks = [self._formats.of(each.number_format) for each in one.columns]
        for cells in one.rows:
            lines.write(cells, looks, widths)
        sheet.autofilter(HEADING_ROW, 0, max(lines.row - 1, HEADING_ROW), len(one.columns) - 1)
        if one.total:
            bold = [self._formats.of(each.number_format, bold=True) for each in one.columns]
            lines.write(one.total, bold, widths)

    def _begin(self, name: str, columns: Sequence[Heading], title: str, note: str) -> Worksheet:
        """A sheet with its heading, which stays in sight."""
        sheet = self._book.add_worksheet(name)
        lay_out(sheet, [one.width for one in columns])
        sheet.set_footer(f"&L{self._filing.foot.replace('&', '&&')}&R第&P页，共&N页")
        sheet.freeze_panes(FIRST_ROW, min(KEPT_COLUMNS, len(columns) - 1))
        for place, one in enumerate(columns):
            sheet.set_column(place, place, 2 * one.width + 2)
        sheet.set_row(TITLE_ROW, 34)
        sheet.write_string(TITLE_ROW, 0, writable(title), self._formats.title)
        sheet.set_row(AS_OF_ROW, 20)
        sheet.write_string(AS_OF_ROW, 0, writable(note), self._formats.note)
        sheet.set_row(HEADING_ROW, 30)
        for place, one in enumerate(columns):
            sheet.write_string(HEADING_ROW, place, one.title, self._formats.heading)
        return sheet


def lay_out(sheet: Worksheet, widths: Sequence[int]) -> None:
    """A sheet with columns of such widths on pages laid across, its heading and first columns on each."""
    kept, whole = sum(widths[:KEPT_COLUMNS]), sum(widths) + len(widths)
    pages = max(1, -(-(whole - kept) // (A3_HOLDS - kept)))
    sheet.set_landscape()
    sheet.set_paper(A4 if whole <= A4_HOLDS else A3)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(HEADING_ROW)
    if pages > 1:
        sheet.repeat_columns(0, KEPT_COLUMNS - 1)
        sheet.print_across()


class _Formats:
    """How cells look: each look is made once, and marks text as such also for whoever edits it later."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, dict[tuple[str, bool], Format]()
        self.title = self._format(font_size=18, bold=True, valign="vcenter")
        self.note = self._format(font_color="#5A6270", valign="vcenter")
        self.plain = self._format()
        self.heading = self._format(
            bold=True, bg_color="#E8EDF3", border=1, border_color="#999999", align="center", valign="vcenter",
            text_wrap=True,
        )  # fmt: skip
        self._lights = {word: self._light(ground, ink) for word, (ground, ink) in COLOURS.items()}

    def of(self, number_format: str, *, bold: bool = False) -> Format:
        """The look of a column."""
        found = self._made.get((number_format, bold))
        if found is None:
            looks: dict[str, Any] = {"num_format": number_format} if number_format else {"quote_prefix": True}
            found = self._made[number_format, bold] = self._cell(bold=bold, **looks)
        return found

    def light(self, told: Cell) -> Format:
        """The look of a light, by its word."""
        return self._lights.get(str(told)[:1], self.of(""))

    def _light(self, ground: str, ink: str) -> Format:
        return self._cell(bg_color=ground, font_color=ink, bold=True, quote_prefix=True)

    def _cell(self, **looks: Any) -> Format:
        return self._format(text_wrap=True, valign="top", border=1, border_color="#999999", **looks)

    def _format(self, **looks: Any) -> Format:
        made: Format = self._book.add_format({"font_name": FAMILY, "font_size": SIZE, **looks})
        made._get_xf_index()  # gives it the number that cells name
        return made
