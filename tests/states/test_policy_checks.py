"""The examination finds everything that would let a matter wait unmeasured or a rung wait for ever."""

from datetime import date

import pytest

from states import lifecycle as lifecycles
from states.errors import RuleInvalid
from states.policy import After, RetentionRule, check, examine
from states.vocabulary import ClockName, IssueMode, Role
from tests.builders import with_approval_stage
from tests.states.policies import DEFAULT, a_limit, changed, with_limits, with_rung, with_rungs

JULY = date(2026, 7, 1)
ACKNOWLEDGING, *OTHERS = DEFAULT.limits
REVERSED = a_limit(clock="plan", since=JULY, until=date(2026, 6, 1))
UNSTATED = {**DEFAULT.unclocked, "elsewhere": "本单位没有这个环节"}


def found(policy, lifecycle):
    return [(one.level, one.code, one.place) for one in examine(policy, lifecycle)]


def test_the_default_has_nothing_to_find(lifecycle):
    assert examine(DEFAULT, lifecycle) == ()


RUNGS = [
    ("rung_clock_by_cadence", "due_soon", {"clock": ClockName.FEEDBACK}, "warning"),
    ("after_other_clock", "inquiry", {"clock": ClockName.ACKNOWLEDGE}, "fault"),
    ("after_lapsing", "inquiry", {"after": After(step="due_soon", fact="issued")}, "fault"),
    ("rung_always_lapsed", "reminder", {"lapses": True}, "fault"),
    ("rung_always_lapsed", "inquiry", {"lapses": True, "after": None}, "fault"),
    ("needs_automatic", "inquiry", {"mode": IssueMode.AUTOMATIC}, "fault"),
    ("approver_unfit", "inquiry", {"approvers": (Role.LIAISON,)}, "fault"),
    ("inquiry_unfounded", "inquiry", {"after": None}, "fault"),
    ("admonition_gate", "admonition", {"after": After(step="reminder", fact="unanswered")}, "fault"),
    ("person_level_document", "reminder", {"document": "admonition"}, "fault"),
    ("person_level_document", "reminder", {"document": "personal_reminder"}, "fault"),
    ("person_level_document", "admonition", {"document": "personal_inquiry"}, "fault"),
    ("series_missing", "reminder", {"series": ""}, "fault"),
    ("after_unknown", "inquiry", {"after": After(step="interview", fact="issued")}, "fault"),
]


@pytest.mark.parametrize(("code", "step", "fields", "level"), RUNGS)
def test_a_rung_nobody_could_reach_is_found(lifecycle, code, step, fields, level):
    assert (level, code, f"rungs.{step}") in found(with_rung(step, **fields), lifecycle)


def test_a_rung_whose_foundation_downtime_may_pass_over_is_found(lifecycle):
    again = {"step": "second", "label": "再次提醒", "offset": 3}
    second = DEFAULT.rung_of["reminder"].model_copy(update=again)
    due_soon, reminder, *rest = DEFAULT.rungs
    policy = with_rungs(due_soon, reminder, second, *rest)
    assert ("warning", "after_may_be_passed_over", "rungs.inquiry") in found(policy, lifecycle)


def test_what_rests_on_a_mail_nobody_signs_for_is_out_of_reach(lifecycle):
    assert ("fault", "after_never_served", "rungs.inquiry") in found(
        with_rung("reminder", series=""), lifecycle
    )


def test_no_reply_is_overdue_where_none_is_asked_for(lifecycle):
    policy = with_rung("inquiry", reply_working_days=None)
    assert found(policy, lifecycle) == [("fault", "after_never_unanswered", "rungs.admonition")]


def test_a_reply_counted_by_another_term_than_its_paper_names_is_found(lifecycle):
    policy = with_rung("inquiry", reply_working_days=10)
    assert ("fault", "reply_term_differs", "limits.*.inquiry_reply") in found(policy, lifecycle)


def test_a_rung_on_a_clock_without_limit_is_found(lifecycle):
    policy = changed(with_rung("due_soon", clock=ClockName.INQUIRY_REPLY), limits=DEFAULT.limits[:-1])
    assert found(policy, lifecycle) == [("fault", "rung_clock_unopened", "rungs.due_soon")]


def test_what_follows_a_rung_without_clock_is_out_of_reach(lifecycle):
    policy = changed(with_rung("reminder", clock=ClockName.INQUIRY_REPLY), limits=DEFAULT.limits[:-1])
    codes = [code for _, code, _ in found(policy, lifecycle)]
    assert codes == ["rung_clock_unopened", "after_unreachable", "after_unreachable"]


def test_a_plan_that_sets_the_date_opens_the_handling_clock(lifecycle):
    assert found(with_limits(ACKNOWLEDGING, a_limit(clock="plan")), lifecycle) == []


def test_what_follows_a_rung_out_of_reach_is_out_of_reach_too(lifecycle):
    lost = [place for _, _, place in found(with_rung("reminder", lapses=True), lifecycle)]
    assert lost == ["rungs.reminder", "rungs.inquiry", "rungs.admonition"]


def test_a_lapsing_rung_that_must_wait_past_the_due_day_is_found(lifecycle):
    early = with_rung("reminder", offset=-2).rungs
    late = early[2].model_copy(
        update={"lapses": True, "offset": -1, "after": After(step="reminder", fact="served", working_days=3)}
    )
    policy = changed(rungs=(early[0], early[1], late))
    assert found(policy, lifecycle) == [("fault", "rung_always_lapsed", "rungs.inquiry")]


LIMITS = [
    ("category_unlimited", "categories.ordinary", [ACKNOWLEDGING, *OTHERS[1:]]),
    ("category_partial", "categories.complex", [a_limit("ordinary", "feedback"), *DEFAULT.limits]),
    ("limit_overlap", "limits.ordinary.handle", [a_limit("ordinary", since=JULY), *DEFAULT.limits]),
    ("start_unfit", "limits.*.acknowledge", [a_limit(clock="acknowledge", starts="acknowledged"), *OTHERS]),
    ("start_unfit", "limits.*.feedback", [a_limit(clock="feedback", starts="served"), *DEFAULT.limits]),
    ("category_unknown", "limits.easy.handle", [a_limit("easy"), *DEFAULT.limits]),
    ("counting_rule_unknown", "limits.*.plan", [a_limit(clock="plan", rule="nowhere"), *DEFAULT.limits]),
    ("dates_reversed", "limits.*.plan", [REVERSED, *DEFAULT.limits]),
    ("state_without_clock", "unclocked.assigned", OTHERS),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "limits"), LIMITS)
def test_a_limit_that_cannot_work_is_found(lifecycle, code, place, limits):
    assert (code, place) in {(one.code, one.place) for one in examine(with_limits(*limits), lifecycle)}


def test_days_left_without_a_limit_are_found_with_their_dates(lifecycle):
    until, since = a_limit("*", until=date(2026, 6, 30)), a_limit("*", since=date(2026, 8, 1))
    findings = examine(
        changed(categories=DEFAULT.categories[:1], limits=(ACKNOWLEDGING, until, since)), lifecycle
    )
    assert [(one.code, one.place) for one in findings] == [("limit_gap", "limits.ordinary.handle")]
    assert "自2026-07-01起至2026-07-31止没有规定" in findings[0].message


def test_periods_that_follow_one_another_leave_no_gap(lifecycle):
    until, since = a_limit("ordinary", until=date(2026, 6, 30)), a_limit("ordinary", amount=5, since=JULY)
    assert examine(with_limits(ACKNOWLEDGING, *OTHERS[1:], until, since), lifecycle) == ()


def test_a_limit_until_the_end_of_time_leaves_no_gap(lifecycle):
    assert examine(with_limits(ACKNOWLEDGING, a_limit(until=date.max)), lifecycle) == ()


def test_a_limit_that_ends_within_the_policy_leaves_a_gap(lifecycle):
    policy = with_limits(ACKNOWLEDGING, *OTHERS[1:], a_limit("ordinary", until=date(2026, 6, 30)))
    (finding,) = examine(policy, lifecycle)
    assert "自2026-07-01起没有规定" in finding.message
    assert examine(changed(policy, applies_until=date(2026, 6, 30)), lifecycle) == ()


STATES = [
    ("state_without_clock", "unclocked.draft", {k: v for k, v in DEFAULT.unclocked.items() if k != "draft"}),
    ("unclocked_state_unknown", "unclocked.elsewhere", UNSTATED),
    ("unclocked_without_reason", "unclocked.draft", {**DEFAULT.unclocked, "draft": "n/a"}),
    ("unclocked_but_measured", "unclocked.handling", {**DEFAULT.unclocked, "handling": "办理中"}),
]


@pytest.mark.parametrize(("code", "place", "unclocked"), STATES)
def test_a_state_has_a_clock_or_says_why_not(lifecycle, code, place, unclocked):
    (finding,) = examine(changed(unclocked=unclocked), lifecycle)
    assert (finding.code, finding.place) == (code, place)


def test_an_office_s_own_stage_must_say_why_it_is_not_measured():
    own = lifecycles.parse(with_approval_stage())
    added = [
        row
        for row in own.states
        if row.id not in {"draft", "verifying", "suspended"} and row.clock != "running"
    ]
    waiting = [row.id for row in added if row.kind in ("open", "side")]
    assert waiting
    assert [one.place for one in examine(DEFAULT, own)] == [f"unclocked.{id}" for id in waiting]
    reasons = dict.fromkeys(waiting, "等待审批，不计时")
    assert examine(changed(unclocked={**DEFAULT.unclocked, **reasons}), own) == ()


def test_all_faults_are_found_at_once_and_the_first_is_refused(lifecycle):
    wrong = with_rung("admonition", mode=IssueMode.AUTOMATIC, approvers=(Role.OFFICER,), offset=6)
    codes = [one.code for one in examine(wrong, lifecycle)]
    assert codes == [
        "person_level_automatic", "admonition_gate", "needs_automatic", "approver_unfit", "rung_order",
    ]  # fmt: skip
    with pytest.raises(RuleInvalid) as refused:
        check(wrong)
    assert (refused.value.code, refused.value.facts["place"]) == (codes[0], "rungs.admonition")


def test_a_term_of_keeping_for_a_category_nobody_knows_is_told(lifecycle):
    rule = RetentionRule(by_category={"easy": "10y", "*": "30y", "complex": "permanent"})
    told = ("fault", "category_unknown", "retention.by_category.easy")
    assert found(changed(retention=rule), lifecycle) == [told]
