"""A year's notice replaces the year, a local order lies over it, and what nobody spoke of stays."""

from datetime import date

import pytest

from states.calendar import DayKind, Notice, NoticeDay, amended, as_document, changes_between, digest, kind_of
from states.calendar.hours import read_hours
from states.errors import RuleInvalid

PAPERS = ("国办发明电〔2026〕9号", "补充通知")
OFF = ("01-01", "02-05", "02-08", "02-09", "02-10", "04-05", "05-03", "06-09", "09-15", "10-01", "10-04")


def the_notice(*off, worked=("2027-02-14",), papers=PAPERS, **more):
    days = [(f"2027-{day}" if len(day) == 5 else day, True) for day in off or OFF]
    days += [(day, False) for day in worked]
    told = [
        NoticeDay(date.fromisoformat(day), kind_of(date.fromisoformat(day), rest=rest)) for day, rest in days
    ]
    return Notice(2027, papers, tuple(told), **more)


def typhoon(*days):
    return Notice(None, days=tuple(NoticeDay(date.fromisoformat(day), DayKind.REST, "台风") for day in days))


def test_a_year_s_notice_makes_the_year_known(calendar):
    spring = date(2027, 2, 4), date(2027, 2, 11)
    assert calendar.is_provisional(*spring)
    assert not amended(calendar, the_notice()).is_provisional(*spring)
    assert amended(calendar, the_notice()).is_provisional(date(2028, 1, 3), date(2028, 1, 3))


def test_a_year_s_notice_replaces_what_was_reckoned(calendar):
    after = amended(calendar, the_notice())
    assert (calendar.kind(date(2027, 10, 5)), after.kind(date(2027, 10, 5))) == (
        DayKind.REST,
        DayKind.WORKING,
    )
    assert after.kind(date(2027, 2, 14)) is DayKind.MAKE_UP


def test_of_the_december_before_only_the_listed_days_change(calendar):
    local = amended(calendar, typhoon("2026-12-01"))
    after = amended(local, the_notice(*OFF, "2026-12-31"))
    assert [after.kind(date(2026, 12, day)) for day in (1, 31)] == [DayKind.REST] * 2


def test_what_the_next_year_moved_in_december_outlives_this_year_s_notice_loaded_again(calendar):
    moved = amended(calendar, the_notice(*OFF, "2026-12-31"))
    year = Notice(2026, ("2026年通知",), (NoticeDay(date(2026, 1, 1), DayKind.REST),))
    after = amended(amended(moved, typhoon("2026-12-01"), "市令"), year)
    kinds = [after.kind(date(2026, month, day)) for month, day in ((12, 31), (12, 1), (10, 1))]
    assert kinds == [DayKind.REST, DayKind.WORKING, DayKind.WORKING]


def test_a_corrected_notice_takes_back_what_it_had_moved_in_december(calendar):
    first = amended(calendar, the_notice(*OFF, "2026-12-31"))
    second = amended(first, the_notice(papers=("更正通知",)))
    assert (first.kind(date(2026, 12, 31)), second.kind(date(2026, 12, 31))) == (
        DayKind.REST,
        DayKind.WORKING,
    )


def test_a_rest_day_that_is_given_hours_is_worked(calendar):
    saturday, short = date(2026, 7, 18), read_hours([["09:00", "12:00"]])
    after = amended(calendar, Notice(None, hours={saturday: short}))
    assert (after.kind(saturday), after.hours_on(saturday)) == (DayKind.MAKE_UP, short)


def test_a_local_order_changes_its_days_and_no_others(calendar):
    after = amended(calendar, typhoon("2026-07-16", "2027-07-16"))
    assert [str(one.date) for one in changes_between(calendar, after)] == ["2026-07-16", "2027-07-16"]
    assert after.announced_years == calendar.announced_years


def test_a_day_says_which_papers_it_rests_on(calendar):
    day = date(2027, 10, 1)
    assert amended(calendar, the_notice()).sources[day] == "国办发明电〔2026〕9号、补充通知"
    assert amended(calendar, the_notice(), "另行说明").sources[day] == "另行说明"
    assert amended(calendar, the_notice()).sources[date(2026, 10, 1)] == calendar.sources[date(2026, 10, 1)]


def test_a_day_the_notice_gives_no_name_or_paper_keeps_none_of_the_old(calendar):
    after = amended(calendar, the_notice(papers=()))
    assert date(2027, 10, 1) not in after.names
    assert date(2027, 10, 1) not in after.sources


def test_hours_change_where_the_notice_says_so(calendar):
    short, friday = read_hours([["09:00", "12:00"]]), 4
    after = amended(calendar, the_notice(week={friday: short}, hours={date(2027, 3, 1): short}))
    assert after.hours_on(date(2027, 3, 5)) == after.hours_on(date(2027, 3, 1)) == short
    assert after.hours_on(date(2027, 3, 2)) == calendar.hours_on(date(2027, 3, 2))


def test_a_week_without_an_open_day_is_refused(calendar):
    closed = Notice(None, week=dict.fromkeys(range(7), ()))
    with pytest.raises(RuleInvalid) as refused:
        amended(calendar, closed)
    assert refused.value.code == "calendar_without_working_day"


def test_the_version_is_named_by_year_and_content(calendar):
    after, local = amended(calendar, the_notice()), amended(calendar, typhoon("2026-07-16"))
    assert after.version == f"2027-{digest(as_document(after))[:8]}"
    assert local.version == f"local-{digest(as_document(local))[:8]}"


def test_years_counted_before_are_not_carried_over(calendar):
    start = date(2026, 7, 15)
    assert calendar.add_working_days(start, 1) == date(2026, 7, 16)
    assert amended(calendar, typhoon("2026-07-16", "2026-07-17")).add_working_days(start, 1) == date(
        2026, 7, 20
    )


def test_a_change_says_what_a_day_was_and_is(calendar):
    (change,) = changes_between(calendar, amended(calendar, typhoon("2026-07-16")))
    assert (change.before, change.after, change.name) == (DayKind.WORKING, DayKind.REST, "台风")


def test_a_make_up_day_that_becomes_an_ordinary_one_is_told_too(calendar):
    order = Notice(None, days=(NoticeDay(date(2026, 10, 10), DayKind.WORKING),))
    (change,) = changes_between(calendar, amended(calendar, order))
    assert (change.before, change.after) == (DayKind.MAKE_UP, DayKind.WORKING)
