"""What one matter counts as: whether it counts at all, and a verdict under each measure it counts for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from states.calendar import WorkCalendar
from states.clocks.standing import Days
from states.statistics.duration import days_taken_by
from states.statistics.matter import Matter, Stage
from states.statistics.measures import LeftOut, Measure
from states.statistics.period import Period
from states.statistics.shares import SHARES, seen, was_extended
from states.vocabulary import Outcome


def left_out_for(matter: Matter, period: Period) -> LeftOut | None:
    """Why a matter is not counted; None for one that is."""
    facts = matter.facts
    if facts.dispatched_on is None and (not matter.is_stated or matter.stage is Stage.IDLE):
        return LeftOut.DRAFT
    days = [day for day in (facts.dispatched_on, facts.due_on, facts.original_due_on) if day]
    if period.is_bounded and not any(period.holds(day) for day in days):
        return LeftOut.OUTSIDE if days else LeftOut.UNDATED
    if facts.merged_into is not None:
        return LeftOut.MERGED
    given_up = matter.stage is Stage.CANCELLED or facts.outcome == Outcome.WITHDRAWN
    return LeftOut.WITHDRAWN if given_up else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What one matter adds: a verdict for each measure it counts for, and the days it took."""

    stated: bool
    marks: tuple[str, ...]
    verdicts: Mapping[Measure, bool] = field(default_factory=dict)
    took: Days | None = None


def judge(matter: Matter, at: datetime, calendar: WorkCalendar) -> Judged:
    """What a matter counts as at an instant. A long-term one is only counted."""
    if matter.facts.open_ended:
        marks = ("long_term", "long_term_closed") if matter.is_closed else ("long_term",)
        return Judged(matter.is_stated, marks)
    shown = seen(matter, at, calendar)
    asked = ((measure, share(shown)) for measure, share in SHARES.items())
    verdicts = {measure: verdict for measure, verdict in asked if verdict is not None}
    return Judged(matter.is_stated, tuple(_marks(matter)), verdicts, days_taken_by(matter, calendar))


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
