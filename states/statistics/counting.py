"""Counting matters while they stream by."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from states.calendar import WorkCalendar
from states.statistics.grouping import By, Group, group_of
from states.statistics.judging import Appraisal
from states.statistics.matter import Matter
from states.statistics.measures import LeftOut, Measure
from states.statistics.period import ALWAYS, Period
from states.statistics.result import Line, Statistics
from states.statistics.tally import Tally

UNNAMED: Mapping[str, str] = {}


def statistics(
    matters: Iterable[Matter],
    *,
    at: datetime,
    calendar: WorkCalendar,
    period: Period = ALWAYS,
    by: By | None = None,
    names: Mapping[str, str] = UNNAMED,
) -> Statistics:
    """Count the matters dispatched or due in the period, those still open as they stand at an instant.

    Each share is of its own matters among them (`COHORTS`): one of lateness of those due in the period.
    `by` says what they are told apart by, if they are; `names` are those of the units, by code.
    """
    total, groups, left_out = Tally(), defaultdict[Group, Tally](Tally), Counter[LeftOut]()
    for matter in matters:
        appraisal = Appraisal(matter, at, calendar)
        reason = appraisal.left_out(period)
        if reason is not None:
            left_out[reason] += 1
            continue
        judged = appraisal.within(period)
        total.add(judged)
        if by is not None:
            groups[group_of(matter, by, names)].add(judged)
    lines = None if by is None else _in_order(groups, by)
    day = at.astimezone(calendar.zone).date()
    reasons = {reason: left_out[reason] for reason in LeftOut}
    return Statistics(day, period, total.line(), by, lines, reasons)


def _in_order(groups: Mapping[Group, Tally], by: By) -> tuple[Line, ...]:
    """Months as they come, those without one last; everything else the worst first."""
    lines = [tally.line(group.id, group.name) for group, tally in groups.items()]
    return tuple(sorted(lines, key=_month if by is By.MONTH else _merit))


def _month(line: Line) -> tuple[Any, ...]:
    return line.group is None, line.group or ""


def _merit(line: Line) -> tuple[Any, ...]:
    """Least for the line that stands worst: most of its matters late, by either date, then most of all."""
    late = (line.rates[Measure.OVERDUE], line.rates[Measure.OVERDUE_ORIGINALLY])
    shares = (-Fraction(one.numerator, one.denominator or 1) for one in late)
    return (*shares, *(-one.numerator for one in late), -line.matters, line.group or "", line.name or "")
