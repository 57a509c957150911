"""Figures as an .xlsx workbook: numbers as numbers, shares as percentages, days as days.

Text stays text: no cell is ever a formula or a link, whatever it begins with, also after somebody has edited
it. The same figures and instant give the same bytes.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from notifications.figures import Cell, Change, Column, Figures, Quotient, Sheet
from workflow.workbooks.paging import laid
from workflow.workbooks.text_cells import UNWRITABLE, writable
from workflow.workbooks.writing import FAMILY

TITLE_ROW, NOTE_ROW, HEAD_ROW = 0, 1, 2
"""Where every table begins; what the report is of stands below it."""

PARTS = ("结果", "分子", "分母")
PLAIN: Mapping[str, Any] = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "text_wrap": False, "border": 0, "quote_prefix": True},
    "note": {"text_wrap": False, "border": 0, "quote_prefix": True},
    "head": {
        "bold": True,
        "bg_color": "#E8EDF3",
        "align": "center",
        "valign": "vcenter",
        "quote_prefix": True,
    },
    "text": {"quote_prefix": True},
    "number": {"num_format": "0"},
    "share": {"num_format": "0.0%"},
    "average": {"num_format": "0.0"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "change": {"num_format": "+0;-0;0"},
    "points": {"num_format": '+0.0"个百分点";-0.0"个百分点";"持平"'},
    "days": {"num_format": '+0.0"天";-0.0"天";"持平"'},
}


def write_figures(path: Path, figures: Figures, *, made_at: datetime) -> None:
    """Write figures into a file; `made_at` (aware) becomes its date of creation."""
    book = xlsxwriter.Workbook(path, PLAIN)
    created = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": _clean(figures.title), "created": created})
    looks = {name: book.add_format({**_BASE, **look}) for name, look in LOOKS.items()}
    looks |= {f"{name} sum": book.add_format({**_BASE, **look, **_SUM}) for name, look in LOOKS.items()}
    for sheet in figures.sheets:
        _Writing(book.add_worksheet(sheet.name), looks, figures).write(sheet)
    book.close()


_BASE: Mapping[str, Any] = {
    "font_name": FAMILY,
    "font_size": 10,
    "valign": "top",
    "text_wrap": True,
    "border": 1,
    "border_color": "#999999",
}
_SUM: Mapping[str, Any] = {"bold": True, "top": 2}


class _Writing:
    """One sheet, its headings in two rows and frozen, repeated on every page it prints on."""

    def __init__(self, sheet: Any, looks: Mapping[str, Any], figures: Figures) -> None:
        self.sheet, self.looks, self.figures = sheet, looks, figures

    def write(self, sheet: Sheet) -> None:
        self._text(TITLE_ROW, 0, f"{self.figures.title}：{sheet.name}", "title")
        self._text(NOTE_ROW, 0, sheet.note, "note")
        self._heads(sheet)
        last = HEAD_ROW + 1 + len(sheet.rows)
        for place, row in enumerate(sheet.cells, start=HEAD_ROW + 2):
            is_sum = sheet.sums and place == last
            self._row(place, row, " sum" if is_sum else "")
        for place, words in enumerate(self._about(), start=last + 2):
            self._text(place, 0, words, "note")
        self._print(sheet)

    def _about(self) -> list[str]:
        return [*(f"{label}：{said}" for label, said in self.figures.facts), *self.figures.notes]

    def _heads(self, sheet: Sheet) -> None:
        place = 0
        for column in sheet.columns:
            end = place + _across(column) - 1
            self.sheet.set_column(place, end, _widths(column)[0])
            if end > place:
                self.sheet.merge_range(HEAD_ROW, place, HEAD_ROW, end, "", self.looks["head"])
                self._text(HEAD_ROW, place, column.title, "head")
                for step, part in enumerate(PARTS):
                    self._text(HEAD_ROW + 1, place + step, part, "head")
            else:
                self.sheet.merge_range(HEAD_ROW, place, HEAD_ROW + 1, place, "", self.looks["head"])
                self._text(HEAD_ROW, place, column.title, "head")
            place = end + 1

    def _row(self, row: int, cells: list[tuple[Column, Cell]], of: str) -> None:
        place = 0
        for column, cell in cells:
            if column.kind == "figure":
                self._figure(row, place, cell, of)
            else:
                self._cell(row, place, cell, of)
            place += _across(column)

    def _figure(self, row: int, place: int, cell: Cell, of: str) -> None:
        if not isinstance(cell, Quotient):
            self._cell(row, place, cell, of)
            parts: tuple[int | None, int | None] = (None, None)
        else:
            look = self.looks[("share" if cell.is_share else "average") + of]
            if cell.value is None:
                self.sheet.write_blank(row, place, None, look)
            else:
                self.sheet.write_number(row, place, float(cell.value), look)
            parts = (cell.numerator, cell.denominator)
        for step, part in enumerate(parts, start=1):
            self._cell(row, place + step, part, of)

    def _cell(self, row: int, place: int, cell: Cell, of: str) -> None:
        if cell is None:
            self.sheet.write_blank(row, place, None, self.looks["text" + of])
        elif isinstance(cell, Change):
            self._change(row, place, cell, of)
        elif isinstance(cell, int):
            self.sheet.write_number(row, place, cell, self.looks["number" + of])
        elif isinstance(cell, date):
            at_midnight = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a workbook knows no zones
            self.sheet.write_datetime(row, place, at_midnight, self.looks["day" + of])
        else:
            self._text(row, place, str(cell), "text" + of)

    def _change(self, row: int, place: int, cell: Change, of: str) -> None:
        look = "change" if cell.is_whole else "points" if cell.unit == "个百分点" else "days"
        self.sheet.write_number(row, place, float(cell.by), self.looks[look + of])

    def _text(self, row: int, place: int, text: str, look: str) -> None:
        self.sheet.write_string(row, place, writable(text), self.looks[look])

    def _print(self, sheet: Sheet) -> None:
        frozen = _frozen(sheet)
        on_paper = laid([_widths(one) for one in sheet.columns], frozen)
        self.sheet.set_landscape()
        self.sheet.set_paper(on_paper.paper)
        self.sheet.set_print_scale(on_paper.scale)
        self.sheet.repeat_rows(HEAD_ROW, HEAD_ROW + 1)
        if on_paper.breaks:
            self.sheet.repeat_columns(0, frozen - 1)
            self.sheet.set_v_pagebreaks(list(on_paper.breaks))
            self.sheet.print_across()
        self.sheet.freeze_panes(HEAD_ROW + 2, frozen)
        self.sheet.set_row(TITLE_ROW, 28)
        self.sheet.set_row(HEAD_ROW, 30)
        foot = _clean(self.figures.title).replace("&", "&&")
        self.sheet.set_footer(f"&L{foot}&R第&P页，共&N页")


def _across(column: Column) -> int:
    return len(PARTS) if column.kind == "figure" else 1


def _widths(column: Column) -> list[int]:
    """The columns of the sheet one takes, in characters."""
    is_single = _across(column) == 1
    return [2 * column.width + 1] if is_single else [column.width + 3] * len(PARTS)


def _frozen(sheet: Sheet) -> int:
    """The columns that say what a row is of stay: up to the first of words."""
    return next(place for place, one in enumerate(sheet.columns, start=1) if one.kind == "text")


def _clean(text: str) -> str:
    return UNWRITABLE.sub("", text)
