"""Acting for somebody: what a deputy may, in whose place, and where he may not."""

from dataclasses import replace
from datetime import date

import pytest

from states.case import Actor, available_commands, decide
from states.errors import NotPermitted
from states.escalation import EscalationFacts, may_decide
from states.escalation import decide as decide_escalation
from states.vocabulary import Role
from tests.states.matters import COMPLETE, LATER, TODAY, facts_in

DAY = date(2026, 7, 31)
QUESTION = {"question": "为何未修复？"}


def deputy(*principals: str, role: Role = Role.DIRECTOR, own: frozenset[Role] = frozenset()) -> Actor:
    return Actor("R011", own, deputising={role: principals})


@pytest.fixture
def give(lifecycle, policy, calendar):
    """The decision of a complete command on the street-light matter, under the default policy or another."""

    def given(state, command, actor, by_policy=policy, **changes):
        return decide(
            facts_in(state, **changes),
            command,
            actor,
            TODAY,
            lifecycle=lifecycle,
            policy=by_policy,
            calendar=calendar,
            **COMPLETE.get(command, {}),
        )

    return given


STANDING_BACK = ("drafters", "objects", "recused")


@pytest.fixture
def inquiry(policy):
    return EscalationFacts("proposed", policy.rung_of["inquiry"], frozenset({"system"}), raised_on=DAY)


def test_a_deputy_has_the_buttons_of_his_principal(lifecycle):
    principal = Actor("R010", frozenset({Role.DIRECTOR}))
    facts = facts_in("draft")
    assert available_commands(facts, deputy("R010"), lifecycle) == available_commands(
        facts, principal, lifecycle
    )


def test_a_decision_names_whom_the_deputy_acted_for(give):
    assert give("draft", "assign", deputy("R010")).acting_for == "R010"


def test_a_role_of_his_own_goes_before_the_one_he_stands_in_for(give):
    own = deputy("R010", own=frozenset({Role.DIRECTOR}))
    assert give("draft", "assign", own).acting_for is None


def test_another_role_of_his_own_does_not_hide_whom_he_acts_for(give):
    officer = deputy("R010", own=frozenset({Role.OFFICER}))
    assert give("draft", "assign", officer).acting_for == "R010"


def test_nobody_verifies_his_own_report_as_a_deputy(give):
    with pytest.raises(NotPermitted) as refused:
        give("verifying", "close_out", deputy("R010"), reported_by="R011")
    assert refused.value.code == "verifier_is_reporter"


def test_nobody_verifies_in_the_place_of_whoever_reported(give):
    with pytest.raises(NotPermitted) as refused:
        give("verifying", "close_out", deputy("R010"), reported_by="R010")
    assert refused.value.code == "verifier_is_reporter"
    assert give("verifying", "close_out", deputy("R010", "R009"), reported_by="R010").acting_for == "R009"


def test_a_matter_that_nobody_reported_here_is_verified_all_the_same(give):
    principal = Actor("R010", frozenset({Role.DIRECTOR}))
    assert give("verifying", "close_out", principal, reported_by=None).after == "closed"


def test_more_time_the_leader_decides_on_is_given_in_the_leader_s_place(give, policy):
    extension = policy.extension.model_copy(update={"decider": "leader"})
    by_leader = policy.model_copy(update={"extension": extension})
    asked = {"extension_to": LATER, "extension_consented_by": "BH212-H", "extension_reviewed_by": "R012"}
    director = Actor("R010", frozenset({Role.DIRECTOR}), deputising={Role.LEADER: ("R006",)})
    assert give("handling", "grant_extension", director, by_leader, **asked).acting_for == "R006"
    assert give("handling", "grant_extension", director, **asked).acting_for is None


@pytest.mark.parametrize("standing_back", [{name: frozenset({"R010"})} for name in STANDING_BACK])
def test_nobody_decides_in_the_place_of_one_who_stands_back(inquiry, calendar, standing_back):
    facts = replace(inquiry, **standing_back)
    assert not may_decide(facts, deputy("R010"))
    with pytest.raises(NotPermitted) as refused:
        decide_escalation(facts, "approve", deputy("R010"), DAY, calendar=calendar, **QUESTION)
    assert (refused.value.code, refused.value.facts["acting_for"]) == ("recusal", "R010")


@pytest.mark.parametrize("standing_back", [{name: frozenset({"R011"})} for name in STANDING_BACK])
def test_one_who_stands_back_decides_for_nobody_else_either(inquiry, standing_back):
    assert not may_decide(replace(inquiry, **standing_back), deputy("R010", "R009"))


@pytest.mark.parametrize("principals", [("R010", "R009"), ("R009", "R010")])
def test_he_decides_for_another_who_need_not_stand_back(inquiry, calendar, principals):
    facts = replace(inquiry, recused=frozenset({"R010"}))
    assert may_decide(facts, deputy(*principals))
    decision = decide_escalation(facts, "approve", deputy(*principals), DAY, calendar=calendar, **QUESTION)
    assert decision.acting_for == "R009"


def test_a_role_of_his_own_lets_him_decide_though_his_principal_stands_back(inquiry, calendar):
    facts = replace(inquiry, recused=frozenset({"R010"}))
    leader = deputy("R010", own=frozenset({Role.LEADER}))
    decision = decide_escalation(facts, "approve", leader, DAY, calendar=calendar, **QUESTION)
    assert decision.acting_for is None


def test_a_deputy_may_stand_back_though_his_principal_has(inquiry, calendar):
    facts = replace(inquiry, recused=frozenset({"R010"}))
    decision = decide_escalation(facts, "recuse", deputy("R010"), DAY, calendar=calendar, reason="亲属")
    assert (decision.event, decision.after) == ("escalation_recused", "proposed")
