"""What a report comes to: a period's counts, overall and told apart, beside those it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.reports.flow import Flow
from states.reports.happened import NOTHING_HAPPENED, Happened, Share, basis
from states.reports.late import Late
from states.statistics import BASES, COHORTS, By, LeftOut, Line, Measure, Period, below_the_line

GIVEN_UP = (LeftOut.WITHDRAWN, LeftOut.MERGED)
"""Matters of the period that are in no number of it, and whose number is told."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """How matters of one group, or all, came and went, and their shares; `place` only of a unit.

    `line` is of the matters dispatched or due in the period, whatever became of them until now; `happened`
    is what happened on the period's own days.
    """

    flow: Flow
    line: Line
    place: int | None = None
    happened: Happened = NOTHING_HAPPENED

    @property
    def has_matters(self) -> bool:
        """Whether any of its matters was in hand or counted in the period, not only looked back at or so."""
        return not self.flow.is_nothing or bool(self.line.matters or self.line.long_term)

    def as_json(self) -> dict[str, Any]:
        told = {"flow": self.flow.as_json(), "happened": self.happened.as_json(), "place": self.place}
        return {**self.line.as_json(), **told}


@dataclass(frozen=True, slots=True)
class Count:
    """One period's counts. `lines` of each grouping add up to the `total`.

    Units come in the order of a circular, with their places; leaders by name, and have none.
    """

    period: Period
    total: ReportLine
    lines: Mapping[By, tuple[ReportLine, ...]]
    left_out: Mapping[LeftOut, int]

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to report on."""
        return self.total.happened.is_nothing and not self.total.has_matters

    def line_of(self, by: By, group: str | None) -> ReportLine | None:
        """The line of one group, if it has one."""
        return next((one for one in self.lines[by] if one.line.group == group), None)


@dataclass(frozen=True, slots=True)
class Report:
    """A period as of a day, the period before and the same one a year before, where they had anything.

    `late` are as many late matters as are listed, the longest first, of `late_count`.
    """

    as_of: date
    now: Count
    before: Count | None
    year_before: Count | None
    late: tuple[Late, ...]
    late_count: int

    @property
    def is_over(self) -> bool:
        """Whether the period has ended, so that nothing of it is still to come."""
        return self.now.period.until is not None and self.as_of > self.now.period.until

    def as_json(self) -> dict[str, Any]:
        named = {By.UNIT: "units", By.CATEGORY: "categories", By.LEADER: "leaders"}
        return {
            "as_of": self.as_of.isoformat(),
            "is_over": self.is_over,
            "total": self.now.total.as_json(),
            **{name: [one.as_json() for one in self.now.lines[by]] for by, name in named.items()},
            "left_out": {reason.value: self.now.left_out[reason] for reason in GIVEN_UP},
            "before": _beside(self.before),
            "year_before": _beside(self.year_before),
            "late": {"count": self.late_count, "listed": [one.as_json() for one in self.late]},
            "bases": {measure.value: _basis(measure) for measure in Measure},
            "happened_bases": {share.value: basis(share) for share in Share},
        }


def span_of(period: Period) -> dict[str, str | None]:
    """A period's ends."""
    return {
        "since": period.since.isoformat() if period.since else None,
        "until": period.until.isoformat() if period.until else None,
    }


def _beside(count: Count | None) -> dict[str, Any] | None:
    return None if count is None else {**span_of(count.period), "total": count.total.as_json()}


def _basis(measure: Measure) -> dict[str, str]:
    below = below_the_line(measure, in_period=True)
    return {"cohort": COHORTS[measure].value, "numerator": BASES[measure][0], "denominator": below}
