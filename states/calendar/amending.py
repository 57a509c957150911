"""Making a new calendar of one in force and a notice.

A year's notice replaces what was held of that year; a local order only lays its days over. Days keep the name
and the source they came with, so that every exception can say which notice it rests on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from states.calendar.document import as_document, digest
from states.calendar.hours import OfficeHours
from states.calendar.notice import DECEMBER, Notice
from states.calendar.work_calendar import DayKind, WorkCalendar
from states.errors import RuleInvalid

SHORT = 8


@dataclass(frozen=True, slots=True)
class DayChange:
    """A date that is another kind of day than before."""

    date: date
    before: DayKind
    after: DayKind
    name: str = ""


def amended(calendar: WorkCalendar, notice: Notice, source: str | None = None) -> WorkCalendar:
    """The calendar after a notice, under a version of its own such as 2027-1a2b3c4d or local-1a2b3c4d.

    `source` is what its days rest on; left out, it is the notice's papers. Raises `RuleInvalid`
    (`calendar_without_working_day`) when the notice leaves no weekday open.
    """
    text = "、".join(notice.papers) if source is None else source
    kept = [day for day in calendar.days if not _is_replaced(calendar, notice.year, day)]
    days = {day: calendar.days[day] for day in kept} | {one.date: one.kind for one in notice.days}
    days |= {day: DayKind.MAKE_UP for day in notice.hours if _is_closed(calendar, days, day)}
    changed = replace(
        calendar,
        announced_years=_announced(calendar, notice.year),
        days=days,
        names=_told(calendar.names, kept) | {one.date: one.name for one in notice.days if one.name},
        sources=_told(calendar.sources, kept) | ({one.date: text for one in notice.days} if text else {}),
        hours=_hours(calendar.hours, notice),
        _years={},
    )
    return replace(changed, version=_version(changed, notice.year), _years={})


def changes_between(before: WorkCalendar, after: WorkCalendar) -> tuple[DayChange, ...]:
    """The dates whose kind two calendars do not agree on, in order, among the days either names.

    A change of the weekly hours can change any number of other days; it is not told day by day.
    """
    return tuple(
        DayChange(day, before.kind(day), after.kind(day), after.names.get(day, ""))
        for day in sorted({*before.days, *after.days})
        if before.kind(day) is not after.kind(day)
    )


def _is_replaced(calendar: WorkCalendar, year: int | None, day: date) -> bool:
    """A year's days go, but for those of its December that the next year's notice had moved.

    So do the days of the December before that an earlier notice of this year had moved.
    """
    if year is None:
        return False
    source = calendar.sources.get(day)
    if day.year == year - 1 and day.month == DECEMBER:
        return bool(source) and source in _sources_of(calendar, year)
    if day.year != year:
        return False
    return not (day.month == DECEMBER and source and source in _sources_of(calendar, year + 1))


def _is_closed(calendar: WorkCalendar, days: Mapping[date, DayKind], day: date) -> bool:
    """Whether a day that is given hours would not be worked without being said to be."""
    closed_by_weekday = not calendar.hours.week[day.weekday()]
    return days.get(day, DayKind.REST if closed_by_weekday else DayKind.WORKING) is DayKind.REST


def _sources_of(calendar: WorkCalendar, year: int) -> frozenset[str]:
    return frozenset(source for day, source in calendar.sources.items() if day.year == year)


def _announced(calendar: WorkCalendar, year: int | None) -> frozenset[int] | None:
    known = calendar.announced_years
    return known if known is None or year is None else known | {year}


def _told(texts: Mapping[date, str], kept: list[date]) -> dict[date, str]:
    return {day: texts[day] for day in kept if day in texts}


def _hours(hours: OfficeHours, notice: Notice) -> OfficeHours:
    week = tuple(notice.week.get(place, spans) for place, spans in enumerate(hours.week))
    if not any(week):
        message = "通知使每周没有一天办公，无法计算工作日，请核对办公时间。"
        raise RuleInvalid(message, code="calendar_without_working_day")
    return OfficeHours(week, {**hours.dates, **notice.hours})


def _version(calendar: WorkCalendar, year: int | None) -> str:
    return f"{year or 'local'}-{digest(as_document(calendar))[:SHORT]}"
