"""Rows answered one by one: every operation, every field of a rule, every refusal, anything anybody sends."""

import json
import time
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.batch import Desk
from states.errors import RuleInvalid
from states.vocabulary import LimitUnit
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
OFFICE = [["09:00", "12:00"], ["13:00", "17:00"]]
OWN = {
    "tz": "Asia/Shanghai",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE),
    "holidays": ["2026-10-01", {"from": "2026-10-02", "to": "2026-10-07"}, "*-01-01", "*-02-29"],
    "workdays": ["2026-10-10"],
    "days": {"2026-10-09": [["09:00", "12:00"]]},
}
ALL_WEEK = {name: [["00:00", "24:00"]] for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def named(name: str | None) -> Any:
    if name not in (None, "cn"):
        raise RuleInvalid("没有这个日历。", code="calendar_unknown")
    return CALENDAR


@pytest.fixture
def desk() -> Desk:
    return Desk(named)


def due(start: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "limit": {"unit": unit, "value": value}, "calendar": OWN, **more}


def asked(op: str, **more: Any) -> dict[str, Any]:
    return {"op": op, "calendar": OWN, **more}


def nested(depth: int) -> Any:
    return orjson.loads("[" * depth + "]" * depth)


DUE = [
    (due("2026-09-30", 1, "working_days"), "2026-10-08"),
    (due("2026-09-30", 3, "working_days"), "2026-10-10"),  # a Saturday among `workdays`
    (due("2026-09-30", 5.0, "working_days", op="due"), "2026-10-13"),
    (due("2026-09-30T10:00", 1, "working_days"), "2026-10-09T00:00:00+08:00"),
    (due("2026-09-30T10:00", 2, "working_days", rule={"end_of_day": True}), "2026-10-09T12:00:00+08:00"),
    (due("2026-09-30T10:00", 1, "working_days", rule={"keep_time": True}), "2026-10-08T10:00:00+08:00"),
    (due("2026-09-30", 2, "working_days", rule={"count_start_day": True}), "2026-10-08"),
    (due("2026-09-30T17:00", 1, "working_days", rule={"cutoff": "17:00"}), "2026-10-09T00:00:00+08:00"),
    (due("2026-09-30T17:01", 1, "working_days", rule={"cutoff": "17:00"}), "2026-10-10T00:00:00+08:00"),
    (due("2026-09-30T17:01", 1, "working_hours", rule={"cutoff": "17:00"}), "2026-10-08T10:00:00+08:00"),
    (due("2026-10-03", 1, "working_days", rule={"rest_day_start": "as_is"}), "2026-10-08"),
    (due("2026-10-03", 1, "working_days", rule={"rest_day_start": "roll_first"}), "2026-10-09"),
    (due("2026-09-30", 1, "days", rule={"roll": "none"}), "2026-10-01"),
    (due("2026-09-30", 1, "days", rule={"roll": "forward"}), "2026-10-08"),
    (due("2026-09-30", 1, "days", rule={}), "2026-10-08"),
    (due("2026-09-30", 1, "days", rule=None), "2026-10-08"),
    (due("2026-09-24", 1, "weeks"), "2026-10-08"),
    (due("2026-01-31", 1, "months"), "2026-03-02"),
    (due("2026-01-31", 1, "months", rule="cn-agreed-no-roll"), "2026-02-28"),
    (due("2026-09-30T10:00", 1, "working_days", rule="cn-office-hours"), "2026-10-08T17:00:00+08:00"),
    (due("2026-09-30T15:00", 3, "working_hours"), "2026-10-08T10:00:00+08:00"),
    (due("2026-10-09T11:00", 90, "working_minutes"), "2026-10-10T09:30:00+08:00"),
    (due("2026-09-30T10:00", 1.5, "hours"), "2026-09-30T11:30:00+08:00"),
    (due("2026-09-30T23:30", 45, "minutes"), "2026-10-01T00:15:00+08:00"),
    (due("2026-10-15", -7, "days"), "2026-10-08"),
    (due("2026-10-08", -1, "working_days"), "2026-09-30"),
    (due("2026-10-08T10:00", -3, "working_hours"), "2026-09-30T15:00:00+08:00"),
    (due("2026-10-03", 0, "working_days"), "2026-10-08"),
    (due("2026-10-03", 0, "working_days", rule={"roll": "none"}), "2026-10-03"),
    (due("2026-07-01", -0.0, "days"), "2026-07-01"),
    (due("2026-10-12", 2, "working_days", pauses=[["2026-10-13", "2026-10-14"]]), "2026-10-15"),
    (
        due("2026-10-12T09:00", 2, "hours", pauses=[["2026-10-12T10:00", "2026-10-12T10:30"]]),
        "2026-10-12T11:30:00+08:00",
    ),
    (due("2026-10-12", 2, "working_days", pauses=[]), "2026-10-14"),
    (due("2026-09-30T01:00:00Z", 1, "working_hours"), "2026-09-30T10:00:00+08:00"),
    (due("2026-09-30T10:00:00+09:00", 1, "hours"), "2026-09-30T10:00:00+08:00"),
    (due("2026-02-10", 15, "working_days", calendar=None), "2026-03-09"),
    (due("2026-02-10", 15, "working_days", calendar="cn"), "2026-03-09"),
    (due("2026-07-03T12:00", 24, "working_hours", calendar={}), "2026-07-06T12:00:00+08:00"),
    (due("2026-07-01T09:00", 1, "days", calendar={"tz": "Asia/Kathmandu"}), "2026-07-03T00:00:00+05:45"),
    (due("2028-02-28", 1, "working_days"), "2028-03-01"),  # a leap day's holiday
    (due("2027-02-26", 1, "working_days"), "2027-03-01"),
    (due("2026-12-31", 1, "working_days"), "2027-01-04"),  # New Year of every year
    (due("2026-03-08T02:30", 1, "hours", calendar={"tz": "America/New_York"}), "2026-03-08T04:00:00-04:00"),
    (due("2026-11-01T01:30", 1, "hours", calendar={"tz": "America/New_York"}), "2026-11-01T01:30:00-05:00"),
    (due("2026-09-30T16:59:59.5", 1, "working_minutes"), "2026-10-08T09:00:59.500000+08:00"),
]


@pytest.mark.parametrize(("row", "expected"), DUE, ids=lambda one: one if isinstance(one, str) else None)
def test_a_row_is_due_when_worked_out_by_hand(desk, row, expected):
    answer = desk.answer({"id": 7, **row})
    assert answer == {"id": 7, "due": expected, "provisional": False, "error": None}


OTHERS = [
    (
        asked("start_for_due", due="2026-10-08", limit={"unit": "working_days", "value": 1}),
        {"start": "2026-09-30"},
    ),
    (asked("start_for_due", due="2026-10-03", limit={"unit": "days", "value": 7}), {"start": "2026-09-23"}),
    (
        asked("start_for_due", due="2026-10-08T10:00", limit={"unit": "working_hours", "value": 3}),
        {"start": "2026-09-30T15:00:00+08:00"},
    ),
    (
        asked("working_time_between", start="2026-09-30T15:00", end="2026-10-08T10:00"),
        {"working_minutes": 180},
    ),
    (asked("working_time_between", start="2026-10-08", end="2026-10-10"), {"working_minutes": 600}),
    (asked("working_time_between", start="2026-10-10", end="2026-10-08"), {"working_minutes": 0}),
    (
        asked("working_time_between", start="2026-10-08T09:00", end="2026-10-08T09:00:30"),
        {"working_minutes": 0.5},
    ),
    (asked("working_days_between", start="2026-09-30", end="2026-10-10"), {"working_days": 3}),
    (asked("working_days_between", start="2026-09-30", end="2026-10-11"), {"working_days": 4}),
    (asked("working_days_between", start="2026-09-30", end="2026-09-30"), {"working_days": 0}),
    (asked("working_days_between", start="2026-10-10", end="2026-09-30"), {"working_days": 0}),
    (asked("is_working_day", at="2026-10-10"), {"working": True}),
    (asked("is_working_day", at="2026-10-01"), {"working": False}),
    (asked("is_working_day", at="2031-01-01"), {"working": False}),
    (asked("is_working_day", at="2026-10-09T20:00:00Z"), {"working": True}),  # 10 October at the office
    (asked("next_open", at="2026-09-30T17:00"), {"at": "2026-10-08T09:00:00+08:00"}),
    (asked("next_open", at="2026-09-30T12:30"), {"at": "2026-09-30T13:00:00+08:00"}),
    (asked("next_open", at="2026-09-30T10:10"), {"at": "2026-09-30T10:10:00+08:00"}),
    (asked("next_open", at="2026-10-03"), {"at": "2026-10-08T09:00:00+08:00"}),
]
HOURS, DAYS = {"unit": "working_hours", "value": 8}, {"unit": "working_days", "value": 1}
ELAPSED = [
    ("2026-10-08T09:00", HOURS, "2026-10-09T10:00", [], (480, 0, True)),
    ("2026-10-08T09:00", HOURS, "2026-10-09T10:01", [], (481, -1, False)),
    ("2026-10-08T09:00", HOURS, "2026-10-08T12:30", [], (180, 300, True)),
    ("2026-10-08T09:00", HOURS, "2026-10-08T08:00", [], (0, 480, True)),
    (
        "2026-10-08T09:00",
        HOURS,
        "2026-10-08T17:00",
        [["2026-10-08T11:00", "2026-10-08T14:00"]],
        (300, 180, True),
    ),
    ("2026-10-08T09:00", {"unit": "hours", "value": 4}, "2026-10-08T14:00", [], (300, -60, False)),
    ("2026-10-08", DAYS, "2026-10-09", [], (420, 0, True)),  # a date against a date: in time to the day
    (
        "2026-10-08T10:00",
        DAYS,
        "2026-10-09T23:59",
        [],
        (540, 0, True),
    ),  # until 24:00, though the office is shut
    ("2026-10-08T10:00", DAYS, "2026-10-10T09:30", [], (570, -30, False)),
    ("2026-10-08T10:00", DAYS, "2026-10-10T08:00", [], (540, 0, False)),  # late by no working time is late
    ("2026-07-02T10:00", DAYS, "2026-07-04T15:00", [], (780, 0, False)),
]


@pytest.mark.parametrize(("row", "expected"), OTHERS)
def test_every_other_operation_answers_what_was_worked_out_by_hand(desk, row, expected):
    assert desk.answer({"id": "x", **row}) == {"id": "x", "provisional": False, "error": None, **expected}


@pytest.mark.parametrize("example", ELAPSED)
def test_a_matter_done_has_used_so_much_of_its_limit(desk, example):
    start, limit, done, pauses, expected = example
    answer = desk.answer(asked("elapsed", start=start, limit=limit, done=done, pauses=pauses))
    assert answer["error"] is None
    assert (answer["elapsed_minutes"], answer["margin_minutes"], answer["on_time"]) == expected


def test_a_date_into_an_unknown_year_is_provisional_and_says_so(desk):
    for row in (due("2026-12-21", 15, "working_days"), due("2031-01-05", 1, "days")):
        assert desk.answer({**row, "calendar": None})["provisional"] is True
        assert desk.answer(row)["provisional"] is False  # the row's own calendar says all about itself


GOOD = due("2026-09-30", 1, "working_days")
ILL_LIMITS = [
    (None, "limit_missing"),
    ([], "limit_missing"),
    ({}, "unit_unknown"),
    ({"unit": "fortnights", "value": 1}, "unit_unknown"),
    ({"unit": ["days"], "value": 1}, "unit_unknown"),
    ({"unit": "days"}, "limit_invalid"),
    ({"unit": "days", "value": True}, "limit_invalid"),
    ({"unit": "days", "value": "5"}, "limit_invalid"),
    ({"unit": "days", "value": [5]}, "limit_invalid"),
    ({"unit": "days", "value": 1.5}, "limit_fractional"),
    ({"unit": "working_days", "value": -0.5}, "limit_fractional"),
    ({"unit": "working_days", "value": 100_000}, "limit_out_of_range"),
    ({"unit": "minutes", "value": 1e308}, "limit_out_of_range"),
    ({"unit": "months", "value": -(2**63)}, "limit_out_of_range"),
    ({"unit": "working_days", "value": 36_600}, "date_out_of_range"),
    ({"unit": "months", "value": -1_221}, "limit_out_of_range"),
    ({"unit": "months", "value": 1_221}, "limit_out_of_range"),
]
LATE_START = {"start": "2200-12-31"}
ILL_FIELDS = [
    ({"start": None}, "start_missing"),
    ({"start": ""}, "date_invalid"),
    ({"start": 20260101}, "date_invalid"),
    ({"start": False}, "date_invalid"),
    ({"start": "2026-02-30"}, "date_invalid"),
    ({"start": "2026-02-29"}, "date_invalid"),
    ({"start": "0000-01-01"}, "date_invalid"),
    ({"start": "2026-10-01T25:00"}, "date_invalid"),
    ({"start": "2026-10-01T09:00:00+99:00"}, "date_invalid"),
    ({"start": "０２０26-1-1"}, "date_invalid"),
    ({"start": "2026-10-01" * 10_000}, "date_invalid"),
    ({"start": "0001-01-01"}, "date_out_of_range"),
    ({"start": "9999-12-31"}, "date_out_of_range"),
    ({"start": "1899-12-31T23:59:59Z"}, "date_out_of_range"),
    (LATE_START, "date_out_of_range"),
    ({**LATE_START, "limit": {"unit": "days", "value": 1}, "rule": {"roll": "none"}}, "date_out_of_range"),
    ({"start": "2200-12-31T23:00", "limit": {"unit": "hours", "value": 2}}, "date_out_of_range"),
    ({"op": "undo"}, "op_unknown"),
    ({"op": 5}, "op_unknown"),
    ({"op": ["due"]}, "op_unknown"),
    ({"op": "start_for_due"}, "due_missing"),
    ({"op": "elapsed"}, "done_missing"),
    ({"op": "working_time_between"}, "end_missing"),
    ({"op": "working_days_between", "start": None}, "start_missing"),
    ({"op": "is_working_day"}, "at_missing"),
    ({"op": "next_open", "at": "morning"}, "date_invalid"),
    ({"pauses": "x"}, "pauses_invalid"),
    ({"pauses": [["2026-10-01"]]}, "pauses_invalid"),
    ({"pauses": [{"from": "2026-10-01", "to": "2026-10-02"}]}, "pauses_invalid"),
    ({"pauses": [["2026-10-02", "2026-10-01"]]}, "pause_reversed"),
    ({"pauses": [["2026-10-02", None]]}, "date_invalid"),
    (
        {
            "pauses": [
                [f"{year}-{month:02}-01", f"{year}-{month:02}-02"]
                for year in range(1950, 2050)
                for month in range(1, 12)
            ]
        },
        "pauses_too_many",
    ),
    ({"rule": "cn-nobody"}, "counting_rule_unknown"),
    ({"rule": []}, "counting_rule_invalid"),
    ({"rule": 0}, "counting_rule_invalid"),
    ({"rule": {"roll": "back"}}, "counting_rule_invalid"),
    ({"rule": {"rolls": "forward"}}, "counting_rule_invalid"),
    ({"rule": {"cutoff": "25:00"}}, "counting_rule_invalid"),
    ({"start": "2026-09-30T10:00", "rule": {"cutoff": "17:00Z"}}, "counting_rule_invalid"),
    ({"start": "2026-09-30T10:00", "rule": {"cutoff": 61_200}}, "counting_rule_invalid"),
    ({"rule": {"keep_time": "perhaps"}}, "counting_rule_invalid"),
    ({"rule": {"count_start_day": {}}}, "counting_rule_invalid"),
    ({"rule": {"rest_day_start": None}}, "counting_rule_invalid"),
    ({"calendar": 5}, "calendar_field"),
    ({"calendar": []}, "calendar_field"),
    ({"calendar": "mars"}, "calendar_unknown"),
    ({"calendar": {"hollidays": []}}, "calendar_field"),
    ({"calendar": {"week": []}}, "calendar_field"),
    ({"calendar": {"week": {"monday": OFFICE}}}, "calendar_field"),
    ({"calendar": {"holidays": {}}}, "calendar_field"),
    ({"calendar": {"week": {}}}, "calendar_without_working_day"),
    ({"calendar": {"week": {"mon": []}}}, "calendar_without_working_day"),
    ({"calendar": {"week": {"mon": [["09:00"]]}}}, "hours_invalid"),
    ({"calendar": {"week": {"mon": [["17:00", "09:00"]]}}}, "hours_invalid"),
    ({"calendar": {"week": {"mon": [["24:00", "24:00"]]}}}, "hours_invalid"),
    ({"calendar": {"week": {"mon": [["09:00", "24:01"]]}}}, "hours_invalid"),
    ({"calendar": {"week": {"mon": [[9, 17]]}}}, "hours_invalid"),
    ({"calendar": {"week": {"mon": [["09:00", "09:01"]] * 25}}}, "hours_invalid"),
    ({"calendar": {"days": {"2026-10-10": "all"}}}, "hours_invalid"),
    ({"calendar": {"days": {"10 October": OFFICE}}}, "date_invalid"),
    ({"calendar": {"holidays": ["*-02-30"]}}, "date_invalid"),
    ({"calendar": {"holidays": ["*-13-01"]}}, "date_invalid"),
    ({"calendar": {"holidays": ["*"]}}, "date_invalid"),
    ({"calendar": {"holidays": [{}]}}, "date_invalid"),
    ({"calendar": {"holidays": [{"from": "2026-10-07", "to": "2026-10-01"}]}}, "date_range_reversed"),
    ({"calendar": {"holidays": [{"from": "0001-01-01", "to": "9999-12-31"}]}}, "date_out_of_range"),
    ({"calendar": {"workdays": [{"from": "1900-01-01", "to": "2200-12-31"}]}}, "calendar_too_long"),
    ({"calendar": {"tz": "Mars/Olympus"}}, "zone_unknown"),
    ({"calendar": {"tz": "../../etc/passwd"}}, "zone_unknown"),
    ({"calendar": {"tz": "/etc/localtime"}}, "zone_unknown"),
    ({"calendar": {"tz": "Asia"}}, "zone_unknown"),
    ({"calendar": {"tz": "Asia/Shanghai\x00"}}, "zone_unknown"),
    ({"calendar": {"tz": None}}, "zone_unknown"),
    ({"calendar": {"tz": "A" * 100_000}}, "zone_unknown"),
]


@pytest.mark.parametrize(("limit", "code"), ILL_LIMITS)
def test_an_ill_limit_is_refused_by_name(desk, limit, code):
    start = "2150-01-01" if code == "date_out_of_range" else GOOD["start"]
    answer = desk.answer({**GOOD, "id": 9, "start": start, "limit": limit})
    assert (answer["id"], answer["due"], answer["error"] and answer["error"]["code"]) == (9, None, code)


@pytest.mark.parametrize(
    ("changes", "code"), ILL_FIELDS, ids=lambda one: one if isinstance(one, str) else None
)
def test_an_ill_field_is_refused_by_name_and_in_chinese(desk, changes, code):
    answer = desk.answer({**GOOD, "id": 9, **changes})
    assert (answer["id"], answer["due"], answer["error"] and answer["error"]["code"]) == (9, None, code)
    assert any("一" <= letter <= "鿿" for letter in answer["error"]["message"])
    assert len(orjson.dumps(answer)) < 1_000


@pytest.mark.parametrize("row", [None, 5, "due", [], [GOOD], True, 1e308])
def test_a_row_that_is_no_object_is_refused(desk, row):
    assert desk.answer(row)["error"]["code"] == "row_invalid"


HOSTILE = [
    {"calendar": {"days": {"2026-10-10": None}}},
    {"calendar": {"days": {"2026-10-10": 5}}},
    {"calendar": {"week": {"mon": 5}}},
    {"calendar": {"week": {"mon": True}}},
    {"calendar": {"week": {"mon": {"09:00": "17:00"}}}},
    {"calendar": {"holidays": [None, True, 5, [], ""]}},
    {"calendar": {"holidays": [{"from": {}, "to": []}]}},
    {"calendar": {"tz": {"name": "Asia/Shanghai"}}},
    {"calendar": {"week": nested(1_000)}},
    {"calendar": nested(1_000)},
    {"rule": {"roll": nested(1_000)}},
    {"op": nested(1_000)},
    {"start": nested(1_000)},
    {"limit": {"unit": "days", "value": nested(1_000)}},
    {"pauses": [[nested(1_000), "2026-10-01"]]},
]


@pytest.mark.parametrize("changes", HOSTILE, ids="-".join)
def test_whatever_stands_in_a_field_is_refused_and_never_raises(desk, changes):
    answer = desk.answer({**GOOD, "id": 9, **changes})
    assert answer["id"] == 9
    assert answer["error"]["code"] not in ("", "internal")
    assert orjson.dumps(answer)


@pytest.mark.parametrize("depth", [200, 260, 1_000])
def test_an_id_of_any_depth_can_be_answered(desk, depth):
    assert orjson.dumps(desk.answer({**GOOD, "id": nested(depth)}))


FIELDS = ("id", "op", "calendar", "start", "end", "due", "at", "done", "limit", "rule", "pauses")
WORDS = ["due", "elapsed", "days", "2026-02-28", "2026-10-01T09:00", "09:00", "24:00", "cn", "unit", "value"]
WORDS += ["week", "mon", "holidays", "tz", "Asia/Shanghai", "from", "to", "cutoff", "roll", "working_hours"]
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
words = st.sampled_from(WORDS) | st.text(max_size=6).filter(lambda text: text.isprintable())
values = st.recursive(
    plain | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
rows = st.dictionaries(st.sampled_from(FIELDS), values, max_size=6).map(lambda row: {**GOOD, **row})


@given(rows)
def test_no_row_whatever_raises(row):
    row = orjson.loads(orjson.dumps(row))
    answer = Desk(named).answer(row)
    named_by = row.get("id")
    assert orjson.loads(orjson.dumps(answer))["id"] == (
        None if isinstance(named_by, list | dict) else named_by
    )
    assert answer["error"] is None or answer["error"]["code"]


@given(
    st.sampled_from(["due", "start_for_due", "elapsed"]),
    st.sampled_from(LimitUnit),
    st.integers(-60, 60),
    st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 1, 1)),
)
def test_every_unit_and_amount_in_reach_is_answered(op, unit, amount, day):
    row = {
        "op": op,
        "start": str(day),
        "due": str(day),
        "done": str(day),
        "limit": {"unit": unit, "value": amount},
    }
    assert Desk(named).answer(row)["error"] is None


def test_a_mixed_stream_keeps_its_order_and_goes_on_after_every_refusal(desk):
    good = [{**row, "id": number} for number, (row, _) in enumerate(DUE)]
    ill = [one for one in ILL_FIELDS if "rule" not in one[0]][: len(good)]
    bad = [{**GOOD, "id": -number, **changes} for number, (changes, _) in enumerate(ill, 1)]
    mixed = [row for pair in zip(good, bad, strict=False) for row in pair]
    answers = [desk.answer(row) for row in json.loads(json.dumps(mixed))]
    assert len(answers) == len(mixed) >= 80
    assert [answer["id"] for answer in answers] == [row["id"] for row in mixed]
    assert [answer["due"] for answer in answers[::2]] == [expected for _, expected in DUE]
    assert [answer["error"]["code"] for answer in answers[1::2]] == [code for _, code in ill]


def test_calendars_that_differ_never_share_an_answer(desk):
    described = [{}, {"holidays": ["2026-10-08"]}, {"holidays": ["2026-10-01"]}, {"workdays": ["2026-10-03"]}]
    rows_ = [due("2026-09-30", 2, "working_days", calendar=one) for one in described]
    for _ in range(3):
        assert [desk.answer(row)["due"][-2:] for row in rows_] == ["02", "02", "05", "02"]


def test_more_calendars_than_anybody_remembers_are_answered_right(desk):
    for number in range(600):
        day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
        row = asked(
            "is_working_day", at=day, calendar={"week": ALL_WEEK, "holidays": [day], "version": str(number)}
        )
        assert desk.answer(row)["working"] is False


YEARLY = [f"*{number}" for number in range(20_000)]
LONG = {
    "yearly": {"holidays": ["2026-10-01"] * 20_000 + YEARLY},
    "ranges": {"holidays": [{"date": "2026-10-01"}] * 20_000 + YEARLY},
    "overlapping": {"workdays": [{"from": "1990-01-01", "to": "2040-01-01"}] * 20_000},
}


@pytest.mark.parametrize("calendar", LONG.values(), ids=LONG)
def test_a_long_calendar_is_judged_in_a_moment(desk, calendar):
    began = time.process_time()
    desk.answer({**GOOD, "calendar": calendar})
    assert time.process_time() - began < 1.5


def test_a_century_of_short_spans_is_counted_in_a_few_seconds(desk):
    spans = [[f"{hour:02}:00", f"{hour:02}:01"] for hour in range(24)]
    calendar = {"week": dict.fromkeys(ALL_WEEK, spans)}
    began = time.process_time()
    answer = desk.answer(due("2000-01-03T00:00", 876_600, "working_minutes", calendar=calendar))
    assert answer["due"].startswith("2100-01")
    assert time.process_time() - began < 4


@pytest.mark.parametrize(("unit", "value"), [("days", 500), ("months", 20), ("working_hours", 4_000)])
def test_a_latest_start_before_a_thousand_pauses_is_found_in_a_moment(desk, unit, value):
    months = [f"{1900 + at // 12}-{at % 12 + 1:02}" for at in range(1_000)]
    pauses = [[f"{month}-01", f"{month}-28"] for month in months]
    limit = {"unit": unit, "value": value}
    began = time.process_time()
    answer = desk.answer(asked("start_for_due", due="1984-01-31", limit=limit, pauses=pauses))
    assert answer["start"] < "1981"
    assert time.process_time() - began < 1.5
