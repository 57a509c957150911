"""The rungs of the ladder: what follows when a clock of a case runs towards its due day, and past it."""

from typing import Literal

from pydantic import Field

from states.validation import Row
from states.vocabulary import ClockName, IssueMode, Role

MAX_OFFSET = 366


class After(Row):
    """What must have gone before: `step` was issued, or its reply lapsed or was judged insufficient."""

    step: str
    fact: Literal["issued", "unanswered"]
    working_days: int = Field(0, ge=0, le=MAX_OFFSET)


class Rung(Row):
    """One step of the ladder. `offset` counts working days from the due day of `clock`, negative before."""

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
    needs: tuple[Literal["question", "ground"], ...] = ()
