"""The life of one escalation: who may do what to it, when, and what follows."""

from dataclasses import replace
from datetime import date

import pytest

from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal, TransitionRefused
from states.escalation import COMMANDS, STATES, EscalationFacts, decide, may_decide
from states.vocabulary import ActorKind, Role
from tests.states.matters import holding

MACHINES = frozenset({"system"})
DAY, RAISED = date(2026, 7, 31), date(2026, 7, 27)
GROUND = {"clause": "第十二条", "facts": "三次催办后仍未整改"}
RECEIPT = [{"sha256": "0" * 64, "name": "送达回执.jpg"}]
COMPLETE = {
    "propose": {},
    "issue": {},
    "draft": {"question": "为何未修复？"},
    "snooze": {"until": date(2026, 8, 5), "reason": "等待会议研究"},
    "recuse": {"reason": "亲属关系"},
    "approve": {"question": "为何未修复？", "ground": GROUND},
    "reject": {"reason": "已当面说明"},
    "serve": {"evidence": RECEIPT},
    "sign": {},
    "answer": {"reply": "灯具到货推迟"},
    "reply": {"reply": "灯具到货推迟"},
    "accept": {},
    "fault": {"reason": "未说明原因"},
    "ask_again": {"question": "何时到货？"},
    "lapse": {},
    "review": {"finding": "improved", "reason": "已全部改正"},
    "conclude": {"reason": "已当面说明清楚"},
    "withdraw": {"reason": "发文有误"},
    "end": {},
    "drop": {},
    "carry": {"unit": "BH213"},
}
DECIDERS, DESK, UNIT = {"director", "leader"}, {"officer", "clerk", "director"}, {"liaison", "unit_head"}
WHO = {
    **dict.fromkeys(("snooze", "recuse", "approve", "reject"), DECIDERS),
    **dict.fromkeys(("draft", "serve", "answer", "accept", "fault", "ask_again", "review", "conclude"), DESK),
    **dict.fromkeys(("sign", "reply"), UNIT),
    "withdraw": {"director"},
    **dict.fromkeys(("propose", "issue", "lapse", "end", "drop", "carry"), frozenset()),
}
EVERYONE = holding(*Role)
SYSTEM = Actor("system", frozenset(), ActorKind.SYSTEM)


@pytest.fixture
def inquiry(policy):
    return EscalationFacts("proposed", policy.rung_of["inquiry"], MACHINES, raised_on=RAISED)


@pytest.fixture
def admonition(policy):
    return EscalationFacts(
        "proposed", policy.rung_of["admonition"], frozenset({"R011"}), RAISED, frozenset({"BH212-H"})
    )


@pytest.fixture
def give(calendar):
    """Give a complete command with these particulars changed."""

    def given(facts, command, actor: Actor = EVERYONE, **details):
        return decide(facts, command, actor, DAY, calendar=calendar, **{**COMPLETE[command], **details})

    return given


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_given_only_where_it_exists_and_only_by_its_roles(give, inquiry, command, state):
    sources, dests = COMMANDS[command].source, COMMANDS[command].to
    facts = replace(inquiry, state=state, review_on=DAY)
    for role in Role:
        expected = (
            TransitionRefused if state not in sources else None if role in WHO[command] else NotPermitted
        )
        if expected is None:
            assert give(facts, command, holding(role)).after in (dests or (state,))
            continue
        with pytest.raises(expected):
            give(facts, command, holding(role))


@pytest.mark.parametrize("command", ["propose", "issue", "lapse", "end", "drop", "carry"])
def test_the_machine_does_what_no_person_may(give, inquiry, command):
    row = COMMANDS[command]
    assert give(replace(inquiry, state=row.source[0]), command, SYSTEM).after == (*row.to, row.source[0])[0]


def test_the_machine_never_does_what_people_decide(give, inquiry):
    for command, row in COMMANDS.items():
        if row.by != "machine":
            with pytest.raises(NotPermitted):
                give(replace(inquiry, state=row.source[0], review_on=DAY), command, SYSTEM)


@pytest.mark.parametrize("person", ["R011", "BH212-H"])
@pytest.mark.parametrize("command", ["approve", "reject"])
def test_neither_drafter_nor_object_decides(give, admonition, command, person):
    with pytest.raises(NotPermitted) as refused:
        give(admonition, command, holding(Role.PRINCIPAL, person=person))
    assert refused.value.code == "recusal"


@pytest.mark.parametrize("command", ["serve", "answer", "accept", "fault", "withdraw"])
def test_nobody_handles_what_concerns_himself(give, inquiry, command):
    own = replace(inquiry, state=COMMANDS[command].source[-1], objects=frozenset({"R011"}), issued_on=RAISED)
    with pytest.raises(NotPermitted) as refused:
        give(own, command, holding(*Role, person="R011"))
    assert refused.value.code == "recusal"


def test_only_the_principal_approves_an_admonition(give, admonition):
    with pytest.raises(NotPermitted):
        give(admonition, "approve", holding(*set(Role) - {Role.PRINCIPAL}))
    approved = give(admonition, "approve", holding(Role.PRINCIPAL)).changes
    assert (approved["decided_by"], approved["decided_on"]) == (holding().person, DAY)


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
    ("inquiry", "answer", "reply"),
    ("inquiry", "fault", "reason"),
    ("inquiry", "ask_again", "question"),
    ("inquiry", "snooze", "until"),
    ("inquiry", "serve", "evidence"),
]


@pytest.mark.parametrize(("step", "command", "owed"), OWED)
def test_a_command_names_the_particular_it_is_owed(give, policy, step, command, owed):
    facts = EscalationFacts(COMMANDS[command].source[0], policy.rung_of[step], MACHINES, RAISED)
    with pytest.raises(FactMissing) as refused:
        give(facts, command, **{owed: None})
    assert refused.value.facts["missing"] == owed
    assert refused.value.code == ("receipt_missing" if owed == "evidence" else f"{owed}_missing")


def test_the_reply_term_runs_from_receipt(give, inquiry):
    issued = replace(inquiry, state="issued", issued_on=date(2026, 7, 30))
    served = give(issued, "serve", served_on=DAY).changes
    assert (served["service"], served["served_on"], served["reply_due_on"]) == (
        "hand",
        DAY,
        date(2026, 8, 21),
    )


def test_a_reply_is_due_from_receipt_whatever_day_the_paper_named(give, policy):
    named = {"issued_on": RAISED, "reply_due_on": date(2026, 8, 3)}
    issued = EscalationFacts("issued", policy.rung_of["reminder"], MACHINES, RAISED, **named)
    assert give(issued, "sign", holding(Role.LIAISON)).changes["reply_due_on"] == date(2026, 8, 7)


@pytest.mark.parametrize("command", ["serve", "sign"])
def test_nobody_signs_for_a_plain_mail(give, policy, command):
    mail = EscalationFacts("issued", policy.rung_of["due_soon"], MACHINES, RAISED, issued_on=RAISED)
    with pytest.raises(FactInvalid) as refused:
        give(mail, command)
    assert refused.value.code == "not_a_paper"


def test_by_mail_means_taken_by_the_relay_and_a_receipt(give, inquiry):
    issued = replace(inquiry, state="issued", issued_on=DAY)
    with pytest.raises(FactInvalid) as refused:
        give(issued, "serve", service="mail")
    assert refused.value.code == "mail_not_accepted"
    assert give(replace(issued, mail_accepted=True), "serve", service="mail").changes["service"] == "mail"


def test_a_refused_paper_is_served_with_the_story_of_its_refusal(give, inquiry):
    issued = replace(inquiry, state="issued", issued_on=DAY)
    with pytest.raises(FactMissing) as refused:
        give(issued, "serve", service="refused", evidence=None)
    assert refused.value.code == "reason_missing"
    assert (
        give(issued, "serve", service="refused", reason="拒收，社区工作人员见证").changes["served_on"] == DAY
    )


def test_an_admonition_is_handed_over_and_never_mailed(give, admonition):
    issued = replace(admonition, state="issued", issued_on=DAY, mail_accepted=True)
    with pytest.raises(FactInvalid) as refused:
        give(issued, "serve", holding(Role.ORGANIZATION), service="mail")
    assert refused.value.code == "service_by_mail_to_person"


def test_an_admonition_takes_effect_for_six_months_and_is_then_reviewed(give, admonition):
    issued = replace(admonition, state="issued", issued_on=DAY)
    served = give(issued, "serve", holding(Role.ORGANIZATION)).changes
    assert (served["reply_due_on"], served["effect_until"]) == (date(2026, 8, 7), date(2027, 2, 1))
    assert served["review_on"] == served["effect_until"]


def test_a_self_criticism_that_suffices_does_not_end_an_admonition(give, admonition):
    answered = replace(admonition, state="answered", served_on=RAISED, review_on=date(2027, 2, 1))
    handler = holding(Role.ORGANIZATION)
    assert give(answered, "accept", handler).after == "answered"
    for command, code in (("conclude", "review_owed"), ("review", "review_too_early")):
        with pytest.raises(FactInvalid) as refused:
            give(answered, command, handler)
        assert refused.value.code == code
    assert give(replace(answered, review_on=DAY), "review", handler).changes["finding"] == "improved"


def test_a_second_question_has_a_term_of_its_own(give, inquiry):
    asked = give(replace(inquiry, state="answered"), "ask_again").changes
    assert (asked["state"], asked["asked_again"], asked["reply_due_on"]) == ("served", 1, date(2026, 8, 21))


def test_a_snooze_is_bounded_and_moves_no_date(give, inquiry):
    assert give(inquiry, "snooze").changes == {"state": "proposed", "snoozed_until": date(2026, 8, 5)}
    for until in (DAY, date(2026, 12, 31)):
        with pytest.raises(FactInvalid) as refused:
            give(inquiry, "snooze", until=until)
        assert refused.value.code == "snooze_out_of_bounds"


def test_who_has_declared_to_stand_back_does_not_decide(give, inquiry):
    director = holding(Role.DIRECTOR, person="R010")
    stood_back = replace(inquiry, recused=frozenset({"R010"}))
    assert may_decide(inquiry, director)
    assert not may_decide(stood_back, director)
    with pytest.raises(NotPermitted) as refused:
        give(stood_back, "approve", director)
    assert refused.value.code == "recusal"


def test_what_a_draft_says_need_not_be_said_again(give, inquiry):
    drafted = replace(inquiry, drafters=frozenset({"R011"}), drafted={"question": "为何未修复？"})
    assert give(drafted, "approve", question=None).after == "approved"


def test_nothing_is_received_before_it_was_sent(give, inquiry):
    with pytest.raises(FactInvalid) as refused:
        give(replace(inquiry, state="issued", issued_on=DAY), "serve", served_on=date(2026, 7, 30))
    assert refused.value.code == "served_before_issued"


def test_nothing_is_received_in_the_future(give, inquiry):
    with pytest.raises(FactInvalid) as refused:
        give(replace(inquiry, state="issued", issued_on=DAY), "serve", served_on=date(2026, 8, 1))
    assert refused.value.code == "served_in_future"


def test_an_insufficient_reply_counts_as_none_from_the_day_it_is_judged(give, inquiry):
    judged = give(replace(inquiry, state="answered"), "fault").changes
    assert (judged["state"], judged["judgement"], judged["judged_on"]) == ("answered", "insufficient", DAY)


def test_a_reply_is_judged_within_its_own_term(give, inquiry):
    assert give(replace(inquiry, state="served"), "answer").changes["judge_by"] == date(2026, 8, 7)


def test_who_approves_does_not_write_over_a_draft(give, inquiry):
    drafted = replace(inquiry, drafters=frozenset({"R011"}), drafted={"question": "为何未修复？"})
    with pytest.raises(FactInvalid) as refused:
        give(drafted, "approve", question="何时修复？")
    assert refused.value.code == "drafted_already"


def test_everybody_who_drafted_stands_back(give, inquiry):
    drafted = replace(inquiry, drafters=frozenset({"R010", "R011"}))
    for person in ("R010", "R011"):
        with pytest.raises(NotPermitted):
            give(drafted, "approve", holding(Role.DIRECTOR, person=person))


def test_a_person_answers_on_paper_and_by_no_command_of_the_unit_s(give, admonition):
    served = replace(admonition, state="served", issued_on=RAISED, served_on=RAISED)
    for person, refusal in (("BH212-H", FactInvalid), ("BH200-H", NotPermitted)):
        with pytest.raises(refusal):
            give(served, "reply", holding(Role.UNIT_HEAD, person=person))


def test_a_paper_to_a_person_is_signed_for_by_that_person_alone(give, admonition):
    issued = replace(admonition, state="issued", issued_on=DAY)
    assert give(issued, "sign", holding(Role.UNIT_HEAD, person="BH212-H")).after == "served"
    deputy = Actor("BH212-L", frozenset(), deputising={Role.UNIT_HEAD: ("BH212-H",)})
    for other in (deputy, holding(Role.UNIT_HEAD, person="BH200-H")):
        with pytest.raises(NotPermitted) as refused:
            give(issued, "sign", other)
        assert refused.value.code == "not_in_person"


def test_an_unknown_command_is_refused(inquiry, calendar):
    with pytest.raises(Refusal) as refused:
        decide(inquiry, "shred", EVERYONE, DAY, calendar=calendar)
    assert refused.value.code == "unknown_command"
