"""When mails may leave, against somebody who looks at his watch every minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from states.calendar import SHANGHAI, DayKind, OfficeHours, WorkCalendar
from states.errors import FactInvalid, RuleInvalid
from states.policy import MailRule
from states.windows import is_open, next_open, rest_between
from tests.builders import at
from workflow.calendars import base_calendar

REAL, RULE = base_calendar(2026), MailRule()
MINUTE = timedelta(minutes=1)
FIRST = date(2026, 9, 14)

minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
rules = st.lists(minutes, min_size=2, max_size=2, unique=True).map(
    lambda pair: MailRule(opens=min(pair), closes=max(pair))
)
near = st.integers(0, 20).map(lambda days: FIRST + timedelta(days=days))
instants = st.builds(
    lambda day, second: datetime.combine(day, time(), SHANGHAI) + timedelta(seconds=second),
    near,
    st.integers(0, 86_399),
)
kinds = st.dictionaries(near, st.sampled_from([DayKind.REST, DayKind.MAKE_UP]), max_size=12)
calendars = st.just(REAL) | kinds.map(lambda days: WorkCalendar("own", None, days))


def may_leave(rule, calendar, moment):
    """By the letter: no rest day, not before it opens, not from closing time on."""
    kind = calendar.days.get(moment.date())
    works = moment.weekday() < 5 if kind is None else kind is not DayKind.REST
    minute = moment.hour * 60 + moment.minute
    opens, closes = (hour.hour * 60 + hour.minute for hour in (rule.opens, rule.closes))
    return works and opens <= minute < closes


@given(rules, calendars, instants)
def test_the_window_is_open_just_when_a_watch_says_so(rule, calendar, moment):
    assert is_open(rule, calendar, moment) == may_leave(rule, calendar, moment)
    assert is_open(rule, calendar, moment.astimezone(UTC)) == is_open(rule, calendar, moment)


@given(rules, calendars, instants)
def test_it_opens_next_at_the_first_minute_a_watch_finds(rule, calendar, moment):
    found = moment
    while not may_leave(rule, calendar, found):
        found = found.replace(second=0) + MINUTE
    assert next_open(rule, calendar, moment.astimezone(UTC)) == found
    assert next_open(rule, calendar, moment).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(2026, 9, 18, 0), at(2026, 9, 18, 8, 30)),
        (at(2026, 9, 18, 17, 29), at(2026, 9, 18, 17, 29)),
        (at(2026, 9, 18, 17, 30), at(2026, 9, 20, 8, 30)),  # a Sunday worked for the National Day
        (at(2026, 9, 30, 18), at(2026, 10, 8, 8, 30)),
        (at(2026, 10, 10, 7), at(2026, 10, 10, 8, 30)),  # a Saturday worked
        (at(2026, 12, 31, 18), at(2027, 1, 4, 8, 30)),
    ],
)
def test_holidays_are_closed_and_make_up_days_are_open(moment, opens):
    assert next_open(RULE, REAL, moment) == opens


@given(calendars, instants, instants)
def test_rest_days_between_are_counted_day_by_day(calendar, one, other):
    start, end = sorted((one, other))
    days = [start.date() + timedelta(days=passed + 1) for passed in range((end.date() - start.date()).days)]
    assert rest_between(calendar, start, end).days == sum(not calendar.is_working(day) for day in days)


def test_a_calendar_without_work_never_opens_and_says_so():
    never = WorkCalendar("never", None, {}, hours=OfficeHours(((),) * 7))
    assert not is_open(RULE, never, at(2026, 9, 18))
    with pytest.raises(RuleInvalid):
        next_open(RULE, never, at(2026, 9, 18))
    with pytest.raises(FactInvalid):
        next_open(RULE, REAL, at(2200, 12, 31, 18))


@pytest.mark.parametrize("hours", [("17:30", "08:30"), ("08:30", "08:30"), ("08:30+08:00", "17:30")])
def test_hours_out_of_order_or_in_another_zone_are_refused(hours):
    with pytest.raises(ValidationError):
        MailRule(opens=hours[0], closes=hours[1])
