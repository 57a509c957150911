"""A month as people know it from the wall: seven columns, Monday first, a sign behind the days that matter.

The sign says what the colour says, for those who do not see the colour. `duban calendar show` prints a year
of these; `duban explain` may print the months a limit runs through.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

CELL = 4
WIDTH = 7 * CELL
GUTTER = 4
WEEKDAYS = "一二三四五六日"
MOST_ABREAST, WIDE, MIDDLE = 3, 100, 64


class Mark(NamedTuple):
    """How a day is shown: a sign of at most two columns behind its number, and a style for both."""

    sign: str = ""
    style: str = ""


def month_grid(year: int, month: int, marks: Mapping[date, Mark]) -> Text:
    """One month, 28 columns wide; days without a mark are plain."""
    grid = Text(f"{month}月".center(WIDTH - 1), style="bold", end="")
    grid.append("\n")
    grid.append("".join(_filled(one, CELL) for one in WEEKDAYS), style="not bold dim")
    for week in calendar.Calendar().monthdatescalendar(year, month):
        grid.append("\n")
        for day in week:
            mark = marks.get(day, Mark())
            shown = _filled(f"{day.day:>2}{mark.sign}", CELL) if day.month == month else " " * CELL
            grid.append(shown, style=f"not bold {mark.style}" if day.month == month else None)
    return grid


def abreast(grids: Sequence[Text], width: int) -> Table:
    """Months side by side: three where 100 columns are there, else two, else one."""
    columns = MOST_ABREAST if width >= WIDE else 2 if width >= MIDDLE else 1
    made = Table.grid(padding=(0, GUTTER, 0, 0))
    for start in range(0, len(grids), columns):
        made.add_row(*grids[start : start + columns])
        made.add_row()
    return made


def _filled(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
