"""A workbook as somebody corrected it before it is read: cells that say something else, rows left out.

The file itself stays as it came, under its hash. A heading is a cell as well: under another name its column
is read as another field, under none it is not read.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from states.register.sheet import CellValue, Row, Sheet, column_letter

Place = tuple[str, int, int]
"""Sheet, row and column, the two counted from 1 as in Excel."""


@dataclass(frozen=True, slots=True)
class Amendments:
    """`cells` are the texts that stand instead, a blank one for an empty cell; `left_out` are sheet and row
    of what is not to be read."""

    cells: Mapping[Place, str] = field(default_factory=dict)
    left_out: frozenset[tuple[str, int]] = frozenset()

    def columns(self, sheet: str, row: int) -> tuple[str, ...]:
        """The letters of the columns corrected in a row."""
        if not self.cells:
            return ()
        found = sorted(column for name, number, column in self.cells if (name, number) == (sheet, row))
        return tuple(map(column_letter, found))


UNCHANGED = Amendments()


def amended(sheets: Sequence[Sheet], amendments: Amendments) -> tuple[Sheet, ...]:
    """The sheets as they are to be read."""
    if amendments == UNCHANGED:
        return tuple(sheets)
    return tuple(_amended(sheet, amendments) for sheet in sheets)


def _amended(sheet: Sheet, amendments: Amendments) -> Sheet:
    gone = {row for name, row in amendments.left_out if name == sheet.name}
    changed: dict[int, dict[int, CellValue]] = defaultdict(dict)
    for (name, row, column), text in amendments.cells.items():
        if name == sheet.name:
            changed[row][column] = text.strip() or None
    numbers = sorted({*sheet.rows, *changed} - gone)
    rows = {number: Row(number, _cells(sheet, number, changed.get(number, {}))) for number in numbers}
    corrected = {(row, column) for row, cells in changed.items() for column in cells}
    merges = {place: block for place, block in sheet.merges.items() if place not in corrected}
    return replace(sheet, rows=rows, merges=merges)


def _cells(sheet: Sheet, row: int, changed: Mapping[int, CellValue]) -> dict[int, CellValue]:
    standing = sheet.rows[row].cells if row in sheet.rows else {}
    return {column: value for column, value in {**standing, **changed}.items() if value is not None}
