"""What a count comes to: a line for each lead unit, and one for all together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.statistics.measures import Duration, LeftOut, Measure, Rate
from states.statistics.period import Period


@dataclass(frozen=True, slots=True)
class Line:
    """The statistics of one lead unit, or of all together.

    `shifted` counts the matters whose due date differs from the original without any extension: by a pause,
    another category or another calendar. `undated` are closed on a day nobody stated, so that they can be
    neither on time nor late. Long-term matters are in none of the other numbers.
    """

    unit: str | None
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
    """The statistics of a period as of a day; `units`, when they are told apart, worst first."""

    as_of: date
    period: Period
    total: Line
    units: tuple[Line, ...] | None
    left_out: Mapping[LeftOut, int]

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "since": self.period.since.isoformat() if self.period.since else None,
            "until": self.period.until.isoformat() if self.period.until else None,
            "total": self.total.as_json(),
            "units": None if self.units is None else [line.as_json() for line in self.units],
            "left_out": {reason.value: self.left_out[reason] for reason in LeftOut},
        }
