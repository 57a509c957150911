"""Dates and instants of a row: how they are written, and how an answer writes them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from states.calendar import check_year
from states.calendar.open_time import at_local_time
from states.errors import FactInvalid, FactMissing

Moment = date | datetime

DAY_LENGTH = len("2026-10-01")
MAX_LENGTH = 40
MINUTE = timedelta(minutes=1)


def moment_in(row: dict[str, Any], name: str, zone: ZoneInfo) -> Moment:
    """The date or instant a row gives under `name`; a local time is one of `zone`.

    Raises `FactMissing` when there is none, `FactInvalid` when it is no date, or beyond 1900 to 2200.
    """
    if row.get(name) is None:
        raise FactMissing(f"缺少“{name}”。", code=f"{name}_missing", missing=name)
    return read_moment(row[name], zone)


def read_moment(text: object, zone: ZoneInfo) -> Moment:
    """A date written 2026-10-01, or an instant in ISO 8601."""
    try:
        moment = _read(text)
    except ValueError as error:
        raise FactInvalid(
            f"时间“{str(text)[:MAX_LENGTH]}”无法识别，请写成2026-10-01或2026-10-01T09:00:00+08:00。",
            code="date_invalid",
        ) from error
    check_year(moment.year)
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return at_local_time(moment, zone)
    return moment


def instant(moment: Moment, zone: ZoneInfo) -> datetime:
    """The instant a moment is; a date is its 0:00."""
    if isinstance(moment, datetime):
        return moment
    return at_local_time(datetime.combine(moment, time()), zone)


def read_day(text: object) -> date:
    """A date written 2026-10-01. Raises `FactInvalid`."""
    try:
        day = _read(text) if isinstance(text, str) and len(text) == DAY_LENGTH else None
    except ValueError:
        day = None
    if day is None:
        raise FactInvalid(f"日期“{str(text)[:MAX_LENGTH]}”无法识别，请写成2026-10-01。", code="date_invalid")
    check_year(day.year)
    return day


def minutes(amount: timedelta) -> int | float:
    """Minutes as JSON says them: whole where they are whole."""
    exact = amount / MINUTE
    return int(exact) if exact == int(exact) else round(exact, 6)


def _read(text: object) -> Moment:
    if not isinstance(text, str) or len(text) > MAX_LENGTH or text[4:5] != "-" or text[7:8] != "-":
        raise ValueError(text)
    return date.fromisoformat(text) if len(text) == DAY_LENGTH else datetime.fromisoformat(text)
