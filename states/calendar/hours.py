"""Office hours: which minutes of a day an office is open.

A day's hours are spans of minutes from local midnight, in order and apart. Which of them are real minutes on
a day the clocks change is for `open_time` to say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from states.errors import RuleInvalid

Span = tuple[int, int]
Hours = tuple[Span, ...]

MINUTES_A_DAY = 1440
CLOSED: Hours = ()
ALL_DAY: Hours = ((0, MINUTES_A_DAY),)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_SPANS = 24
EXAMPLE = '[["09:00", "17:00"]]'
CLOCK_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True)
class OfficeHours:
    """Hours for each weekday, Monday first, and for single dates; a date's own hours come first."""

    week: tuple[Hours, ...]
    dates: Mapping[date, Hours] = field(default_factory=dict)

    def on_weekday(self, weekday: int) -> Hours:
        return self.week[weekday]

    def of_a_working_day(self, day: date) -> Hours:
        """The hours of a worked day. A make-up day on a closed weekday has those of the first open one."""
        own = self.dates.get(day)
        if own is not None:
            return own
        return self.week[day.weekday()] or self._usual

    @property
    def _usual(self) -> Hours:
        return next((hours for hours in self.week if hours), ALL_DAY)


def read_hours(spans: object) -> Hours:
    """Hours written as [["09:00", "12:00"], ["13:30", "17:30"]]; "24:00" ends a day.

    Spans that touch or overlap become one. Raises `RuleInvalid` for one that ends before it starts.
    """
    if not isinstance(spans, list | tuple) or len(spans) > MAX_SPANS:
        raise RuleInvalid(f"办公时间请写成{EXAMPLE}，一天最多{MAX_SPANS}段。", code="hours_invalid")
    read = sorted(_span(span) for span in spans)
    merged: list[Span] = []
    for start, end in read:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def read_time(text: object) -> int:
    """Minutes from midnight of a time written "09:00"; "24:00" is 1440."""
    found = CLOCK_TIME.fullmatch(text) if isinstance(text, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minutes <= MINUTES_A_DAY:
        raise RuleInvalid(f"时刻“{str(text)[:20]}”无法识别，请写成09:00。", code="hours_invalid")
    return minutes


def written(hours: Hours) -> list[list[str]]:
    """Hours as people write them: [["09:00", "12:00"]]."""
    return [[f"{at // 60:02d}:{at % 60:02d}" for at in span] for span in hours]


def _span(span: object) -> Span:
    if not isinstance(span, list | tuple) or len(span) != 2:
        raise RuleInvalid(f"办公时间请写成{EXAMPLE}。", code="hours_invalid")
    start, end = read_time(span[0]), read_time(span[1]) or MINUTES_A_DAY
    if start >= end:
        raise RuleInvalid(f"办公时间{span[0]}至{span[1]}：结束须晚于开始。", code="hours_invalid")
    return start, end
