"""What a rule of an escalation may look at, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from states.calendar import WorkCalendar
from states.case import Actor
from states.escalation.table import CommandRow
from states.policy import Rung


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """What is known of one escalation. `of_unit` are those who hold a role at the unit it is issued to.

    `objects` are the people it concerns, who must stand back, as must those in `recused`. `drafted` names
    what its draft says already. `mail_accepted`: the relay has taken the mail of its paper.
    """

    state: str
    rung: Rung
    drafters: frozenset[str]
    raised_on: date
    objects: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    of_unit: frozenset[str] = frozenset()
    drafted: Mapping[str, Any] = field(default_factory=dict)
    issued_on: date | None = None
    served_on: date | None = None
    reply_due_on: date | None = None
    review_on: date | None = None
    asked_again: int = 0
    mail_accepted: bool = False

    @property
    def standing_back(self) -> frozenset[str]:
        """Whoever may not decide on it."""
        return self.drafters | self.objects | self.recused | self.of_unit


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a rule here may look at."""

    facts: EscalationFacts
    row: CommandRow
    actor: Actor
    day: date
    details: Mapping[str, Any]
    calendar: WorkCalendar
