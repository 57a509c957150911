"""What a sweep did, or would do, as its doors tell it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from states.errors import Refusal
from states.ladder import Step
from states.ladder.stale import mode_of
from workflow.services.caps import OF_A_SWEEP, OF_A_UNIT
from workflow.services.looking import Looked


@dataclass(slots=True)
class SweepReport:
    """What a sweep did, or would do.

    `lapses` are the papers whose reply term ran out, `hold` is the reason a scheduled sweep raised nothing,
    `waiting` how many cases it left due. `papers` counts the numbered ones of what went out, of which one may
    be that of several matters; `over` are the ids of the cases left due because their unit has had enough.
    """

    as_of: datetime
    cases_due: int = 0
    steps: list[dict[str, Any]] = field(default_factory=list)
    lapses: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    issued: int = 0
    proposed: int = 0
    hold: str | None = None
    waiting: int = 0
    papers: int = 0
    over: set[int] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        """Whether the run has come to the cap of a sweep."""
        return any(one["code"] == OF_A_SWEEP for one in self.held)

    def count(self, looked: Looked) -> None:
        """Tell of what a case's plan takes."""
        number = looked.case.number
        for step in looked.plan.steps:
            self.steps.append(told_of(number, step))
            self.issued += step.automatic
            self.proposed += not step.automatic
        self.lapses += [{"case": number, "step": lapse.raised.step} for lapse in looked.plan.lapses]

    def leave_due(self, looked: Looked, refusal: Refusal) -> None:
        """Tell of a case that a cap leaves for later."""
        self.hold_back(looked.case.number, refusal)
        if refusal.code == OF_A_UNIT:
            self.over.add(looked.case.id)

    def hold_back(self, number: str, refusal: Refusal) -> None:
        self.held.append({"case": number, **refusal.as_json()})

    def add(self, part: "SweepReport") -> None:
        """Take in what a transaction did, once it is committed."""
        self.cases_due += part.cases_due
        self.steps += part.steps
        self.lapses += part.lapses
        self.held += part.held
        self.issued += part.issued
        self.papers += part.papers
        self.over |= part.over
        self.proposed += part.proposed
        self.hold = self.hold or part.hold

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "cases_due": self.cases_due,
            "steps": self.steps,
            "lapses": self.lapses,
            "issued": self.issued,
            "proposed": self.proposed,
            "held": len(self.held),
            "held_cases": self.held,
            "hold": self.hold,
            "waiting": self.waiting,
            "papers": self.papers,
        }


def told_of(number: str, step: Step) -> dict[str, Any]:
    """A step of a case as reports list it."""
    return {
        "case": number,
        "step": step.rung.step,
        "clock": step.rung.clock.value,
        "epoch": step.epoch,
        "mode": mode_of(step).value,
        "document": step.rung.document,
        "reason": step.reason,
    }
