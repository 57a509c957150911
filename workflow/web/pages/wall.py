"""The days of a limit as a calendar on the wall: month by month, every day with its sign."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from states.deadlines.ledger import LedgerDay
from states.deadlines.signs import Sign, sign_of
from states.tasks import clock_label
from workflow.services.explaining import ExplainedClock

MOST_MONTHS, OPEN_MONTHS, MONTHS_KEPT = 24, 3, 120
WALLS_KEPT = 64
"""As many as ledgers: a matter's page is asked for more than once a day."""
ORDINARY = frozenset({"工作日", "周六", "周日", "起算当日不计入"})


class Day(NamedTuple):
    """One square; without a sign it lies outside the limit. `about` says the day in words."""

    number: int
    sign: Sign | None
    about: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday; None is a square of another month."""

    label: str
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """One limit's calendar. `later` are the months folded away, `left_out` how many are not shown at all.

    `legend` are the signs that occur, `remarks` the days a finger would stop at, in words.
    """

    label: str
    told: str
    rule: str
    months: tuple[Month, ...]
    later: tuple[Month, ...]
    left_out: int
    legend: tuple[Sign, ...]
    remarks: tuple[str, ...]


def wall_of(clock: ExplainedClock, *, told: str, today: date, original_due_on: date | None = None) -> Wall:
    """The calendar of a clock that is explained."""
    rule = clock.told_rule["title"]
    return Wall(clock_label(clock.key), told, rule, *_drawn(clock.days, today, original_due_on))


@lru_cache(WALLS_KEPT)
def _drawn(
    ledger: tuple[LedgerDay, ...], today: date, original_due_on: date | None
) -> tuple[tuple[Month, ...], tuple[Month, ...], int, tuple[Sign, ...], tuple[str, ...]]:
    """What is drawn of a ledger, as a wall has it."""
    days = {one.day: one for one in ledger}
    signs = {day: sign_of(one, original_due_on) for day, one in days.items()}
    occurring = set(signs.values())
    months = sorted({(day.year, day.month) for day in days})
    drawn = tuple(_month(*one, days, signs, today) for one in months[:MOST_MONTHS])
    legend = tuple(one for one in Sign if one in occurring)
    left_out = len(months) - len(drawn)
    return drawn[:OPEN_MONTHS], drawn[OPEN_MONTHS:], left_out, legend, tuple(_remarks(ledger))


def _month(
    year: int, month: int, days: Mapping[date, LedgerDay], signs: Mapping[date, Sign], today: date
) -> Month:
    def square(day: date) -> Day | None:
        if day.month != month:
            return None
        sign = signs.get(day)
        about = "" if sign is None else f"{sign.label}：{days[day].reason}"
        return Day(day.day, sign, about, day == today)

    return Month(f"{year}年{month}月", tuple(tuple(map(square, week)) for week in _weeks(year, month)))


@lru_cache(MONTHS_KEPT)
def _weeks(year: int, month: int) -> tuple[tuple[date, ...], ...]:
    """The weeks a month lies in, from Monday."""
    return tuple(map(tuple, calendar.Calendar().monthdatescalendar(year, month)))


def _remarks(ledger: Sequence[LedgerDay]) -> Iterator[str]:
    """The days that are not what their weekday says, those of one reason together."""
    for (reason, notice), run in groupby(ledger, key=lambda one: (one.reason, one.notice)):
        days = [one.day for one in run]
        if reason.split("，")[0] not in ORDINARY:
            span = days[0] if len(days) == 1 else f"{days[0]}至{days[-1]}"
            yield f"{span}：{reason}" + (f"——{notice}" if notice else "")
