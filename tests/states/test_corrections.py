"""What a correction may and may not say, and what follows from a corrected day."""

from datetime import date

import pytest

from states.clocks import Pause
from states.clocks.clockwork import VERIFYING
from states.corrections import EMPTY, FIELDS, ROADS, Kind, field_called, read
from states.deadlines import Limit
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.facts import FACT_NAMES
from states.vocabulary import ClockName, LimitUnit, Role
from states.words import detail_label
from tests.builders import REQUIREMENT, TITLE, at
from tests.states.clocks.test_clockwork import Life
from tests.states.matters import DUE_ON, decided, facts_in, holding, running

FIRST, FRIDAY, TODAY = date(2026, 7, 1), date(2026, 7, 10), date(2026, 7, 15)
HANDLE = ClockName.HANDLE


def a_day(name, old, new):
    """A day corrected."""
    return {"field": name, "old": old, "new": new}


TWICE_PAUSED = (Pause(at(2026, 7, 6), at(2026, 7, 8), VERIFYING), Pause(at(2026, 7, 10), None, VERIFYING))
REPORTED = {"reported_on": FRIDAY, "clocks": (running(pauses=TWICE_PAUSED),)}
CLOSED = {"reported_on": FRIDAY, "closed_on": TODAY, "outcome": "on_time"}
THREE_WEEKS = Limit(LimitUnit.WORKING_DAYS, 15)
CHECKED = {"verified_on": date(2026, 7, 13)}
NEXT = date(2026, 8, 5)
FORETOLD = {"expected_on": NEXT, "promised_on": NEXT, "original_due_on": DUE_ON}
CO_UNITS = {"field": "co_units", "old": EMPTY}
A_CATEGORY = {"field": "complexity", "old": "ordinary"}
REFUSED = [
    ("handling", {}, {"field": "requirement", "old": REQUIREMENT, "new": "修好"}, "requirement_vague"),
    ("handling", {}, CO_UNITS | {"new": ("BH212",)}, "lead_is_co_unit"),
    ("handling", {}, {"new": TITLE}, "correction_unchanged"),
    ("handling", {}, {"old": EMPTY}, "correction_stale"),
    ("handling", {}, a_day("due_on", DUE_ON, EMPTY), "correction_empty"),
    ("handling", {}, a_day("due_on", DUE_ON, date(2026, 6, 30)), "dates_out_of_order"),
    ("handling", {}, a_day("dispatched_on", FIRST, date(2026, 7, 16)), "date_in_the_future"),
    ("verifying", REPORTED, a_day("reported_on", FRIDAY, date(2026, 7, 7)), "date_against_clock"),
    ("verifying", REPORTED, a_day("dispatched_on", FIRST, date(2026, 7, 9)), "date_against_clock"),
    ("handling", FORETOLD, a_day("expected_on", NEXT, DUE_ON), "expected_in_time"),
    ("handling", FORETOLD, a_day("promised_on", NEXT, date(2026, 7, 14)), "promise_in_the_past"),
    ("handling", FORETOLD, a_day("original_due_on", DUE_ON, date(2026, 7, 23)), "original_after_due"),
    ("handling", {}, A_CATEGORY | {"new": "urgent"}, "complexity_invalid"),
    ("verifying", {}, A_CATEGORY | {"new": "very_complex"}, "plan_already_made"),
    ("suspended", {"suspended_from": "handling"}, A_CATEGORY | {"new": "very_complex"}, "plan_already_made"),
    ("closed", CLOSED, a_day("closed_on", TODAY, date(2026, 7, 9)), "dates_out_of_order"),
    ("closed", CLOSED, a_day("reported_on", FRIDAY, date(2026, 6, 30)), "dates_out_of_order"),
    ("closed", REPORTED | CLOSED, a_day("reported_on", FRIDAY, date(2026, 7, 7)), "date_against_clock"),
    ("closed", CLOSED | CHECKED, a_day("reported_on", FRIDAY, date(2026, 7, 14)), "dates_out_of_order"),
    ("closed", CLOSED | CHECKED, a_day("closed_on", TODAY, date(2026, 7, 12)), "dates_out_of_order"),
]


@pytest.fixture
def correction(lifecycle, calendar):
    """Correct a fact of a matter in a state, with these facts and particulars changed."""

    def given(state, known, details, **more):
        return decided(lifecycle, calendar, facts_in(state, **known), "correct", **details, **more)

    return given


@pytest.mark.parametrize(("state", "known", "details", "code"), REFUSED)
def test_a_correction_that_cannot_be_is_refused_by_name(correction, state, known, details, code):
    with pytest.raises(Refusal) as refused:
        correction(state, known, details)
    assert (type(refused.value), refused.value.code) == (FactInvalid, code)


@pytest.mark.parametrize("name", [one.name for one in FIELDS.values() if one.kind is Kind.DAY])
def test_a_day_nobody_stated_is_not_made_up(correction, name):
    with pytest.raises(FactMissing) as refused:
        correction("handling", {name: None}, {"field": name, "old": EMPTY, "new": TODAY})
    assert (refused.value.code, refused.value.facts["missing"]) == ("nothing_to_correct", name)


def test_only_the_director_sends_a_paper_anew(correction):
    with pytest.raises(NotPermitted) as refused:
        correction("handling", {}, {"reissue": True}, actor=holding(Role.OFFICER))
    assert refused.value.code == "reissue_not_permitted"
    assert correction("handling", {}, {"reissue": True}, actor=holding(Role.DIRECTOR))


def test_only_the_director_corrects_a_due_date(correction):
    for name in ("due_on", "original_due_on"):
        known, day = {"original_due_on": DUE_ON}, a_day(name, DUE_ON, date(2026, 7, 21))
        with pytest.raises(NotPermitted) as refused:
            correction("handling", known, day, actor=holding(Role.OFFICER))
        assert refused.value.code == "limit_correction_not_permitted"
        assert correction("handling", known, day, actor=holding(Role.DIRECTOR))


@pytest.mark.parametrize(
    ("state", "known", "details"),
    [
        (
            "handling",
            {"clocks": (running(limit=THREE_WEEKS, rule="cn-civil-code"),)},
            a_day("dispatched_on", FIRST, date(2026, 6, 30)),
        ),
        ("verifying", REPORTED, a_day("reported_on", FRIDAY, date(2026, 7, 8))),
        ("closed", CLOSED | {"due_on": date(2026, 7, 9)}, a_day("reported_on", FRIDAY, date(2026, 7, 9))),
    ],
)
def test_only_the_director_corrects_a_day_by_which_a_limit_or_the_outcome_changes(
    correction, state, known, details
):
    witnessed = known | {"reported_by": "BH212-L", "outcome": "late"}
    with pytest.raises(NotPermitted) as refused:
        correction(state, witnessed, details, actor=holding(Role.OFFICER))
    assert refused.value.code == "limit_correction_not_permitted"
    assert correction(state, witnessed, details, actor=holding(Role.DIRECTOR))


def test_a_stale_correction_tells_what_the_register_says_now(correction):
    with pytest.raises(FactInvalid) as refused:
        correction("handling", {}, {"field": "due_on", "old": date(2026, 7, 20), "new": TODAY})
    assert refused.value.facts["present"] == DUE_ON.isoformat()
    assert DUE_ON.isoformat() in refused.value.message


def test_every_field_is_a_fact_and_none_has_a_command_of_its_own():
    assert set(FIELDS) < set(FACT_NAMES)
    assert FIELDS.keys().isdisjoint(ROADS)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda one: one.name)
def test_a_field_goes_by_its_name_and_by_its_labels(field):
    assert [field_called(word).name for word in (field.name, field.label, detail_label(field.name))] == [
        field.name
    ] * 3


@pytest.mark.parametrize("name", ROADS)
def test_a_fact_that_is_decided_names_its_own_command(name):
    with pytest.raises(FactInvalid) as refused:
        field_called(name)
    assert (refused.value.code, refused.value.facts["road"]) == ("field_not_stated", ROADS[name])


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("due_on", "下周五", "date_invalid"),
        ("due_on", "1899-01-01", "year_out_of_range"),
        ("completion_rate", "一半", "rate_invalid"),
        ("completion_rate", "101", "rate_invalid"),
        ("title", "长" * 2_001, "text_too_long"),
    ],
)
def test_words_that_are_no_such_value_are_refused(correction, name, words, code):
    with pytest.raises(FactInvalid) as refused:
        new = read(FIELDS[name], words)
        correction("handling", {}, {"field": name, "old": TITLE, "new": new})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [("due_on", "2026-08-05", date(2026, 8, 5)), ("completion_rate", "60%", 60), ("remark", "空", EMPTY),
     ("co_units", "市水务局、市公安局", ("市水务局", "市公安局"))],
)  # fmt: skip
def test_words_are_read_as_the_fact_they_are(name, words, value):
    assert read(FIELDS[name], words) == value


@pytest.fixture
def life(lifecycle, calendar):
    """A matter dispatched on 2026-07-01 with fifteen working days, in hand."""
    life = Life(lifecycle, calendar)
    for command, day in (("assign", 1), ("acknowledge", 2), ("begin", 2)):
        life.give(command, at(2026, 7, day))
    return life


def test_a_corrected_dispatch_counts_the_limit_from_the_right_day(life):
    earlier = {"field": "dispatched_on", "old": FIRST, "new": date(2026, 6, 29)}
    decision = life.give("correct", at(2026, 7, 9), **earlier)
    assert decision.moved == {
        "handle": ["2026-07-22", "2026-07-20"],
        "original_due_on": ["2026-07-22", "2026-07-20"],
    }
    assert (life.facts.due_on, life.facts.original_due_on, life.facts.epoch) == (
        date(2026, 7, 20),
        date(2026, 7, 20),
        2,
    )
    assert life.clock(HANDLE).started_at == at(2026, 6, 29)


def test_a_corrected_dispatch_carries_the_pauses_past_which_it_is_counted(life):
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 20))
    life.give("resume", at(2026, 7, 8))
    assert life.facts.due_on == date(2026, 7, 24)
    life.give("correct", at(2026, 7, 9), **a_day("dispatched_on", FIRST, date(2026, 6, 30)))
    assert life.facts.due_on == date(2026, 7, 23)
    assert len(life.clock(HANDLE).pauses) == 1


def test_a_corrected_due_date_is_a_new_epoch_with_the_same_start(life):
    decision = life.give("correct", at(2026, 7, 9), **a_day("due_on", DUE_ON, date(2026, 7, 29)))
    assert decision.moved["handle"] == ["2026-07-22", "2026-07-29"]
    assert (life.facts.epoch, life.clock(HANDLE).epoch, life.clock(HANDLE).started_at) == (
        2,
        2,
        at(2026, 7, 1),
    )


def test_lateness_by_the_original_date_is_not_corrected_away(life):
    life.give("correct", at(2026, 7, 23), **a_day("due_on", DUE_ON, date(2026, 7, 29)))
    assert (life.facts.due_on, life.facts.original_due_on) == (date(2026, 7, 29), DUE_ON)


GRANTED = ("request_extension", "consent_extension", "review_extension", "grant_extension")


@pytest.mark.parametrize("road", [GRANTED, ("request_coordination", "decide_coordination")])
def test_a_date_decided_here_is_not_corrected_past_what_was_decided(life, road):
    until = date(2026, 7, 29)
    for number, command in enumerate(road):
        dated = {"due_on": until} if command in ("request_extension", "decide_coordination") else {}
        life.give(command, at(2026, 7, 8), actor=people(number), **dated)
    with pytest.raises(FactInvalid) as refused:
        life.give("correct", at(2026, 7, 10), **a_day("due_on", until, date(2026, 7, 30)))
    assert refused.value.code == "limit_was_decided"
    assert life.give("correct", at(2026, 7, 10), **a_day("due_on", until, date(2026, 7, 28)))


def people(number):
    """Another person at each step, who may do whatever is asked."""
    return holding(*Role, person=f"R{number}")


def test_a_due_date_corrected_while_time_stands_still_moves_with_the_pause(life):
    life.give("suspend", at(2026, 7, 6), review_on=date(2026, 7, 20))
    life.give("correct", at(2026, 7, 7), **a_day("due_on", DUE_ON, date(2026, 7, 29)))
    life.give("resume", at(2026, 7, 8))
    assert life.facts.due_on == date(2026, 7, 31)


def test_completion_reported_on_another_day_stands_still_since_then(life):
    life.give("report_completion", at(2026, 7, 10))
    life.give("correct", at(2026, 7, 13), **a_day("reported_on", FRIDAY, date(2026, 7, 8)))
    assert life.facts.paused_on == date(2026, 7, 8)
    life.give("return_for_rework", at(2026, 7, 13))
    assert life.facts.due_on == date(2026, 7, 27)  # three working days, not one


def test_a_matter_struck_off_is_judged_anew_by_the_right_days(life):
    life.give("report_completion", at(2026, 7, 22))
    life.give("close_out", at(2026, 7, 24), actor=holding(Role.DIRECTOR, person="R099"))
    epoch, due_on = life.facts.epoch, life.facts.due_on
    late = life.give("correct", at(2026, 7, 27), **a_day("due_on", due_on, date(2026, 7, 20)))
    assert late.moved["outcome"] == ["on_time", "late"]
    back = life.give(
        "correct", at(2026, 7, 27), field="reported_on", old=date(2026, 7, 22), new=date(2026, 7, 20)
    )
    assert (back.moved["outcome"], life.facts.outcome) == (["late", "on_time"], "on_time")
    assert life.facts.epoch == epoch


def test_a_plan_that_sets_the_date_is_corrected_as_the_date(lifecycle, calendar):
    life = Life(lifecycle, calendar)
    life.give("assign", at(2026, 7, 1), limit=None, complexity="very_complex")
    life.give("correct", at(2026, 7, 6), **a_day("due_on", date(2026, 8, 3), date(2026, 8, 5)))
    assert (life.clock(ClockName.PLAN).due_on, life.facts.due_for_plan) == (date(2026, 8, 5), True)


def test_a_day_between_dispatch_and_receipt_may_be_the_right_one(life):
    life.give("correct", at(2026, 7, 9), **a_day("dispatched_on", FIRST, date(2026, 7, 2)))
    assert (life.clock(HANDLE).started_at, life.facts.due_on) == (at(2026, 7, 2), date(2026, 7, 23))
    with pytest.raises(FactInvalid) as refused:
        life.give("correct", at(2026, 7, 9), **a_day("dispatched_on", date(2026, 7, 2), date(2026, 7, 3)))
    assert refused.value.code == "date_against_clock"


@pytest.fixture
def by_category(lifecycle, calendar):
    """A matter of an ordinary category, which has a week, reported complete on 2026-07-06."""
    life = Life(lifecycle, calendar)
    life.give("assign", at(2026, 7, 1), limit=None, complexity="ordinary")
    for command, day in (("acknowledge", 2), ("begin", 2), ("report_completion", 6)):
        life.give(command, at(2026, 7, day))
    return life


def test_a_category_corrected_in_a_draft_plans_nothing_yet(correction):
    decision = correction("draft", {}, A_CATEGORY | {"new": "very_complex"})
    assert (decision.changes["complexity"], dict(decision.moved)) == ("very_complex", {})
    assert not {"clocks", "due_on", "epoch"} & decision.changes.keys()


def test_a_category_corrected_while_it_is_verified_counts_the_limit_anew_past_the_same_pause(by_category):
    decision = by_category.give("correct", at(2026, 7, 7), **A_CATEGORY, new="complex")
    assert decision.moved["handle"] == ["2026-07-08", "2026-08-03"]
    assert by_category.clock(HANDLE).is_paused
    assert (by_category.facts.due_on, by_category.facts.original_due_on) == (date(2026, 8, 3),) * 2
    by_category.give("return_for_rework", at(2026, 7, 9))
    assert by_category.facts.due_on == date(2026, 8, 4)


def test_a_category_corrected_after_the_end_moves_no_clock_and_no_outcome(by_category):
    by_category.give("close_out", at(2026, 7, 8), actor=holding(Role.DIRECTOR, person="R099"))
    before = by_category.facts
    decision = by_category.give("correct", at(2026, 7, 9), **A_CATEGORY, new="complex")
    assert (dict(decision.changes), dict(decision.moved)) == ({"complexity": "complex"}, {})
    assert (before.outcome, before.clocks) == (by_category.facts.outcome, by_category.facts.clocks)


def test_only_the_director_corrects_the_category_time_runs_by(correction):
    category = A_CATEGORY | {"new": "complex"}
    with pytest.raises(NotPermitted) as refused:
        correction("verifying", {}, category, actor=holding(Role.OFFICER))
    assert refused.value.code == "limit_correction_not_permitted"
    assert correction("draft", {}, category, actor=holding(Role.OFFICER))


def test_a_stale_category_is_told_by_its_name(correction):
    with pytest.raises(FactInvalid) as refused:
        correction("draft", {}, {"field": "complexity", "old": "complex", "new": "very_complex"})
    assert "现为“一般”，与所填原记载“复杂”不符" in refused.value.message
