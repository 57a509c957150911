"""Reading a whole register: which sheet, which heading, which rows, and what each row states.

`read_register` is the door of this package for registers; the import service calls it and writes nothing
before it has the whole reading.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from states.calendar import WorkCalendar
from states.errors import Refusal
from states.register.headers import (
    REGISTER_NAMES,
    REGISTER_REQUIRED,
    Column,
    Header,
    find_header,
    nearest_header,
)
from states.register.layout import Skipped, skipped_above, why_skipped
from states.register.numbers import Series, highest_serials, settle_numbers
from states.register.problems import Finding, Problem
from states.register.row import Page, RowReading, SuggestionMissing, read_row
from states.register.sheet import Sheet
from states.register.units import Directory

__all__ = ["HeaderMissing", "RegisterReading", "RowReading", "Skipped", "SuggestionMissing", "read_register"]


class HeaderMissing(Refusal):
    """No sheet has a heading row that names the matter and the lead unit."""

    code = "header_missing"


@dataclass(frozen=True, kw_only=True)
class RegisterReading:
    """A register as read: `rows` are the matters, `skipped` everything else, `columns` field to column.

    What is told of all rows is found out once, however many parts they go in by.
    """

    sheet: str
    header_row: int
    columns: Mapping[str, Column]
    rows: tuple[RowReading, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Problem, ...]

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number its rows give."""
        return frozenset(row.matter.number for row in self.rows if row.matter.number)

    @cached_property
    def highest(self) -> Mapping[Series, int]:
        """The highest of these numbers in each series and year."""
        return highest_serials(self.numbers)


def read_register(
    sheets: Sequence[Sheet],
    *,
    directory: Directory,
    calendar: WorkCalendar,
    as_of: date,
    known_numbers: Collection[str] = frozenset(),
) -> RegisterReading:
    """Read the first sheet that has a register's heading.

    `as_of` is the day the register speaks for, by which units may have ended; `known_numbers` are numbers
    already given out, never offered for a duplicate. Raises HeaderMissing if no sheet has a column for the
    matter and one for the lead unit.
    """
    sheet, header = _register_in(sheets)
    page = Page(sheet, header, directory.on(as_of), calendar, as_of)
    skipped, matters = list(skipped_above(sheet, header)), []
    for row in range(header.row + 1, sheet.last_row + 1):
        reason = why_skipped(sheet, header, row)
        if reason:
            skipped.append(reason)
        else:
            matters.append(read_row(page, row))
    return RegisterReading(
        sheet=sheet.name,
        header_row=header.row,
        columns=header.columns,
        rows=settle_numbers(matters, header.columns, known_numbers),
        skipped=tuple(skipped),
        notes=(*_header_notes(sheet, header), *_other_sheets(sheets, sheet)),
    )


def _register_in(sheets: Sequence[Sheet]) -> tuple[Sheet, Header]:
    for sheet in sheets:
        if header := find_header(sheet, REGISTER_NAMES, REGISTER_REQUIRED):
            return sheet, header
    raise HeaderMissing(_what_is_missing(sheets))


def _what_is_missing(sheets: Sequence[Sheet]) -> str:
    nearest = max(
        ((sheet, nearest_header(sheet, REGISTER_NAMES)) for sheet in sheets),
        key=lambda found: len(found[1].columns),
        default=None,
    )
    wanted = "表头须有“督办事项”和“牵头单位”两列"
    if nearest is None or len(nearest[1].columns) < 2:
        return f"没有找到台账表头，{wanted}，请核对后重新导入"
    sheet, header = nearest
    labels = {"title": "督办事项", "lead_unit": "牵头单位"}
    missing = "、".join(f"“{labels[field]}”" for field in sorted(REGISTER_REQUIRED - header.columns.keys()))
    return f"工作表“{sheet.name}”第{header.row}行像是表头，但缺少{missing}列；{wanted}，请补上后重新导入"


def _header_notes(sheet: Sheet, header: Header) -> list[Problem]:
    message = f"表头识别为第{header.row}行，列对应关系{len(header.columns)}项，请确认"
    notes = [Finding("header_alias", message).at(sheet.name, header.row)]
    for column in header.unknown:
        unknown = Finding("column_unknown", f"第{column.letter}列“{column.label}”不认识，本列不导入")
        notes.append(unknown.at(sheet.name, header.row, column.letter, column.label))
    return notes


def _other_sheets(sheets: Sequence[Sheet], read: Sheet) -> list[Problem]:
    notes = []
    for sheet in sheets:
        if sheet is read:
            continue
        is_register = find_header(sheet, REGISTER_NAMES, REGISTER_REQUIRED)
        reason = (
            f"也有台账表头，一次只读一张（{read.name}），请另存为单独的文件导入"
            if is_register
            else "没有台账表头，跳过"
        )
        notes.append(Finding("sheet_skipped", f"工作表“{sheet.name}”{reason}").at(sheet.name, 0))
    return notes
