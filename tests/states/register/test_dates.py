"""Every shape a date comes in."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.calendar import WorkCalendar
from states.register.dates import read_date
from states.register.wording import is_blank

WEEKDAYS = WorkCalendar("weekdays", frozenset({2026}))
DISPATCHED = date(2026, 8, 17)
PLAIN_SHAPES = (
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}-{0.month:02}-{0.day:02}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}{0.month:02}{0.day:02}",
    "{0.year}年{0.month}月{0.day}日前",
    " {0.year} 年 {0.month} 月 {0.day} 日 ",
    "{0.year}-{0.month}-{0.day} 08:30:00",
    "{0.year}-{0.month:02}-{0.day:02}（暂定）",
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def read(value, reference=DISPATCHED):
    return read_date(value, label="办结时限", reference=reference, calendar=WEEKDAYS)


@given(days, st.sampled_from(PLAIN_SHAPES))
def test_a_plain_date_is_read_in_every_shape(day, shape):
    assert read(shape.format(day)).day == day


@given(days)
def test_a_true_date_and_its_serial_number_are_the_same_day(day):
    serial = (day - date(1899, 12, 30)).days
    stated = [day, datetime(day.year, day.month, day.day, 9, 30), serial, float(serial), str(serial)]  # noqa: DTZ001
    assert {read(value).day for value in stated} == {day}


@given(days)
def test_full_width_digits_are_read_and_noted(day):
    reading = read(f"{day.year}年{day.month}月{day.day}日".translate(FULL_WIDTH))
    assert (reading.day, reading.codes) == (day, ("fullwidth",))


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("2026年9月底", "date_month_end", date(2026, 9, 30)),
        ("9月底", "date_month_end", date(2026, 9, 30)),
        ("2026年12月底前", "date_month_end", date(2026, 12, 31)),
        ("2028年2月底", "date_month_end", date(2028, 2, 29)),
        ("2026年10月", "date_month_end", date(2026, 10, 31)),
        ("10月15日前", "date_year_missing", date(2026, 10, 15)),
        ("3月1日", "date_year_missing", date(2027, 3, 1)),
        ("8月17日", "date_year_missing", date(2026, 8, 17)),
        ("年底前", "date_year_end", date(2026, 12, 31)),
        ("2027年底", "date_year_end", date(2027, 12, 31)),
        ("今年年底前", "date_year_end", date(2026, 12, 31)),
        ("10月上旬", "date_vague", date(2026, 10, 10)),
        ("2026年四季度", "date_vague", date(2026, 12, 31)),
        ("上半年", "date_vague", date(2027, 6, 30)),
        ("立行立改", "date_immediate", date(2026, 8, 24)),
    ],
)
def test_a_vague_date_asks_a_person_and_suggests_a_day(text, code, suggestion):
    reading = read(text)
    assert (reading.day, reading.codes, reading.suggestion) == (None, (code,), suggestion)


@pytest.mark.parametrize("text", ["9月底", "10月15日前", "年底前", "立行立改"])
def test_without_a_dispatch_date_nothing_is_suggested(text):
    reading = read(text, reference=None)
    assert len(reading.problems) == 1
    assert reading.suggestion is None


def test_a_week_for_immediate_action_ends_on_a_working_day():
    friday_before = date(2026, 8, 15)
    assert read("立行立改", reference=friday_before).suggestion == date(2026, 8, 24)


@pytest.mark.parametrize("text", ["长期坚持", "长期", "常态化推进"])
def test_an_ongoing_matter_has_no_date_and_needs_nobody(text):
    reading = read(text)
    assert (reading.open_ended, reading.day, reading.problems) == (True, None, ())


@pytest.mark.parametrize(
    "text", ["2026年2月30日", "2026-13-01", "2026.4.31", "2月30日前", "13月底", "20260230"]
)
def test_a_date_that_does_not_exist_is_rejected(text):
    assert read(text).codes == ("date_impossible",)


@pytest.mark.parametrize("value", ["1926年9月30日", "2126-01-01", datetime(1900, 1, 1), "2101年底"])  # noqa: DTZ001
def test_years_no_register_speaks_of_are_rejected(value):
    assert read(value).codes == ("date_out_of_range",)


@pytest.mark.parametrize("value", ["尽快", "2026", 2026.9, -1, float("nan"), float("inf"), True, 10**12])
def test_what_is_no_date_asks_a_person(value):
    assert read(value).codes == ("date_unreadable",)


@pytest.mark.parametrize("value", [None, "", " \u3000", "—", "-"])
def test_a_blank_says_nothing(value):
    reading = read(value)
    assert (reading.day, reading.codes) == (None, ())


@given(
    st.text()
    | st.from_regex(r"[0-9０-９]{0,6}[年月日./\-底前旬]{0,3}[0-9]{0,4}[年月日底前]{0,3}", fullmatch=True)
)
def test_any_text_gives_a_day_or_says_why_not(text):
    reading = read(text)
    assert reading.day is None or not reading.problems
    assert reading.day or reading.open_ended or reading.problems or is_blank(text)


@given(days, st.integers(1, 12), st.integers(1, 28))
def test_a_missing_year_never_leads_before_the_dispatch(reference, month, day):
    reading = read(f"{month}月{day}日前", reference)
    if reading.suggestion:
        assert timedelta() <= reading.suggestion - reference <= timedelta(days=366)
