"""Counting matters while they stream by; nothing is kept of one but its verdicts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from states.calendar import WorkCalendar
from states.clocks.standing import Days
from states.statistics.grouping import By, Group, group_of
from states.statistics.judging import Judged, judge, left_out_for
from states.statistics.matter import Matter
from states.statistics.measures import Duration, LeftOut, Measure, Rate
from states.statistics.period import ALWAYS, Period
from states.statistics.result import Line, Statistics

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
    total, groups, left_out = _Tally(), defaultdict[Group, _Tally](_Tally), Counter[LeftOut]()
    for matter in matters:
        reason = left_out_for(matter, period)
        if reason is not None:
            left_out[reason] += 1
            continue
        judged = judge(matter, at, calendar, period)
        total.add(judged)
        if by is not None:
            groups[group_of(matter, by, names)].add(judged)
    lines = None if by is None else _in_order(groups, by)
    day = at.astimezone(calendar.zone).date()
    reasons = {reason: left_out[reason] for reason in LeftOut}
    return Statistics(day, period, total.line(), by, lines, reasons)


class _Tally:
    """Counts that grow matter by matter, for one line."""

    def __init__(self) -> None:
        self.marks: Counter[str] = Counter()
        self.verdicts: Counter[tuple[Measure, bool]] = Counter()
        self.stated: Counter[Measure | None] = Counter()
        self.took, self.timed = Days(), 0

    def add(self, judged: Judged) -> None:
        self.marks.update(judged.marks)
        self.verdicts.update(judged.verdicts.items())
        if judged.stated:
            self.stated.update(judged.verdicts.keys())  # not the mapping: that would add its values
        if judged.took is not None:
            self.took += judged.took
            self.timed += 1
            self.stated[None] += judged.stated

    def line(self, group: str | None = None, name: str | None = None) -> Line:
        counted = {mark: self.marks[mark] for mark in MARKS}
        rates = {measure: self._rate(measure) for measure in Measure}
        return Line(group=group, name=name, **counted, rates=rates, duration=self._duration())

    def _rate(self, measure: Measure) -> Rate:
        yes, no = self.verdicts[measure, True], self.verdicts[measure, False]
        return Rate(yes, yes + no, self.stated[measure])

    def _duration(self) -> Duration:
        return Duration(self.timed, self.stated[None], self.took.days, self.took.working_days)


MARKS = ("matters", "stated", "shifted", "undated", "reopened", "long_term", "long_term_closed")


def _in_order(groups: Mapping[Group, _Tally], by: By) -> tuple[Line, ...]:
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
