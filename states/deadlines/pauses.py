"""Time during which a clock stood still, and what it takes away from a term.

A pause runs from one instant to another. A term in days is ticked once a day, when the office closes or at
the time of day it began; a pause takes away the days whose tick falls into it, so that an evening or a
weekend costs no working day.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from states.errors import FactInvalid

Pause = tuple[datetime, datetime]
DayRange = tuple[date, date]
"""The first and the last day of a stretch, both included."""

ONE_DAY = timedelta(days=1)
MAX_PAUSES = 1_000


def merged(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The pauses in UTC and in order, those that overlap made one, empty ones left out.

    Raises `FactInvalid` for one that ends before it starts, or has no time zone.
    """
    found: list[Pause] = []
    for start, end in sorted((in_utc(start), in_utc(end)) for start, end in pauses):
        if end < start:
            raise FactInvalid("暂停的结束时间早于开始时间，请更正。", code="pause_reversed")
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    if len(found) > MAX_PAUSES:
        raise FactInvalid(f"暂停次数超过{MAX_PAUSES}次，请核对。", code="pauses_too_many")
    return tuple(found)


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC, where instants compare as they pass. Refuses one without a zone."""
    if moment.tzinfo is None:
        raise FactInvalid(f"时间{moment}没有时区，无法计算。", code="instant_naive")
    return moment.astimezone(UTC)


def days_taken(pauses: Iterable[Pause], tick: Callable[[date], datetime]) -> tuple[DayRange, ...]:
    """The days each pause takes away: those whose `tick` lies after its start and not after its end."""
    ranges = (_days_taken(pause, tick) for pause in pauses)
    return tuple(taken for taken in ranges if taken[0] <= taken[1])


def _days_taken(pause: Pause, tick: Callable[[date], datetime]) -> DayRange:
    start, end = pause
    first, last = start.date() - ONE_DAY, end.date() + ONE_DAY
    while tick(first).astimezone(UTC) <= start:
        first += ONE_DAY
    while tick(last).astimezone(UTC) > end:
        last -= ONE_DAY
    return first, last
