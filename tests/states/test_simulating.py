"""Other rules over a past: the same rules change nothing, a course moves with its measure."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from states.calendar import SHANGHAI
from states.clocks import Clock
from states.deadlines import Limit
from states.facts import CaseFacts
from states.ladder import OnClock, OnLadder
from states.ladder.simulating import Course, Stretch, play, under
from states.vocabulary import ClockName, LimitUnit
from tests.states.policies import DEFAULT, a_limit, with_limits, with_rung
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
BEGAN = datetime(2026, 7, 1, 9, tzinfo=SHANGHAI)
WEEK = Limit(LimitUnit.WEEKS, 1)
CLOCK = Clock(ClockName.HANDLE, 1, BEGAN, WEEK, True, "cn-civil-code", None, date(2026, 7, 8), calendar="x")
FACTS = CaseFacts(complexity="ordinary", due_on=date(2026, 7, 8), epoch=1, clocks=(CLOCK,))
SERVED = Course(approved=True, served_after=1)
SILENT = Course(approved=True, served_after=0)


def stretch(policy=DEFAULT, due_on=date(2026, 7, 22), since=date(2026, 7, 1), until=date(2026, 12, 1)):
    return Stretch(since, until, OnLadder(clocks={ClockName.HANDLE: OnClock(due_on, 1)}), policy)


def played(*stretches, **courses):
    known = {(step, 1): course for step, course in courses.items()}
    return [(one.step, one.on, one.issued) for one in play(stretches, CALENDAR, known)]


def test_a_service_comes_as_many_working_days_after_the_issue_as_it_did():
    late = played(stretch(with_rung("reminder", offset=3)), reminder=SERVED)
    assert late[1:] == [("reminder", date(2026, 7, 27), True), ("inquiry", date(2026, 8, 4), False)]


def test_an_approval_that_was_given_is_given_on_the_day_it_is_asked_for():
    told = played(stretch(), reminder=SILENT, inquiry=SILENT)
    assert told[2:] == [("inquiry", date(2026, 7, 30), True), ("admonition", date(2026, 8, 21), False)]


def test_a_reply_that_was_good_ends_the_climb_and_a_bad_one_does_not():
    good = replace(SILENT, answered_after=5, judged_after=1, judgement="sufficient")
    bad = replace(good, judgement="insufficient")
    assert [step for step, *_ in played(stretch(), reminder=SILENT, inquiry=good)][-1] == "inquiry"
    assert played(stretch(), reminder=SILENT, inquiry=bad)[-1][:2] == ("admonition", date(2026, 8, 10))


def test_a_measure_nobody_approved_stays_a_proposal():
    told = played(stretch(), reminder=SILENT, inquiry=Course(rejected=True))
    assert told[-1] == ("inquiry", date(2026, 7, 30), False)


def test_an_epoch_of_its_own_starts_the_ladder_again_and_days_between_do_nothing():
    second = Stretch(
        date(2026, 8, 1),
        date(2026, 9, 1),
        OnLadder(clocks={ClockName.HANDLE: OnClock(date(2026, 8, 14), 2)}),
        DEFAULT,
    )
    paused = Stretch(date(2026, 7, 24), date(2026, 8, 1), OnLadder(), DEFAULT)
    told = played(stretch(until=date(2026, 7, 24)), paused, second)
    assert [step for step, *_ in told] == ["due_soon", "reminder"] * 2


def test_a_limit_of_the_policy_is_counted_anew_and_a_stated_date_stands():
    longer = with_limits(a_limit("ordinary", amount=14))
    assert under(FACTS, longer, {}, CALENDAR).due_on == date(2026, 7, 15)
    by_hand = replace(FACTS, clocks=(replace(CLOCK, by_policy=False),))
    assert under(by_hand, longer, {}, CALENDAR) == by_hand


def test_a_policy_that_asks_for_a_plan_first_lets_the_plan_s_clock_take_over():
    planned = under(FACTS, with_limits(a_limit("ordinary", "plan", amount=14)), {}, CALENDAR)
    assert [clock.name for clock in planned.clocks] == [ClockName.PLAN]
    assert (planned.due_on, planned.due_for_plan) == (date(2026, 7, 15), True)


def test_without_a_limit_the_clock_does_not_run():
    bare = under(FACTS, with_limits(a_limit("complex")), {}, CALENDAR)
    assert (bare.clocks, bare.due_on) == ((), None)


courses = st.builds(
    Course,
    st.booleans(),
    st.booleans(),
    *[st.none() | st.integers(0, 20)] * 3,
    st.none() | st.sampled_from(["sufficient", "insufficient"]),
)


@given(courses, courses, st.dates(date(2026, 2, 1), date(2026, 10, 1)), st.integers(0, 40))
def test_cutting_the_days_into_stretches_changes_nothing(reminder, inquiry, due_on, cut):
    since, until = due_on - timedelta(days=20), due_on + timedelta(days=60)
    middle = since + timedelta(days=cut)
    whole = stretch(due_on=due_on, since=since, until=until)
    parts = (replace(whole, until=middle), replace(whole, since=middle))
    known = {"reminder": reminder, "inquiry": inquiry}
    assert played(*parts, **known) == played(whole, **known)


def test_under_its_own_policy_nothing_of_a_case_changes():
    assert under(FACTS, DEFAULT, {}, CALENDAR) == FACTS
