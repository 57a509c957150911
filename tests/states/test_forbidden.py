"""Guards that refuse a person or another policy's matter: every command that names one, by its code."""

from traceback import extract_tb

import pytest

from states.errors import FactInvalid, NotPermitted
from states.policy.limits import ExtensionRule
from states.vocabulary import Role
from tests.states.matters import DEFAULT, DUE_ON, LATER, decided, facts_for, holding
from tests.states.test_every_command import DESIGN, EVERY_ROLE
from tests.states.test_verifying import ON_SITE, REQUIRED

LEADER_DECIDES = DEFAULT.model_copy(
    update={
        "extension": ExtensionRule.model_validate({**DEFAULT.extension.model_dump(), "decider": "leader"})
    }
)
OFFICER, DIRECTOR = holding(Role.OFFICER, person="R011"), holding(Role.DIRECTOR)
REPORTER = holding(*EVERY_ROLE.roles, person="BH212-L")
TASK_REPORTER = holding(*EVERY_ROLE.roles, person="BH213-L")
FOR_LEADER = {"coordination_level": "leader"}
A_DUE_DATE = {"field": "due_on", "old": DUE_ON, "new": LATER}
VERIFIED_BY_HIM = {"verdict": "passed", "verified_by": "R010"}

FORBIDDEN = [
    ("accept_task", {}, {}, TASK_REPORTER, DEFAULT, "accepter_is_reporter"),
    ("return_task", {}, {}, TASK_REPORTER, DEFAULT, "accepter_is_reporter"),
    ("close_out", {}, {}, REPORTER, DEFAULT, "verifier_is_reporter"),
    ("close_out", VERIFIED_BY_HIM, {}, EVERY_ROLE, REQUIRED, "verified_by_closer"),
    ("record_verification", {}, {}, REPORTER, DEFAULT, "verifier_is_reporter"),
    ("correct", {}, {"reissue": True}, OFFICER, DEFAULT, "reissue_not_permitted"),
    ("correct", {"due_on": DUE_ON}, A_DUE_DATE, OFFICER, DEFAULT, "limit_correction_not_permitted"),
    ("cosign_progress", {"progress_of": "BH212-L"}, {}, REPORTER, DEFAULT, "cosigner_is_reporter"),
    ("decide_coordination", FOR_LEADER, {}, DIRECTOR, DEFAULT, "decider_of_another_level"),
    ("decline_coordination", FOR_LEADER, {}, DIRECTOR, DEFAULT, "decider_of_another_level"),
    ("decide_coordination", {}, {}, REPORTER, DEFAULT, "decider_is_asker"),
    ("decline_coordination", {}, {}, REPORTER, DEFAULT, "decider_is_asker"),
    ("follow_up", {"closed_by": "BH212-L"}, {}, REPORTER, DEFAULT, "reviewer_is_involved"),
    ("follow_up", {"reported_by": "BH212-L"}, {}, REPORTER, DEFAULT, "reviewer_is_involved"),
    ("grant_extension", {}, {}, DIRECTOR, LEADER_DECIDES, "decider_is_leader"),
    ("refuse_extension", {}, {}, DIRECTOR, LEADER_DECIDES, "decider_is_leader"),
    ("set_cadence", {}, {"over_cap": True}, OFFICER, DEFAULT, "over_cap_by_director"),
]
BY_POLICY = [("record_verification", {}, {}, EVERY_ROLE, ON_SITE, "method_not_enough")]


def refused_by(lifecycle, calendar, example):
    """The refusal of an example, and the guard of the command's row it came out of."""
    command, known, details, actor, policy, _ = example
    facts = facts_for(command, DESIGN[command][0][0], **known)
    with pytest.raises((NotPermitted, FactInvalid)) as refused:
        decided(lifecycle, calendar, facts, command, actor=actor, policy=policy, **details)
    passed = [frame.name for frame in extract_tb(refused.value.__traceback__)]
    guards = lifecycle.command_rows[command].guards
    return refused.value, next((name for name in passed if name in guards), None)


@pytest.mark.parametrize("example", FORBIDDEN, ids=lambda one: f"{one[0]}-{one[-1]}")
def test_a_guard_refuses_a_person(lifecycle, calendar, example):
    found, guard = refused_by(lifecycle, calendar, example)
    assert (type(found), found.code) == (NotPermitted, example[-1])
    assert guard is not None


def test_a_guard_refuses_what_only_another_policy_forbids(lifecycle, calendar):
    found, _ = refused_by(lifecycle, calendar, BY_POLICY[0])
    assert (type(found), found.code) == (FactInvalid, "method_not_enough")


def test_where_the_leader_decides_on_more_time_he_may(lifecycle, calendar):
    for command in ("grant_extension", "refuse_extension"):
        facts = facts_for(command, "handling")
        assert decided(
            lifecycle, calendar, facts, command, actor=holding(Role.LEADER), policy=LEADER_DECIDES
        ).changes
