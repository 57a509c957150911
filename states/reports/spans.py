"""Months, quarters and years: how they are written, and which ones a report compares them with."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from states.errors import FactInvalid
from states.office_time import FIRST_YEAR, LAST_YEAR
from states.statistics import Period
from states.vocabulary import Labelled

YEAR = 12


class Span(Labelled):
    """How long a report's period is."""

    MONTH = "month", "月"
    QUARTER = "quarter", "季度"
    YEAR = "year", "年"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: YEAR}[self]


PATTERNS: Mapping[Span, re.Pattern[str]] = {
    Span.MONTH: re.compile(r"([0-9]{4})(?:-|年)(0?[1-9]|1[0-2])月?"),
    Span.QUARTER: re.compile(r"([0-9]{4})(?:-?[Qq]|年第?)([1-4一二三四])(?:季度)?"),
    Span.YEAR: re.compile(r"([0-9]{4})年?"),
}
WRITTEN: Mapping[Span, str] = {Span.MONTH: "2026-11", Span.QUARTER: "2026Q4", Span.YEAR: "2026"}
"""How a period of each length is written."""


def read_period(span: Span, text: str) -> Period:
    """The period people mean by 2026-11, 2026Q4 or 2026. Raises `FactInvalid` (`period_invalid`)."""
    found = PATTERNS[span].fullmatch(text.strip())
    year = int(found[1]) if found else 0
    if found is None or not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"“{text[:20]}”不是一个{span.label}，请写成{WRITTEN[span]}。"
        raise FactInvalid(message, code="period_invalid", span=span.value)
    if span is Span.YEAR:
        return _whole(year, 1, YEAR)
    place = "一二三四".index(found[2]) + 1 if found[2] in "一二三四" else int(found[2])
    return _whole(year, (place - 1) * span.months + 1, span.months)


def latest(span: Span, today: date) -> Period:
    """The last period of a length that is over."""
    end = _whole(today.year, (today.month - 1) // span.months * span.months + 1, span.months)
    return _shifted(end, span.months)


def written(span: Span, period: Period) -> str:
    """A period as `read_period` reads it."""
    since = period.since or date.min
    return {
        Span.MONTH: f"{since:%Y-%m}",
        Span.QUARTER: f"{since.year}Q{(since.month + 2) // 3}",
        Span.YEAR: f"{since.year}",
    }[span]


def compared(period: Period) -> tuple[Period | None, Period | None]:
    """The period before one of whole months, as long as it, and the same one a year before.

    A year is compared with the year before once; days that are no whole months with nothing.
    """
    months = _months(period)
    if months is None or months > YEAR or (period.since and period.since.year <= FIRST_YEAR):
        return None, None
    before = _shifted(period, months)
    return before, None if months == YEAR else _shifted(period, YEAR)


def _months(period: Period) -> int | None:
    """How many whole months a period has; None where it begins or ends within one."""
    since, until = period.since, period.until
    if since is None or until is None or since.day != 1:
        return None
    if until.day != monthrange(until.year, until.month)[1]:
        return None
    return (until.year - since.year) * YEAR + until.month - since.month + 1


def _shifted(period: Period, back: int) -> Period:
    since, months = period.since or date.min, _months(period) or 1
    first = since.year * YEAR + since.month - 1 - back
    return _whole(first // YEAR, first % YEAR + 1, months)


def _whole(year: int, month: int, months: int) -> Period:
    end = year * YEAR + month - 1 + months
    return Period(date(year, month, 1), date(end // YEAR, end % YEAR + 1, 1) - timedelta(days=1))
