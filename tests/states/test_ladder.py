"""The planner, rung by rung on the real days of 2026, and what holds for any ladder on any day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from states import policy as policies
from states.escalation import STATES
from states.ladder import Lapse, OnClock, OnLadder, Plan, Raised, ahead, plan
from states.policy import Policy, Rung
from states.vocabulary import ClockName, IssueMode, Role
from tests.states.conftest import TABLES
from tests.states.policies import with_rungs
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
DEFAULT = policies.parse((TABLES / "default_policy.toml").read_text(encoding="utf-8"))
DUE_ON = date(2026, 7, 22)
"""A Wednesday in a month without holidays."""

HANDLE = ClockName.HANDLE
REMINDED_ON, ASKED_ON = date(2026, 7, 23), date(2026, 7, 30)
REMINDED = Raised("reminder", "handle", 1, "served", REMINDED_ON, REMINDED_ON)
INQUIRED = Raised("inquiry", "handle", 1, "issued", ASKED_ON)


def on(due_on: date = DUE_ON, epoch: int = 1, **fields) -> OnLadder:
    """A case whose handling clock runs."""
    return OnLadder({HANDLE: OnClock(due_on, epoch)}, **fields)


LATE = on()


def steps(case: OnLadder, day: date, policy: Policy = DEFAULT) -> list[str]:
    return [step.rung.step for step in plan(case, policy, CALENDAR, day).steps]


def with_raised(*raised: Raised) -> OnLadder:
    return replace(LATE, raised=raised)


def test_the_first_look_is_three_working_days_before_the_date():
    assert plan(LATE, DEFAULT, CALENDAR, date(2026, 7, 16)) == Plan(next_on=date(2026, 7, 17))
    assert steps(LATE, date(2026, 7, 17)) == ["due_soon"]


def test_a_notice_of_the_coming_date_is_pointless_after_it():
    assert steps(LATE, DUE_ON) == ["due_soon"]
    (step,) = plan(LATE, DEFAULT, CALENDAR, date(2026, 7, 23)).steps
    assert (step.rung.step, step.passed_over) == ("reminder", ("期限提示",))


def test_the_reminder_is_reached_on_the_first_working_day_late():
    hinted = with_raised(Raised("due_soon", "handle", 1, "issued", issued_on=date(2026, 7, 17)))
    assert plan(hinted, DEFAULT, CALENDAR, DUE_ON) == Plan(next_on=date(2026, 7, 23))
    (step,) = plan(hinted, DEFAULT, CALENDAR, date(2026, 7, 23)).steps
    assert (step.rung.step, step.days_late, step.passed_over) == ("reminder", 1, ())
    assert step.automatic


def test_the_inquiry_waits_five_working_days_after_the_reminder():
    assert plan(with_raised(REMINDED), DEFAULT, CALENDAR, date(2026, 7, 29)) == Plan(
        next_on=date(2026, 7, 30)
    )
    assert steps(with_raised(REMINDED), date(2026, 7, 30)) == ["inquiry"]


def test_a_reminder_that_went_out_late_moves_the_inquiry():
    late = replace(REMINDED, issued_on=date(2026, 7, 31), served_on=date(2026, 7, 31))
    assert plan(with_raised(late), DEFAULT, CALENDAR, date(2026, 8, 3)).next_on == date(2026, 8, 7)


def test_a_reminder_nobody_received_does_not_count():
    unserved = replace(REMINDED, state="issued", served_on=None)
    assert plan(with_raised(unserved), DEFAULT, CALENDAR, date(2026, 12, 1)) == Plan()


def test_a_withdrawn_paper_counts_no_more():
    assert plan(with_raised(replace(REMINDED, state="withdrawn")), DEFAULT, CALENDAR, ASKED_ON) == Plan()


def test_a_served_paper_lapses_on_the_working_day_after_its_reply_was_due():
    served = replace(REMINDED, reply_due_on=date(2026, 7, 31))
    assert plan(with_raised(served, INQUIRED), DEFAULT, CALENDAR, date(2026, 7, 31)).next_on == date(
        2026, 8, 3
    )
    lapsed = plan(with_raised(served, INQUIRED), DEFAULT, CALENDAR, date(2026, 8, 3))
    assert lapsed.lapses == (Lapse(served, date(2026, 7, 31)),)


def test_without_authority_a_numbered_paper_is_proposed_and_a_mail_still_goes():
    unsigned = replace(LATE, authorised=False)
    (mail,) = plan(unsigned, DEFAULT, CALENDAR, DUE_ON).steps
    (paper,) = plan(unsigned, DEFAULT, CALENDAR, REMINDED_ON).steps
    assert (mail.rung.step, mail.automatic, paper.rung.step, paper.automatic) == (
        "due_soon", True, "reminder", False,
    )  # fmt: skip


def test_each_clock_has_a_ladder_of_its_own():
    plan_rung = DEFAULT.rung_of["reminder"].model_copy(
        update={"step": "plan_late", "clock": ClockName.PLAN, "offset": 2}
    )
    both = OnLadder({HANDLE: OnClock(DUE_ON, 1), ClockName.PLAN: OnClock(date(2026, 7, 20), 3)})
    made = plan(both, with_rungs(*DEFAULT.rungs, plan_rung), CALENDAR, DUE_ON)
    assert [(one.rung.step, one.epoch) for one in made.steps] == [("due_soon", 1), ("plan_late", 3)]


def test_catching_up_on_all_names_each_rung_in_its_order():
    own = with_rungs(_rung(0, 1, False), _rung(1, 3, False))
    made = plan(LATE, own, CALENDAR, date(2026, 7, 31), catch_up="all")
    assert [step.rung.step for step in made.steps] == ["rung0", "rung1"]


def test_no_admonition_without_an_inquiry_that_was_served():
    for state in ("proposed", "issued", "rejected", "withdrawn"):
        inquiry = replace(INQUIRED, state=state)
        assert plan(with_raised(REMINDED, inquiry), DEFAULT, CALENDAR, date(2026, 12, 1)).steps == ()


def test_the_admonition_is_reached_the_working_day_after_the_reply_lapsed():
    served = replace(INQUIRED, state="served", reply_due_on=date(2026, 8, 21))
    case = with_raised(REMINDED, served)
    assert plan(case, DEFAULT, CALENDAR, date(2026, 8, 21)) == Plan(next_on=date(2026, 8, 24))
    (step,) = plan(case, DEFAULT, CALENDAR, date(2026, 8, 24)).steps
    assert step.rung.step == "admonition"
    assert not step.automatic


def test_an_insufficient_reply_counts_as_none():
    answered = replace(INQUIRED, state="answered", judgement="insufficient", judged_on=date(2026, 8, 12))
    assert steps(with_raised(REMINDED, answered), date(2026, 8, 13)) == ["admonition"]


def test_a_sufficient_reply_ends_the_climb():
    answered = replace(INQUIRED, state="answered", judgement="sufficient", reply_due_on=date(2026, 8, 21))
    assert plan(with_raised(REMINDED, answered), DEFAULT, CALENDAR, date(2026, 12, 1)) == Plan()


def test_a_pending_request_for_more_time_holds_what_follows_the_date():
    asking = replace(LATE, extension_pending=True)
    assert steps(asking, date(2026, 7, 20)) == ["due_soon"]
    assert steps(asking, date(2026, 7, 30)) == []


def test_a_new_epoch_has_its_own_notices():
    again = on(date(2026, 9, 1), 2, raised=(REMINDED, INQUIRED))
    assert steps(again, date(2026, 9, 2)) == ["reminder"]


def test_a_rung_passed_over_is_never_raised_afterwards():
    own = with_rungs(_rung(0, 1, False), _rung(1, 3, False))
    day = date(2026, 7, 31)
    made = plan(LATE, own, CALENDAR, day)
    assert (made.steps[0].rung.step, made.steps[0].passed_over) == ("rung1", ("第0级",))
    assert plan(issued(LATE, made, day), own, CALENDAR, day) == Plan()


def test_the_reason_says_why_in_a_sentence():
    (step,) = plan(LATE, DEFAULT, CALENDAR, date(2026, 7, 27)).steps
    assert "逾期3个工作日" in step.reason
    assert "提醒" in step.reason
    assert "期限提示" in step.reason


def test_a_forecast_names_the_days_that_can_be_told():
    told = {one.rung.step: (one.on, one.waits_for) for one in ahead(LATE, DEFAULT, CALENDAR, DUE_ON)}
    assert told["reminder"] == (date(2026, 7, 23), None)
    assert told["inquiry"] == (None, "“提醒”送达满5个工作日")
    assert told["admonition"][0] is None


# What holds for any case, any ladder, any day.

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
maybe_days = st.none() | days
raised = st.builds(
    Raised,
    st.sampled_from(["due_soon", "reminder", "inquiry", "admonition", "rung0", "rung2"]),
    st.just("handle"),
    st.integers(1, 2),
    st.sampled_from(sorted(STATES)),
    maybe_days,
    maybe_days,
    maybe_days,
    maybe_days,
    st.none() | st.sampled_from(["sufficient", "insufficient"]),
)
due_days = st.dates(date(2026, 2, 1), date(2026, 11, 30))
histories = st.lists(raised, max_size=5).map(tuple)
cases = st.builds(
    on,
    due_days,
    st.integers(1, 2),
    raised=histories,
    extension_pending=st.booleans(),
    authorised=st.booleans(),
)
aheads = st.integers(-30, 90)
"""Days from the due day to the day the planner looks."""


def _rung(number: int, offset: int, lapses: bool) -> Rung:
    return Rung(
        step=f"rung{number}",
        label=f"第{number}级",
        clock="handle",
        offset=offset,
        lapses=lapses,
        document="reminder",
        series="函",
        mode=IssueMode.ON_APPROVAL,
        approvers=(Role.DIRECTOR,),
        addressee="unit",
    )


@st.composite
def ladders(draw: st.DrawFn) -> Policy:
    """The default ladder, or one of an office's own without gates between its rungs."""
    if draw(st.booleans()):
        return DEFAULT
    offsets = sorted(draw(st.sets(st.integers(-10, 30), min_size=2, max_size=5)))
    seldom = st.integers(0, 4).map(lambda drawn: drawn == 4)
    rungs = tuple(_rung(number, offset, draw(seldom)) for number, offset in enumerate(offsets))
    policies.check(policy := with_rungs(*rungs))
    return policy


def _day(case: OnLadder, later: int) -> date:
    return case.clocks[HANDLE].due_on + timedelta(days=later)


def issued(case: OnLadder, made: Plan, day: date) -> OnLadder:
    """The case after its plan was carried out."""
    done = tuple(Raised(one.rung.step, "handle", one.epoch, "issued", day) for one in made.steps)
    return replace(case, raised=(*case.raised, *done))


@given(cases, ladders(), aheads)
def test_a_plan_has_at_most_one_step_and_looks_ahead(case, policy, later):
    day = _day(case, later)
    made = plan(case, policy, CALENDAR, day)
    assert len(made.steps) <= 1
    assert made.next_on is None or made.next_on > day
    assert all(step.reached_on <= day and step.reason for step in made.steps)


@given(cases, ladders(), aheads, st.integers(0, 200))
def test_a_raised_step_is_never_planned_again(case, policy, since, later):
    day = _day(case, since)
    made = plan(case, policy, CALENDAR, day)
    after = plan(issued(case, made, day), policy, CALENDAR, day + timedelta(days=later))
    assert {step.rung.step for step in made.steps}.isdisjoint(step.rung.step for step in after.steps)


@given(cases, ladders(), aheads)
def test_carrying_out_a_plan_leaves_nothing_to_do_that_day(case, policy, later):
    day = _day(case, later)
    made = plan(case, policy, CALENDAR, day)
    if made.steps:
        assert plan(issued(case, made, day), policy, CALENDAR, day).steps == ()


@given(cases, ladders(), aheads)
def test_the_next_look_finds_the_same_as_looking_every_day(case, policy, later):
    """Sleeping until `next_on` misses nothing: no day before it has a step."""
    day = _day(case, later)
    made = plan(case, policy, CALENDAR, day)
    if made.steps:
        return
    horizon = made.next_on or day + timedelta(days=30)
    for asleep in range(1, (min(horizon, day + timedelta(days=30)) - day).days):
        assert plan(case, policy, CALENDAR, day + timedelta(days=asleep)).steps == ()


@given(cases, ladders(), aheads)
def test_no_step_while_the_clock_stands(case, policy, later):
    day = _day(case, later)
    assert plan(replace(case, clocks={}), policy, CALENDAR, day) == Plan()


@given(cases, aheads)
def test_what_concerns_a_person_never_goes_out_by_itself(case, later):
    day = _day(case, later)
    for step in plan(case, DEFAULT, CALENDAR, day).steps:
        assert not (step.rung.addressee == "person" and step.automatic)
