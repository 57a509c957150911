"""What the planner looks at: the running clocks of one case and the escalations raised before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from states.swift import made_swiftly
from states.vocabulary import ClockName

VOID = frozenset({"withdrawn", "rejected", "proposed", "approved"})
"""States in which nothing was issued, or what was issued no longer counts."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An escalation raised before. Dates are office days; `judgement` is None until a reply was judged."""

    step: str
    clock: str
    epoch: int
    state: str
    issued_on: date | None = None
    served_on: date | None = None
    reply_due_on: date | None = None
    judged_on: date | None = None
    judgement: str | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is among the escalations of its case, however its dates are seen."""
        return self.step, self.clock, self.epoch

    @property
    def counts(self) -> bool:
        """Whether it was issued and stands."""
        return self.state not in VOID

    def since(self, fact: str) -> date | None:
        """The day from which the fact holds: `issued`, `served`, or `unanswered`; None while it does not.

        Unanswered is a paper whose reply lapsed, or was judged insufficient, and that nobody has concluded.
        """
        if not self.counts:
            return None
        if fact == "issued":
            return self.issued_on
        return self.served_on if fact == "served" else self._unanswered_since()

    def _unanswered_since(self) -> date | None:
        if self.state == "concluded":
            return None
        if self.judgement == "insufficient":
            return self.judged_on or self.reply_due_on
        return self.reply_due_on if self.state in ("served", "lapsed") else None


@dataclass(frozen=True, slots=True)
class OnClock:
    """A clock that runs: the day it is due, in its epoch."""

    due_on: date
    epoch: int


@made_swiftly
@dataclass(frozen=True, slots=True)
class OnLadder:
    """One case as the planner sees it; `clocks` are those that run. Without any nothing is asked of it.

    `authorised`: the director's standing authorisation covers the automatic papers of its policy.
    """

    clocks: Mapping[ClockName, OnClock] = field(default_factory=dict)
    raised: Sequence[Raised] = ()
    extension_pending: bool = False
    authorised: bool = True

    def __hash__(self) -> int:
        """By what is in it: a mapping and a sequence have none of their own."""
        return hash((*self.clocks.items(), *self.raised, self.extension_pending, self.authorised))

    def raised_as(self, step: str, clock: ClockName, epoch: int) -> Raised | None:
        """What was raised of this step in this epoch of the clock."""
        for one in self.raised:
            if one.step == step and one.epoch == epoch and one.clock == clock:
                return one
        return None
