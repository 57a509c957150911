"""A holiday notice is whole and of one mind, or it is refused with the day it fails on."""

from datetime import date

import pytest

from states.calendar import ONE_DAY, DayKind, Notice, NoticeDay, kind_of, read_hours, read_notice_date
from states.calendar.notice import MAX_DAYS
from states.errors import RuleInvalid

REST, WORK, MADE_UP = DayKind.REST, DayKind.WORKING, DayKind.MAKE_UP
NEW_YEAR = NoticeDay(date(2027, 1, 1), REST, "元旦")
MORNING = read_hours([["09:00", "12:00"]])


def refusal(year=2027, *days, **more):
    """The code of what a notice of these days is refused with, and its facts."""
    with pytest.raises(RuleInvalid) as refused:
        Notice(year, days=days, **more)
    assert any("一" <= character <= "鿿" for character in refused.value.message)
    return refused.value.code, refused.value.facts.get("date")


def test_a_day_both_off_and_worked_is_a_contradiction():
    both = NoticeDay(date(2027, 10, 1), REST), NoticeDay(date(2027, 10, 1), WORK)
    assert refusal(2027, NEW_YEAR, *both) == ("notice_contradicts", "2027-10-01")


def test_a_day_listed_twice_is_named():
    assert refusal(2027, NEW_YEAR, NEW_YEAR) == ("notice_repeats", "2027-01-01")


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2028, 1, 1), date(2026, 1, 1)])
def test_a_year_s_notice_speaks_of_no_other_year(day):
    assert refusal(2027, NEW_YEAR, NoticeDay(day, REST)) == ("notice_date_outside", str(day))


def test_a_year_s_notice_may_move_the_december_before():
    moved = NoticeDay(date(2026, 12, 31), REST, "元旦"), NoticeDay(date(2026, 12, 26), MADE_UP, "元旦")
    assert len(Notice(2027, days=(NEW_YEAR, *moved)).days) == 3


def test_a_local_order_speaks_of_any_year():
    days = NoticeDay(date(2026, 7, 16), REST), NoticeDay(date(2027, 7, 16), REST)
    assert Notice(None, days=days).days == days


@pytest.mark.parametrize(
    "days", [(), (NoticeDay(date(2027, 1, 3), MADE_UP),), (NoticeDay(date(2026, 12, 31), REST),)]
)
def test_a_year_without_a_day_off_is_not_announced(days):
    assert refusal(2027, *days)[0] == "notice_empty"


def test_an_order_that_changes_nothing_is_refused():
    assert refusal(None)[0] == "notice_empty"
    assert Notice(None, hours={date(2026, 10, 10): MORNING}).days == ()


@pytest.mark.parametrize("year", [0, 1899, 2201, 9999])
def test_a_year_nothing_is_counted_in_is_refused(year):
    assert refusal(year, NEW_YEAR)[0] == "notice_date_invalid"


def test_a_local_order_in_a_year_nothing_is_counted_in_is_refused():
    assert refusal(None, NoticeDay(date(9999, 1, 1), REST))[0] == "notice_date_invalid"


def test_more_days_than_a_year_has_are_refused():
    days = [NoticeDay(date(2027, 1, 1) + ONE_DAY * place, REST) for place in range(MAX_DAYS + 1)]
    assert refusal(None, *days)[0] == "notice_too_long"
    assert len(Notice(None, days=tuple(days[:-1])).days) == MAX_DAYS


@pytest.mark.parametrize("name", ["元" * 65, "元\n旦", "元\u202e旦"])
def test_a_name_nobody_can_read_is_refused(name):
    assert refusal(2027, NoticeDay(date(2027, 1, 1), REST, name)) == ("notice_text_invalid", "2027-01-01")


@pytest.mark.parametrize("papers", [("通知",) * 21, ("通" * 201,), ("通\x00知",)])
def test_papers_nobody_can_cite_are_refused(papers):
    assert refusal(2027, NEW_YEAR, papers=papers)[0] == "notice_text_invalid"


def test_a_day_off_has_no_office_hours():
    hours = {date(2027, 1, 1): MORNING}
    assert refusal(2027, NEW_YEAR, hours=hours) == ("notice_contradicts", "2027-01-01")


def test_a_date_that_is_open_at_no_hour_is_to_be_called_a_day_off():
    assert refusal(2027, NEW_YEAR, hours={date(2027, 3, 1): ()}) == ("hours_invalid", "2027-03-01")


def test_a_week_has_seven_days():
    assert refusal(2027, NEW_YEAR, week={7: MORNING})[0] == "hours_invalid"


def test_work_at_a_weekend_is_made_up_for_another_day():
    assert kind_of(date(2026, 10, 10), rest=False) is MADE_UP
    assert kind_of(date(2026, 10, 9), rest=False) is WORK
    assert kind_of(date(2026, 10, 10), rest=True) is REST


@pytest.mark.parametrize(
    "text", ["2026-10-01", "2026-10-1", "2026/10/1", "2026年10月1日", "20261001", " 2026-10-01 "]
)
def test_a_date_is_read_as_notices_write_it(text):
    assert read_notice_date(text) == date(2026, 10, 1)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "0000-01-01", "9999-01-01", "2026-13-01", "10月1日", "", "1" * 99, "２０２６-01-00"],
)
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(RuleInvalid) as refused:
        read_notice_date(text)
    assert refused.value.code == "notice_date_invalid"
