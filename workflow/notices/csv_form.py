"""A notice as a table: 日期、名称、类型, one day or one stretch of days a line.

The columns are found by name, in any order, under any title lines. Commas, semicolons and tabs all divide.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date

from states.calendar import read_notice_date
from states.errors import Refusal
from workflow.notices.listing import Listing, Stretch, days_of
from workflow.notices.refusals import NoticeRefused, at_place

DATE = frozenset({"日期", "date"})
NAME = frozenset({"名称", "节日", "节日名称", "name"})
KIND = frozenset({"类型", "安排", "kind", "isoffday", "是否放假"})
DIVIDERS = (",", "\t", ";")
HEADER_WITHIN = 20
RANGE = re.compile(r"\s*(?:至|到|~|～|—+|–)\s*")

Line = tuple[int, list[str]]


def read_csv(text: str) -> Listing:
    """What a table lists. Raises `NoticeRefused` naming the line."""
    for divider in DIVIDERS:
        lines = _lines(text, divider)
        header = next((line for line in lines[:HEADER_WITHIN] if _is_header(line[1])), None)
        if header is not None:
            return Listing(days_of(_stretches(header, lines)))
    raise NoticeRefused("没有找到表头，请在首行写明日期、名称、类型三列。", code="notice_header")


def _lines(text: str, divider: str) -> list[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    try:
        return [(rows.line_num, [cell.strip() for cell in row]) for row in rows]
    except csv.Error as error:
        message = f"第{rows.line_num}行：引号不成对或内容过长，请改正后重新保存。"
        raise NoticeRefused(message, code="notice_syntax", line=rows.line_num) from error


def _is_header(cells: Sequence[str]) -> bool:
    return _column(cells, DATE) is not None and _column(cells, KIND) is not None


def _stretches(header: Line, lines: Sequence[Line]) -> Iterator[Stretch]:
    where = {
        "date": _column(header[1], DATE),
        "kind": _column(header[1], KIND),
        "name": _column(header[1], NAME),
    }
    for number, cells in lines:
        if number > header[0] and any(cells):
            told = {what: _cell(cells, column) for what, column in where.items()}
            place = f"第{number}行"
            ends = _ends(place, told["date"])
            yield Stretch(place, ends[0], ends[-1], told["kind"], told["name"])


def _ends(place: str, text: str) -> list[date]:
    parts = RANGE.split(text, maxsplit=1)
    try:
        return [read_notice_date(part) for part in parts]
    except Refusal as refusal:
        raise at_place(place, refusal) from refusal


def _column(cells: Sequence[str], names: frozenset[str]) -> int | None:
    return next((place for place, cell in enumerate(cells) if cell.lower() in names), None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""
