"""What another calendar would change about a case's clocks: the impact of a loaded notice.

Nothing moves here. Dates somebody set do not depend on a calendar; those that were counted are counted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from states.calendar import WorkCalendar
from states.clocks.clock import Clock
from states.clocks.clockwork import known_clocks
from states.deadlines import Deadline
from states.deadlines.rules import DEFAULT_RULE
from states.facts import CaseFacts
from states.tasks import clock_label

if TYPE_CHECKING:
    from states.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Recounted:
    """One clock whose date comes out otherwise, or is no longer provisional, or has become so.

    `key` is its name, or the key of a task's.
    """

    key: str
    clock: Clock
    deadline: Deadline

    @property
    def moves(self) -> bool:
        """Whether the due time itself changes, and not only what it rests on."""
        due = (self.deadline.due_on, self.deadline.due_at)
        return due != (self.clock.due_on, self.clock.due_at)

    @property
    def label(self) -> str:
        """What people call the clock."""
        return clock_label(self.key)


def recounted(facts: CaseFacts, calendar: WorkCalendar, policy: Policy) -> tuple[Recounted, ...]:
    """The open clocks of a case and of its tasks that this calendar changes."""
    clocks = {clock.name.value: clock for clock in known_clocks(facts, calendar)}
    clocks |= {one.key: one.clock for one in facts.tasks}
    found = (_counted(key, clock, calendar, policy) for key, clock in clocks.items() if clock.is_open)
    return tuple(one for one in found if one.moves or one.deadline.provisional != one.clock.provisional)


def _counted(key: str, clock: Clock, calendar: WorkCalendar, policy: Policy) -> Recounted:
    rule = DEFAULT_RULE if clock.limit is None else policy.counting_rule(clock.rule)
    return Recounted(key, clock, clock.counted(calendar, rule))
