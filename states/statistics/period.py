"""The days statistics are of."""

from dataclasses import dataclass
from datetime import date

from states.errors import FactInvalid


@dataclass(frozen=True, slots=True)
class Period:
    """The days the statistics are of; None is open. Raises `FactInvalid` when it ends before it begins."""

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise FactInvalid("统计期的截止日期早于起始日期，请更正。", code="period_reversed")

    @property
    def is_bounded(self) -> bool:
        return (self.since or self.until) is not None

    def holds(self, day: date | None) -> bool:
        return day is not None and (self.since or day) <= day <= (self.until or day)


ALWAYS = Period()
