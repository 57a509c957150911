"""The working calendar as a value: which days are worked, and which years are known.

A calendar is built elsewhere (from the `holidays` library or a loaded notice) and handed in. It knows three
kinds of day, and a year is either announced by the State Council or provisional. Asked about a provisional
year it still answers by weekday and holiday, and says so: `is_provisional()` is the caller's duty to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class DayKind(StrEnum):
    """What kind of day a date is, where it differs from its weekday."""

    WORKING = "working"
    REST = "rest"
    MAKE_UP = "make_up"

    @property
    def label(self) -> str:
        return {"working": "工作日", "rest": "休息日", "make_up": "调休上班日"}[self]


@dataclass(frozen=True)
class WorkCalendar:
    """Days that differ from their weekday, and the years announced.

    `days` holds only exceptions; a date not in it is worked Monday to Friday. `version` names the source,
    so that a due date can say which calendar it was counted by.
    """

    version: str
    announced_years: frozenset[int]
    days: Mapping[date, DayKind] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)

    def kind(self, day: date) -> DayKind:
        exception = self.days.get(day)
        if exception is not None:
            return exception
        return DayKind.REST if day.weekday() >= SATURDAY else DayKind.WORKING

    def is_working(self, day: date) -> bool:
        exception = self.days.get(day)
        return day.weekday() < SATURDAY if exception is None else exception is not DayKind.REST

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether a span touches a year whose arrangement is not announced."""
        return any(year not in self.announced_years for year in range(start.year, end.year + 1))

    def roll_forward(self, day: date) -> date:
        """The day itself if worked, else the next worked day (民法典 Art. 203)."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The date `count` working days after `day` (before it, if negative); `day` is not counted.

        Zero gives `day` itself, worked or not. 民法典 Art. 201: the first day is not counted.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`; negative when `end` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(
            self.is_working(start + timedelta(days=offset)) for offset in range(1, (end - start).days + 1)
        )
