"""One matter as statistics look at it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from states.clocks import Clock
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.statistics.happening import Happening
from states.vocabulary import ClockName, LookbackFinding

GIVING_UP, ENDING = ("withdraw", "merge"), ("close_out", "archive")
"""The effects that lead to a state in which a matter was given up, or brought to its end."""


class Stage(StrEnum):
    """What a state of the lifecycle means for statistics."""

    RUNNING = "running"
    PAUSED = "paused"
    IDLE = "idle"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter as it stands. `category` is what its policy calls its category.

    `reopened`, `extended`, `reported` (its completion), `returned` and `relapsed` (a 回头看 found so)
    tell whether that ever happened, in any round. `happened` is what happened on which day, of the days
    somebody asks for; shares look at none of it.
    """

    facts: CaseFacts
    stage: Stage
    reopened: bool = False
    extended: bool = False
    reported: bool = False
    returned: bool = False
    relapsed: bool = False
    category: str | None = None
    happened: tuple[tuple[Happening, date], ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether an old register states it, so that its past was not witnessed here."""
        return self.facts.origin is not None

    @property
    def is_closed(self) -> bool:
        return self.stage is Stage.CLOSED

    @property
    def is_reported(self) -> bool:
        """Whether its completion was reported in this system; an old register tells of no returns."""
        return self.reported or self.facts.reported_by is not None or self.facts.returns > 0

    @property
    def was_returned(self) -> bool:
        """Whether it was ever sent back to be done again, to whichever unit."""
        return self.returned or self.facts.returns > 0

    @property
    def has_relapsed(self) -> bool:
        """Whether a 回头看 ever found that it came back; it is taken up again (重启) for no other reason."""
        facts = self.facts
        found = self.relapsed or facts.lookback_finding == LookbackFinding.RELAPSED
        return found or self.reopened or facts.relapses > 0

    @property
    def done_on(self) -> date | None:
        """The day completion was reported; for a matter an old register closed, the day it was closed."""
        return self.facts.reported_on or (self.facts.closed_on if self.is_closed else None)

    @property
    def original_due_on(self) -> date | None:
        return self.facts.original_due_on or self.facts.due_on

    @property
    def clock(self) -> Clock | None:
        """The clock of its handling."""
        return next((one for one in self.facts.clocks if one.name is ClockName.HANDLE), None)


def stage_of(lifecycle: Lifecycle, state: str) -> Stage:
    """What a state means for statistics, by what the lifecycle's commands do."""
    row = lifecycle.state_rows[state]
    given_up, brought_to_end = (_ends(lifecycle, *effects) for effects in (GIVING_UP, ENDING))
    if state in given_up - brought_to_end:
        return Stage.CANCELLED
    if row.kind in ("closed", "final"):
        return Stage.CLOSED
    return Stage.IDLE if row.clock == "none" else Stage(row.clock)


def _ends(lifecycle: Lifecycle, *effects: str) -> set[str]:
    return {command.to for command in lifecycle.commands if command.effect in effects}
