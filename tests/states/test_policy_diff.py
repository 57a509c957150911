"""Whatever changes between two policies is told in a sentence, and nothing else is."""

from datetime import date, time

import pytest

from states.deadlines.rules import DEFAULT_RULE, CountingRule
from states.policy import (
    After,
    Category,
    Ceiling,
    ExtensionRule,
    FeedbackRule,
    LimitRule,
    MailRule,
    MilestoneRule,
    PauseRule,
    Policy,
    RetentionRule,
    Rung,
    SweepRule,
    VerificationRule,
    diff,
    wording,
)
from states.vocabulary import CheckMethod, ClockName, IssueMode, LimitUnit, RetentionClass, Role
from tests.states.policies import DEFAULT, a_limit, changed, with_limits, with_rung, with_rungs

DAY = date(2026, 7, 1)
OWN = DEFAULT_RULE.model_copy(update={"name": "own"})
BEFORE = changed(rules=(OWN,), limits=(a_limit("ordinary"), *DEFAULT.limits[2:]))
ROWS = {
    "categories": {"id": "easy", "label": "容易"},
    "limits": {
        "category": "complex",
        "clock": ClockName.FEEDBACK,
        "unit": LimitUnit.WEEKS,
        "amount": 8,
        "rule": "own",
        "starts": "begun",
        "applies_from": DAY,
        "applies_until": DAY,
        "once": True,
    },
    "rules": {
        "name": "other",
        "title": "另一规则",
        "basis": "另一依据",
        "count_start_day": True,
        "rest_day_start": "roll_first",
        "roll": "none",
        "keep_time": True,
        "end_of_day": True,
        "cutoff": time(17),
    },
    "rungs": {
        "step": "first",
        "label": "临期提示",
        "clock": ClockName.PLAN,
        "offset": -5,
        "lapses": False,
        "after": After(step="reminder", fact="unanswered", working_days=2),
        "document": "inquiry",
        "series": "令",
        "mode": IssueMode.ON_APPROVAL,
        "approvers": (Role.LEADER,),
        "addressee": "person",
        "reply_working_days": 3,
        "judge_working_days": 2,
        "effect_months": 6,
        "needs": ("question",),
        "question": "该事项为何逾期未办结？",
        "joint": "unit",
    },
}
"""For each table another value of every field of its first row."""

FLAT = {
    "mail": {
        "opens": time(9),
        "closes": time(16),
        "repeat_working_days": 2,
        "give_up_days": 2,
        "ask_if_uncertain": ("admonition",),
    },
    "verification": {
        "required": True,
        "methods": {"complex": (CheckMethod.ON_SITE,)},
        "public_notice_working_days": {"*": 5},
    },
    "sweep": {
        "most_per_sweep": 10,
        "most_per_unit": 3,
        "hold_factor": 9,
        "hold_floor": 5,
        "down_working_days": 3,
        "catch_up": "all",
    },
    "feedback": {"cosign": True, "most_often": "week", "reports_per_unit_month": 40},
    "milestones": {
        "yellow_after_working_days": 1,
        "red_after_working_days": 3,
        "schedule_tolerance": 10,
    },
    "retention": {
        "by_category": {"complex": RetentionClass.YEARS_10},
        "by_source": {"市长信箱": RetentionClass.PERMANENT},
    },
    "pause": {"ceiling_working_days": None, "evidence": False},
    "extension": {
        "consent": False,
        "review": False,
        "decider": "leader",
        "max_times": None,
        "ceiling": Ceiling(unit=LimitUnit.DAYS, amount=90),
        "ask_before_working_days": 3,
    },
}
WHOLE = {
    "name": "own",
    "title": "本单位规则",
    "version": 4,
    "basis": "本单位规定",
    "applies_from": DAY,
    "applies_until": DAY,
    "unclocked": {**DEFAULT.unclocked, "draft": "尚未交办"},
}


def _in_first_row(table, field):
    first, *others = getattr(BEFORE, table)
    return {table: (first.model_copy(update={field: ROWS[table][field]}), *others)}


def _in_row(name, field):
    return {name: getattr(BEFORE, name).model_copy(update={field: FLAT[name][field]})}


EVERY_FIELD = {
    **{name: {name: value} for name, value in WHOLE.items()},
    **{f"{table}.{field}": _in_first_row(table, field) for table, row in ROWS.items() for field in row},
    **{f"{name}.{field}": _in_row(name, field) for name, row in FLAT.items() for field in row},
}


def sentences(before, after):
    return [change.sentence for change in diff(before, after)]


@pytest.mark.parametrize("changes", EVERY_FIELD.values(), ids=EVERY_FIELD)
def test_changing_any_field_is_told(changes):
    told = diff(BEFORE, changed(BEFORE, **changes))
    assert told
    assert all(change.place and change.sentence and "None" not in change.sentence for change in told)


def test_one_paper_for_several_matters_is_told_in_words():
    after = with_rung("reminder", joint=None)
    (change,) = diff(DEFAULT, after)
    assert change.place == "rungs.reminder.joint"
    assert change.sentence == "“提醒”由同一单位的多个事项合为一件发出改为逐项分别发出"


def test_no_field_of_the_model_is_left_out_above():
    rows = {"categories": Category, "limits": LimitRule, "rules": CountingRule, "rungs": Rung}
    flat = {"pause": PauseRule, "extension": ExtensionRule, "mail": MailRule, "sweep": SweepRule}
    flat["feedback"] = FeedbackRule
    flat["verification"] = VerificationRule
    flat["milestones"] = MilestoneRule
    flat["retention"] = RetentionRule
    assert {name: set(ROWS[name]) for name in rows} == {
        name: set(row.model_fields) for name, row in rows.items()
    }
    assert {name: set(FLAT[name]) for name in flat} == {
        name: set(row.model_fields) for name, row in flat.items()
    }
    assert {*WHOLE, *ROWS, *FLAT} == set(Policy.model_fields)


def test_every_field_has_its_phrase():
    assert set(wording.RUNG) | {"step"} == set(Rung.model_fields)
    assert set(wording.LIMIT) | {"category", "clock", "unit", "amount"} == set(LimitRule.model_fields)
    assert set(wording.COUNTING_RULE) | {"name"} == set(CountingRule.model_fields)


def test_equal_policies_have_no_changes():
    assert diff(BEFORE, changed(BEFORE)) == ()


TEN_WORKING_DAYS = DEFAULT.limits[1].model_copy(update={"unit": LimitUnit.WORKING_DAYS, "amount": 10})
SAID = [
    (
        with_limits(DEFAULT.limits[0], TEN_WORKING_DAYS, *DEFAULT.limits[2:]),
        "类别“一般”的办结时限由1周改为10个工作日",
    ),
    (with_rung("inquiry", mode=IssueMode.AUTOMATIC), "“函询”由审批后发出改为自动发出"),
    (
        changed(extension=DEFAULT.extension.model_copy(update={"max_times": None})),
        "延期最多次数由2次改为不限",
    ),
    (with_rung("reminder", offset=3), "“提醒”的发起时间由到期后1个工作日改为到期后3个工作日"),
    (with_limits(*DEFAULT.limits[1:]), "取消各类别的签收时限（原为1个工作日）"),
    (with_limits(*DEFAULT.limits, a_limit(clock="feedback")), "新增各类别的反馈时限：7日，自交办起算"),
    (with_rungs(*DEFAULT.rungs[:3]), "取消步骤“诫勉”"),
    (changed(pause=PauseRule(evidence=True)), "挂起不计入时限的上限由60个工作日改为不限"),
    (with_rung("inquiry", after=None), "“函询”的前置条件由“提醒”已送达满5个工作日改为无"),
]  # fmt: skip


@pytest.mark.parametrize(("after", "sentence"), SAID, ids=[sentence for _, sentence in SAID])
def test_a_change_is_one_plain_sentence(after, sentence):
    assert sentences(DEFAULT, after) == [sentence]


def test_states_and_papers_go_by_their_chinese_names():
    after = changed(with_rung("due_soon", document="reminder"), unclocked={"draft": "尚未交办"})
    told = diff(DEFAULT, after, states={"verifying": "待审核"}, papers={"reminder": "提醒函"})
    said = [change.sentence for change in told]
    assert "状态“待审核”不再列为不计时" in said
    assert "“期限提示”的文书由“due_soon”改为“提醒函”" in said


def test_periods_of_one_limit_are_paired_in_their_order():
    first, second = a_limit("ordinary", until=date(2026, 6, 30)), a_limit("ordinary", amount=5, since=DAY)
    before, after = with_limits(first, second), with_limits(second.model_copy(update={"amount": 4}), first)
    (change,) = diff(before, after)
    assert change.place == "limits.ordinary.handle.2"
    assert change.sentence == "类别“一般”的办结时限（2026-07-01起）由5日改为4日"


def test_another_order_is_told_too():
    turned = with_rungs(*reversed(DEFAULT.rungs))
    assert sentences(DEFAULT, turned) == [
        "步骤的次序由“期限提示”、“提醒”、“函询”、“诫勉”改为“诫勉”、“函询”、“提醒”、“期限提示”"
    ]
    assert sentences(DEFAULT, with_limits(*reversed(DEFAULT.limits))) == ["条目的书写次序有变，内容不变"]
