"""What a count comes to: a line for each group of matters, and one for all together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.statistics.grouping import By
from states.statistics.measures import (
    BASES,
    COHORTS,
    Duration,
    LeftOut,
    Measure,
    Rate,
    below_the_line,
)
from states.statistics.period import Period


@dataclass(frozen=True, slots=True)
class Line:
    """The statistics of one group of matters, such as those of a lead unit, or of all together.

    `group` is what they have in common, None where they have nothing of it; `name` says that in words.
    `shifted` counts the matters whose due date differs from the original without any extension: by a pause,
    another category or another calendar. `undated` are closed on a day nobody stated, so that they can be
    neither on time nor late. Long-term matters are in none of the other numbers.
    """

    group: str | None
    name: str | None
    matters: int
    stated: int
    shifted: int
    undated: int
    reopened: int
    long_term: int
    long_term_closed: int
    rates: Mapping[Measure, Rate]
    duration: Duration

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in ("rates", "duration")}
        rates = {measure.value: rate.as_json() for measure, rate in self.rates.items()}
        return {**plain, "rates": rates, "duration": self.duration.as_json()}


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics of a period as of a day.

    `lines`, when matters are told apart, come worst first, months in their order. Each matter counted in the
    total is in exactly one of them.
    """

    as_of: date
    period: Period
    total: Line
    by: By | None
    lines: tuple[Line, ...] | None
    left_out: Mapping[LeftOut, int]

    def as_json(self) -> dict[str, Any]:
        """Lead units also stand as `units`, each line under `unit`, as they did before other groupings."""
        lines = None if self.lines is None else [line.as_json() for line in self.lines]
        units = [{"unit": line["group"], **line} for line in lines or ()]
        return {
            "as_of": self.as_of.isoformat(),
            "since": self.period.since.isoformat() if self.period.since else None,
            "until": self.period.until.isoformat() if self.period.until else None,
            "total": {"unit": None, **self.total.as_json()},
            "by": self.by.value if self.by else None,
            "lines": lines,
            "units": units if self.by is By.UNIT else None,
            "left_out": {reason.value: self.left_out[reason] for reason in LeftOut},
            "bases": {measure.value: self._basis(measure) for measure in Measure},
        }

    def _basis(self, measure: Measure) -> dict[str, str]:
        below = below_the_line(measure, in_period=self.period.is_bounded)
        return {
            "cohort": COHORTS[measure].value,
            "numerator": BASES[measure][0],
            "denominator": below,
        }
