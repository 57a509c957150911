"""The rungs of the ladder: what follows when a clock of a case runs towards its due day, and past it."""

from typing import Literal

from pydantic import Field

from states.validation import Row, unwritten
from states.vocabulary import ClockName, IssueMode, Role

MAX_OFFSET = 366
MAX_MONTHS = 120


class After(Row):
    """What must have gone before, and for how many working days.

    `step` was issued, or was served, or its reply lapsed or was judged insufficient.
    """

    step: str
    fact: Literal["issued", "served", "unanswered"]
    working_days: int = Field(0, ge=0, le=MAX_OFFSET)


class Rung(Row):
    """One step of the ladder. `offset` counts working days from the due day of `clock`, negative before.

    An empty `series` makes a plain mail without a document number. A reply received is judged within
    `judge_working_days`; a measure for a person lasts `effect_months` from its service and is then reviewed.
    `question` is what an inquiry asks that goes out by itself, where an office has put it on automatic.
    `joint`: the matters of one `unit` that reach it together get one paper, with a list of them.
    """

    step: str
    label: str
    clock: ClockName
    offset: int = Field(ge=-MAX_OFFSET, le=MAX_OFFSET)
    lapses: bool = False
    after: After | None = None
    document: str
    series: str
    mode: IssueMode
    approvers: tuple[Role, ...] = ()
    addressee: Literal["unit", "person"]
    reply_working_days: int | None = Field(None, ge=1, le=MAX_OFFSET)
    judge_working_days: int | None = Field(None, ge=1, le=MAX_OFFSET, exclude_if=unwritten)
    effect_months: int | None = Field(None, ge=1, le=MAX_MONTHS, exclude_if=unwritten)
    needs: tuple[Literal["question", "ground"], ...] = ()
    question: str | None = Field(None, min_length=4, max_length=500, exclude_if=unwritten)
    joint: Literal["unit"] | None = Field(None, exclude_if=unwritten)

    @property
    def is_numbered(self) -> bool:
        """Whether it makes a numbered paper, and not a plain mail."""
        return bool(self.series)

    @property
    def outlives_matter(self) -> bool:
        """Whether it stays as it is when its matter ends: a measure for a person, or a plain mail."""
        return self.addressee == "person" or not self.is_numbered
