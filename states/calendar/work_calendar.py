"""Which days are worked, by which arrangement, and which years are known.

A calendar is built elsewhere (from the `holidays` library, a loaded notice, or an object somebody sends) and
handed in. It knows three kinds of day, and a year is either announced by the State Council or provisional.
Asked about a provisional year it still answers by weekday and holiday, and says so: `is_provisional()` is the
caller's duty to show.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from states.calendar.hours import ALL_DAY, CLOSED, Hours, OfficeHours
from states.calendar.open_time import OpenTime
from states.calendar.year import Year
from states.errors import FactInvalid, RuleInvalid

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Beyond these a date is a slip of the pen; nothing is counted there."""

SUMS_KEPT = 1_024
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIVE_DAYS = OfficeHours((ALL_DAY,) * 5 + (CLOSED,) * 2)


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
    """Days that differ from their weekday, the years announced, and when the office is open.

    `days` holds only exceptions; any other date is worked when its weekday has office hours (Monday to
    Friday unless `hours` says otherwise). `names` and `sources` tell of an exception what it is called and
    which notice it rests on. `yearly` are rest days of every year, as (month, day). `announced_years` None
    means that every year is known. `version` names the calendar, so that a due date can say which one it was
    counted by.
    """

    version: str
    announced_years: frozenset[int] | None
    days: Mapping[date, DayKind] = field(default_factory=dict, repr=False)
    names: Mapping[date, str] = field(default_factory=dict, repr=False)
    sources: Mapping[date, str] = field(default_factory=dict, repr=False)
    hours: OfficeHours = field(default=FIVE_DAYS, repr=False)
    zone: ZoneInfo = SHANGHAI
    yearly: frozenset[tuple[int, int]] = frozenset()
    _years: dict[int, Year] = field(default_factory=dict, compare=False, repr=False)

    def __hash__(self) -> int:
        """By its version; two of the same version are told apart by what is in them."""
        return hash(self.version)

    def kind(self, day: date) -> DayKind:
        exception = self.days.get(day)
        if exception is not None:
            return exception
        if self.yearly and (day.month, day.day) in self.yearly:
            return DayKind.REST
        return DayKind.WORKING if self.hours.week[day.weekday()] else DayKind.REST

    def is_working(self, day: date) -> bool:
        return self.kind(day) is not DayKind.REST

    def hours_on(self, day: date) -> Hours:
        """When the office is open on a day; nothing on a rest day."""
        return self.hours.of_a_working_day(day) if self.is_working(day) else CLOSED

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether a span touches a year whose arrangement is not announced."""
        announced = self.announced_years
        if announced is None:
            return False
        if start.year == end.year:
            return start.year not in announced
        first, last = min(start, end).year, max(start, end).year
        return first not in announced or any(year not in announced for year in range(first + 1, last + 1))

    def roll_forward(self, day: date) -> date:
        """The day itself if worked, else the next worked day (民法典 Art. 203)."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def roll_back(self, day: date) -> date:
        """The day itself if worked, else the last worked day before it."""
        return day if self.is_working(day) else self.add_working_days(day, -1)

    def add_working_days(self, day: date, count: int) -> date:
        """The date `count` working days after `day` (before it, if negative); `day` is not counted.

        Zero gives `day` itself, worked or not. 民法典 Art. 201: the first day is not counted. Raises
        `FactInvalid` where the sum leaves the years that can be counted, `RuleInvalid` for a calendar without
        a working day.
        """
        return self._sums(day, count) if count else day

    @cached_property
    def _sums(self) -> Callable[[date, int], date]:
        """The same sums are asked for matter after matter: dates fall on few days, and offsets are few."""
        return lru_cache(SUMS_KEPT)(self._add_working_days)

    def _add_working_days(self, day: date, count: int) -> date:
        number = day.year
        year = self._year(number)
        place = year.through(day) + count if count > 0 else year.before(day) + count + 1
        while place > year.total:
            place -= year.total
            number += 1
            year = self._year(number)
        while place < 1:
            number -= 1
            year = self._year(number)
            place += year.total
        return date.fromordinal(year.worked[place - 1])

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`; negative when `end` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        if start.year == end.year:
            year = self._year(start.year)
            return year.through(end) - year.through(start)
        whole_years = sum(self._year(number).total for number in range(start.year, end.year))
        return whole_years + self._year(end.year).through(end) - self._year(start.year).through(start)

    def _year(self, number: int) -> Year:
        year = self._years.get(number)
        if year is None:
            self.check_year(number)
            year = self._years[number] = Year(number, self.is_working)
        return year

    def check_year(self, number: int) -> None:
        """Refuse a year nothing can be counted in: `FactInvalid` out of range, `RuleInvalid` without work."""
        check_year(number)
        if not (any(self.hours.week) or self._worked_by_exception):
            raise RuleInvalid("日历中没有工作日，无法计算，请核对日历。", code="calendar_without_working_day")

    @cached_property
    def open_time(self) -> OpenTime:
        """Sums and differences of the time the office is open."""
        return OpenTime(self)

    @cached_property
    def _worked_by_exception(self) -> bool:
        return any(kind is not DayKind.REST for kind in self.days.values())


def check_year(number: int) -> None:
    """Refuse a year beyond those that can be counted. Raises `FactInvalid`."""
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise FactInvalid(
            f"日期到了{number}年，超出{FIRST_YEAR}至{LAST_YEAR}年，请核对起算日期和期限。",
            code="date_out_of_range",
            year=number,
        )
