"""A sheet as a value: cells by row and column, merged ranges filled and remembered.

Built by the opener of workbooks and by tests; read by everything in this package. Rows and columns count
from 1 as in Excel. A live formula is a value of its own and is never evaluated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter

from states.register.wording import is_blank


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that Excel would calculate; `text` begins with “=”."""

    text: str


CellValue = str | int | float | bool | date | datetime | Formula | None


def column_letter(column: int) -> str:
    """Excel's name of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A block of cells that shows the value of its top left cell."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def label(self) -> str:
        return f"{column_letter(self.left)}{self.top}:{column_letter(self.right)}{self.bottom}"

    @property
    def area(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def clipped(self, last_row: int, last_column: int) -> "MergedRange":
        """The part of the range inside the used area of its sheet."""
        return MergedRange(self.top, self.left, min(self.bottom, last_row), min(self.right, last_column))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its Excel number and its values by column; columns without a value are absent."""

    number: int
    cells: Mapping[int, CellValue]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook. Build it with `Sheet.filled`."""

    name: str
    rows: Mapping[int, Row]
    merges: Mapping[tuple[int, int], MergedRange] = field(default_factory=dict)

    @classmethod
    def filled(
        cls, name: str, cells: Mapping[int, Mapping[int, CellValue]], merged: Iterable[MergedRange] = ()
    ) -> "Sheet":
        """The sheet with the value of every merged range copied into all its cells within the used area."""
        rows = {number: dict(values) for number, values in cells.items()}
        last_row = max(rows, default=0)
        last_column = max((column for values in rows.values() for column in values), default=0)
        merges: dict[tuple[int, int], MergedRange] = {}
        for block in merged:
            _fill(rows, merges, block, block.clipped(last_row, last_column))
        return cls(name, {number: Row(number, rows[number]) for number in sorted(rows)}, merges)

    @property
    def last_row(self) -> int:
        return max(self.rows, default=0)

    def value(self, row: int, column: int) -> CellValue:
        """What Excel shows in the cell, merged ranges included."""
        return self.rows[row].cells.get(column) if row in self.rows else None

    def merged_range(self, row: int, column: int) -> MergedRange | None:
        """The merged range the cell belongs to."""
        return self.merges.get((row, column))

    def merged_from(self, row: int, column: int) -> tuple[int, int] | None:
        """Row and column of the cell the value comes from, for a cell of a merged range."""
        block = self.merges.get((row, column))
        return (block.top, block.left) if block else None

    def is_own(self, row: int, column: int) -> bool:
        """Whether a value stands in this very cell, not blank and not filled in from a merged range."""
        is_filled = self.merged_from(row, column) not in (None, (row, column))
        return not (is_filled or is_blank(self.value(row, column)))

    def own_cells(self, row: int) -> dict[int, CellValue]:
        """The values that stand in this row itself, blanks left out and each merged range counted once."""
        cells = self.rows[row].cells if row in self.rows else {}
        return {
            column: value
            for column, value in sorted(cells.items(), key=itemgetter(0))
            if self.is_own(row, column)
        }


def _fill(
    rows: dict[int, dict[int, CellValue]],
    merges: dict[tuple[int, int], MergedRange],
    block: MergedRange,
    used: MergedRange,
) -> None:
    value = rows.get(block.top, {}).get(block.left)
    for row in range(used.top, used.bottom + 1):
        for column in range(used.left, used.right + 1):
            merges[row, column] = block
            if value is not None:
                rows.setdefault(row, {})[column] = value
