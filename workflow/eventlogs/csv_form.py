"""CSV for spreadsheets: one line an entry, every cell quoted, UTF-8 with its mark for Excel.

A spreadsheet runs text that starts like a formula. Such text gets an apostrophe before it; so does text that
starts with apostrophes and then like a formula, so that taking one away always gives back what was told.
"""

import csv
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

from states.eventlog import COLUMNS, Kind, Trace
from workflow.eventlogs.about import About
from workflow.workbooks.csv_cells import guarded

MARKED = "utf-8-sig"
NOTE = "left_out"
"""The last column. It holds nothing; the first line says behind its name what the file leaves out."""

values_of = attrgetter(*(column.name for column in COLUMNS))
_TEXTS = tuple(place for place, column in enumerate(COLUMNS) if column.kind in (Kind.TEXT, Kind.TIME))
_SWITCH = next(place for place, column in enumerate(COLUMNS) if column.kind is Kind.YES_NO)


def write_csv(path: Path, about: About, traces: Iterable[Trace]) -> None:
    """Write the traces into a file."""
    with path.open("w", encoding=MARKED, newline="") as file:
        lines = csv.writer(file, quoting=csv.QUOTE_ALL)
        lines.writerow([*(column.name for column in COLUMNS), f"{NOTE}：{about.told[NOTE]}"])
        lines.writerows(rows(traces))


def rows(traces: Iterable[Trace]) -> Iterator[list[Any]]:
    """The lines of the traces, guarded."""
    for trace in traces:
        for happening in trace.happenings:
            row = [*values_of(happening), None]
            for place in _TEXTS:
                if row[place]:
                    row[place] = guarded(row[place])
            row[_SWITCH] = "true" if row[_SWITCH] else "false"
            yield row
