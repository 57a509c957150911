"""The packaged calendar against what the State Council announced, counted by hand from its notices."""

from datetime import date

import pytest

from states.calendar import DayKind, read_hours
from workflow.calendars import base_calendar

REST, WORK, MADE_UP = DayKind.REST, DayKind.WORKING, DayKind.MAKE_UP
WORKING_DAYS = {
    2015: 249, 2016: 250, 2017: 249, 2018: 250, 2019: 250, 2020: 249,
    2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248,
}  # fmt: skip
"""Weekdays of the year, less those off, and the weekends made up: 2026 has 261 - 19 + 6."""

BREAKS = {
    2015: ("01-01 01-03", "02-18 02-24", "09-03 09-05", "10-01 10-07"),
    2018: ("02-15 02-21", "04-05 04-07", "04-29 05-01", "10-01 10-07", "12-30 12-31"),
    2019: ("02-04 02-10", "05-01 05-04", "09-13 09-15", "10-01 10-07"),
    2020: ("01-24 02-02", "05-01 05-05", "06-25 06-27", "10-01 10-08"),
    2025: ("01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"),
    2026: ("01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27",
           "10-01 10-07"),
}  # fmt: skip
MADE_UP_DAYS = {
    2015: ("01-04", "02-15", "02-28", "09-06", "10-10"),
    2018: ("02-11", "02-24", "04-08", "04-28", "09-29", "09-30", "12-29"),
    2019: ("02-02", "02-03", "04-28", "05-05", "09-29", "10-12"),
    2020: ("01-19", "04-26", "05-09", "06-28", "09-27", "10-10"),
    2025: ("01-26", "02-08", "04-27", "09-28", "10-11"),
    2026: ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
}


@pytest.fixture(scope="module")
def base():
    return base_calendar(2026)


def the_day(year, text):
    return date.fromisoformat(f"{year}-{text}")


def working_days(calendar, year):
    return calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31))


def test_each_announced_year_has_its_working_days(base):
    assert {year: working_days(base, year) for year in WORKING_DAYS} == WORKING_DAYS
    assert base.announced_years == WORKING_DAYS.keys()


@pytest.mark.parametrize("year", BREAKS)
def test_every_break_is_off_from_end_to_end(base, year):
    for ends in BREAKS[year]:
        first, last = (the_day(year, end) for end in ends.split())
        assert not any(
            base.is_working(date.fromordinal(day)) for day in range(first.toordinal(), last.toordinal() + 1)
        )


@pytest.mark.parametrize("year", MADE_UP_DAYS)
def test_the_days_made_up_are_exactly_the_announced_ones(base, year):
    made_up = {day for day, kind in base.days.items() if kind is MADE_UP and day.year == year}
    assert made_up == {the_day(year, day) for day in MADE_UP_DAYS[year]}


def test_spring_festival_2020_was_extended_and_the_make_up_day_of_the_first_notice_fell_away(base):
    assert [base.kind(the_day(2020, day)) for day in ("01-31", "02-01", "02-02", "02-03")] == [REST] * 3 + [
        WORK
    ]
    assert "延长2020年春节假期" in base.sources[date(2020, 1, 31)]


def test_labour_day_2019_is_as_the_second_notice_has_it(base):
    assert [base.kind(the_day(2019, day)) for day in ("04-28", "05-03", "05-05", "05-06")] == [
        MADE_UP, REST, MADE_UP, WORK,
    ]  # fmt: skip
    assert "调整2019年劳动节" in base.sources[date(2019, 5, 3)]


def test_a_day_says_which_year_s_notice_it_rests_on(base):
    assert base.sources[date(2026, 10, 1)] == "国务院办公厅关于2026年部分节假日安排的通知"
    assert base.sources[date(2018, 12, 31)] == "国务院办公厅关于2019年部分节假日安排的通知"
    assert base.sources[date(2027, 10, 1)].endswith("（推算）")
    assert base.days.keys() == base.sources.keys() == base.names.keys()


def test_names_are_such_as_offices_write(base):
    assert base.names[date(2026, 2, 17)] == "春节"
    assert base.names[date(2020, 10, 1)] == "中秋节、国庆节"
    assert all("由" not in name and ";" not in name for name in base.names.values())


def test_nothing_is_told_of_years_before_the_first(base):
    assert min(base.days).year == 2015
    assert max(base.days).year == 2028


def test_the_office_is_open_as_offices_are(base):
    assert base.hours_on(date(2026, 10, 8)) == read_hours([["08:30", "12:00"], ["13:30", "18:00"]])
    assert base.hours_on(date(2026, 10, 10)) == base.hours_on(date(2026, 10, 8))
    assert base.hours_on(date(2026, 10, 11)) == ()


def test_the_version_says_which_library_and_which_content(base):
    another = base_calendar(2027)
    assert base.version.startswith("holidays-")
    assert base.version != another.version
    assert base_calendar(2026).version == base.version
