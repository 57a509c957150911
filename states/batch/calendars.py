"""A calendar as a row describes it: zone, week, holidays, workdays, and single days with hours of their own.

A day's own hours come before `workdays`, these before `holidays`, these before the week. Such a calendar says
everything about itself, so none of its years is provisional.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from states.batch.moments import read_day
from states.calendar import ONE_DAY, DayKind, Hours, OfficeHours, WorkCalendar, read_hours
from states.calendar.hours import ALL_DAY, CLOSED, WEEKDAYS
from states.errors import FactInvalid, RuleInvalid

OWN = "own"
KNOWN = frozenset({"tz", "week", "holidays", "workdays", "days", "name", "id", "version"})
DEFAULT_ZONE = "Asia/Shanghai"
EVERY_YEAR = re.compile(r"\*-(\d{2})-(\d{2})")
LEAP_YEAR = 2000
MAX_DAYS = 20_000
MAX_ZONE = 64
OF_THE_MACHINE = frozenset({"localtime", "Factory"})


def read_calendar(described: Mapping[str, Any]) -> WorkCalendar:
    """The calendar an object describes. Raises a `Refusal` that names what is wrong with it."""
    _check_shape(described)
    holidays, yearly = _holidays(described.get("holidays") or [])
    own = {read_day(day): read_hours(spans) for day, spans in (described.get("days") or {}).items()}
    days = dict.fromkeys(holidays, DayKind.REST)
    days |= dict.fromkeys(_days(described.get("workdays") or []), DayKind.WORKING)
    days |= {day: DayKind.WORKING if hours else DayKind.REST for day, hours in own.items()}
    return WorkCalendar(
        version=OWN,
        announced_years=None,
        days=days,
        hours=OfficeHours(_week(described.get("week")), own),
        zone=read_zone(described.get("tz", DEFAULT_ZONE)),
        yearly=yearly,
    )


def read_zone(name: object) -> ZoneInfo:
    """The zone of this name. Raises `FactInvalid` for one nobody knows."""
    try:
        if not isinstance(name, str) or not 0 < len(name) <= MAX_ZONE or name in OF_THE_MACHINE:
            raise ValueError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FactInvalid(
            f"没有“{str(name)[:MAX_ZONE]}”这个时区，请写成Asia/Shanghai。", code="zone_unknown"
        ) from error


def _check_shape(described: Mapping[str, Any]) -> None:
    for name in described:
        if name not in KNOWN:
            raise RuleInvalid(f"日历中没有“{str(name)[:40]}”这一项，请核对拼写。", code="calendar_field")
    shapes = (("week", dict), ("days", dict), ("holidays", list), ("workdays", list))
    for name, shape in shapes:
        if not isinstance(described.get(name), shape | None):
            raise RuleInvalid(f"日历的“{name}”写法不对，请核对格式。", code="calendar_field", place=name)


def _week(described: Mapping[str, Any] | None) -> tuple[Hours, ...]:
    if described is None:
        return (ALL_DAY,) * 5 + (CLOSED,) * 2
    for name in described:
        if name not in WEEKDAYS:
            raise RuleInvalid(f"“{str(name)[:20]}”不是星期，请写mon至sun。", code="calendar_field")
    return tuple(read_hours(described.get(name) or []) for name in WEEKDAYS)


def _holidays(listed: list[Any]) -> tuple[list[date], frozenset[tuple[int, int]]]:
    """Single holidays, and those of every year as month and day."""
    _check_count(len(listed))
    yearly = frozenset(_month_and_day(one) for one in listed if _is_yearly(one))
    return list(_days([one for one in listed if not _is_yearly(one)])), yearly


def _is_yearly(one: object) -> bool:
    return isinstance(one, str) and one.startswith("*")


def _month_and_day(text: str) -> tuple[int, int]:
    found = EVERY_YEAR.fullmatch(text)
    day = read_day(f"{LEAP_YEAR}-{found[1]}-{found[2]}" if found else text)
    return day.month, day.day


def _days(listed: list[Any]) -> Iterator[date]:
    count = 0
    for one in listed:
        for day in _range(one) if isinstance(one, Mapping) else (read_day(one),):
            count += 1
            _check_count(count)
            yield day


def _check_count(count: int) -> None:
    if count > MAX_DAYS:
        raise RuleInvalid(f"日历所列日期超过{MAX_DAYS}天，请核对。", code="calendar_too_long")


def _range(described: Mapping[str, Any]) -> Iterator[date]:
    first = read_day(described.get("from", described.get("date")))
    last = read_day(described.get("to", described.get("date", described.get("from"))))
    if last < first:
        raise FactInvalid(f"日期范围{first}至{last}：结束早于开始。", code="date_range_reversed")
    return (first + timedelta(days=number) for number in range((last - first) // ONE_DAY + 1))
