"""How a matter stands against its plan: what is missed, by how much, and 序时进度.

Time in which the matter's clock stood still since the plan was made is not charged: a milestone is due so
many working days later. While it stands still, the day it was paused is looked at; after its end, its last.
A day gone by is looked at with the stand-stills that had begun by then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from states.calendar import ONE_DAY, WorkCalendar
from states.calendar.open_time import local_instant
from states.clocks.clock import Clock, Pause
from states.clocks.clockwork import known_clocks
from states.clocks.standing import standing
from states.deadlines.pauses import days_taken, merged
from states.nodes.node import Node, in_plan, still_open
from states.vocabulary import ClockName

if TYPE_CHECKING:
    from states.facts import CaseFacts


@dataclass(frozen=True, slots=True)
class Missed:
    """A milestone whose day has passed: when it was due, past what is not charged, and working days late."""

    node: Node
    due_on: date
    late: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """序时进度 on a day, in percent.

    `planned` and `done` are the weights of the milestones due by then and of those reached, None without a
    plan; `elapsed` is the share of the term's working days that has run, None without a date; `rate` is the
    completion rate the unit reported last.
    """

    planned: int | None
    done: int | None
    elapsed: int | None
    rate: int | None

    @property
    def behind(self) -> int | None:
        """Points behind: by the plan, or without one by the reported rate against the time that has run."""
        if self.planned is not None and self.done is not None:
            return self.planned - self.done
        if self.elapsed is not None and self.rate is not None:
            return self.elapsed - self.rate
        return None


class Progress:
    """The plan of one matter, looked at on a day."""

    def __init__(self, facts: CaseFacts, calendar: WorkCalendar, day: date) -> None:
        self.facts, self.calendar = facts, calendar
        self._clock = _headline(facts, calendar)
        self._pauses = self._begun_by(day)
        self.day = min(day, facts.paused_on or day, self._stopped_on() or day, self._stands_since() or day)

    @property
    def schedule(self) -> Schedule:
        counted = in_plan(self.facts.nodes)
        planned = sum(one.weight for one in counted if self.due_on(one) <= self.day)
        done = sum(one.weight for one in counted if one.reached_on is not None)
        return Schedule(
            planned if counted else None,
            done if counted else None,
            self._elapsed(),
            self.facts.completion_rate,
        )

    def missed(self) -> tuple[Missed, ...]:
        """What should have been reached before this day and is not, the longest missed first."""
        found = (Missed(one, self.due_on(one), self.late(one)) for one in still_open(self.facts.nodes))
        return tuple(sorted((one for one in found if one.due_on < self.day), key=lambda one: one.due_on))

    def due_on(self, node: Node) -> date:
        """The day it is due, past the time that is not charged."""
        return self.calendar.add_working_days(node.due_on, self._stood_still(node.planned_on))

    def late(self, node: Node) -> int:
        """Working days by which it was missed: when it was reached, or by this day. 0 when it was not.

        Of a matter that was opened again only time since then counts.
        """
        if not node.is_open:
            return node.late
        since, began = self.due_on(node), self._on(self._clock.started_at) if self._clock else self.day
        if began <= self.day:
            since = max(since, began)
        return max(self.calendar.working_days_between(since, self.day), 0)

    def _begun_by(self, day: date) -> tuple[Pause, ...]:
        """The stand-stills that had begun by a day; one that ended later goes on."""
        begun = [one for one in (self._clock.pauses if self._clock else ()) if self._on(one.start) <= day]
        return tuple(replace(one, end=None) if one.end and self._on(one.end) > day else one for one in begun)

    def _stands_since(self) -> date | None:
        goes_on = bool(self._pauses) and self._pauses[-1].end is None
        return self._on(self._pauses[-1].start) if goes_on else None

    def _stood_still(self, since: date) -> int:
        """Working days from a day on that were not charged, of stand-stills that are over."""
        over = [(one.start, one.end) for one in self._pauses if one.end is not None]
        if not over:
            return 0
        taken = days_taken(merged(over), self.calendar.open_time.closing)
        eve = since - ONE_DAY
        return sum(
            self.calendar.working_days_between(max(first - ONE_DAY, eve), max(last, eve))
            for first, last in taken
        )

    def _stopped_on(self) -> date | None:
        stopped_at = self._clock.stopped_at if self._clock else None
        return self._on(stopped_at) if stopped_at else None

    def _on(self, moment: datetime) -> date:
        return moment.astimezone(self.calendar.zone).date()

    def _elapsed(self) -> int | None:
        if self._clock is None or self.facts.open_ended:
            return None
        return standing(self._clock, self.calendar, local_instant(self.day, 0, self.calendar.zone)).schedule


def _headline(facts: CaseFacts, calendar: WorkCalendar) -> Clock | None:
    """The clock that measures the final date."""
    name = ClockName.PLAN if facts.due_for_plan else ClockName.HANDLE
    return next((one for one in known_clocks(facts, calendar) if one.name is name), None)
