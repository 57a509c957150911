"""One row of a register, asked by field.

Made by the row reader and handed to every reader of fields. A line gives what its cells say and the place of
what is found there; it decides nothing.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import Any

from states.calendar import WorkCalendar
from states.register.dates import DateReading, read_date
from states.register.headers import Header
from states.register.problems import Finding, Findings, Problem
from states.register.sheet import CellValue, Formula, Sheet
from states.register.units import Directory, UnitReading
from states.register.wording import text_of
from states.swift import made_swiftly

CELL_ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"))
Read = tuple[dict[str, Any], Findings]
"""What is read of some cells of a row: values by field, and what was found."""


@dataclass(frozen=True)
class Page:
    """What all rows of one reading share. Units and days recur row after row: each spelling is read once."""

    sheet: Sheet
    header: Header
    directory: Directory
    calendar: WorkCalendar
    as_of: date

    def line(self, row: int) -> "Line":
        """One of its rows."""
        found = self.sheet.rows.get(row)
        cells = found.cells if found else {}
        return Line(self, row, {field: cells.get(column) for field, column in self._columns})

    @cached_property
    def resolve(self) -> Callable[[str, str], UnitReading]:
        """The units named in a cell, as `Directory.resolve` reads them, and what messages call the cell."""
        return cache(lambda text, label: self.directory.resolve(text, label=label))

    @cached_property
    def read_day(self) -> Callable[[CellValue, str, date | None], DateReading]:
        """The day in a cell, which messages call so, by a day of reference and the page's calendar.

        A cell that says it without one says the same by any.
        """

        @lru_cache(None, typed=True)
        def told(value: CellValue, label: str, reference: date | None) -> DateReading:
            return read_date(value, label=label, reference=reference, calendar=self.calendar)

        def read(value: CellValue, label: str, reference: date | None) -> DateReading:
            alone = told(value, label, None)
            return alone if alone.day or alone.open_ended else told(value, label, reference)

        return read

    @cached_property
    def read(self) -> dict[Hashable, Read]:
        """What was read so far of cells that several rows may have in common."""
        return {}

    @cached_property
    def _columns(self) -> tuple[tuple[str, int], ...]:
        return tuple((field, column.number) for field, column in self.header.columns.items())


@made_swiftly
@dataclass(frozen=True, slots=True)
class Line:
    """One row of a page, its cells by field."""

    page: Page
    row: int
    cells: Mapping[str, CellValue]

    def raw(self, field: str) -> CellValue:
        """The cell as it stands, formulas and error values included."""
        return self.cells.get(field)

    def is_unusable(self, field: str) -> bool:
        """Whether the cell is a live formula or one of Excel's error values, which say nothing."""
        value = self.cells.get(field)
        return isinstance(value, Formula) or value in CELL_ERRORS

    def value(self, field: str) -> CellValue:
        """The cell; None where it says nothing."""
        value = self.cells.get(field)
        return None if isinstance(value, Formula) or value in CELL_ERRORS else value

    def text(self, field: str) -> str:
        if self.cells.get(field) is None:  # most fields of most rows
            return ""
        value = self.value(field)
        return "" if value is None else text_of(value)

    def alike(self, read: Callable[["Line"], Read], *fields: str) -> Read:
        """What `read` finds in the cells of these fields, which are all it looks at: rows that have the same
        in them are read once. Not to be changed."""
        cells = [self.cells.get(field) for field in fields]
        key = read, *cells, *map(type, cells)
        if key not in self.page.read:
            self.page.read[key] = read(self)
        return self.page.read[key]

    def label(self, field: str) -> str:
        """The heading above the field, as the sheet writes it."""
        column = self.page.header.columns.get(field)
        return column.label if column else field

    def placed(self, field: str, finding: Finding) -> Problem:
        """A finding with its place in the workbook."""
        column = self.page.header.columns.get(field)
        place = (column.letter, column.label) if column else ("", "")
        return finding.at(self.page.sheet.name, self.row, *place)
