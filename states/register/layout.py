"""Which rows of a register are matters, and why the others are not.

A printed register carries section bars, subtotals, empty rows, notes and a signature line among its matters;
reading goes on after them. Only the row's own cells count, not what merged cells above fill into it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from states.register.headers import REGISTER_REQUIRED, Header, cell
from states.register.sheet import CellValue, Sheet
from states.register.wording import comparable, text_of

_SUBTOTAL = re.compile(r"(?:本页|本类|本部分)?(?:小计|合计|总计|累计|共计)")
_FOOTER = re.compile(r"(?:注|备注|附注|说明|填表说明)[:.\d]|(?:制表|填表|填报|审核|审签|签发|负责)人?:")
_KINDS = {
    "blank_row": "空行",
    "header_again": "重复的表头",
    "subtotal_row": "小计",
    "footer_rows": "表注或签字栏",
    "section_row": "分类标题",
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no matter: its Excel number, why (for people), and the kind of row."""

    row: int
    reason: str
    code: str


def skipped_above(sheet: Sheet, header: Header) -> Iterator[Skipped]:
    """The title rows."""
    for row in sheet.rows:
        if row < header.row and sheet.own_cells(row):
            yield Skipped(row, f"第{row}行为表头上方的标题，表头识别为第{header.row}行", "title_rows")


def why_skipped(sheet: Sheet, header: Header, row: int) -> Skipped | None:
    """Why a row below the heading is no matter, or None if it is one."""
    kind = _kind_besides_matter(sheet, header, row)
    return Skipped(row, f"第{row}行为{_KINDS[kind]}，跳过", kind) if kind else None


def _kind_besides_matter(sheet: Sheet, header: Header, row: int) -> str | None:
    if sheet.is_own(row, header.columns["lead_unit"].number):
        return "header_again" if _is_heading_again(sheet, header, row) else None
    own = sheet.own_cells(row)
    if _is_empty(own, header):
        return "blank_row"
    if _is_heading_again(sheet, header, row):
        return "header_again"
    first = comparable(text_of(next(iter(own.values()))))
    if _SUBTOTAL.match(first):
        return "subtotal_row"
    if _FOOTER.match(first):
        return "footer_rows"
    return "section_row" if _is_bar(sheet, own, header, row) else None


def _is_empty(own: dict[int, CellValue], header: Header) -> bool:
    """Nothing, or only a serial number set out in advance."""
    serial = header.columns.get("serial")
    numbered = serial and isinstance(own.get(serial.number), int | float)
    return not own or bool(numbered and len(own) == 1)


def _is_heading_again(sheet: Sheet, header: Header, row: int) -> bool:
    """The heading printed once more, as at the top of a page."""
    return all(
        comparable(text_of(cell(sheet, header, row, field))) == comparable(header.columns[field].label)
        for field in REGISTER_REQUIRED
    )


def _is_bar(sheet: Sheet, own: dict[int, CellValue], header: Header, row: int) -> bool:
    """One text alone in its row, to the left of the titles or merged across columns."""
    if len(own) != 1:
        return False
    column, value = next(iter(own.items()))
    block = sheet.merged_range(row, column)
    across = block is not None and block.right > block.left
    return isinstance(value, str) and (across or column < header.columns["title"].number)
