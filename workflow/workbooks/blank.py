"""An empty table as a workbook: headings with notes, cells to choose in, and nothing that is calculated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from workflow.workbooks.filing import DAY, FAMILY, HEADING_ROW, SIZE, TITLE_ROW, lay_out

CHOICES, MOST_FILLED = "可选项", 2_000
"""The sheet of what can be chosen, hidden; the rows that offer it."""


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty column: heading, what to write in it, width in Chinese characters, what can be chosen."""

    heading: str
    note: str
    width: int
    is_day: bool = False
    choices: Sequence[str] = ()


def write_blank(path: Path, title: str, columns: Sequence[Blank], *, made_at: datetime) -> None:
    """Write an empty table into a file."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": made_at.astimezone(UTC).replace(tzinfo=None)})
    looks = {"font_name": FAMILY, "font_size": SIZE, "text_wrap": True, "valign": "top"}
    heading = book.add_format(
        {**looks, "bold": True, "bg_color": "#E8EDF3", "border": 1, "align": "center", "valign": "vcenter"}
    )
    text, day = book.add_format({**looks, "num_format": "@"}), book.add_format({**looks, "num_format": DAY})
    share = book.add_format(looks)
    sheet, options = book.add_worksheet(title), book.add_worksheet(CHOICES)
    sheet.write_string(TITLE_ROW, 0, title, book.add_format({**looks, "font_size": 18, "text_wrap": False}))
    lay_out(sheet, [one.width for one in columns])
    sheet.freeze_panes(HEADING_ROW + 1, 0)
    sheet.set_row(HEADING_ROW, 30)
    for place, one in enumerate(columns):
        look = day if one.is_day else share if "率" in one.heading else text
        sheet.set_column(place, place, 2 * one.width + 2, look)
        sheet.write_string(HEADING_ROW, place, one.heading, heading)
        if one.note:
            sheet.write_comment(HEADING_ROW, place, one.note, {"x_scale": 2, "font_size": SIZE})
        if one.choices:
            _offer(book, (sheet, options), place, one)
    options.hide()
    book.close()


def _offer(book: xlsxwriter.Workbook, sheets: tuple[Any, Any], place: int, one: Blank) -> None:
    """Offer what can be chosen; what is typed instead is warned of, and kept: a unit has several names."""
    sheet, options = sheets
    options.write_string(0, place, one.heading)
    for row, choice in enumerate(one.choices, start=1):
        options.write_string(row, place, choice)
    letter = xlsxwriter.utility.xl_col_to_name(place)
    rule = {
        "validate": "list",
        "source": f"='{CHOICES}'!${letter}$2:${letter}${len(one.choices) + 1}",
        "error_type": "warning",
        "error_title": one.heading,
        "error_message": "不在可选项中；填名录中的其他名称也可以，确认请点“是”。",
    }
    sheet.data_validation(HEADING_ROW + 1, place, MOST_FILLED, place, rule)
