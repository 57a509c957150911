"""What a rule of the case may look at, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from states.calendar import WorkCalendar
from states.facts import CaseFacts
from states.swift import made_swiftly

if TYPE_CHECKING:
    from states.case import Actor
    from states.earlier import EarlierEntry, Turn
    from states.lifecycle import Lifecycle
    from states.policy import Policy
    from states.tasks import Task
    from states.vocabulary import Role


@made_swiftly
@dataclass(frozen=True, slots=True)
class Question:
    """Everything a rule may look at: the facts, who asks, when, with which particulars, under which rules.

    `day` is the office day of the instant `at`. `policy` is the one the case is under once the command is
    given. `former` are the calendars its clocks were counted by, by version, where they are not in force.
    `roles` are those the command is asked of, `earlier` is the entry of the history it names,
    `past` are the acts by which the matter took its turns, oldest first, where a correction looks at them.
    """

    facts: CaseFacts
    actor: Actor
    at: datetime
    day: date
    details: Mapping[str, Any]
    lifecycle: Lifecycle
    calendar: WorkCalendar
    policy: Policy
    former: Mapping[str, WorkCalendar]
    roles: tuple[Role, ...] = ()
    earlier: EarlierEntry | None = None
    past: tuple[Turn, ...] = ()

    @property
    def acting_for(self) -> str | None:
        """Whom the actor acts for, None for himself; rather anybody than who reported or asked.

        That is who reported completion of the case or of the task in question, or asked for coordination.
        """
        task = self.task.reported_by if self.task else None
        bound = (self.facts.reported_by, self.facts.coordination_by, task)
        return self.actor.acting_for(self.roles, besides=frozenset(filter(None, bound)))

    @property
    def leads(self) -> frozenset[str]:
        """Who leads once the command is given: the lead unit, and the standing group it leads through."""
        if "lead_unit" not in self.details:
            return self.facts.leads
        return frozenset({self.details["lead_unit"], self.details.get("lead_group")} - {None})

    @property
    def task(self) -> Task | None:
        """The task the command names, if the case has it."""
        return next((one for one in self.facts.tasks if one.id == self.details.get("task")), None)

    def stated(self, name: str) -> Any:
        """A particular given now, or else the fact already known."""
        return self.details.get(name, getattr(self.facts, name))
