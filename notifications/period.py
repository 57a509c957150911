"""A period of days by the name people use for it."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from notifications.term import cn_date

NAMED: Mapping[tuple[int, int], str] = {
    (1, 12): "",
    (1, 6): "上半年",
    (7, 12): "下半年",
    (1, 3): "第一季度",
    (4, 6): "第二季度",
    (7, 9): "第三季度",
    (10, 12): "第四季度",
}


def period_label(since: date, until: date) -> str:
    """2026年, 2026年上半年, 2026年第三季度, 2026年9月; what is none of these by its two days."""
    months = (since.month, until.month)
    if since.day != 1 or until != _last_day(since.year, until.month):
        return f"{cn_date(since)}至{cn_date(until)}"
    if months[0] == months[1]:
        return f"{since.year}年{months[0]}月"
    return f"{since.year}年{NAMED.get(months, f'{months[0]}月至{months[1]}月')}"


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
