"""The packaged base calendar: what the `holidays` library knows of China's holidays and make-up days.

A year counts as announced when the library knows its make-up working days; a year it only extrapolates is
provisional, because the State Council's notice comes about November of the year before. Every day says which
notice it rests on, or that it is reckoned.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version

import holidays
from holidays.constants import PUBLIC

from states.calendar import DayKind, OfficeHours, WorkCalendar, as_document, digest, read_hours

FIRST_YEAR = 2015
YEARS_AHEAD = 2
SHORT = 8

OFFICE_DAY = read_hours([["08:30", "12:00"], ["13:30", "18:00"]])
OFFICE_HOURS = OfficeHours((OFFICE_DAY,) * 5 + ((),) * 2)
"""The hours most offices keep; a notice with hours of its own changes them."""

YEARLY_NOTICE = "国务院办公厅关于{}年部分节假日安排的通知"
VICTORY = "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知"
LABOUR_DAY_2019 = "国务院办公厅关于调整2019年劳动节假期安排的通知"
SPRING_FESTIVAL_2020 = "国务院办公厅关于延长2020年春节假期的通知"
LATER_NOTICES = {
    date(2015, 9, 3): VICTORY,
    date(2015, 9, 4): VICTORY,
    date(2015, 9, 6): VICTORY,
    **{date(2019, month, day): LABOUR_DAY_2019 for month, day in ((4, 28), (5, 1), (5, 2), (5, 3), (5, 5))},
    date(2020, 1, 31): SPRING_FESTIVAL_2020,
    date(2020, 2, 1): SPRING_FESTIVAL_2020,
    date(2020, 2, 2): SPRING_FESTIVAL_2020,
}
"""Days that a notice of their own arranged after the year's had been published."""

DECEMBER = 12
MOVED = "休息日（由"
MOVED_REST, MOVED_WORK = "调休放假", "调休上班"


def base_calendar(until_year: int) -> WorkCalendar:
    """The base calendar from 2015 up to two years after `until_year`, named after the library."""
    years = range(FIRST_YEAR, until_year + YEARS_AHEAD + 1)
    listed = [one for year in years for one in _listed(year) if one.day.year in years]
    announced = frozenset(one.day.year for one in listed if one.kind is DayKind.MAKE_UP)
    calendar = WorkCalendar(
        "",
        announced,
        {one.day: one.kind for one in listed},
        {one.day: one.name for one in listed},
        {one.day: _source(one.day, announced) for one in listed},
        OFFICE_HOURS,
    )
    content = digest(as_document(calendar))[:SHORT]
    return replace(calendar, version=f"holidays-{_edition()}-{content}")


def base_source() -> str:
    """What the base calendar as a whole rests on."""
    return f"程序随附（holidays {_edition()}）"


@cache
def _edition() -> str:
    """The library's version: every day reckoned names it, and asking for it reads and parses a file."""
    return version("holidays")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A day as the library lists it."""

    day: date
    kind: DayKind
    name: str


def _listed(year: int) -> Iterator[_Listed]:
    china = holidays.country_holidays("CN", years=year, categories=(PUBLIC,), language="zh_CN")
    for day, name in china.items():
        yield _Listed(day, DayKind.REST, _plain(name))
    for day in china.weekend_workdays:
        yield _Listed(day, DayKind.MAKE_UP, MOVED_WORK)


def _plain(name: str) -> str:
    """A holiday's name as offices write it."""
    return MOVED_REST if name.startswith(MOVED) else name.replace("; ", "、")


def _source(day: date, announced: frozenset[int]) -> str:
    """No holiday falls in December: what is moved there is moved by the next year's notice."""
    year = day.year + 1 if day.month == DECEMBER else day.year
    if year not in announced:
        return f"holidays {_edition()}（推算）"
    return LATER_NOTICES.get(day) or YEARLY_NOTICE.format(year)
