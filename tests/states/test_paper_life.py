"""The life of a paper by its table: every command, every state, everybody who may not."""

from dataclasses import replace
from datetime import date

import pytest

from states.case import Actor
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal, TransitionRefused
from states.papers.deciding import decide, moved
from states.papers.facts import PaperFacts
from states.papers.kinds import PAPERS
from states.papers.life import COMMANDS, LIVING, STATES, roles_for
from states.papers.lives import Lives
from states.vocabulary import ActorKind, Role

DAY, EARLIER = date(2026, 7, 8), date(2026, 7, 1)
ORDER, PERSONAL = PAPERS["supervision_order"], PAPERS["personal_reminder"]
CONTENT = "a1b2c3d4" * 8
RECEIPT = [{"sha256": "0" * 64, "name": "回执.jpg"}]
SAID = {
    "return": {"reason": "事实不清"},
    "sign": {"opinion": "同意。"},
    "serve": {"evidence": RECEIPT},
    "void": {"reason": "事项名称有误"},
}
BY_HAND = [name for name, row in COMMANDS.items() if row.by != "machine"]


def a_paper(state=None, **known):
    facts = PaperFacts(ORDER, state, CONTENT, drafters=frozenset({"甲"}), reviewers=frozenset({"乙"}))
    return replace(facts, since=EARLIER, **known)


def somebody(command, facts, person="丙"):
    row = COMMANDS[command]
    return Actor(person, roles_for(row, facts.kind, facts.state))


def given(command, facts, actor=None, day=DAY, **said):
    actor = actor or somebody(command, facts)
    return decide(facts, command, actor, day, **{**SAID.get(command, {}), **said})


@pytest.mark.parametrize("command", BY_HAND)
@pytest.mark.parametrize("state", [None, *STATES])
def test_a_command_leads_where_the_table_says_and_from_nowhere_else(command, state):
    row, facts = COMMANDS[command], a_paper(state)
    if state in row.source or (state is None and not row.source):
        decision = given(command, facts)
        assert decision.changes["state"] == row.to
        assert decision.event == f"document_{row.event}"
    else:
        with pytest.raises(TransitionRefused):
            given(command, facts, Actor("丙", frozenset(Role)))


@pytest.mark.parametrize(
    ("command", "state", "told"),
    [
        ("issue", "issued", "“督办单”已经印发，不必再印发。"),
        ("issue", "served", "“督办单”已经送达，不必再印发。"),
        ("void", "voided", "“督办单”已经作废，不必再作废。"),
        ("issue", "voided", "“督办单”已经作废，不能印发；请另拟一份。"),
        ("issue", "drafted", "“督办单”已经拟稿，不能印发；此时可以：修改稿件、核稿、退回修改、作废。"),
        ("revise", "signed", "“督办单”已经签发，不能修改稿件；此时可以：印发、作废。"),
        ("sign", None, "“督办单”尚未拟稿，不能签发；此时可以：拟稿。"),
    ],
)
def test_a_command_out_of_turn_is_told_what_it_means_and_what_may_be_done(command, state, told):
    with pytest.raises(TransitionRefused) as refused:
        given(command, a_paper(state), Actor("丙", frozenset(Role)))
    assert refused.value.message == told


@pytest.mark.parametrize("command", BY_HAND)
def test_nobody_gives_a_command_without_its_role(command):
    row = COMMANDS[command]
    facts = a_paper(row.source[0] if row.source else None)
    roles = roles_for(row, ORDER, facts.state)
    assert roles
    with pytest.raises(NotPermitted):
        given(command, facts, Actor("丙", frozenset(Role) - roles))
    with pytest.raises(NotPermitted):
        given(command, facts, Actor("system", roles, ActorKind.SYSTEM))


@pytest.mark.parametrize("command", [name for name, row in COMMANDS.items() if row.by == "machine"])
def test_what_the_machine_does_no_person_does(command):
    with pytest.raises(NotPermitted) as refused:
        given(command, a_paper("issued"), Actor("丙", frozenset(Role)))
    assert refused.value.code == "machine_only"


@pytest.mark.parametrize(
    ("command", "state", "person"),
    [("review", "drafted", "甲"), ("sign", "reviewed", "甲"), ("sign", "reviewed", "乙")],
)
def test_nobody_judges_what_went_through_his_hands(command, state, person):
    facts = a_paper(state)
    with pytest.raises(NotPermitted) as refused:
        given(command, facts, somebody(command, facts, person))
    assert refused.value.code == "own_draft"


def test_a_deputy_does_not_judge_for_somebody_who_wrote():
    facts = a_paper("reviewed")
    actor = Actor("丁", deputising={Role.DIRECTOR: ("甲",)})
    with pytest.raises(NotPermitted) as refused:
        given("sign", facts, actor)
    assert refused.value.code == "own_draft"
    decided = given("sign", facts, Actor("丁", deputising={Role.DIRECTOR: ("甲", "戊")}))
    assert decided.acting_for == "戊"


@pytest.mark.parametrize("concerned", [{"objects": frozenset({"丙"})}, {"of_unit": frozenset({"丙"})}])
def test_whom_it_concerns_does_not_sign_it(concerned):
    facts = a_paper("reviewed", **concerned)
    with pytest.raises(NotPermitted) as refused:
        given("sign", facts)
    assert refused.value.code == "recusal"


@pytest.mark.parametrize(
    ("command", "state", "name"),
    [("return", "drafted", "reason"), ("sign", "reviewed", "opinion"), ("void", "issued", "reason")],
)
@pytest.mark.parametrize("said", [None, "", "  "])
def test_a_step_that_owes_words_is_refused_without(command, state, name, said):
    with pytest.raises(FactMissing) as refused:
        given(command, a_paper(state), **{name: said})
    assert refused.value.code == f"{name}_missing"


@pytest.mark.parametrize(("command", "state"), [("review", "drafted"), ("sign", "reviewed")])
def test_what_changed_since_it_was_read_is_not_judged(command, state):
    for facts, seen in (
        (a_paper(state), "ffffffff"),
        (a_paper(state, otherwise=("办理时限",)), None),
    ):
        with pytest.raises(FactInvalid) as refused:
            given(command, facts, seen=seen)
        assert refused.value.code == "draft_changed"
    with pytest.raises(FactInvalid) as refused:
        given(command, a_paper(state), seen="a1b2")
    assert refused.value.code == "hash_too_short"
    assert given(command, a_paper(state), seen=CONTENT[:8]).changes["state"] == COMMANDS[command].to


@pytest.mark.parametrize("command", BY_HAND[1:])
def test_no_step_is_dated_before_the_last(command):
    facts = a_paper(COMMANDS[command].source[0])
    with pytest.raises(FactInvalid) as refused:
        given(command, facts, day=date(2026, 6, 30))
    assert refused.value.code == "before_last_step"


@pytest.mark.parametrize("command", BY_HAND[1:])
def test_the_paper_of_a_measure_is_carried_on_by_the_measure(command):
    with pytest.raises(FactInvalid) as refused:
        given(command, a_paper("issued", measure="e" * 32))
    assert refused.value.code == "paper_of_measure"


def test_a_kind_that_commands_send_is_not_drafted():
    with pytest.raises(Refusal) as refused:
        given("draft", PaperFacts(PAPERS["assignment"]))
    assert refused.value.code == "kind_not_drafted"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"service": "signed"}, "service_invalid"),
        ({"service": "mail"}, "mail_not_accepted"),
        ({"service": "refused", "evidence": None}, "reason_missing"),
        ({"service": "hand", "evidence": None}, "receipt_missing"),
        ({"served_on": date(2026, 7, 9)}, "served_in_future"),
        ({"served_on": date(2026, 6, 30)}, "served_before_issued"),
    ],
)
def test_service_without_its_proof_or_on_an_impossible_day_is_refused(said, code):
    with pytest.raises(Refusal) as refused:
        given("serve", a_paper("issued"), **said)
    assert refused.value.code == code


def test_a_paper_to_a_person_is_in_the_hands_of_the_organization_department():
    for command in ("draft", "review", "issue", "serve", "archive"):
        assert roles_for(COMMANDS[command], PERSONAL, "drafted") == {Role.ORGANIZATION}
    assert roles_for(COMMANDS["sign"], PERSONAL, "reviewed") == set(PERSONAL.signers)
    assert Role.DIRECTOR not in roles_for(COMMANDS["void"], PERSONAL, "signed")
    facts = replace(a_paper("issued"), kind=PERSONAL, mail_accepted=True)
    with pytest.raises(FactInvalid) as refused:
        given("serve", facts, service="mail")
    assert refused.value.code == "service_by_mail_to_person"


@pytest.mark.parametrize("kind", ["personal_reminder", "personal_inquiry"])
def test_the_organization_department_signs_what_it_asks_of_a_person_by_a_third_hand(kind):
    facts = replace(a_paper("reviewed"), kind=PAPERS[kind])
    handler = frozenset({Role.ORGANIZATION})
    assert given("sign", facts, Actor("丙", handler)).changes["state"] == "signed"
    for wrote in ("甲", "乙"):
        with pytest.raises(NotPermitted) as refused:
            given("sign", facts, Actor(wrote, handler))
        assert refused.value.code == "own_draft"
    assert PAPERS["admonition"].signers == ()


def test_after_signing_only_those_above_the_desk_make_a_paper_void():
    assert Role.CLERK in roles_for(COMMANDS["void"], ORDER, "drafted")
    assert roles_for(COMMANDS["void"], ORDER, "signed") == {*ORDER.signers, Role.DIRECTOR}


def test_void_is_the_end():
    assert tuple(STATES)[:-1] == LIVING
    assert all("voided" not in row.source for row in COMMANDS.values())


SENT = {"number": "滨督交〔2026〕1号", "signed_by": "甲"}


def test_the_next_notice_of_a_matter_makes_the_former_void_and_only_the_last_is_served():
    lives = Lives()
    lives.send("a", "assignment", EARLIER, **SENT)
    assert lives.send("b", "assignment", DAY, number="滨督交〔2026〕2号") == {
        "a": {"state": "voided", "voided_on": DAY}
    }
    assert lives.follow_case("acknowledged", DAY).keys() == {"b"}
    assert lives.of["b"]["service"] == "signed"


def test_papers_go_to_the_file_with_their_matter_but_not_those_nobody_issued():
    lives = Lives()
    lives.send("a", "reminder", EARLIER, **SENT)
    lives.put("b", kind="supervision_order", state="signed")
    assert lives.follow_case("archived", DAY) == {"a": {"state": "archived", "archived_on": DAY}}
    assert lives.follow_case("begun", DAY) == {}


def test_a_paper_of_several_matters_outlives_the_measure_of_one():
    lives = Lives()
    lives.send("a", "reminder", EARLIER, **SENT, matters=3)
    assert lives.follow_measure("a", "escalation_withdrawn", {}, DAY) == {}
    assert lives.of["a"]["state"] == "issued"


def test_with_the_last_of_its_measures_a_paper_is_void_once():
    lives = Lives()
    lives.send("a", "reminder", EARLIER, **SENT, matters=3)
    assert lives.drop("a", DAY) == {"a": {"state": "voided", "voided_on": DAY}}
    assert lives.drop("a", DAY) == {}


def test_a_measure_takes_its_paper_with_it():
    lives = Lives()
    lives.send("a", "reminder", EARLIER, **SENT)
    told = {"service": "hand", "served_on": DAY}
    assert lives.follow_measure("a", "escalation_served", told, DAY)["a"]["state"] == "served"
    assert lives.follow_measure("a", "escalation_served", told, DAY) == {}
    assert lives.follow_measure("a", "escalation_withdrawn", {}, DAY)["a"]["state"] == "voided"
    assert lives.follow_measure("no paper of this case", "escalation_served", told, DAY) == {}
    assert moved("voided", "drop") is None
