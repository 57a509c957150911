"""A file that is no notice is refused with a code, a Chinese sentence, and the line or entry at fault."""

import json

import pytest

from states.errors import Refusal
from tests.notices.test_forms import JSON, a_calendar, an_event
from workflow.notices import read_notice

HEAD = "日期,名称,类型\n"


def a_day(**changes):
    return json.dumps(
        {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True} | changes]}
    )


REFUSED = [
    ("a.csv", "", "notice_empty", "空文件"),
    ("a.csv", "甲,乙\n1,2\n", "notice_header", "日期、名称、类型"),
    ("a.csv", HEAD + "2027-02-30,元旦,放假\n", "notice_date_invalid", "第2行"),
    ("a.csv", HEAD + "\n2027-01-01至,元旦,放假\n", "notice_date_invalid", "第3行"),
    ("a.csv", HEAD + "2027-01-03至2027-01-01,元旦,放假\n", "notice_date_invalid", "第2行"),
    ("a.csv", HEAD + "2027-01-01,元旦,也许\n", "notice_kind_unclear", "第2行"),
    ("a.csv", HEAD + "2027-01-01,元旦\n", "notice_kind_unclear", "第2行"),
    ("a.csv", HEAD + "2027-01-01,元旦,放假后上班\n", "notice_kind_unclear", "第2行"),
    ("a.csv", HEAD + "2027-01-01,元旦,不上班\n", "notice_kind_unclear", "第2行"),
    ("a.csv", HEAD + '2027-01-01,"元旦,放假\n', "notice_syntax", "第"),
    ("a.csv", HEAD + "1900-01-01至2200-12-31,元旦,放假\n", "notice_too_long", "第2行"),
    ("a.csv", HEAD + "2027-01-01至2027-12-31,元旦,放假\n" * 2, "notice_too_long", "第3行"),
    ("a.csv", HEAD + "2027-01-01,元旦,放假\n2027-01-01,元旦,上班\n", "notice_contradicts", "2027-01-01"),
    ("a.csv", HEAD + "2027-01-01,机密★10年,放假\n", "state_secret", "涉密"),
    ("a.csv", "a" * 1_000_001, "notice_too_large", "1MB"),
    ("a.csv", b"PK\x03\x04\x00\x00", "notice_form_unknown", "文本"),
    ("a.csv", b"\xff\xfe\xff", "notice_encoding", "UTF-8"),
    ("a.xlsx", HEAD, "notice_form_unknown", ".csv"),
    ("a.json", "{", "notice_syntax", "第1行第2列"),
    ("a.json", "[]", "notice_field", "对象"),
    ("a.json", '{"a":' * 100_000, "notice_syntax", "JSON"),
    ("a.json", '{"year": 2027, "year": 2028}', "notice_field", "year"),
    ("a.json", '{"year": 2027, "holidays": []}', "notice_field", "holidays"),
    ("a.json", '{"year": "2027"}', "notice_field", "year"),
    ("a.json", '{"year": 2027, "papers": [], "days": []}', "notice_empty", "2027"),
    ("a.json", a_day(isOffDay="true"), "notice_field", "days.0.isOffDay"),
    ("a.json", a_day(note="x"), "notice_field", "days.0.note"),
    ("a.json", a_day(date="2027-02-30"), "notice_date_invalid", "第1条"),
    ("a.json", a_day(date="2028-01-01"), "notice_date_outside", "2028-01-01"),
    ("a.json", '{"week": {"monday": []}}', "notice_field", "week.monday"),
    ("a.json", '{"week": {"mon": [["18:00", "08:00"]]}}', "hours_invalid", "week.mon"),
    ("a.json", '{"hours": {"2027-01-32": []}}', "notice_date_invalid", "hours.2027-01-32"),
    ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "notice_syntax", "ICS"),
    ("a.ics", a_calendar(an_event(20270230, None, "休")), "notice_date_invalid", "第1个事件"),
    ("a.ics", a_calendar(an_event(20270101, 20260101, "休")), "notice_date_invalid", "第1个事件"),
    ("a.ics", a_calendar(an_event(20270101, None, "元旦")), "notice_kind_unclear", "“元旦”"),
    (
        "a.ics",
        a_calendar(an_event(20270101, None, "休", "RRULE:FREQ=YEARLY")),
        "notice_event_invalid",
        "重复",
    ),
    ("a.ics", a_calendar(an_event(20270101, None, "休", "STATUS:CANCELLED")), "notice_event_invalid", "取消"),
    ("a.ics", a_calendar(an_event(20270101, None, "休", "SUMMARY:班")), "notice_event_invalid", "两次"),
    ("a.ics", a_calendar(an_event(20270101, None, "休", "DURATION:PT8H")), "notice_event_invalid", "整天"),
    (
        "a.ics",
        a_calendar("BEGIN:VEVENT\nSUMMARY:休\nDTSTART:20270101T090000Z\nEND:VEVENT"),
        "notice_event_invalid",
        "全天",
    ),
    ("a.ics", a_calendar("BEGIN:VEVENT\nSUMMARY:休\nEND:VEVENT"), "notice_event_invalid", "全天"),
    ("a.ics", a_calendar(an_event("00010101", None, "休")), "notice_date_invalid", "第1个事件"),
    ("a.ics", a_calendar(), "notice_empty", "日期"),
]


@pytest.mark.parametrize(("name", "content", "code", "told"), REFUSED)
def test_a_file_that_is_no_notice_is_refused_with_its_place(tmp_path, name, content, code, told):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Refusal) as refused:
        read_notice(path)
    assert refused.value.code == code
    assert told in refused.value.message
    json.dumps(refused.value.as_json())


def test_a_file_that_is_not_there_is_refused(tmp_path):
    for path in (tmp_path / "没有.csv", tmp_path):
        with pytest.raises(Refusal) as refused:
            read_notice(path)
        assert refused.value.code == "file_not_found"


def test_two_years_are_not_guessed_between(tmp_path):
    path = tmp_path / "2027.json"
    path.write_text(json.dumps(JSON), encoding="utf-8")
    assert read_notice(path, year=2027).year == 2027
    with pytest.raises(Refusal) as refused:
        read_notice(path, year=2026)
    assert refused.value.code == "notice_year_conflict"
