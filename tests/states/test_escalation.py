"""The life of one escalation: who may do what to it, when, and what follows."""

from dataclasses import replace
from datetime import date

import pytest

from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal, TransitionRefused
from states.escalation import COMMANDS, STATES, EscalationFacts, decide
from states.vocabulary import Role
from tests.states.matters import holding

DAY, RAISED = date(2026, 7, 31), date(2026, 7, 27)
GROUND = {"clause": "第十二条", "facts": "三次催办后仍未整改"}
COMPLETE = {
    "approve": {"question": "为何未修复？", "ground": GROUND},
    "reject": {"reason": "已当面说明"},
    "serve": {},
    "answer": {"judgement": "sufficient"},
    "withdraw": {"reason": "发文有误"},
}
WHO = {
    "approve": {Role.DIRECTOR, Role.LEADER},
    "reject": {Role.DIRECTOR, Role.LEADER},
    "serve": {Role.OFFICER, Role.CLERK, Role.DIRECTOR},
    "answer": {Role.OFFICER, Role.CLERK, Role.DIRECTOR},
    "withdraw": {Role.DIRECTOR},
}
EVERYONE = holding(*Role)


@pytest.fixture
def inquiry(policy):
    return EscalationFacts("proposed", policy.rung_of["inquiry"], "system", raised_on=RAISED)


@pytest.fixture
def admonition(policy):
    return EscalationFacts("proposed", policy.rung_of["admonition"], "R011", RAISED, frozenset({"BH212-H"}))


@pytest.fixture
def give(calendar):
    """Give a complete command with these particulars changed."""

    def given(facts, command, actor: Actor = EVERYONE, **details):
        return decide(facts, command, actor, DAY, calendar=calendar, **{**COMPLETE[command], **details})

    return given


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_given_only_where_it_exists_and_only_by_its_roles(give, inquiry, command, state):
    sources, dest = COMMANDS[command].source, COMMANDS[command].to
    for role in Role:
        expected = (
            TransitionRefused if state not in sources else None if role in WHO[command] else NotPermitted
        )
        if expected is None:
            assert give(replace(inquiry, state=state), command, holding(role)).after == dest
            continue
        with pytest.raises(expected):
            give(replace(inquiry, state=state), command, holding(role))


@pytest.mark.parametrize("person", ["R011", "BH212-H"])
@pytest.mark.parametrize("command", ["approve", "reject"])
def test_neither_drafter_nor_object_decides(give, admonition, command, person):
    with pytest.raises(NotPermitted) as refused:
        give(admonition, command, holding(Role.PRINCIPAL, person=person))
    assert refused.value.code == "recusal"


def test_only_the_principal_approves_an_admonition(give, admonition):
    with pytest.raises(NotPermitted):
        give(admonition, "approve", holding(*set(Role) - {Role.PRINCIPAL}))
    approved = give(admonition, "approve", holding(Role.PRINCIPAL)).changes
    assert approved == {"issued_on": DAY, "decided_by": holding().person}


@pytest.mark.parametrize("ground", ["第十二条", {"clause": "第十二条"}, {"clause": "", "facts": "未整改"}])
def test_a_ground_is_a_clause_and_the_facts_that_fall_under_it(give, admonition, ground):
    with pytest.raises(FactMissing) as refused:
        give(admonition, "approve", holding(Role.PRINCIPAL), ground=ground)
    assert refused.value.code == "ground_missing"


def test_nothing_is_decided_before_it_was_raised(give, inquiry):
    with pytest.raises(FactInvalid) as refused:
        give(replace(inquiry, raised_on=date(2026, 8, 1)), "approve")
    assert refused.value.code == "before_raised"


OWED = [
    ("inquiry", "approve", "question"),
    ("admonition", "approve", "ground"),
    ("inquiry", "reject", "reason"),
    ("inquiry", "withdraw", "reason"),
    ("inquiry", "answer", "judgement"),
]


@pytest.mark.parametrize(("step", "command", "owed"), OWED)
def test_a_command_names_the_particular_it_is_owed(give, policy, step, command, owed):
    facts = EscalationFacts(COMMANDS[command].source[0], policy.rung_of[step], "system", RAISED)
    with pytest.raises(FactMissing) as refused:
        give(facts, command, **{owed: None})
    assert (refused.value.code, refused.value.facts["missing"]) == (f"{owed}_missing", owed)


def test_the_reply_term_runs_from_receipt(give, inquiry):
    issued = replace(inquiry, state="issued", issued_on=date(2026, 7, 30))
    served = give(issued, "serve", served_on=DAY).changes
    assert served == {"served_on": DAY, "reply_due_on": date(2026, 8, 21)}


def test_nothing_is_received_before_it_was_sent(give, inquiry):
    with pytest.raises(FactInvalid) as refused:
        give(replace(inquiry, state="issued", issued_on=DAY), "serve", served_on=date(2026, 7, 30))
    assert refused.value.code == "served_before_issued"


def test_nothing_is_received_in_the_future(give, inquiry):
    with pytest.raises(FactInvalid) as refused:
        give(replace(inquiry, state="issued", issued_on=DAY), "serve", served_on=date(2026, 8, 1))
    assert refused.value.code == "served_in_future"


def test_a_reply_is_judged_in_one_of_two_words(give, inquiry):
    with pytest.raises(FactInvalid) as refused:
        give(replace(inquiry, state="served"), "answer", judgement="so-so")
    assert refused.value.code == "judgement_invalid"


def test_an_insufficient_reply_counts_as_none_from_that_day(give, inquiry):
    served = replace(inquiry, state="served")
    assert give(served, "answer", judgement="insufficient").changes["reply_due_on"] == DAY
    assert "reply_due_on" not in give(served, "answer").changes


def test_an_unknown_command_is_refused(inquiry, calendar):
    with pytest.raises(Refusal) as refused:
        decide(inquiry, "shred", EVERYONE, DAY, calendar=calendar)
    assert refused.value.code == "unknown_command"
