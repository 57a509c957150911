"""Figures as a value: sheets of numbers, each share with what it is a share of. Here they become a page,
elsewhere a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from notifications.layouts import layout
from notifications.term import cn_date

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Quotient:
    """A share, or an average: what stands above and below the line. Nothing below it: there is none."""

    numerator: int
    denominator: int
    is_share: bool = True

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def parts(self) -> str:
        """12/15."""
        return f"{self.numerator}/{self.denominator}"

    def __str__(self) -> str:
        return (
            NOTHING
            if self.value is None
            else one_decimal(self.value * (100 if self.is_share else 1)) + ("%" if self.is_share else "")
        )


@dataclass(frozen=True, slots=True)
class Change:
    """How a number moved: a count, percentage points (`unit` 个百分点) or days."""

    by: Fraction
    unit: str = ""
    is_whole: bool = True

    def __str__(self) -> str:
        size = str(abs(self.by)) if self.is_whole else one_decimal(abs(self.by))
        sign = "+" if self.by > 0 else "−" if self.by < 0 else ""
        return f"{sign}{size}{self.unit}" if self.by else "持平"


Cell = str | int | date | Quotient | Change | None
Kind = Literal["text", "number", "figure", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in Chinese characters, and what its cells are.

    A `figure` is a number, or a share or an average with its numerator and denominator.
    """

    title: str
    width: int
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `name` is short enough for a sheet's tab; with `sums` the last row is of all together."""

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    sums: bool = False

    @property
    def cells(self) -> list[list[tuple[Column, Cell]]]:
        """Every row with its columns."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figures:
    """A report of figures: its title, what it is of, its most telling numbers, and its sheets."""

    title: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    headlines: tuple[tuple[str, str, str], ...]
    sheets: tuple[Sheet, ...]


def one_decimal(value: Fraction) -> str:
    """With one decimal, halves rounded up; of nothing below zero."""
    tenths = (20 * value.numerator + value.denominator) // (2 * value.denominator)
    return f"{tenths // 10}.{tenths % 10}"


def told(cell: Cell) -> str:
    """A cell in words; a dash for nothing."""
    if cell is None:
        return NOTHING
    return cn_date(cell) if isinstance(cell, date) else str(cell)


def as_page(figures: Figures) -> str:
    """The figures as a whole HTML page that needs nothing besides; everything in it is escaped."""
    return layout("figures.html.j2").render(figures=figures, told=told)
