"""The office's own day and minute: every instant people are shown is told in its zone."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years a matter's days lie in; others are slips of the pen."""

DAYS_KEPT = 8_192
"""More than twenty years of days."""


def office_day(at: datetime) -> date:
    """The office's calendar day of an instant (Asia/Shanghai)."""
    return at.astimezone(OFFICE_ZONE).date()


@lru_cache(DAYS_KEPT)
def morning_of(day: date) -> datetime:
    """The midnight a day of the office begins with.

    The same instant for the same day: thousands of matters come to few, each hashed and written once.
    """
    return datetime.combine(day, time(), OFFICE_ZONE)


def office_minute(at: datetime) -> str:
    """An instant to the minute of the office's clock, as `2026-07-01 09:00`."""
    return f"{at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
