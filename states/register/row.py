"""Reading one row of a register into a matter, with everything found on the way.

Called by `read_register` for each row that is a matter. Readers of fields give values and findings; this
module puts them together and says what may happen to the row.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from states.errors import Refusal
from states.register.checks import check_cells, check_matter
from states.register.line import Page
from states.register.matter import MatterRecord, fingerprint, with_remedies
from states.register.particulars import read_particulars
from states.register.problems import Problem, Verdict, verdict_of
from states.register.responsible import read_responsible
from states.register.times import read_times
from states.swift import made_swiftly

__all__ = ["Page", "RowReading", "SuggestionMissing", "read_row"]

_READERS = (read_times, read_particulars, read_responsible)


class SuggestionMissing(Refusal):
    """A row was to be accepted, but some problem has no suggestion that can be taken alone."""

    code = "suggestion_missing"


@made_swiftly
@dataclass(frozen=True, kw_only=True)
class RowReading:
    """A row as read: the matter it states, what a person must decide (`problems`) and may know (`notes`)."""

    sheet: str
    row: int
    matter: MatterRecord
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.problems)

    @cached_property
    def fingerprint(self) -> str:
        """What its matter is known by where it has no number of its own, as `fingerprint` tells."""
        return fingerprint(self.matter)

    @property
    def is_acceptable(self) -> bool:
        """Whether every problem has a suggestion that can be taken alone."""
        return all(problem.remedy is not None for problem in self.problems)

    def accepted(self) -> "RowReading":
        """The row with every suggestion taken; its problems become notes.

        Raises SuggestionMissing when a problem has none that can be taken without a person's own answer, as
        for an unknown unit or a date that cannot be.
        """
        if not self.problems:
            return self
        unanswered = [problem for problem in self.problems if problem.remedy is None]
        if unanswered:
            reasons = "；".join(f"{problem.message}（{problem.suggestion}）" for problem in unanswered)
            raise SuggestionMissing(
                f"第{self.row}行不能按建议导入：{reasons}",
                sheet=self.sheet,
                row=self.row,
                codes=[problem.code for problem in unanswered],
            )
        matter = with_remedies(self.matter, self.problems)
        return replace(self, matter=matter, problems=(), notes=self.notes + self.problems)


def read_row(page: Page, number: int) -> RowReading:
    """Read one matter row."""
    line, values = page.line(number), dict[str, Any]()
    found = check_cells(line)
    for read in _READERS:
        stated, more = read(line)
        values |= stated
        found += more
    matter = MatterRecord(**values)
    found += check_matter(line, matter, found)
    return RowReading(
        sheet=page.sheet.name,
        row=number,
        matter=matter,
        problems=tuple(line.placed(field, finding) for field, finding in found.asked),
        notes=tuple(line.placed(field, finding) for field, finding in found.noted),
    )
