"""What was found in a file: its lines with what is wrong in which cell, and the file as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from openpyxl.utils.cell import column_index_from_string

from states.office_time import days_in_words
from states.register.problems import Problem
from states.register.sheet import Formula, Sheet, column_letter
from states.register.wording import text_of

ASKING = ("waiting", "rejected")
COMING = ("new", "changed")
"""The fates of lines a person has to decide on, and of those that are brought in."""

CHANGES = frozenset({"updated", "edited", "proposed", "withdrawn"})
"""The codes of what is told of a line that changes something."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its cells by column number, what was found (`column` 0: in the line as a whole), its fate."""

    place: int
    sheet: str
    row: int
    fate: str
    cells: Mapping[int, str]
    found: tuple[Mapping[str, Any], ...] = ()

    def as_row(self) -> dict[str, Any]:
        told = asdict(self)
        number = told.pop("row")
        return {**told, "number": number, "found": list(self.found)}


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found: what is told of the file as a whole, and its lines."""

    told: Mapping[str, Any]
    lines: tuple[Line, ...] = field(default=())

    @property
    def coming(self) -> int:
        return sum(line.fate in COMING for line in self.lines)

    @property
    def asking(self) -> int:
        return sum(line.fate in ASKING for line in self.lines)


def found_in(problems: Iterable[Problem], *, asks: bool) -> list[dict[str, Any]]:
    """Problems as a line has them; `asks` are those that keep it out."""
    return [
        {
            "column": column_index_from_string(one.column) if one.column else 0,
            "code": one.code,
            "message": days_in_words(one.message),
            "advice": days_in_words(one.suggestion),
            "asks": asks,
            "takes": asks and one.remedy is not None,
        }
        for one in problems
    ]


def noted(column: int, code: str, message: str) -> dict[str, Any]:
    """What is told of a line and asks nothing."""
    return {
        "column": column, "code": code, "message": message, "advice": "", "asks": False, "takes": False,
    }  # fmt: skip


def texts(sheet: Sheet, row: int) -> dict[int, str]:
    """The cells of a row as text; a formula is shown, never calculated."""
    cells = sheet.rows[row].cells if row in sheet.rows else {}
    shown = {
        column: value.text if isinstance(value, Formula) else text_of(value)
        for column, value in cells.items()
    }
    return {column: text for column, text in sorted(shown.items()) if text}


def headed(sheet: Sheet, row: int, shown: Iterable[int]) -> dict[str, Any]:
    """A sheet as a page lays it out: its headings by column, and the columns shown from the start."""
    headings = {column: " ".join(text.split()) for column, text in texts(sheet, row).items()}
    letters = {column: column_letter(column) for column in headings}
    return {"name": sheet.name, "row": row, "headings": headings, "letters": letters, "shown": list(shown)}
