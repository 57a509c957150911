"""What the ladder will do if nobody acts, and under which condition it would go further."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.ladder import OnClock, OnLadder, Raised, forecast, plan
from states.vocabulary import ClockName
from tests.states.policies import DEFAULT, with_rung
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
SINCE, UNTIL = date(2026, 7, 1), date(2026, 12, 31)
LATE = OnLadder(clocks={ClockName.HANDLE: OnClock(date(2026, 7, 22), 1)})
REMINDED = Raised("reminder", "handle", 1, "issued", date(2026, 7, 23))


def foreseen(case=LATE, policy=DEFAULT, since=SINCE, until=UNTIL):
    return [
        (one.rung.step, one.on, one.conditional_on) for one in forecast(case, policy, CALENDAR, since, until)
    ]


def test_without_any_act_the_ladder_stops_where_a_service_is_awaited():
    certain = [(step, on) for step, on, condition in foreseen() if condition is None]
    assert certain == [("due_soon", date(2026, 7, 17)), ("reminder", date(2026, 7, 23))]


def test_what_a_service_would_bring_is_told_with_its_condition():
    inquiry, admonition = (one for one in foreseen() if one[2])
    assert inquiry == ("inquiry", date(2026, 7, 30), "若“提醒”于7月23日送达")
    assert admonition == (
        "admonition",
        date(2026, 8, 21),
        "若“提醒”于7月23日送达，“函询”于7月30日获批并送达后逾期未复",
    )


def test_a_service_that_has_happened_is_no_condition_any_more():
    served = replace(REMINDED, state="served", served_on=date(2026, 7, 24))
    told = foreseen(replace(LATE, raised=(served,)), since=date(2026, 7, 27))
    assert told[0] == ("inquiry", date(2026, 7, 31), None)


def test_a_reply_that_is_awaited_lapses_by_itself():
    inquired = Raised(
        "inquiry", "handle", 1, "served", date(2026, 7, 30), date(2026, 7, 30), date(2026, 8, 20)
    )
    told = foreseen(replace(LATE, raised=(inquired,)), since=date(2026, 8, 3))
    assert told == [("admonition", date(2026, 8, 21), None)]
    (found,) = forecast(replace(LATE, raised=(inquired,)), DEFAULT, CALENDAR, date(2026, 8, 3), UNTIL)
    assert found.condition == "若“函询”至8月20日未复"


def test_what_went_before_a_measure_that_was_raised_is_no_condition_any_more():
    proposed = Raised("inquiry", "handle", 1, "proposed")
    told = foreseen(replace(LATE, raised=(REMINDED, proposed)), since=date(2026, 8, 3))
    assert [condition for *_, condition in told] == ["若“函询”于8月3日获批并送达后逾期未复"]


def test_a_reply_under_judgement_is_told_as_such():
    answered = Raised("inquiry", "handle", 1, "answered", *[date(2026, 7, 30)] * 2, date(2026, 8, 20))
    ((step, _, condition),) = foreseen(replace(LATE, raised=(answered,)), since=date(2026, 8, 3))
    assert (step, condition) == ("admonition", "若“函询”的回复被认定不符合要求")


def test_a_request_for_more_time_is_a_condition_for_what_it_holds():
    told = foreseen(replace(LATE, extension_pending=True))
    assert [step for step, _, condition in told if condition is None] == ["due_soon"]
    assert told[1] == ("reminder", date(2026, 7, 23), "若延期申请未获同意")


def test_nothing_is_foreseen_of_a_matter_whose_clock_stands():
    assert foreseen(OnLadder()) == []


def test_a_rejected_proposal_has_no_future():
    rejected = Raised("inquiry", "handle", 1, "rejected")
    assert foreseen(replace(LATE, raised=(rejected,)), since=date(2026, 8, 3)) == []


@pytest.mark.parametrize("state", ["proposed", "approved"])
def test_a_proposal_waits_for_its_approval(state):
    proposed = Raised("inquiry", "handle", 1, state)
    ((step, on, condition),) = foreseen(replace(LATE, raised=(proposed,)), since=date(2026, 8, 3))
    assert (step, on) == ("admonition", date(2026, 8, 25))
    assert condition == "若“函询”于8月3日获批并送达后逾期未复"


states = st.sampled_from(["proposed", "issued", "served", "answered", "lapsed", "rejected", "withdrawn"])
days = st.none() | st.dates(date(2026, 6, 1), date(2026, 9, 30))
judgements = st.none() | st.sampled_from(["sufficient", "insufficient"])
raised = st.builds(
    Raised, st.sampled_from(["due_soon", "reminder", "inquiry"]), st.just("handle"), st.integers(1, 2),
    states, days, days, days, days, judgements,
)  # fmt: skip
clocks = st.builds(OnClock, st.dates(date(2026, 6, 1), date(2026, 9, 30)), st.integers(1, 2))
cases = st.builds(
    OnLadder,
    clocks.map(lambda clock: {ClockName.HANDLE: clock}),
    st.lists(raised, max_size=4, unique_by=lambda one: (one.step, one.epoch)).map(tuple),
    st.booleans(),
    st.booleans(),
)


@given(cases, st.integers(1, 120), st.integers(-20, 30))
def test_what_is_certain_is_what_looking_every_day_would_do(case, length, offset):
    since = date(2026, 7, 1)
    policy, now, done = with_rung("reminder", offset=max(1, offset % 6)), case, []
    for ahead in range(length):
        day = since + timedelta(days=ahead)
        while (made := plan(now, policy, CALENDAR, day)).is_due:
            over = [lapse.raised for lapse in made.lapses]
            raised = [replace(one, state="lapsed") if one in over else one for one in now.raised]
            for step in made.steps:
                done.append((step.rung.step, day))
                state, issued = ("issued", day) if step.automatic else ("proposed", None)
                raised.append(Raised(step.rung.step, "handle", step.epoch, state, issued))
            now = replace(now, raised=tuple(raised))
    told = foreseen(case, policy, since, since + timedelta(days=length - 1))
    assert [(step, on) for step, on, condition in told if condition is None] == done


@given(cases, st.integers(1, 366))
def test_a_rung_is_foreseen_at_most_once_and_within_the_days_asked_for(case, length):
    until = SINCE + timedelta(days=length - 1)
    told = forecast(case, DEFAULT, CALENDAR, SINCE, until)
    keys = [(one.rung.step, one.clock, one.epoch) for one in told]
    assert len(keys) == len(set(keys)) <= len(DEFAULT.rungs)
    assert all(SINCE <= one.on <= until for one in told)


asked = st.tuples(
    cases, st.integers(1, 9).map(lambda offset: with_rung("reminder", offset=offset)), st.just(CALENDAR),
    st.dates(SINCE, UNTIL), st.just(UNTIL),
)  # fmt: skip


@given(st.lists(asked, min_size=2, max_size=6))
def test_what_was_asked_for_before_is_told_as_if_it_never_was(several):
    told = [forecast(*one) for one in several]
    assert told == [forecast.__wrapped__(*one) for one in several]
