"""The lines of a sheet, written row by row into the file XlsxWriter keeps of it in constant memory.

XlsxWriter builds every cell as an object, and takes text that begins and ends like its own markup for markup.
Here a row is put together as it is, all text escaped and none of it ever a formula or a link; three of its
private names are used here and in `filing`, hence the narrow range of its version.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from workflow.workbooks.text_cells import writable

LINE, MOST_HEIGHT = 14, 400
"""Points a line of text takes, and a row at most: a page."""

DAY_ZERO = date(1899, 12, 30)
SECONDS = 86_400
_TEXT, _ENDS = ' t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
_MARKUP = re.compile("[&<>]")
_ESCAPE = re.compile("(_x[0-9a-fA-F]{4}_)")

Cell = str | int | float | date | datetime | None


class Lines:
    """The rows of a sheet from one on; what XlsxWriter itself wrote above them is complete."""

    def __init__(self, sheet: Worksheet, first: int, plain: Format) -> None:
        self._sheet, self.row = sheet, first
        self._letters = [xl_col_to_name(place) for place in range(200)]
        self._plain = plain

    def write(
        self, cells: Sequence[Cell], looks: Sequence[Format], widths: Iterable[int], key: str = ""
    ) -> None:
        """Write a row: a value and a look for every column, and the key of the line behind them."""
        sheet, number = self._sheet, self.row + 1
        sheet._write_single_row(number)
        parts = [f'<row r="{number}" ht="{_height(cells, widths)}" customHeight="1">']
        for letter, value, look in zip(self._letters, cells, looks, strict=False):
            place = f'<c r="{letter}{number}" s="{look.xf_index}"'
            if value is None or value == "":
                parts.append(f"{place}/>")
            elif isinstance(value, str):
                parts.append(f"{place}{_TEXT}{_escaped(value)}{_ENDS}")
            else:
                parts.append(f"{place}><v>{_number(value)}</v></c>")
        if key:
            place = f'<c r="{self._letters[len(cells)]}{number}" s="{self._plain.xf_index}"'
            parts.append(f"{place}{_TEXT}{_escaped(key)}{_ENDS}")
        parts.append("</row>")
        sheet.fh.write("".join(parts))
        sheet.dim_rowmax = self.row
        self.row += 1


def _escaped(text: str) -> str:
    """The text as it stands in a sheet's markup: what looks like an escape of the format is escaped too."""
    text = writable(text)
    if "_x" in text:
        text = _ESCAPE.sub(r"_x005F\1", text)
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "\n") if "\r" in text else text


def _number(value: Any) -> str:
    """A number, or the serial number of a day and its time."""
    if isinstance(value, datetime):
        since = value - datetime(DAY_ZERO.year, DAY_ZERO.month, DAY_ZERO.day)  # noqa: DTZ001
        return repr(since.days + since.seconds / SECONDS)
    return str((value - DAY_ZERO).days) if isinstance(value, date) else repr(value)


def _height(cells: Iterable[Cell], widths: Iterable[int]) -> int:
    """Points a row needs, by its longest text as if all were Chinese: no program fits rows by itself that
    nobody has touched. At most a page."""
    lines = 1
    for value, width in zip(cells, widths, strict=True):
        if isinstance(value, str) and (2 * len(value) > width or "\n" in value):
            lines = max(lines, -(-2 * len(value) // width) + value.count("\n"))
    return min(lines * LINE + 4, MOST_HEIGHT)
