"""The packaged base calendar: what the `holidays` library knows of China's holidays and make-up days.

A year counts as announced when the library knows its make-up working days; a year it only extrapolates is
provisional, because the State Council's notice comes about November of the year before.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version

import holidays
from holidays.constants import PUBLIC

from states.calendar import DayKind, WorkCalendar

FIRST_YEAR = 2015
YEARS_AHEAD = 2


def base_calendar(until_year: int) -> WorkCalendar:
    """The base calendar from 2015 up to two years after `until_year`."""
    years = range(FIRST_YEAR, until_year + YEARS_AHEAD + 1)
    days: dict[date, DayKind] = {}
    names: dict[date, str] = {}
    announced = set()
    for year in years:
        china = holidays.country_holidays("CN", years=year, categories=(PUBLIC,), language="zh_CN")
        for day, name in china.items():
            days[day], names[day] = DayKind.REST, name
        for day in china.weekend_workdays:
            days[day], names[day] = DayKind.MAKE_UP, "调休上班"
        if any(day.year == year for day in china.weekend_workdays):
            announced.add(year)
    return WorkCalendar(f"holidays-{version('holidays')}", frozenset(announced), days, names)


def calendar_from_rows(
    version: str, announced: Iterable[int], days: Mapping[date, str], names: Mapping[date, str]
) -> WorkCalendar:
    """The calendar kept in the database under `version`."""
    kinds = {day: DayKind(kind) for day, kind in days.items()}
    return WorkCalendar(version, frozenset(announced), kinds, names)
