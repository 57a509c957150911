"""One row of a register, asked by field.

Made by the row reader and handed to every reader of fields. A line gives what its cells say and the place of
what is found there; it decides nothing.
"""

from dataclasses import dataclass
from datetime import date

from states.calendar import WorkCalendar
from states.register.headers import Header, cell
from states.register.problems import Finding, Problem
from states.register.sheet import CellValue, Formula, Sheet
from states.register.units import Directory
from states.register.wording import text_of

CELL_ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"))


@dataclass(frozen=True, slots=True)
class Page:
    """What all rows of one reading share."""

    sheet: Sheet
    header: Header
    directory: Directory
    calendar: WorkCalendar
    as_of: date


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a page."""

    page: Page
    row: int

    def raw(self, field: str) -> CellValue:
        """The cell as it stands, formulas and error values included."""
        return cell(self.page.sheet, self.page.header, self.row, field)

    def is_unusable(self, field: str) -> bool:
        """Whether the cell is a live formula or one of Excel's error values, which say nothing."""
        value = self.raw(field)
        return isinstance(value, Formula) or value in CELL_ERRORS

    def value(self, field: str) -> CellValue:
        """The cell; None where it says nothing."""
        return None if self.is_unusable(field) else self.raw(field)

    def text(self, field: str) -> str:
        return text_of(self.value(field))

    def label(self, field: str) -> str:
        """The heading above the field, as the sheet writes it."""
        column = self.page.header.columns.get(field)
        return column.label if column else field

    def placed(self, field: str, finding: Finding) -> Problem:
        """A finding with its place in the workbook."""
        column = self.page.header.columns.get(field)
        place = (column.letter, column.label) if column else ("", "")
        return finding.at(self.page.sheet.name, self.row, *place)
