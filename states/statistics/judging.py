"""What one matter counts as: whether it counts at all, and a verdict under each measure it counts for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from states.calendar import WorkCalendar
from states.clocks.standing import Days
from states.statistics.duration import days_taken_by
from states.statistics.matter import Matter, Stage
from states.statistics.measures import LeftOut, Measure
from states.statistics.period import Period
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
    verdicts = {
        Measure.CLOSED: matter.is_closed,
        **_timely(matter, at, calendar),
        **_returns(matter),
    }
    return Judged(matter.is_stated, tuple(_marks(matter)), verdicts, days_taken_by(matter, calendar))


def _marks(matter: Matter) -> Iterator[str]:
    yield "matters"
    if matter.is_stated:
        yield "stated"
    if matter.facts.due_on != matter.original_due_on and not _was_extended(matter):
        yield "shifted"
    if matter.is_closed and matter.done_on is None:
        yield "undated"
    if matter.reopened:
        yield "reopened"


def _timely(matter: Matter, at: datetime, calendar: WorkCalendar) -> dict[Measure, bool]:
    """On time or late against both dates, where it is known until when time is charged."""
    if matter.facts.due_on is None:
        return {}
    verdicts = {Measure.EXTENDED: _was_extended(matter)}
    reached = _charged_until(matter, at.astimezone(calendar.zone).date())
    for due, on_time, overdue in _both_dates(matter):
        if due is not None and reached is not None:
            verdicts |= _verdict(matter, _is_late(matter, due, reached, at), on_time, overdue)
    return verdicts


def _both_dates(matter: Matter) -> Iterator[tuple[date | None, Measure, Measure]]:
    yield matter.facts.due_on, Measure.ON_TIME, Measure.OVERDUE
    yield matter.original_due_on, Measure.ON_TIME_ORIGINALLY, Measure.OVERDUE_ORIGINALLY


def _is_late(matter: Matter, due: date, reached: date, at: datetime) -> bool:
    """Past the day; or on it, for a clock that is due by the hour and runs past it."""
    return reached > due or (reached == due == matter.facts.due_on and _hour_passed(matter, at))


def _verdict(matter: Matter, late: bool, on_time: Measure, overdue: Measure) -> dict[Measure, bool]:
    """A matter neither closed nor late is not settled yet: it may still end on time."""
    settled = matter.is_closed or late
    return {overdue: late} | ({on_time: not late} if settled else {})


def _charged_until(matter: Matter, today: date) -> date | None:
    """The last day charged to the unit: the day it was done, or stood still, or today. None: not known."""
    if matter.is_closed or matter.done_on is not None:
        return matter.done_on
    if matter.stage is Stage.IDLE:
        return None
    if matter.stage is Stage.RUNNING:
        return today
    return matter.facts.paused_on or (None if matter.facts.suspended_from else today)


def _hour_passed(matter: Matter, at: datetime) -> bool:
    """Whether the hour a running clock was due by has passed."""
    due_at = matter.clock.due_at if matter.clock else None
    return matter.stage is Stage.RUNNING and due_at is not None and at > due_at


def _was_extended(matter: Matter) -> bool:
    """Whether an extension was ever granted here, or an old register states a later date than the first."""
    facts, clock = matter.facts, matter.clock
    set_to = clock.stated_on if clock else facts.due_on
    stated_later = set_to is not None and set_to > (matter.original_due_on or set_to)
    return matter.extended or facts.extensions > 0 or stated_later


def _returns(matter: Matter) -> dict[Measure, bool]:
    """What verification made of the reports. A matter an old register closed tells nothing of them."""
    if not matter.is_reported:
        return {}
    returned = matter.facts.returns > 0
    at_once = {Measure.FIRST_TIME: not (returned or matter.reopened)} if matter.is_closed else {}
    return {Measure.RETURNED: returned, **at_once}
