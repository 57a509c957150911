"""逾期清单: the late matters a report names, by number, title and unit and by nobody's name."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from states.calendar import WorkCalendar
from states.statistics import Measure, Period
from states.statistics.judging import Appraisal


@dataclass(frozen=True, slots=True)
class Late:
    """A matter past the due date in force: it fell due in the period, or is in hand at its end.

    `working_days` past that date by the day it was done, or stood still, or by the instant of the report.
    """

    number: str
    title: str
    unit: str | None
    original_due_on: date | None
    due_on: date
    done_on: date | None
    working_days: int
    is_open: bool
    fell_due_before: bool
    sealed: bool

    def as_json(self) -> dict[str, Any]:
        days = {
            name: day.isoformat() if (day := getattr(self, name)) else None
            for name in ("original_due_on", "due_on", "done_on")
        }
        plain = ("number", "title", "unit", "working_days", "is_open", "fell_due_before")
        return {name: getattr(self, name) for name in plain} | days


def late(one: Appraisal, period: Period, calendar: WorkCalendar, *, is_open: bool) -> Late | None:
    """How a matter stands in the list of a period; None where it does not. `is_open`: it is in hand and
    late at the end of the period."""
    facts, due = one.matter.facts, one.matter.facts.due_on
    if due is None or facts.open_ended or due > (period.until or due):
        return None
    if not one.verdicts.get(Measure.OVERDUE):
        return None
    if not (is_open or period.holds(due)):
        return None
    until = one.seen.charged_until or due
    return Late(
        number=facts.number or "",
        title=facts.title or "",
        unit=facts.lead_unit,
        original_due_on=one.matter.original_due_on,
        due_on=due,
        done_on=one.matter.done_on,
        working_days=calendar.working_days_between(due, until),
        is_open=is_open,
        fell_due_before=not period.holds(due),
        sealed=facts.sealed_on is not None,
    )


def longest_first(one: Late) -> tuple[bool, int, str]:
    """The order of the list: those still in hand before those done late, the longest late first."""
    return not one.is_open, -one.working_days, one.number
