"""The days a report is of: office days, both inclusive, by when entries were recorded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from states.calendar.open_time import local_instant
from states.errors import FactInvalid
from states.office_time import OFFICE_ZONE


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of one office day to the end of one. Raises `FactInvalid` (`period_reversed`)."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise FactInvalid("截止日期早于起始日期，请更正。", code="period_reversed")

    @property
    def since(self) -> datetime:
        """The first instant that belongs to it."""
        return local_instant(self.first, 0, OFFICE_ZONE)

    @property
    def before(self) -> datetime:
        """The first instant that does not belong to it any more."""
        return local_instant(self.last + timedelta(days=1), 0, OFFICE_ZONE)

    def holds(self, recorded_at: datetime) -> bool:
        return self.since <= recorded_at < self.before
