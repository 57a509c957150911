"""Counts that grow matter by matter, for one line; nothing is kept of a matter but its verdicts."""

from collections import Counter
from collections.abc import Mapping

from states.clocks.standing import Days
from states.statistics.judging import Judged
from states.statistics.measures import Duration, Measure, Rate
from states.statistics.result import Line

MARKS = ("matters", "stated", "shifted", "undated", "reopened", "long_term", "long_term_closed")

Alike = tuple[bool, tuple[str, ...], tuple[tuple[Measure, bool], ...]]
"""Whether a register states it, its marks and its verdicts."""


class Tally:
    """The counts of one group of matters. Very many count alike, so alike ones are counted together."""

    def __init__(self) -> None:
        self._alike: Counter[Alike] = Counter()
        self._took, self._timed, self._timed_stated = Days(), 0, 0

    def add(self, judged: Judged) -> None:
        """Count one matter."""
        self._alike[judged.stated, judged.marks, judged.verdicts] += 1
        if judged.took is not None:
            self._took += judged.took
            self._timed += 1
            self._timed_stated += judged.stated

    def line(self, group: str | None = None, name: str | None = None) -> Line:
        """What was counted so far, under a name."""
        marks, verdicts, stated = Counter[str](), Counter[tuple[Measure, bool]](), Counter[Measure]()
        for (is_stated, shown, found), count in self._alike.items():
            for mark in shown:
                marks[mark] += count
            for measure, verdict in found:
                verdicts[measure, verdict] += count
                stated[measure] += is_stated * count
        rates = {measure: _rate(measure, verdicts, stated) for measure in Measure}
        duration = Duration(self._timed, self._timed_stated, self._took.days, self._took.working_days)
        counted = {mark: marks[mark] for mark in MARKS}
        return Line(group=group, name=name, **counted, rates=rates, duration=duration)


def _rate(
    measure: Measure, verdicts: Mapping[tuple[Measure, bool], int], stated: Mapping[Measure, int]
) -> Rate:
    yes, no = verdicts[measure, True], verdicts[measure, False]
    return Rate(yes, yes + no, stated[measure])
