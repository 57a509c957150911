"""What one matter counts as: whether it counts at all, and a verdict under each measure it counts for."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from states.calendar import WorkCalendar
from states.clocks.standing import Days
from states.statistics.duration import days_taken_by
from states.statistics.matter import Matter, Stage
from states.statistics.measures import COHORTS, Cohort, LeftOut, Measure
from states.statistics.period import Period
from states.statistics.shares import SHARES, seen, was_extended
from states.vocabulary import Outcome


def left_out_for(matter: Matter, period: Period) -> LeftOut | None:
    """Why a matter is not counted; None for one that is."""
    facts = matter.facts
    if facts.dispatched_on is None and (not matter.is_stated or matter.stage is Stage.IDLE):
        return LeftOut.DRAFT
    if not cohorts_of(matter, period):
        return LeftOut.OUTSIDE if any(_days(matter).values()) else LeftOut.UNDATED
    if facts.merged_into is not None:
        return LeftOut.MERGED
    given_up = matter.stage is Stage.CANCELLED or facts.outcome == Outcome.WITHDRAWN
    return LeftOut.WITHDRAWN if given_up else None


def cohorts_of(matter: Matter, period: Period) -> Collection[Cohort]:
    """What of a period a matter belongs to: those dispatched in it, those due in it. Of all time, to all."""
    return {one for one, day in _days(matter).items() if not period.is_bounded or period.holds(day)}


def _days(matter: Matter) -> Mapping[Cohort, date | None]:
    return {
        Cohort.DISPATCHED: matter.facts.dispatched_on,
        Cohort.DUE: matter.facts.due_on,
        Cohort.DUE_ORIGINALLY: matter.original_due_on,
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """What one matter adds: a verdict for each measure it counts for, and the days it took."""

    stated: bool
    marks: tuple[str, ...]
    verdicts: Mapping[Measure, bool] = field(default_factory=dict)
    took: Days | None = None


def judge(matter: Matter, at: datetime, calendar: WorkCalendar, period: Period) -> Judged:
    """What a matter counts as at an instant, in a period it belongs to. A long-term one is only counted."""
    if matter.facts.open_ended:
        marks = ("long_term", "long_term_closed") if matter.is_closed else ("long_term",)
        return Judged(matter.is_stated, marks)
    shown, cohorts = seen(matter, at, calendar), cohorts_of(matter, period)
    asked = ((measure, share(shown)) for measure, share in SHARES.items() if COHORTS[measure] in cohorts)
    verdicts = {measure: verdict for measure, verdict in asked if verdict is not None}
    took = days_taken_by(matter, calendar) if Cohort.DISPATCHED in cohorts else None
    return Judged(matter.is_stated, tuple(_marks(matter)), verdicts, took)


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
