"""A second, slow reckoning to hold the first against.

It shares nothing with the product but its units: it walks day by day and minute by minute, and it knows the
State Council's arrangements of 2015 to 2026 as typed in by hand from the notices.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Works = Callable[[date], bool]
Spans = list[tuple[int, int]]
DAY = timedelta(days=1)

REST = {
    2015: "0101-0103 0218-0224 0404-0406 0501-0503 0620-0622 0903-0905 0926-0927 1001-1007",
    2016: "0101-0103 0207-0213 0402-0404 0430-0502 0609-0611 0915-0917 1001-1007 1231-1231",
    2017: "0101-0102 0127-0202 0402-0404 0429-0501 0528-0530 1001-1008 1230-1231",
    2018: "0101-0101 0215-0221 0405-0407 0429-0501 0616-0618 0922-0924 1001-1007 1230-1231",
    2019: "0101-0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007",
    2020: "0101-0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
    2021: "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
    2022: "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231-1231",
    2023: "0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006",
    2024: "0101-0101 0210-0217 0404-0406 0501-0505 0610-0610 0915-0917 1001-1007",
    2025: "0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
}
MADE_UP = {
    2015: "0104 0215 0228 0906 1010",
    2016: "0206 0214 0612 0918 1008 1009",
    2017: "0122 0204 0401 0527 0930",
    2018: "0211 0224 0408 0428 0929 0930 1229",
    2019: "0202 0203 0428 0505 0929 1012",
    2020: "0119 0426 0509 0628 0927 1010",
    2021: "0207 0220 0425 0508 0918 0926 1009",
    2022: "0129 0130 0402 0424 0507 1008 1009",
    2023: "0128 0129 0423 0506 0625 1007 1008",
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}


def days_of(first: date, last: date) -> Iterator[date]:
    """The days from one to another, both included."""
    while first <= last:
        yield first
        first += DAY


def _on(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


HOLIDAYS = {
    day
    for year, ranges in REST.items()
    for one in ranges.split()
    for day in days_of(_on(year, one[:4]), _on(year, one[5:]))
}
MAKE_UPS = {_on(year, one) for year, listed in MADE_UP.items() for one in listed.split()}


def by_the_notices(day: date) -> bool:
    """Whether a day of 2015 to 2026 was worked; of other years nothing is known here."""
    assert day.year in REST, day
    return day in MAKE_UPS or (day.weekday() < 5 and day not in HOLIDAYS)


def due(
    start: date,
    unit: str,
    amount: int,
    works: Works = by_the_notices,
    *,
    start_counts: bool = False,
    rolls: bool = True,
    stood: Works = lambda _: False,
) -> date:
    """The last day of a term of at least one, walked there; on days that `stood` the clock stood still."""
    counts = works if unit == "working_days" else lambda _: True
    left = _days_of_term(start, unit, amount, start_counts=start_counts)
    day = start if start_counts else start + DAY
    while True:
        left -= counts(day) and not stood(day)
        if not left:
            break
        day += DAY
    while rolls and (not works(day) or stood(day)):
        day += DAY
    return day


def before(due_on: date, amount: int, works: Works = by_the_notices) -> date:
    """The day so many working days before another, walked there."""
    while amount:
        due_on -= DAY
        amount -= works(due_on)
    return due_on


def latest_start(due_on: date, ends: Callable[[date], date], *, among: Works = lambda _: True) -> date:
    """The last of the days whose term ends in time, by trying each."""
    day = due_on + 5 * DAY
    while not among(day) or ends(day) > due_on:
        day -= DAY
    return day


def is_open(at: datetime, zone: ZoneInfo, spans: Callable[[date], Spans]) -> bool:
    """Whether the clock on the office's wall shows a time within its hours."""
    wall = at.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    return any(first <= minute < last for first, last in spans(wall.date()))


def open_minutes(
    start: datetime, end: datetime, zone: ZoneInfo, spans: Callable[[date], Spans], step: int = 15
) -> int:
    """Open minutes between two instants, looking at the clock every `step` minutes."""
    return sum(step for at in _walked(start, end, step) if is_open(at, zone, spans))


def reached(
    start: datetime,
    minutes: int,
    zone: ZoneInfo,
    spans: Callable[[date], Spans],
    *,
    pauses: Iterable[tuple[datetime, datetime]] = (),
    step: int = 15,
) -> datetime:
    """When so many open minutes outside the pauses have passed."""
    at, stood = start.astimezone(UTC), list(pauses)
    while minutes > 0:
        paused = any(first <= at < last for first, last in stood)
        minutes -= step if is_open(at, zone, spans) and not paused else 0
        at += timedelta(minutes=step)
    return at


def _days_of_term(start: date, unit: str, amount: int, *, start_counts: bool) -> int:
    """How many days a term has, the first counted one included."""
    if unit != "months":
        return amount * (7 if unit == "weeks" else 1)
    day, passed = start, 0
    while passed < amount or day.day != start.day:
        day += DAY
        passed += day.day == 1
        if passed == amount and (day + DAY).day == 1 and day.day < start.day:
            return (day - start).days + start_counts  # no such day in this month: its last day
    return (day - start).days


def _walked(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    at, end = start.astimezone(UTC), end.astimezone(UTC)
    while at < end:
        yield at
        at += timedelta(minutes=step)
