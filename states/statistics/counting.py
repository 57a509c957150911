"""Counting matters while they stream by; nothing is kept of one but its verdicts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from states.calendar import WorkCalendar
from states.clocks.standing import Days
from states.statistics.judging import Judged, judge, left_out_for
from states.statistics.matter import Matter
from states.statistics.measures import Duration, LeftOut, Measure, Rate
from states.statistics.period import ALWAYS, Period
from states.statistics.result import Line, Statistics


def statistics(
    matters: Iterable[Matter],
    *,
    at: datetime,
    calendar: WorkCalendar,
    period: Period = ALWAYS,
    units: Mapping[str, str] | None = None,
) -> Statistics:
    """Count the matters dispatched or due in the period, those still open as they stand at an instant.

    `units` gives the lead units' names by code, if they are to be told apart.
    """
    total, by_unit, left_out = _Tally(), defaultdict[str | None, _Tally](_Tally), Counter[LeftOut]()
    for matter in matters:
        reason = left_out_for(matter, period)
        if reason is not None:
            left_out[reason] += 1
            continue
        judged = judge(matter, at, calendar)
        total.add(judged)
        if units is not None:
            by_unit[matter.facts.lead_unit].add(judged)
    lines = None if units is None else _worst_first(by_unit, units)
    day = at.astimezone(calendar.zone).date()
    return Statistics(day, period, total.line(), lines, {reason: left_out[reason] for reason in LeftOut})


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

    def line(self, unit: str | None = None, name: str | None = None) -> Line:
        counted = {mark: self.marks[mark] for mark in MARKS}
        rates = {measure: self._rate(measure) for measure in Measure}
        return Line(unit=unit, name=name, **counted, rates=rates, duration=self._duration())

    def _rate(self, measure: Measure) -> Rate:
        yes, no = self.verdicts[measure, True], self.verdicts[measure, False]
        return Rate(yes, yes + no, self.stated[measure])

    def _duration(self) -> Duration:
        return Duration(self.timed, self.stated[None], self.took.days, self.took.working_days)


MARKS = ("matters", "stated", "shifted", "undated", "reopened", "long_term", "long_term_closed")


def _worst_first(by_unit: Mapping[str | None, _Tally], names: Mapping[str, str]) -> tuple[Line, ...]:
    lines = [tally.line(unit, names.get(unit or "", unit)) for unit, tally in by_unit.items()]
    return tuple(sorted(lines, key=_merit))


def _merit(line: Line) -> tuple[Any, ...]:
    """Least for the unit that stands worst: most of its matters late, by either date, then most of all."""
    late = (line.rates[Measure.OVERDUE], line.rates[Measure.OVERDUE_ORIGINALLY])
    shares = (-Fraction(one.numerator, one.denominator or 1) for one in late)
    return (*shares, *(-one.numerator for one in late), -line.matters, line.unit or "")
