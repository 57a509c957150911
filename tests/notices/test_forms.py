"""A notice reads the same from a table, from holiday-cn's JSON and from a calendar file."""

import json
from datetime import date

import pytest

from states.calendar import DayKind, Notice, NoticeDay
from workflow.notices import read_notice

CSV = """日期,名称,类型
2027-01-01至2027-01-03,元旦,放假
2027-01-09,元旦,上班
2027-01-11,元旦,班
"""
ENGLISH = """name;isOffDay;date
元旦;true;2027-01-01
元旦;true;2027-01-02
元旦;true;2027-01-03
元旦;false;2027-01-09
元旦;false;2027-01-11
"""
JSON = {
    "$schema": "https://example.test/schema.json",
    "$id": "https://example.test/2027.json",
    "year": 2027,
    "papers": ["https://example.test/notice"],
    "days": [
        {"name": "元旦", "date": f"2027-01-{day:02d}", "isOffDay": off}
        for day, off in ((1, True), (2, True), (3, True), (9, False), (11, False))
    ],
}


def an_event(start, end, summary, *more):
    lines = [
        f"DTSTART;VALUE=DATE:{start}",
        f"SUMMARY:{summary}",
        *([f"DTEND;VALUE=DATE:{end}"] if end else []),
    ]
    return "\r\n".join(["BEGIN:VEVENT", "UID:1", *lines, *more, "END:VEVENT"])


def a_calendar(*events):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//", *events, "END:VCALENDAR", ""])


ICS = a_calendar(
    an_event(20270101, 20270104, "元旦（休）"),
    an_event(20270109, None, "元旦 补班"),
    an_event(20270111, 20270111, "元旦 上班"),
)


@pytest.fixture
def read(tmp_path):
    def call(text, name="通知.csv", **asked):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_notice(path, **asked)

    return call


KINDS = [DayKind.REST] * 3 + [DayKind.MAKE_UP, DayKind.WORKING]
DATES = [date(2027, 1, day) for day in (1, 2, 3, 9, 11)]


@pytest.mark.parametrize(
    ("text", "name"),
    [(CSV, "通知.csv"), (ENGLISH, "notice.csv"), (json.dumps(JSON), "2027.json"), (ICS, "2027.ics")],
)
def test_every_form_tells_the_same_days(read, text, name):
    notice = read(text, name)
    assert notice.year == 2027
    assert [(day.date, day.kind) for day in notice.days] == list(zip(DATES, KINDS, strict=True))
    assert all(day.name.startswith("元旦") for day in notice.days)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_reads_in_the_encodings_offices_save_it_in(read, encoding):
    assert read(CSV.encode(encoding)) == read(CSV)


def test_a_table_may_have_titles_above_blank_lines_between_and_columns_of_its_own(read):
    text = f"2027年放假安排\n\n{CSV.replace('类型', '类型,备注').replace('班', '班,见通知')}\n,,\n"
    assert read(text) == read(CSV)


@pytest.mark.parametrize("divide", ["至", "到", "~", " — "])
def test_a_stretch_is_written_with_both_its_ends(read, divide):
    text = f"日期\t类型\n2026年10月1日{divide}2026年10月7日\t放假\n"
    days = read(text).days
    assert (len(days), days[0].date, days[-1].date) == (7, date(2026, 10, 1), date(2026, 10, 7))


def test_papers_and_hours_come_with_the_json(read):
    more = {"week": {"mon": [["08:30", "12:00"]]}, "hours": {"2027-10-10": [["09:00", "12:00"]]}}
    notice = read(json.dumps(JSON | more), "2027.json")
    assert notice.papers == ("https://example.test/notice",)
    assert notice.week == {0: ((510, 720),)}
    assert notice.hours == {date(2027, 10, 10): ((540, 720),)}


def test_the_content_says_which_form_it_is_whatever_the_name(read):
    assert read(json.dumps(JSON), "2027.txt").year == read(ICS, "2027").year == 2027


def test_an_event_that_lasts_is_as_long_as_it_says(read):
    days = read(a_calendar(an_event(20270101, None, "休", "DURATION:P3D")), "a.ics").days
    assert [day.date.day for day in days] == [1, 2, 3]


@pytest.mark.parametrize(
    ("summary", "day", "kind"),
    [
        ("国庆节 假期 第1天/共7天", "20261001", DayKind.REST),
        ("国庆节 补班", "20261010", DayKind.MAKE_UP),
        ("国庆节调休", "20261010", DayKind.MAKE_UP),
        ("国庆节调休", "20261009", DayKind.REST),
        ("调休放假", "20261010", DayKind.REST),
        ("调休上班", "20261009", DayKind.WORKING),
        ("台风停工停班停课", "20260716", DayKind.REST),
    ],
)
def test_a_summary_says_off_or_worked(read, summary, day, kind):
    assert read(a_calendar(an_event(day, None, summary)), "a.ics").days[0].kind is kind


def test_a_file_with_new_year_s_day_off_announces_the_year_of_most_of_its_days(read):
    assert read("日期,类型\n2026-12-31至2027-01-02,放假\n").year == 2027
    assert read("日期,类型\n2026-07-16,放假\n").year is None


def test_the_year_may_be_said_where_the_file_does_not(read):
    assert read("日期,类型\n2027-10-01,放假\n", year=2027).year == 2027
    with_none = json.dumps({"year": None, "days": JSON["days"]})
    assert read(with_none, "a.json").year is None


def test_a_local_order_in_json_needs_no_year(read):
    order = {"days": [{"name": "台风", "date": "2026-07-16", "isOffDay": True}]}
    assert read(json.dumps(order), "a.json") == Notice(
        None, days=(NoticeDay(date(2026, 7, 16), DayKind.REST, "台风"),)
    )
