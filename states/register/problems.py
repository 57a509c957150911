"""What a reader found in a cell: a note, a question for a person, or something that cannot be true.

A `Finding` is what was found; a `Problem` is the same with its place in the workbook. Codes are stable and
are those of the sample register's table of traps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

REJECTING = frozenset({"date_impossible", "date_out_of_range"})


class Verdict(StrEnum):
    """What may happen to a row: imported as it stands, asked about, or corrected first."""

    IMPORTABLE = "importable"
    NEEDS_PERSON = "needs_person"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a cell. `remedy` holds the matter's fields as the suggestion would set them;
    None means that the suggestion cannot be taken without a person's own answer."""

    code: str
    message: str
    suggestion: str = ""
    remedy: Mapping[str, Any] | None = None

    def at(self, sheet: str, row: int, column: str = "", header: str = "") -> "Problem":
        """The finding with its place."""
        return Problem(
            sheet=sheet,
            row=row,
            column=column,
            code=self.code,
            message=self.message,
            suggestion=self.suggestion,
            header=header,
            remedy=self.remedy,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding with its place: sheet name, Excel row, Excel column letter and the heading above it."""

    sheet: str
    row: int
    column: str
    code: str
    message: str
    suggestion: str
    header: str = ""
    remedy: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The problem as the doors print it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.message,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a row, by field: `asked` waits for a person, `noted` is only worth knowing."""

    asked: tuple[tuple[str, Finding], ...] = ()
    noted: tuple[tuple[str, Finding], ...] = ()

    def __add__(self, more: "Findings") -> "Findings":
        if self is NOTHING or more is NOTHING:  # nearly always, in a register of thousands of good rows
            return self if more is NOTHING else more
        return Findings(self.asked + more.asked, self.noted + more.noted)

    def ask_about(self, field: str) -> bool:
        """Whether a person is asked about this field already."""
        return any(name == field for name, _ in self.asked)


class Reading(Protocol):
    """A cell as read, with what a person must decide of it and what he may know."""

    @property
    def problems(self) -> tuple[Finding, ...]: ...

    @property
    def notes(self) -> tuple[Finding, ...]: ...


NOTHING = Findings()
"""What a good cell brings up."""


def asked(field: str, *findings: Finding) -> Findings:
    """Questions about one field."""
    return Findings(asked=tuple((field, finding) for finding in findings)) if findings else NOTHING


def noted(field: str, *findings: Finding) -> Findings:
    """Notes on one field."""
    return Findings(noted=tuple((field, finding) for finding in findings)) if findings else NOTHING


def found_in(field: str, reading: Reading) -> Findings:
    """What the reading of one field brings up."""
    if not (reading.problems or reading.notes):
        return NOTHING
    return asked(field, *reading.problems) + noted(field, *reading.notes)


def together(*found: Findings) -> Findings:
    """What several readings of a row bring up, in their order."""
    some = [one for one in found if one is not NOTHING]  # nearly always none, in a register of thousands
    return sum(some, NOTHING) if some else NOTHING


def verdict_of(problems: tuple[Problem, ...]) -> Verdict:
    """The verdict on a row that has these problems."""
    if any(problem.code in REJECTING for problem in problems):
        return Verdict.REJECTED
    return Verdict.NEEDS_PERSON if problems else Verdict.IMPORTABLE
