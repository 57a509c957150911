"""The office's own day and minute: every instant people are shown is told in its zone."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years a matter's days lie in; others are slips of the pen."""

_QUOTED_OR_DAY = re.compile(r"“[^”]*”|(?<![\d-])([12]\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\dT-])")
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


def day_in_words(day: date) -> str:
    """2026年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def days_in_words(text: str) -> str:
    """A text of the machine's with the days that stand in it as `2026-07-01` in words: 应于2026年7月1日完成.

    What is quoted stays as written. Not for sentences that may name a matter: a number can look like a day.
    """
    return _QUOTED_OR_DAY.sub(_in_words, text) if "-" in text else text


def _in_words(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{year}年{int(month)}月{int(day)}日" if year else found[0]
