"""Time that passes only while the office is open: sums and differences of it, to the microsecond.

Office hours are local times of the calendar's zone; here they become instants, so that lunch breaks, short
days and the nights the clocks change are right. The years last asked for stay laid out; of the others the
totals are kept.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from states.calendar.hours import MINUTES_A_DAY
from states.errors import FactInvalid

if TYPE_CHECKING:
    from states.calendar.work_calendar import WorkCalendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
ZERO = timedelta(0)
TICKS_A_MINUTE = 60_000_000
YEARS_KEPT = 12
INSTANTS_KEPT = 8_192


class OpenTime:
    """The open time of one calendar. Instants are aware; answers are in the calendar's zone."""

    def __init__(self, calendar: "WorkCalendar") -> None:
        self.calendar = calendar
        self._years: dict[int, _OpenYear] = {}
        self._totals: dict[int, int] = {}

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` until `end`; none when `end` comes first."""
        begun, ended = _ticks(start), _ticks(end)
        if ended <= begun:  # not `end <= start`: two times of one zone are compared by their clock faces
            return ZERO
        first, last = self._year_of(start), self._year_of(end)
        whole_years = sum(self._total(number) for number in range(first, last))
        passed = self._year(last).passed(ended) - self._year(first).passed(begun)
        return (whole_years + passed) * TICK

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The instant when `amount` of open time has passed since `start` (before it, if negative).

        Where that is both a closing and the next opening, it is the closing when counting on, the opening
        when counting back. Nothing to add gives `start`. Raises `FactInvalid` beyond the years that can be
        counted.
        """
        begun, ticks = _ticks(start), amount // TICK
        if ticks == 0:
            return start.astimezone(self.calendar.zone)
        number = self._year_of(start)
        place = self._year(number).passed(begun) + ticks
        while place > self._total(number):
            place -= self._total(number)
            number += 1
        while place < 0:
            number -= 1
            place += self._total(number)
        year = self._year(number)
        return self._instant(year.reached_on(place) if ticks > 0 else year.reached_back(place))

    def next_open(self, at: datetime) -> datetime:
        """The first instant from `at` on when the office is open: `at` itself if it is."""
        tick, number = _ticks(at), self._year_of(at)
        found = self._year(number).open_from(tick)
        while found is None:
            number += 1
            found = self._year(number).open_from(tick)
        return self._instant(found)

    def opening(self, day: date) -> datetime:
        """When the office opens on a day; the day's start where it does not."""
        spans = self.calendar.hours_on(day)
        return local_instant(day, spans[0][0] if spans else 0, self.calendar.zone)

    def closing(self, day: date) -> datetime:
        """When the office closes on a day; the day's 24:00 where it is not open."""
        spans = self.calendar.hours_on(day)
        return local_instant(day, spans[-1][1] if spans else MINUTES_A_DAY, self.calendar.zone, late=True)

    def _instant(self, ticks: int) -> datetime:
        return (EPOCH + ticks * TICK).astimezone(self.calendar.zone)

    def _year_of(self, at: datetime) -> int:
        return at.astimezone(self.calendar.zone).year

    def _total(self, number: int) -> int:
        total = self._totals.get(number)
        if total is None:
            total = self._totals[number] = self._year(number).total
        return total

    def _year(self, number: int) -> "_OpenYear":
        year = self._years.get(number)
        if year is None:
            self.calendar.check_year(number)
            if len(self._years) >= YEARS_KEPT:  # a year of many short spans takes megabytes
                self._years.clear()
            year = self._years[number] = _OpenYear(_spans_of(self.calendar, number))
        return year


class _OpenYear:
    """A year's open spans as ticks, with the open time before and through each."""

    __slots__ = ("before", "ends", "starts", "through")

    def __init__(self, spans: Iterator[tuple[int, int]]) -> None:
        found = [(start, end) for start, end in spans if end > start]
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]
        self.through = list(accumulate(end - start for start, end in found))
        self.before = [0, *self.through[:-1]]

    @property
    def total(self) -> int:
        return self.through[-1] if self.through else 0

    def passed(self, tick: int) -> int:
        """Open time of this year before a tick."""
        place = bisect_right(self.starts, tick) - 1
        return 0 if place < 0 else self.before[place] + min(tick, self.ends[place]) - self.starts[place]

    def reached_on(self, passed: int) -> int:
        """The first tick by which so much has passed, when counting on."""
        place = bisect_left(self.through, passed)
        return self.starts[place] + passed - self.before[place]

    def reached_back(self, passed: int) -> int:
        """The last tick by which no more has passed, when counting back."""
        place = bisect_right(self.before, passed) - 1
        return self.starts[place] + passed - self.before[place]

    def open_from(self, tick: int) -> int | None:
        """The first open tick from `tick` on, if this year has one."""
        place = bisect_right(self.ends, tick)
        return max(tick, self.starts[place]) if place < len(self.starts) else None


@lru_cache(INSTANTS_KEPT)
def local_instant(day: date, minutes: int, zone: ZoneInfo, *, late: bool = False) -> datetime:
    """The instant of a local time, given as minutes from midnight; 1440 is the next day's start.

    A time the clocks repeat is its first pass, or its second when `late`; one they skip is the instant they
    jump.
    """
    if minutes == MINUTES_A_DAY:
        day, minutes = day + ONE_DAY, 0
    hour, minute = divmod(minutes, 60)
    return at_local_time(datetime.combine(day, time(hour, minute)), zone, late=late)


def at_local_time(wall: datetime, zone: ZoneInfo, *, late: bool = False) -> datetime:
    """The same for a naive local time."""
    first = wall.replace(tzinfo=zone, fold=0)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    before, after = first.astimezone(UTC), second.astimezone(UTC)
    if before < after:
        return second if late else first
    return _jump(after, before, zone)


def _jump(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two when the zone's offset changes."""
    old = low.astimezone(zone).utcoffset()
    while high - low > TICK:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high.astimezone(zone)


def _spans_of(calendar: "WorkCalendar", year: int) -> Iterator[tuple[int, int]]:
    """The open spans of a year, in ticks and in order."""
    zone, day = calendar.zone, date(year, 1, 1)
    offset = _offset_before(day, zone)
    while day.year == year:
        following = _offset_before(day + ONE_DAY, zone)
        spans = calendar.hours_on(day)
        if offset == following:
            yield from (_ticks_at(day, span, offset) for span in spans)
        elif spans:
            yield from sorted(_around_change(day, spans, (offset, following), zone))
        day, offset = day + ONE_DAY, following


def _around_change(
    day: date, spans: Sequence[tuple[int, int]], offsets: tuple[timedelta, timedelta], zone: ZoneInfo
) -> Iterator[tuple[int, int]]:
    """Spans of a day the clocks change: what the wall shows before the change, and what it shows after it."""
    old, new = offsets
    midnight = datetime.combine(day, time(), UTC)
    change = _ticks(_jump(midnight - max(offsets) - TICK, midnight + ONE_DAY - min(offsets), zone))
    for span in spans:
        before, after = _ticks_at(day, span, old), _ticks_at(day, span, new)
        yield before[0], min(before[1], change)
        yield max(after[0], change), after[1]


def _ticks_at(day: date, span: tuple[int, int], offset: timedelta) -> tuple[int, int]:
    """A span of local minutes as ticks, under one offset."""
    midnight = _ticks(datetime.combine(day, time(), UTC) - offset)
    return midnight + span[0] * TICKS_A_MINUTE, midnight + span[1] * TICKS_A_MINUTE


def _offset_before(day: date, zone: ZoneInfo) -> timedelta:
    """The zone's offset at the last instant before a day begins."""
    wall = datetime.combine(day, time(), zone) - TICK
    return wall.replace(fold=1).utcoffset() or ZERO


def _ticks(at: datetime) -> int:
    if at.tzinfo is None:
        raise FactInvalid(f"时间{at}没有时区，无法计算。", code="instant_naive")
    return (at - EPOCH) // TICK
