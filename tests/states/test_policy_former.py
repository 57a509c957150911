"""A policy kept before policies held limits is read as it was, and is known by the hash it had."""

import re
from pathlib import Path

import pytest

from states.errors import RuleInvalid
from states.policy import parse, read_kept
from states.vocabulary import ClockName
from tests.states.conftest import TABLES

DEFAULT = (TABLES / "default_policy.toml").read_text(encoding="utf-8")
SECOND = Path(__file__).with_name("second_policy.toml").read_text(encoding="utf-8")
"""The default policy of the release before the ladder asked for service and knew the scheduler's rules."""

LADDER = 'name = "default"\ntitle = "督办阶梯默认规则"\nversion = 1\n' + SECOND[SECOND.index("[[rungs]]") :]
KEPT_AS = "51c7a8ad117c22ffd0fd04339170a92fe5067e9e0b87a6457f5cf243948d9e68"
SECOND_KEPT_AS = "4e87d3bf7b6407a7c3832d6217f6b2c5d3d38e2df1f924230ab71f1829f304c5"


def test_a_ladder_alone_keeps_its_hash():
    assert read_kept(LADDER).digest == KEPT_AS


def test_a_policy_from_before_the_scheduler_s_rules_keeps_its_hash():
    policy = read_kept(SECOND)
    assert policy.digest == SECOND_KEPT_AS
    assert policy.sweep == parse(DEFAULT).sweep


def test_it_has_the_limits_that_were_built_in_and_asks_for_nothing_that_came_later():
    policy = read_kept(LADDER)
    row = policy.limit_for("complex", ClockName.HANDLE, None)
    assert (row.amount, row.unit) == (1, "months")
    assert (policy.extension.consent, policy.extension.review, policy.pause.evidence) == (False, False, False)
    assert policy.plans_first("very_complex", None)


def test_it_cannot_come_into_force_again():
    with pytest.raises(RuleInvalid) as refused:
        parse(LADDER)
    assert refused.value.code == "policy_field"


def test_a_whole_policy_is_read_like_any_other():
    assert read_kept(DEFAULT) == parse(DEFAULT)


@pytest.mark.parametrize("broken", ["version = ", re.sub(r"\[\[rungs\]\].*", "", LADDER, flags=re.DOTALL)])
def test_one_changed_past_reading_is_refused(broken):
    with pytest.raises(RuleInvalid):
        read_kept(broken)
