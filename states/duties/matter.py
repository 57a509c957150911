"""One case on a day, as whoever asks what is owed on it sees it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.calendar import WorkCalendar
from states.case import roles_asked
from states.clocks import Clock
from states.duties.answers import ANSWERS
from states.duties.duty import Duty, DutyKind, Whose
from states.facts import CaseFacts
from states.lifecycle import CommandRow, Lifecycle
from states.policy import Policy
from states.vocabulary import ClockName, Role


@dataclass(frozen=True, slots=True)
class Matter:
    """A case, the rules it is under, and the day."""

    facts: CaseFacts
    lifecycle: Lifecycle
    policy: Policy
    calendar: WorkCalendar
    day: date

    @property
    def kind(self) -> str:
        return self.lifecycle.state_rows[self.facts.state].kind

    @property
    def is_running(self) -> bool:
        """Whether its time is charged to the unit now."""
        return self.lifecycle.is_running(self.facts.state)

    @property
    def late(self) -> int:
        """The working days it is past its limit, while its time is charged to the unit."""
        due_on = self.facts.due_on
        is_late = self.is_running and due_on is not None and due_on < self.day
        return self.calendar.working_days_between(due_on, self.day) if is_late and due_on else 0

    @property
    def commands(self) -> tuple[CommandRow, ...]:
        """What may be done with it where it stands."""
        return self.lifecycle.commands_from(self.facts.state)

    def may(self, *commands: str) -> bool:
        """Whether one of these commands exists where it stands."""
        here = self.lifecycle.command_ids_by_state.get(self.facts.state)
        return here is not None and not here.isdisjoint(commands)

    def clock(self, name: ClockName) -> Clock | None:
        """The clock of this name, if it is open."""
        return next((one for one in self.facts.clocks if one.name is name and one.is_open), None)

    def of_unit(self, *roles: Role, otherwise: tuple[Role, ...] = ()) -> Whose:
        """Of the lead unit; of the office while a matter from an old register has none."""
        if self.facts.lead_unit is None:
            return Whose((Role.OFFICER,), (Role.DIRECTOR,))
        return Whose(roles, otherwise, self.facts.lead_unit)

    def duty(
        self,
        kind: DutyKind,
        whose: Whose,
        *,
        label: str | None = None,
        due_on: date | None = None,
        since: date | None = None,
        charged: bool = True,
        answers: Iterable[str] | None = None,
        **more: Any,
    ) -> Duty:
        """A duty on this case; nothing is late while its time is not `charged`.

        `answers` are the commands that do it, where not those of its kind.
        """
        rows = self._rows(ANSWERS.get(kind, ()) if answers is None else answers)
        overdue = charged and due_on is not None and self.day > due_on
        late = self.calendar.working_days_between(due_on, self.day) if overdue and due_on else 0
        facts, matter_late = self.facts, 0 if due_on else self.late
        named = {"number": facts.number, "title": facts.title, "unit": facts.lead_unit}
        told: dict[str, Any] = {**named, "matter_late": matter_late, "answers": tuple(rows), **more}
        return Duty(kind, label or kind.label, whose, due_on, since, overdue, late, **told)

    def _rows(self, commands: Iterable[str]) -> Iterator[CommandRow]:
        """Those of these commands that exist where it stands, each with whom it is asked of."""
        here = {row.id: row for row in self.commands}
        for row in (here[one] for one in commands if one in here):
            roles = roles_asked(row, self.facts.coordination_level, self.policy)
            yield row if roles == row.roles else row.model_copy(update={"roles": roles})
