"""Office hours over lunch, nights, holidays, short days, clock changes and zones, against a walk."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.batch.calendars import read_calendar
from states.calendar import WorkCalendar
from states.deadlines.limit import Term
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import DEFAULT_RULE, RULES, CountingRule
from states.vocabulary import LimitUnit
from tests.states.time import oracle
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
SHANGHAI = CALENDAR.zone
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
QUARTER = timedelta(minutes=15)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def ruled(**changes: object) -> CountingRule:
    return DEFAULT_RULE.model_copy(update=changes)


def every_day(*spans: tuple[str, str], zone: str = "Asia/Shanghai", **more: object) -> WorkCalendar:
    return read_calendar({"tz": zone, "week": {name: [list(one) for one in spans] for name in NAMES}, **more})


WORKING_HOURS = [
    ("2026-07-01T08:30", 1, "2026-07-01T09:30"),
    ("2026-07-01T11:00", 2, "2026-07-01T14:30"),  # across lunch
    ("2026-07-01T12:30", 1, "2026-07-01T14:30"),  # from within lunch
    ("2026-07-01T11:00", 1, "2026-07-01T12:00"),  # to the closing, not to the reopening
    ("2026-07-01T06:00", 1, "2026-07-01T09:30"),  # before opening
    ("2026-07-01T17:00", 2, "2026-07-02T09:30"),  # over night
    ("2026-07-01T08:30", 8, "2026-07-01T18:00"),  # a whole day ends with it
    ("2026-07-01T08:30", 8.5, "2026-07-02T09:00"),
    ("2026-07-01T08:30", 0.1, "2026-07-01T08:36"),
    ("2026-07-01T08:30", 40, "2026-07-07T18:00"),  # five days of eight hours
    ("2026-07-03T17:30", 1, "2026-07-06T09:00"),  # over a weekend
    ("2026-07-04T10:00", 1, "2026-07-06T09:30"),  # from a Saturday
    ("2026-09-30T17:00", 2, "2026-10-08T09:30"),  # over National Day
    ("2026-09-18T17:30", 1, "2026-09-20T09:00"),  # into a Sunday that is worked
    ("2026-02-14T17:00", 2, "2026-02-24T09:30"),  # from a make-up Saturday over the Spring Festival
    ("2025-12-31T17:30", 1, "2026-01-04T09:00"),  # over the year's end into a make-up Sunday
    ("2026-07-01T18:00", 0, "2026-07-02T08:30"),  # nothing, at the closing: the next opening
    ("2026-07-01T12:30", 0, "2026-07-01T13:30"),
    ("2026-07-06T09:00", -1, "2026-07-03T17:30"),  # back over a weekend
    ("2026-07-01T18:00", -8, "2026-07-01T08:30"),  # back to the opening, not to the closing before
    ("2026-07-06T08:30", -8, "2026-07-03T08:30"),
    ("2026-07-01T14:00", -1, "2026-07-01T11:30"),
    ("2026-10-08T09:00", -1, "2026-09-30T17:30"),
    ("2026-07-04T10:00", -1, "2026-07-03T17:00"),
]


@pytest.mark.parametrize(("start", "hours", "due"), WORKING_HOURS)
def test_working_hours_pass_only_while_the_office_is_open(start, hours, due):
    term = Term(LimitUnit.WORKING_HOURS, hours)
    assert Reckoner(CALENDAR).due(at(start), term) == at(due)
    assert Reckoner(CALENDAR).due(at(start), Term(LimitUnit.WORKING_MINUTES, hours * 60)) == at(due)


DAY_ENDS = [
    ({}, "2026-07-08T09:10", "2026-07-16T00:00"),
    ({"end_of_day": True}, "2026-07-08T09:10", "2026-07-15T18:00"),
    ({"keep_time": True}, "2026-07-08T09:10", "2026-07-15T09:10"),
    ({"keep_time": True, "end_of_day": True}, "2026-07-08T09:10", "2026-07-15T09:10"),
    ({"cutoff": time(17)}, "2026-07-08T17:00", "2026-07-16T00:00"),  # on the stroke is in time
    ({"cutoff": time(17)}, "2026-07-08T17:00:01", "2026-07-17T00:00"),
    ({"cutoff": time(17), "keep_time": True}, "2026-07-08T22:00", "2026-07-16T08:30"),
    ({"cutoff": time(17)}, "2026-09-30T17:30", "2026-10-15T00:00"),  # counts as arriving on 8 October
    ({"rest_day_start": "roll_first"}, "2026-07-11T10:00", "2026-07-21T00:00"),
    ({"rest_day_start": "roll_first", "keep_time": True}, "2026-07-11T10:00", "2026-07-20T08:30"),
    ({"keep_time": True}, "2026-07-11T10:00", "2026-07-17T10:00"),
    ({"count_start_day": True, "end_of_day": True}, "2026-07-08T09:10", "2026-07-14T18:00"),
]


@pytest.mark.parametrize(("changes", "start", "due"), DAY_ENDS)
def test_five_working_days_end_when_the_rule_says(changes, start, due):
    assert Reckoner(CALENDAR, ruled(**changes)).due(at(start), Term(LimitUnit.WORKING_DAYS, 5)) == at(due)


@pytest.mark.parametrize("hours", [1, 3])
def test_a_late_arrival_s_hours_begin_with_the_next_opening(hours):
    late = Reckoner(CALENDAR, RULES["local-next-day-after-cutoff"])
    term = Term(LimitUnit.WORKING_HOURS, hours)
    assert late.due(at("2026-07-03T17:10"), term) == at("2026-07-06T08:30") + timedelta(hours=hours)
    assert Reckoner(CALENDAR).due(at("2026-07-03T17:30"), Term(LimitUnit.WORKING_HOURS, 0.5)).hour == 18


def test_a_make_up_day_keeps_the_hours_of_a_working_day():
    open_time = CALENDAR.open_time
    assert open_time.between(at("2026-09-20T00:00"), at("2026-09-21T00:00")) == timedelta(hours=8)
    assert open_time.opening(date(2026, 9, 20)) == at("2026-09-20T08:30")
    assert open_time.closing(date(2026, 9, 20)) == at("2026-09-20T18:00")


def test_a_day_with_hours_of_its_own_is_that_short():
    calendar = every_day(("09:00", "17:00"), days={"2026-12-31": [["09:00", "12:00"]], "2027-01-01": []})
    open_time, eve = calendar.open_time, at("2026-12-31T11:00")
    assert open_time.add(eve, timedelta(hours=2)) == at("2027-01-02T10:00")
    assert open_time.between(at("2026-12-31T00:00"), at("2027-01-02T00:00")) == timedelta(hours=3)
    end = Reckoner(calendar, ruled(end_of_day=True)).due(at("2026-12-30T10:00"), Term(LimitUnit.DAYS, 1))
    assert end == at("2026-12-31T12:00")


def test_spans_that_touch_or_overlap_are_counted_once():
    calendar = every_day(("13:00", "17:00"), ("09:00", "12:00"), ("11:00", "13:00"), ("12:00", "14:00"))
    assert calendar.open_time.between(at("2026-07-01T00:00"), at("2026-07-02T00:00")) == timedelta(hours=8)


def test_an_office_open_until_midnight_goes_on_at_midnight():
    calendar = every_day(("00:00", "24:00"))
    assert calendar.open_time.add(at("2026-07-01T23:00"), timedelta(hours=2)) == at("2026-07-02T01:00")
    assert calendar.open_time.next_open(at("2026-07-02T00:00")) == at("2026-07-02T00:00")
    assert calendar.open_time.add(at("2025-12-31T23:00"), timedelta(hours=1)) == at("2026-01-01T00:00")


def test_a_start_elsewhere_is_judged_by_the_office_s_clock():
    calendar = every_day(("09:00", "17:00"), zone="Asia/Kathmandu")
    due = Reckoner(calendar).due(at("2026-07-01T20:00"), Term(LimitUnit.WORKING_HOURS, 1))
    assert due.isoformat() == "2026-07-02T10:00:00+05:45"
    across_midnight = datetime(2026, 7, 1, 18, 30, tzinfo=UTC)  # 00:15 of 2 July in Kathmandu
    due = Reckoner(calendar).due(across_midnight, Term(LimitUnit.DAYS, 1))
    assert due.isoformat() == "2026-07-04T00:00:00+05:45"


CLOCK_CHANGES = [
    ("America/New_York", "2026-03-07T12:00", 24, "2026-03-08T13:00:00-04:00"),
    ("America/New_York", "2026-10-31T12:00", 24, "2026-11-01T11:00:00-05:00"),
    ("America/New_York", "2026-03-08T01:30", 1, "2026-03-08T03:30:00-04:00"),
    ("America/New_York", "2026-11-01T00:30", 2, "2026-11-01T01:30:00-05:00"),
    ("America/New_York", "2026-03-08T04:00", -2, "2026-03-08T01:00:00-05:00"),
    ("Europe/London", "2026-03-29T00:30", 1, "2026-03-29T02:30:00+01:00"),
    ("Australia/Lord_Howe", "2026-10-04T01:30", 1, "2026-10-04T03:00:00+11:00"),
    ("Australia/Lord_Howe", "2026-04-05T01:00", 1, "2026-04-05T01:30:00+10:30"),
    ("Pacific/Apia", "2011-12-29T23:00", 2, "2011-12-31T01:00:00+14:00"),  # 30 December did not happen
    ("Asia/Shanghai", "1986-05-04T01:00", 3, "1986-05-04T05:00:00+09:00"),
    ("Asia/Shanghai", "1991-09-15T00:30", 2, "1991-09-15T01:30:00+08:00"),
]


@pytest.mark.parametrize(("zone", "start", "hours", "due"), CLOCK_CHANGES)
def test_an_hour_is_an_hour_in_the_night_the_clocks_change(zone, start, hours, due):
    calendar = every_day(("00:00", "24:00"), zone=zone)
    for unit in (LimitUnit.HOURS, LimitUnit.WORKING_HOURS):
        assert Reckoner(calendar).due(at(start, zone), Term(unit, hours)).isoformat() == due


def test_a_day_is_a_day_in_the_night_the_clocks_change():
    calendar = every_day(("00:00", "24:00"), zone="America/New_York")
    reckoner = Reckoner(calendar, ruled(keep_time=True))
    due = reckoner.due(at("2026-03-07T12:00", "America/New_York"), Term(LimitUnit.DAYS, 1))
    assert due.isoformat() == "2026-03-08T12:00:00-04:00"
    skipped = reckoner.due(at("2026-03-07T02:30", "America/New_York"), Term(LimitUnit.DAYS, 1))
    assert skipped.isoformat() == "2026-03-08T03:00:00-04:00"
    twice = reckoner.due(at("2026-10-31T01:30", "America/New_York"), Term(LimitUnit.DAYS, 1))
    assert twice.isoformat() == "2026-11-01T01:30:00-04:00"


def test_a_kept_time_that_was_a_second_pass_never_falls_into_a_gap():
    zone = ZoneInfo("Europe/London")
    calendar = every_day(("00:00", "24:00"), zone="Europe/London")
    second_pass = datetime(2025, 10, 26, 1, 30, tzinfo=zone, fold=1)
    due = Reckoner(calendar, ruled(keep_time=True)).due(second_pass, Term(LimitUnit.DAYS, 154))
    assert due.isoformat() == "2026-03-29T02:00:00+01:00"


def test_two_passes_of_the_same_hour_are_an_hour_apart():
    zone = ZoneInfo("America/New_York")
    open_time = every_day(("00:00", "24:00"), zone=zone.key).open_time
    first = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    second, before = first.replace(fold=1), first.replace(fold=1, minute=15)
    assert open_time.between(first, second) == timedelta(hours=1)
    assert open_time.between(first, before) == timedelta(minutes=45)  # later, though its face says earlier
    assert open_time.between(second, first) == timedelta(0)


def test_an_office_that_closes_within_the_repeated_hour_closes_on_its_second_pass():
    calendar = every_day(("00:00", "01:30"), zone="America/New_York")
    assert calendar.open_time.closing(date(2026, 11, 1)).isoformat() == "2026-11-01T01:30:00-05:00"
    late = every_day(("01:30", "09:00"), zone="America/New_York")
    assert late.open_time.opening(date(2026, 11, 1)).isoformat() == "2026-11-01T01:30:00-04:00"


NIGHTS = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight is skipped
    ("America/Sao_Paulo", date(2018, 2, 18)),  # the last hour of the day before comes twice
    ("America/Havana", date(2026, 11, 1)),  # the first hour of the day comes twice
    ("Atlantic/Azores", date(2026, 10, 25)),
    ("Asia/Shanghai", date(1986, 5, 4)),
    ("Asia/Shanghai", date(1991, 9, 15)),
    ("Asia/Kathmandu", date(2026, 7, 1)),
]
SHIFTS = {
    "all day": [("00:00", "24:00")],
    "office": [("09:00", "12:00"), ("13:00", "17:00")],
    "night": [("00:00", "06:00"), ("22:00", "24:00")],
    "evening": [("18:00", "24:00")],
}


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("night", NIGHTS, ids=lambda one: f"{one[0]}-{one[1]}")
def test_open_time_is_what_a_walk_by_the_clock_on_the_wall_counts(night, shift):
    zone, day = ZoneInfo(night[0]), night[1]
    calendar = every_day(*SHIFTS[shift], zone=night[0])
    spans = [tuple(int(text[:2]) * 60 + int(text[3:]) for text in one) for one in SHIFTS[shift]]
    noon = datetime.combine(day - oracle.DAY, time(12), zone).astimezone(UTC)
    instants = [noon + number * timedelta(minutes=45) for number in range(64)]
    for start in instants[::7]:
        walked = [oracle.open_minutes(start, end, zone, lambda _: spans) for end in instants]
        counted = [calendar.open_time.between(start, end) / timedelta(minutes=1) for end in instants]
        assert counted == walked


@pytest.mark.parametrize("night", NIGHTS, ids=lambda one: f"{one[0]}-{one[1]}")
@given(cuts=st.lists(st.integers(0, 40), min_size=2, max_size=6, unique=True).map(sorted))
def test_any_hours_are_open_exactly_while_the_wall_shows_them(night, cuts):
    zone, spans = ZoneInfo(night[0]), [*zip(cuts[::2], cuts[1::2], strict=False), (60, 96)]
    written = [(f"{one // 4:02}:{one % 4 * 15:02}", f"{end // 4:02}:{end % 4 * 15:02}") for one, end in spans]
    open_time = every_day(*written, zone=night[0]).open_time
    spans = [(one * 15, end * 15) for one, end in spans]
    noon = datetime.combine(night[1] - oracle.DAY, time(12), zone).astimezone(UTC)
    for start in (noon + number * QUARTER for number in range(0, 160)):
        shut = not oracle.is_open(start, zone, lambda _: spans)
        assert open_time.between(start, start + QUARTER) == (timedelta(0) if shut else QUARTER)
        assert (open_time.next_open(start) > start) == shut


@given(
    st.integers(0, 30 * 96),
    st.integers(1, 400),
    st.sampled_from(sorted({zone for zone, _ in NIGHTS})),
    st.booleans(),
)
def test_what_is_added_has_passed_between(start, quarters, zone, back):
    open_time = every_day(("00:00", "02:30"), ("09:00", "12:00"), ("13:30", "24:00"), zone=zone).open_time
    begun = datetime(2026, 10, 20, tzinfo=UTC) + start * QUARTER
    amount = quarters * QUARTER
    if back:
        assert open_time.between(open_time.add(begun, -amount), begun) == amount
    else:
        assert open_time.between(begun, open_time.add(begun, amount)) == amount


@given(st.integers(0, 60 * 96), st.integers(0, 96), st.integers(0, 96))
def test_open_time_adds_up_over_any_instant_in_the_middle(start, first, second):
    one = datetime(2026, 9, 15, tzinfo=UTC) + start * QUARTER
    two = one + first * QUARTER
    three = two + second * QUARTER
    between = CALENDAR.open_time.between
    assert between(one, two) + between(two, three) == between(one, three)
    assert between(three, one) == (timedelta(0) if three > one else between(one, three))


@given(st.integers(0, 60 * 96))
def test_the_next_opening_is_the_first_open_instant(quarters):
    asked = datetime(2026, 9, 15, tzinfo=UTC) + quarters * QUARTER
    opens = CALENDAR.open_time.next_open(asked)

    def spans(day: date) -> oracle.Spans:
        return [(510, 720), (810, 1080)] if oracle.by_the_notices(day) else []

    assert oracle.is_open(opens, SHANGHAI, spans)
    assert oracle.open_minutes(asked, opens, SHANGHAI, spans) == 0


def test_the_whole_of_2026_has_its_working_days_in_hours():
    year = CALENDAR.open_time.between(at("2026-01-01T00:00"), at("2027-01-01T00:00"))
    assert year == 248 * timedelta(hours=8)
