"""Counting a period and those it is compared with in one pass; each matter is judged once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from heapq import nsmallest

from states.calendar import WorkCalendar
from states.reports.flow import Flow, moves
from states.reports.happened import Happened, happened
from states.reports.late import Late, late, longest_first
from states.reports.result import Count, Report, ReportLine
from states.reports.spans import compared
from states.statistics import By, Happening, LeftOut, Line, Matter, Period, ranked
from states.statistics.grouping import Group, group_of
from states.statistics.judging import Appraisal
from states.statistics.tally import Tally

GROUPINGS = (By.UNIT, By.CATEGORY, By.LEADER)
LISTED = 5_000
"""How many late matters a report names at most."""


def counted(
    matters: Iterable[Matter],
    *,
    period: Period,
    at: datetime,
    calendar: WorkCalendar,
    names: Mapping[str, str],
    listed: int = LISTED,
) -> Report:
    """The report of a period at an instant, by what is recorded of the matters now.

    `names` are those of the units, by code; `listed` is how many late matters are named at most.
    """
    before, year_before = compared(period)
    now, *others = (_Counting(one, names) for one in (period, before, year_before) if one is not None)
    found: list[Late] = []
    for matter in matters:
        one = Appraisal(matter, at, calendar)
        for counting in others:
            counting.add(one)
        moved = now.add(one)
        if now.counts(one) and (row := late(one, period, calendar, is_open="overdue" in moved)):
            found.append(row)
    counts = {one.period: one.count() for one in others}
    return Report(
        at.astimezone(calendar.zone).date(),
        now.count(),
        _with_something(counts, before),
        _with_something(counts, year_before),
        tuple(nsmallest(listed, found, key=longest_first)),
        len(found),
    )


def _with_something(counts: Mapping[Period, Count], period: Period | None) -> Count | None:
    """The count of a period before, where there was anything to count in it."""
    count = None if period is None else counts[period]
    return None if count is None or count.is_nothing else count


class _Bucket:
    """What is counted for one line."""

    def __init__(self) -> None:
        self.tally, self.moves, self.happened = Tally(), Counter[tuple[str, ...]](), Counter[Happening]()

    def line(self, group: str | None = None, name: str | None = None) -> ReportLine:
        flow = Counter[str]()
        for moved, count in self.moves.items():
            for move in moved:
                flow[move] += count
        return ReportLine(Flow(**flow), self.tally.line(group, name), happened=Happened(dict(self.happened)))


class _Counting:
    """One period's counts while the matters stream by."""

    def __init__(self, period: Period, names: Mapping[str, str]) -> None:
        self.period, self._names = period, names
        self._total, self._left_out = _Bucket(), Counter[LeftOut]()
        self._groups: dict[By, dict[Group, _Bucket]] = {by: defaultdict(_Bucket) for by in GROUPINGS}

    @staticmethod
    def counts(one: Appraisal) -> bool:
        """Whether a matter is in any number at all."""
        return not one.is_draft and one.given_up is None

    def add(self, one: Appraisal) -> tuple[str, ...]:
        """Count one matter; how it moved."""
        reason = one.left_out(self.period)
        moved = tuple(moves(one, self.period)) if self.counts(one) else ()
        came = tuple(happened(one.matter, self.period)) if self.counts(one) else ()
        if reason is not None:
            self._left_out[reason] += 1
        if reason is not None and not (moved or came):
            return moved
        judged = one.within(self.period) if reason is None else None
        for bucket in self._buckets(one.matter):
            bucket.moves[moved] += 1
            bucket.happened.update(came)
            if judged is not None:
                bucket.tally.add(judged)
        return moved

    def _buckets(self, matter: Matter) -> Iterable[_Bucket]:
        yield self._total
        for by, groups in self._groups.items():
            yield groups[group_of(matter, by, self._names)]

    def count(self) -> Count:
        """What was counted so far."""
        lines = {by: _in_order(by, groups) for by, groups in self._groups.items()}
        left_out = {reason: self._left_out[reason] for reason in LeftOut}
        return Count(self.period, self._total.line(), lines, left_out)


def _in_order(by: By, groups: Mapping[Group, _Bucket]) -> tuple[ReportLine, ...]:
    lines = [bucket.line(group.id, group.name) for group, bucket in groups.items()]
    if by is By.UNIT:
        return _placed(lines)
    return tuple(sorted(lines, key=_by_name if by is By.LEADER else _busiest_first))


def _placed(lines: Iterable[ReportLine]) -> tuple[ReportLine, ...]:
    """Units as a circular has them, each with its place; matters without a unit come last, in none."""
    of = {id(one.line): one for one in lines}
    led: list[Line] = [one.line for one in of.values() if one.line.group is not None]
    placed = [replace(of[id(line)], place=place) for place, line in ranked(led)]
    return (*placed, *(one for one in of.values() if one.line.group is None))


def _by_name(one: ReportLine) -> tuple[bool, int, str, str]:
    return one.line.group is None, 0, one.line.name or "", ""


def _busiest_first(one: ReportLine) -> tuple[bool, int, str, str]:
    flow = one.flow
    in_hand = flow.carried + flow.accepted
    return one.line.group is None, -in_hand, one.line.group or "", one.line.name or ""
