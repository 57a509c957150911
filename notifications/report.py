"""A report as a value: its cover and its tables. Here it becomes a PDF, elsewhere a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int
Fact = tuple[str, str]
"""A line of the cover: what it is called and what is said."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, its heading, and its width in Chinese characters."""

    id: str
    title: str
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """One section. `name` is short enough for a sheet's tab (31 characters), `note` says what is listed.

    `rows` are in the order they are to be read; each has a cell for every column.
    """

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `signatures` are the lines people sign on; `foot` stands on every page."""

    title: str
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    signatures: tuple[str, ...]
    foot: str
    tables: tuple[Table, ...]
