"""What one matter counts as: whether it counts at all, and a verdict under each measure it counts for."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from states.calendar import WorkCalendar
from states.clocks.standing import Days
from states.statistics.duration import days_taken_by
from states.statistics.matter import Matter, Stage
from states.statistics.measures import COHORTS, Cohort, LeftOut, Measure
from states.statistics.period import Period
from states.statistics.shares import SHARES, Seen, seen, was_extended
from states.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """What one matter adds: a verdict for each measure it counts for, and the days it took."""

    stated: bool
    marks: tuple[str, ...]
    verdicts: tuple[tuple[Measure, bool], ...] = ()
    took: Days | None = None


class Appraisal:
    """One matter at an instant: judged once, and only when asked, for any number of periods."""

    def __init__(self, matter: Matter, at: datetime, calendar: WorkCalendar) -> None:
        self.matter, self._at, self._calendar = matter, at, calendar
        facts = matter.facts
        self._days: Mapping[Cohort, date | None] = {
            Cohort.DISPATCHED: facts.dispatched_on,
            Cohort.DUE: facts.due_on,
            Cohort.DUE_ORIGINALLY: matter.original_due_on,
        }

    @property
    def is_draft(self) -> bool:
        """Whether nobody was ever asked to handle it."""
        matter = self.matter
        return matter.facts.dispatched_on is None and (not matter.is_stated or matter.stage is Stage.IDLE)

    @property
    def given_up(self) -> LeftOut | None:
        """As what it was given up, if it was."""
        if self.matter.facts.merged_into is not None:
            return LeftOut.MERGED
        withdrawn = self.matter.stage is Stage.CANCELLED or self.matter.facts.outcome == Outcome.WITHDRAWN
        return LeftOut.WITHDRAWN if withdrawn else None

    def left_out(self, period: Period) -> LeftOut | None:
        """Why it is not counted in a period; None where it is."""
        if self.is_draft:
            return LeftOut.DRAFT
        if not self._cohorts(period):
            return LeftOut.OUTSIDE if any(self._days.values()) else LeftOut.UNDATED
        return self.given_up

    def within(self, period: Period) -> Judged:
        """What it counts as in a period it is not left out of. A long-term one is only counted."""
        if self.matter.facts.open_ended:
            marks = ("long_term", "long_term_closed") if self.matter.is_closed else ("long_term",)
            return Judged(self.matter.is_stated, marks)
        cohorts = self._cohorts(period)
        verdicts = tuple(one for one in self.verdicts.items() if COHORTS[one[0]] in cohorts)
        took = self._took if Cohort.DISPATCHED in cohorts else None
        return Judged(self.matter.is_stated, self._marks, verdicts, took)

    @cached_property
    def seen(self) -> Seen:
        """The matter as the measures look at it."""
        return seen(self.matter, self._at, self._calendar)

    @cached_property
    def verdicts(self) -> Mapping[Measure, bool]:
        """Its verdict under every measure that asks of it, whatever the period."""
        asked = ((measure, share(self.seen)) for measure, share in SHARES.items())
        return {measure: verdict for measure, verdict in asked if verdict is not None}

    @cached_property
    def _took(self) -> Days | None:
        return days_taken_by(self.matter, self._calendar)

    @cached_property
    def _marks(self) -> tuple[str, ...]:
        return tuple(_marks(self.matter))

    def _cohorts(self, period: Period) -> Collection[Cohort]:
        """What of a period it belongs to: those dispatched in it, those due in it. Of all time, to all."""
        if not period.is_bounded:
            return self._days.keys()
        return [one for one, day in self._days.items() if period.holds(day)]


def _marks(matter: Matter) -> Iterator[str]:
    yield "matters"
    if matter.is_stated:
        yield "stated"
    if matter.facts.due_on != matter.original_due_on and not was_extended(matter):
        yield "shifted"
    if matter.is_closed and matter.done_on is None:
        yield "undated"
    if matter.reopened:
        yield "reopened"
