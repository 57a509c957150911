"""Working days on the real calendar of 2015 to 2026 and on any other, against a walk and numpy."""

import random
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.batch.calendars import read_calendar
from states.calendar import WorkCalendar
from states.deadlines.limit import Limit, Term
from states.deadlines.pauses import merged
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import RULES
from states.errors import FactInvalid, Refusal, RuleInvalid
from states.vocabulary import LimitUnit
from tests.states.time import oracle
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
FIRST, LAST = date(2015, 1, 1), date(2026, 12, 31)
ROWS, SEED = 100_000, 20_260_701
YEARS = {2015: 249, 2016: 250, 2017: 249, 2018: 250, 2019: 250, 2020: 249}
YEARS |= {2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
EVERY_DAY = [f"*-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 30)]
EVERY_DAY += [f"*-{month:02}-30" for month in range(1, 13) if month != 2]
EVERY_DAY += [f"*-{month:02}-31" for month in (1, 3, 5, 7, 8, 10, 12)]

days = st.dates(date(2015, 6, 1), date(2026, 8, 31))
amounts = st.integers(1, 60)


def test_every_day_of_twelve_years_is_what_the_notices_made_it():
    wrong = [
        day for day in oracle.days_of(FIRST, LAST) if CALENDAR.is_working(day) != oracle.by_the_notices(day)
    ]
    assert wrong == []


@pytest.mark.parametrize(("year", "total"), YEARS.items())
def test_a_year_has_as_many_working_days_as_its_notice_left(year, total):
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == total
    assert not CALENDAR.is_provisional(date(year, 1, 1), date(year, 12, 31))


@given(days, amounts)
def test_working_days_ahead_are_where_a_walk_ends(start, amount):
    assert CALENDAR.add_working_days(start, amount) == oracle.due(start, "working_days", amount, rolls=False)


@given(days, amounts)
def test_working_days_back_are_where_a_walk_ends(start, amount):
    assert CALENDAR.add_working_days(start, -amount) == oracle.before(start, amount)


def test_a_hundred_thousand_sums_with_make_up_days_agree_with_numpy():
    rest = [day for day in oracle.days_of(FIRST, LAST) if not oracle.by_the_notices(day)]
    compare_with_numpy(CALENDAR, np.busdaycalendar("1111111", rest), FIRST, LAST)


def test_a_hundred_thousand_sums_of_a_five_day_week_agree_with_numpy():
    holidays = sorted(oracle.HOLIDAYS)
    calendar = read_calendar({"holidays": [str(day) for day in holidays]})
    compare_with_numpy(calendar, np.busdaycalendar("1111100", holidays), date(1950, 1, 1), date(2150, 1, 1))


def test_a_hundred_thousand_sums_of_a_six_day_week_agree_with_numpy():
    morning = [["08:00", "12:00"]]
    calendar = read_calendar({"week": dict.fromkeys(("sun", "mon", "tue", "wed", "thu", "sat"), morning)})
    compare_with_numpy(calendar, np.busdaycalendar("1111011"), date(1950, 1, 1), date(2150, 1, 1))


def compare_with_numpy(calendar: WorkCalendar, theirs: np.busdaycalendar, first: date, last: date) -> None:
    """Random starts and amounts, ahead and back, that stay within two dates; and the counts between."""
    chance, span = random.Random(SEED), (last - first).days
    rows = [(first + timedelta(chance.randrange(span)), chance.randint(-400, 400)) for _ in range(ROWS)]
    rows = [(day, amount) for day, amount in rows if first <= day + timedelta(2 * amount) <= last]
    starts, counts = (np.array(column) for column in zip(*rows, strict=True))
    for ahead, roll in ((True, "backward"), (False, "forward")):
        kept = counts > 0 if ahead else counts < 0
        expected = np.busday_offset(starts[kept].astype("M8[D]"), counts[kept], roll, busdaycal=theirs)
        ours = [calendar.add_working_days(*row) for row in rows if row[1] and (row[1] > 0) == ahead]
        assert ours == expected.tolist()
    ends = [chance.choice(rows)[0] for _ in rows]
    expected = np.busday_count(starts.astype("M8[D]") + 1, np.array(ends, "M8[D]") + 1, busdaycal=theirs)
    swapped = starts > np.array(ends)
    ours = np.array([calendar.working_days_between(*pair) for pair in zip(starts, ends, strict=True)])
    assert (ours == expected)[~swapped].all()
    back = np.busday_count(np.array(ends, "M8[D]") + 1, starts.astype("M8[D]") + 1, busdaycal=theirs)
    assert (ours == -back)[swapped].all()


@given(days)
def test_no_days_ahead_is_the_day_itself(day):
    assert CALENDAR.add_working_days(day, 0) == day


@given(days)
def test_rolling_goes_to_the_nearest_worked_day_and_never_the_other_way(day):
    later, earlier = CALENDAR.roll_forward(day), CALENDAR.roll_back(day)
    assert CALENDAR.is_working(later)
    assert CALENDAR.is_working(earlier)
    between = oracle.days_of(earlier + oracle.DAY, later - oracle.DAY)
    assert earlier <= day <= later
    assert not any(CALENDAR.is_working(one) for one in between if one != day or earlier != later)


@given(st.dates(date(2015, 1, 1), date(2026, 12, 31)), st.dates(date(2015, 1, 1), date(2026, 12, 31)))
def test_days_between_add_up_over_any_day_in_the_middle(one, other):
    middle = date(2020, 2, 1)
    straight = CALENDAR.working_days_between(one, other)
    assert straight == CALENDAR.working_days_between(one, middle) + CALENDAR.working_days_between(
        middle, other
    )


def test_a_term_passes_a_year_without_a_single_working_day():
    calendar = read_calendar({"holidays": [{"from": "2026-01-01", "to": "2027-12-31"}]})
    assert calendar.add_working_days(date(2025, 12, 31), 1) == date(2028, 1, 3)
    assert calendar.add_working_days(date(2028, 1, 3), -1) == date(2025, 12, 31)
    assert calendar.working_days_between(date(2025, 12, 31), date(2028, 1, 3)) == 1


@pytest.mark.parametrize("unit", [LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.WORKING_HOURS])
def test_a_calendar_without_a_working_day_is_refused_by_name(unit):
    with pytest.raises(RuleInvalid) as refused:
        Reckoner(read_calendar({"week": {}})).due(date(2026, 7, 1), Term(unit, 3))
    assert refused.value.code == "calendar_without_working_day"


@pytest.mark.parametrize("unit", LimitUnit)
@pytest.mark.parametrize("amount", [3, -3])
def test_a_calendar_that_rests_on_every_date_never_hangs(unit, amount):
    calendar = read_calendar({"holidays": EVERY_DAY})
    needs_work = unit.needs_working_time or not unit.is_duration
    if needs_work:
        with pytest.raises(Refusal):
            Reckoner(calendar).due(date(2026, 7, 1), Term(unit, amount))
    with pytest.raises(Refusal):
        calendar.open_time.next_open(datetime(2026, 7, 1, tzinfo=calendar.zone))


@pytest.mark.parametrize("amount", [100_000, -100_000, 10**18, float("inf"), float("nan"), 1e308])
@pytest.mark.parametrize("unit", [LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.WEEKS, LimitUnit.MONTHS])
def test_an_absurd_amount_is_refused_by_name(unit, amount):
    with pytest.raises(FactInvalid) as refused:
        Term(unit, amount)
    assert refused.value.code == "limit_out_of_range"


@pytest.mark.parametrize("amount", [0, -1, -15, 3_661, 1.5, float("nan"), float("inf")])
@pytest.mark.parametrize("unit", LimitUnit)
def test_a_limit_that_is_not_ahead_and_whole_is_refused_by_name(unit, amount):
    with pytest.raises(FactInvalid) as refused:
        Limit(unit, amount)
    assert refused.value.code == "limit_out_of_range"


@pytest.mark.parametrize("amount", [0.5, -1.25, 14.999])
@pytest.mark.parametrize("unit", [LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.WEEKS, LimitUnit.MONTHS])
def test_half_a_day_is_refused_by_name(unit, amount):
    with pytest.raises(FactInvalid) as refused:
        Term(unit, amount)
    assert refused.value.code == "limit_fractional"


FAR = [(date(9999, 12, 30), 2), (date(1, 1, 2), -2), (date(2200, 12, 30), 30), (date(1900, 1, 2), -30)]


@pytest.mark.parametrize("rule", ["cn-civil-code", "cn-agreed-no-roll"])
@pytest.mark.parametrize("far", FAR, ids=str)
def test_a_term_that_leaves_the_years_that_can_be_counted_is_refused_by_name(far, rule):
    start, amount = far
    for unit in LimitUnit:
        term = Term(unit, amount * (60 * 24 if unit.is_duration else 1))
        with pytest.raises(FactInvalid) as refused:
            Reckoner(CALENDAR, RULES[rule]).due(start, term)
        assert refused.value.code == "date_out_of_range"


NAIVE = datetime(2026, 7, 1, 9)  # noqa: DTZ001


@pytest.mark.parametrize("unit", [LimitUnit.WORKING_DAYS, LimitUnit.HOURS, LimitUnit.WORKING_HOURS])
@pytest.mark.parametrize("question", ["due", "latest_start"])
def test_a_naive_datetime_is_refused_by_name(question, unit):
    with pytest.raises(Refusal):
        getattr(Reckoner(CALENDAR), question)(NAIVE, Term(unit, 3))


@pytest.mark.parametrize(
    "asked", [("between", NAIVE, NAIVE), ("add", NAIVE, oracle.DAY), ("next_open", NAIVE)]
)
def test_a_naive_instant_is_refused_by_the_open_time_by_name(asked):
    question, *given_ = asked
    with pytest.raises(Refusal):
        getattr(CALENDAR.open_time, question)(*given_)


def test_a_naive_pause_is_refused_by_name():
    with pytest.raises(Refusal):
        merged([(NAIVE, NAIVE + oracle.DAY)])
