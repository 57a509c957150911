"""Which limit a matter has: by category, by clock, by day."""

from datetime import date

import pytest

from states.errors import RuleInvalid
from states.policy import LimitRule
from states.vocabulary import ClockName, LimitUnit
from tests.states.policies import DEFAULT, a_limit, changed, with_limits

DAY = date(2026, 7, 1)
LIMITS = [
    ("ordinary", "handle", "1周"),
    ("complex", "handle", "1个月"),
    ("very_complex", "plan", "1个月"),
    ("very_complex", "handle", None),
    ("ordinary", "acknowledge", "1个工作日"),
    (None, "acknowledge", "1个工作日"),
    (None, "handle", None),
    ("complex", "inquiry_reply", "15个工作日"),
    ("complex", "feedback", None),
    ("unheard_of", "handle", None),
]


@pytest.mark.parametrize(("category", "clock", "term"), LIMITS)
def test_the_default_has_the_limits_of_qingdao(category, clock, term):
    limit = DEFAULT.limit_for(category, clock, DAY)
    assert (limit.term if limit else None) == term
    assert DEFAULT.limit_for(category, ClockName(clock), DAY) is limit


def test_the_inquiry_s_reply_is_counted_from_service_by_the_cadre_rule():
    limit = DEFAULT.limit_for("ordinary", "inquiry_reply", DAY)
    assert isinstance(limit, LimitRule)
    assert (limit.unit, limit.rule, limit.starts) == (LimitUnit.WORKING_DAYS, "cn-cadre-inquiry", "served")


def test_a_category_s_own_limit_goes_before_the_one_for_all():
    policy = with_limits(a_limit("*", amount=9), a_limit("ordinary", amount=5))
    found = [policy.limit_for(category, "handle", DAY).amount for category in ("ordinary", "complex", None)]
    assert found == [5, 9, 9]


def test_a_limit_applies_on_its_first_and_its_last_day():
    policy = with_limits(a_limit(since=date(2026, 7, 1), until=date(2026, 7, 31)))
    days = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1)]
    assert [policy.limit_for(None, "handle", day) is not None for day in days] == [False, True, True, False]


def test_the_limit_for_all_stands_in_on_days_the_category_s_own_does_not_apply():
    policy = with_limits(a_limit("*", amount=9), a_limit("ordinary", amount=5, since=date(2026, 7, 2)))
    days = (DAY, date(2026, 7, 2))
    assert [policy.limit_for("ordinary", "handle", day).amount for day in days] == [9, 5]


def test_only_what_is_very_complex_plans_first():
    assert [DEFAULT.plans_first(row.id, DAY) for row in DEFAULT.categories] == [False, False, True]
    assert not DEFAULT.plans_first(None, DAY)


def test_a_handling_limit_for_all_leaves_nothing_to_the_plan():
    policy = with_limits(*DEFAULT.limits, a_limit("*", amount=90))
    assert not policy.plans_first("very_complex", DAY)


def test_counting_rules_are_those_that_ship_and_the_policy_s_own():
    own = DEFAULT.counting_rule("cn-civil-code").model_copy(update={"name": "own"})
    assert changed(rules=(own,)).counting_rule("own") is own
    with pytest.raises(RuleInvalid) as refused:
        DEFAULT.counting_rule("own")
    assert (refused.value.code, refused.value.facts["rule"]) == ("counting_rule_unknown", "own")


def test_a_category_is_called_by_its_label():
    assert DEFAULT.category_label("very_complex") == "特别复杂"
    assert DEFAULT.category_label("unheard_of") == "unheard_of"


def test_a_limit_makes_another_version():
    assert changed().digest == DEFAULT.digest
    assert with_limits(*DEFAULT.limits[1:]).digest != DEFAULT.digest
