"""反馈: what a report sets, who signs it, how often it is asked for, and what it turns."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states import lights
from states import policy as policies
from states.case import Actor
from states.clocks.cadence import LIMITS, WORDS, cadence_of, reports_a_month, told_term
from states.deadlines import Limit
from states.duties import DutyKind
from states.errors import FactInvalid, NotPermitted, Refusal
from states.policy import EVERY_CATEGORY, FeedbackRule, examine
from states.vocabulary import Cadence, Light, LimitUnit, Role
from tests.builders import at
from tests.states.matters import DEFAULT, LATER, TABLES, TODAY, facts_for, facts_in, holding
from tests.states.policies import a_limit, changed, with_limits
from tests.states.reports import CALENDAR, COSIGNED, HEAD, LIAISON, PLAIN, STANDARD, Life, warned

WEEKLY_ALL = a_limit(EVERY_CATEGORY, "feedback", starts="acknowledged")


def dispatched(policy=DEFAULT, when=at(2026, 7, 1), **order) -> Life:
    """A matter handed out and signed for."""
    life = Life(facts_in("draft", clocks=(), extension_to=None), policy)
    life.give("assign", when=when, **order)
    life.give("acknowledge", when=when)
    return life


def reasons_on(life: Life, day: date) -> tuple[lights.Reason, ...]:
    return lights.reasons(life.facts, life.policy, day, CALENDAR)


def test_a_report_sets_its_day_and_what_it_says():
    life = Life()
    life.give("report_progress", difficulty="缺灯具", completion_rate=40)
    facts = life.facts
    assert (facts.progress_on, facts.difficulty, facts.completion_rate) == (TODAY.date(), "缺灯具", 40)
    assert (facts.progress_of, facts.hard_to_meet, facts.expected_on) == (None, False, None)


def test_a_difficulty_the_next_report_does_not_name_is_over_and_the_rate_stays():
    life = Life(replace(PLAIN, difficulty="缺灯具", completion_rate=40))
    life.give("report_progress")
    assert (life.facts.difficulty, life.facts.completion_rate) == (None, 40)


def test_as_before_takes_what_is_not_given_from_the_last_report():
    said = {"progress": "已修复120盏", "difficulty": "缺灯具", "completion_rate": 40}
    life = Life(replace(PLAIN, **said))
    life.give("report_progress", progress=None, as_before=True, completion_rate=55)
    assert {name: getattr(life.facts, name) for name in said} == said | {"completion_rate": 55}
    assert life.facts.progress_on == TODAY.date()


def test_a_falling_rate_is_taken_with_a_warning():
    life = Life(replace(PLAIN, completion_rate=80))
    assert life.give("report_progress", completion_rate=80).warnings == ()
    (warning,) = life.give("report_progress", completion_rate=60).warnings
    assert "80%" in warning and "60%" in warning and life.facts.completion_rate == 60


def test_a_matter_sent_back_is_yellow_until_completion_is_reported_again():
    life = Life(facts_in("verifying", returns=0, reported_by="BH212-L", hard_to_meet=False))
    life.give("return_for_rework")
    assert lights.Reason(Light.YELLOW, "第1次退回重办，尚未重新报结") in warned(life.facts)
    life.give("report_completion")
    assert not [one for one in warned(life.facts) if "退回" in one.words]


def test_a_missed_report_is_yellow_by_the_working_days_it_is_late_until_it_is_given():
    life = dispatched(open_ended=True, limit=None, cadence="每月")
    told = {day: [one.words for one in reasons_on(life, day)] for day in (date(2026, 8, 3), date(2026, 8, 6))}
    assert told == {date(2026, 8, 3): [], date(2026, 8, 6): ["应于2026-08-03反馈，反馈逾期3个工作日"]}
    life.give("begin", when=at(2026, 8, 6))
    life.give("report_progress", when=at(2026, 8, 6))
    assert reasons_on(life, date(2026, 8, 6)) == ()


def test_a_report_that_waits_for_its_signature_is_late_as_such():
    life = dispatched(COSIGNED, open_ended=True, limit=None, cadence="每月")
    life.give("report_progress", by=LIAISON, when=at(2026, 8, 3))
    told = [one.words for one in reasons_on(life, date(2026, 8, 4))]
    assert told == ["应于2026-08-03反馈，反馈逾期1个工作日，已报待会签"]


def test_completion_ends_what_a_report_left_open():
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=LIAISON, hard_to_meet=True, expected_on=LATER)
    life.give("report_completion")
    assert (life.facts.progress_of, life.facts.hard_to_meet, life.facts.expected_on) == (None, False, None)


SAID = {"progress": "已修复120盏", "difficulty": "缺灯具", "completion_rate": 80}


@pytest.mark.parametrize(
    ("command", "state"), [("reassign", "handling"), ("object", "assigned"), ("reopen", "closed")]
)
def test_another_hand_or_round_has_neither_reports_nor_returns_behind_it(command, state):
    life = Life(facts_for(command, state, **SAID, progress_on=TODAY.date(), returns=1))
    life.give(command)
    found = {name: getattr(life.facts, name) for name in (*SAID, "progress_on", "returns")}
    assert found == {**dict.fromkeys((*SAID, "progress_on")), "returns": 0}


def test_only_the_unit_that_was_sent_back_owes_its_work_again():
    life = Life()
    for command in ("report_completion", "return_for_rework"):
        life.give(command)
    assert DutyKind.REWORK in life.owed()
    for command in ("reassign", "acknowledge", "begin"):
        life.give(command)
    assert DutyKind.REWORK not in life.owed()


def test_a_liaison_s_report_answers_its_clock_when_the_head_signs():
    life = dispatched(COSIGNED, cadence="每周")
    life.give("report_progress", by=LIAISON, when=at(2026, 7, 6))
    assert (life.facts.progress_of, life.asks_until()) == ("BH212-L", date(2026, 7, 8))
    owed = life.owed(date(2026, 7, 9))
    assert DutyKind.FEEDBACK not in owed
    assert (owed[DutyKind.COSIGN].due_on, owed[DutyKind.COSIGN].overdue) == (date(2026, 7, 8), True)
    assert owed[DutyKind.COSIGN].whose.roles == (Role.UNIT_HEAD,)
    life.give("cosign_progress", by=HEAD, when=at(2026, 7, 9))
    assert (life.facts.progress_of, life.asks_until()) == (None, date(2026, 7, 16))


def test_a_report_by_the_head_himself_is_signed_with_it():
    life = dispatched(COSIGNED, cadence="每周")
    life.give("report_progress", by=HEAD, when=at(2026, 7, 6))
    assert (life.facts.progress_of, life.asks_until()) == (None, date(2026, 7, 13))


@pytest.mark.parametrize("command", ["cosign_progress", "send_back_progress"])
def test_a_report_that_does_not_wait_is_neither_signed_nor_sent_back(command):
    life = Life()
    life.give("report_progress", by=LIAISON)
    with pytest.raises(Refusal) as refused:
        life.give(command, by=HEAD)
    assert refused.value.code == "report_not_waiting"


def test_whoever_gave_a_report_does_not_sign_it_in_the_head_s_place():
    deputy = Actor("BH212-L", frozenset({Role.LIAISON}), deputising={Role.UNIT_HEAD: ("BH212-H",)})
    life = Life(policy=COSIGNED)
    life.give("report_progress", by=deputy)
    with pytest.raises(NotPermitted) as refused:
        life.give("cosign_progress", by=deputy)
    assert refused.value.code == "cosigner_is_reporter"


def test_a_report_sent_back_waits_no_more_and_its_clock_runs_on():
    life = dispatched(COSIGNED, cadence="每周")
    life.give("report_progress", by=LIAISON, when=at(2026, 7, 6))
    life.give("send_back_progress", by=HEAD, when=at(2026, 7, 7))
    assert (life.facts.progress_of, life.asks_until()) == (None, date(2026, 7, 8))
    assert DutyKind.FEEDBACK in life.owed(date(2026, 7, 9))


def test_the_rate_of_a_report_that_waits_counts_once_it_is_signed():
    life = Life(replace(PLAIN, completion_rate=40), COSIGNED)
    life.give("report_progress", by=LIAISON, completion_rate=80)
    assert life.facts.completion_rate == 40
    life.give("cosign_progress", by=HEAD)
    assert life.facts.completion_rate == 80


def test_a_report_sent_back_leaves_the_rate_before_it_and_never_comes_back():
    life = Life(replace(PLAIN, completion_rate=40), COSIGNED)
    life.give("report_progress", by=LIAISON, completion_rate=80)
    life.give("send_back_progress", by=HEAD)
    life.give("report_progress", by=LIAISON, as_before=True)
    life.give("cosign_progress", by=HEAD)
    assert life.facts.completion_rate == 40


@pytest.mark.parametrize(
    ("more", "rate"), [({}, 40), ({"as_before": True}, 80), ({"completion_rate": 60}, 60)]
)
@pytest.mark.parametrize("by", [LIAISON, HEAD])
def test_a_report_in_the_place_of_one_that_waits_takes_its_rate_only_as_before(by, more, rate):
    life = Life(replace(PLAIN, completion_rate=40), COSIGNED)
    life.give("report_progress", by=LIAISON, completion_rate=80)
    life.give("report_progress", by=by, **more)
    if by is LIAISON:
        life.give("cosign_progress", by=HEAD)
    assert (life.facts.completion_rate, life.facts.rate_waiting) == (rate, None)


@pytest.mark.parametrize(
    ("cadence", "due_on"),
    [("day", (7, 16)), ("每周", (7, 22)), ("月调度", (8, 17)), ("每季度", (10, 15)), ("不定期", None)],
)
def test_another_cadence_asks_from_now_on(cadence, due_on):
    life = dispatched()
    life.give("set_cadence", cadence=cadence)
    assert life.asks_until() == (date(2026, *due_on) if due_on else None)
    assert life.facts.cadence == cadence_of(cadence).label


def test_the_category_s_cadence_asks_where_the_case_has_none_of_its_own():
    policy = with_limits(
        a_limit("complex", "feedback", 10, starts="acknowledged"), WEEKLY_ALL, *DEFAULT.limits
    )
    asked = [dispatched(policy, complexity=category).asks_until() for category in ("ordinary", "complex")]
    assert asked == [date(2026, 7, 8), date(2026, 7, 13)]


def test_a_case_s_own_cadence_goes_before_its_category_s_and_none_switches_it_off():
    policy = with_limits(WEEKLY_ALL, *DEFAULT.limits)
    assert dispatched(policy, cadence="每月").asks_until() == date(2026, 8, 3)
    silent = dispatched(policy, cadence="不定期")
    assert silent.asks_until() is None
    silent.give("report_progress", when=at(2026, 7, 6))
    assert silent.asks_until() is None
    spoken = dispatched(policy)
    spoken.give("set_cadence", when=at(2026, 7, 6), cadence="none")
    assert spoken.asks_until() is None


@pytest.mark.parametrize("starts", ["assigned", "acknowledged", "begun"])
def test_a_category_s_cadence_starts_where_its_limit_says_and_every_report_starts_it_again(starts):
    life = Life(
        facts_in("draft", clocks=()),
        with_limits(a_limit(EVERY_CATEGORY, "feedback", starts=starts), *DEFAULT.limits),
    )
    for day, (event, command) in enumerate(
        {"assigned": "assign", "acknowledged": "acknowledge", "begun": "begin"}.items(), start=6
    ):
        life.give(command, when=at(2026, 7, day))
        if event == starts:
            assert life.asks_until() == date(2026, 7, day + 7)
    life.give("report_progress", when=at(2026, 7, 20))
    assert life.asks_until() == date(2026, 7, 27)


def test_a_report_asked_for_once_is_not_asked_for_again():
    first = a_limit(EVERY_CATEGORY, "feedback", 3, once=True)
    life = dispatched(with_limits(first, *DEFAULT.limits), when=at(2026, 7, 1))
    assert life.asks_until() == date(2026, 7, 6)  # the third day is a Saturday
    life.give("report_progress", when=at(2026, 7, 3))
    assert life.asks_until() is None


def test_the_13710_preset_asks_for_one_report_within_three_days():
    text = (TABLES / "presets" / "shanxi_13710.toml").read_text(encoding="utf-8")
    life = dispatched(policies.parse(text), when=at(2026, 7, 1), limit=None, complexity="complex")
    assert life.asks_until() == date(2026, 7, 6)
    life.give("report_progress", when=at(2026, 7, 3))
    assert life.asks_until() is None


def test_a_matter_of_another_category_reports_as_that_one_does():
    policy = with_limits(a_limit("complex", "feedback", starts="acknowledged"), *DEFAULT.limits)
    life = dispatched(policy, limit=None, complexity="ordinary")
    assert life.asks_until() is None
    life.give("reclassify", when=at(2026, 7, 2), complexity="complex")
    assert life.asks_until() == date(2026, 7, 9)
    life.give("reclassify", when=at(2026, 7, 3), complexity="ordinary")
    assert life.asks_until() is None


def test_a_reopened_matter_reports_by_its_category_again():
    life = Life(facts_for("reopen", "closed", cadence="每月"), with_limits(WEEKLY_ALL, *DEFAULT.limits))
    life.give("reopen")
    assert (life.facts.cadence, life.asks_until()) == (None, date(2026, 7, 22))


LONG_TERM = {"open_ended": True, "cadence": "每月", "due_on": None, "complexity": None, "clocks": ()}


def test_a_long_term_matter_taken_up_again_stays_one_with_its_cadence():
    life = Life(facts_for("reopen", "closed", **LONG_TERM))
    made = life.give("reopen", limit=None)
    assert (life.facts.open_ended, life.facts.cadence, life.facts.due_on) == (True, "每月", None)
    assert (life.asks_until(), made.details["long_term"]) == (date(2026, 8, 17), "kept")


def test_a_limit_makes_a_long_term_matter_taken_up_again_an_ordinary_one():
    life = Life(facts_for("reopen", "closed", **LONG_TERM))
    made = life.give("reopen", limit=None, due_on=LATER)
    assert (life.facts.open_ended, life.facts.cadence, life.facts.due_on) == (False, None, LATER)
    assert (life.asks_until(), made.details["long_term"]) == (None, "ended")


@pytest.mark.parametrize("command", ["assign", "set_cadence"])
def test_nobody_asks_more_often_than_the_policy_lets_him(command):
    facts = facts_in("draft" if command == "assign" else "handling")
    life = Life(facts, changed(feedback=FeedbackRule(most_often="month")))
    with pytest.raises(FactInvalid) as refused:
        life.give(command, cadence="每周")
    assert (refused.value.code, refused.value.facts["most_often"]) == ("cadence_too_often", "month")
    assert life.give(command, cadence="每季度")


def test_only_the_director_goes_over_the_cap():
    with pytest.raises(NotPermitted) as refused:
        Life().give("set_cadence", by=holding(Role.OFFICER), over_cap=True)
    assert refused.value.code == "over_cap_by_director"
    assert Life().give("set_cadence", by=holding(Role.DIRECTOR), over_cap=True)


def test_a_policy_does_not_ask_more_often_than_it_lets_the_office_ask():
    monthly = changed(with_limits(WEEKLY_ALL, *DEFAULT.limits), feedback=FeedbackRule(most_often="month"))
    assert "feedback_too_often" in [found.code for found in examine(monthly, STANDARD)]
    once = with_limits(*(row.model_copy(update={"once": True}) for row in DEFAULT.limits))
    assert "once_unfit" in [found.code for found in examine(once, STANDARD)]


def test_the_default_rule_of_feedback_stands_outside_the_hash():
    assert changed(feedback=FeedbackRule()).digest == DEFAULT.digest != COSIGNED.digest


def test_a_month_of_reports_is_reckoned_by_the_term():
    assert [reports_a_month(LIMITS[one]) for one in LIMITS] == [21, Fraction(13, 3), 1, Fraction(1, 3)]
    assert reports_a_month(Limit(LimitUnit.WORKING_DAYS, 3)) == 7
    assert [told_term(LIMITS[Cadence.WEEK]), told_term(Limit(LimitUnit.DAYS, 3))] == ["每周", "每3日"]


@given(st.sampled_from([one for one in LimitUnit if not one.is_duration]), st.integers(1, 500))
def test_a_longer_term_never_asks_for_more_and_never_for_more_than_the_working_days(unit, amount):
    shorter, longer = (reports_a_month(Limit(unit, term)) for term in (amount, amount + 1))
    assert longer <= shorter <= 21


words = st.sampled_from([*WORDS, None])


@given(st.lists(st.tuples(st.sampled_from(["report", "sign", "back", "cadence"]), words), max_size=8))
def test_a_clock_runs_exactly_while_the_case_s_cadence_asks(acts):
    """Whatever is reported, signed, sent back or set: only the cadence says whether a report is due."""
    life, day = dispatched(COSIGNED, cadence="每月"), at(2026, 7, 1)
    for act, cadence in acts:
        day += timedelta(days=1)
        if act == "report":
            life.give("report_progress", by=LIAISON, when=day)
        elif act in ("sign", "back") and life.facts.progress_of:
            life.give("cosign_progress" if act == "sign" else "send_back_progress", by=HEAD, when=day)
        elif act == "cadence" and cadence and cadence_of(cadence) is not cadence_of(life.facts.cadence):
            life.give("set_cadence", when=day, cadence=cadence)
        assert (life.asks_until() is None) == (life.facts.cadence == "不定期")
