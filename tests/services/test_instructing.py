"""批示: on a matter at work an event of it, after its end a new matter linked to it, in any case for good."""

from datetime import date

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from tests.builders import (
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    TITLE,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    history,
    kinds,
    row_counts,
    signed,
    stored,
    suspended,
)
from workflow.errors import NotFound
from workflow.services import instructing, register, timeline
from workflow.services.verification import verify

WRITTEN, ENTERED = date(2026, 9, 1), at(2026, 9, 2)
WORDS = {"leader": "舒景行副市长", "instruction": "限国庆前全部复亮，举一反三", "instructed_on": WRITTEN}


def recorded(office, case, by=OFFICER, **more):
    details = {**WORDS, **more}
    return instructing.record(office, case.number, by=signed(by, ENTERED), at=ENTERED, **details)


def shown(office, number):
    return register.show(office, number, today=ENTERED)


@pytest.mark.parametrize("state", ["draft", "assigned", "registered", "handling", "verifying"])
def test_an_instruction_is_recorded_wherever_a_matter_is_at_work(office, state):
    case = a_case(office, state)
    done = recorded(office, case, evidence=[a_paper_of_proof(office, "批示扫描件")])
    assert (done.case.facts.state, done.child) == (state, None)
    assert kinds(office, case)[-1] == "instruction_recorded"
    assert verify(office).findings == []


def test_it_leaves_the_basis_as_it_was(office):
    case = a_draft(office, basis="市政府第18次常务会议")
    assert recorded(office, case).case.facts.basis == "市政府第18次常务会议"


def test_a_matter_set_aside_takes_it_too(office):
    case = suspended(office, a_case(office), at(2026, 7, 10), date(2026, 9, 10))
    assert recorded(office, case).case.facts.state == "suspended"


@pytest.mark.parametrize("by", [DIRECTOR, LEADER, LIAISON])
@pytest.mark.parametrize("state", ["handling", "closed"])
def test_only_an_officer_records_it(office, by, state):
    case = a_case(office, state)
    before = row_counts(office)
    with pytest.raises(NotPermitted):
        recorded(office, case, by)
    assert row_counts(office) == before


def test_its_text_stays_out_of_the_hashed_payload_and_is_shown(office):
    case = recorded(office, a_case(office)).case
    assert WORDS["instruction"] not in history(office, case)[-1].payload
    (told,) = shown(office, case.number)["instructions"]
    assert (told["leader"], told["instructed_on"]) == (WORDS["leader"], "2026-09-01")
    assert (told["instruction"], told["child"]) == (WORDS["instruction"], None)


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_after_its_end_an_instruction_becomes_a_new_matter_linked_to_it(office, state):
    case = a_case(office, state)
    done = recorded(office, case, evidence=[a_paper_of_proof(office, "批示扫描件")])
    child = stored(office, done.child.number).facts
    assert (done.case.facts.state, child.state) == (state, "draft")
    assert (child.parent, child.link, child.title) == (case.number, "instruction", TITLE)
    assert (child.source, child.basis) == ("领导批示", "舒景行副市长2026年9月1日批示")
    assert kinds(office, done.child) == ["derived", "instruction_recorded"]
    assert verify(office).findings == []


def test_the_same_instruction_makes_one_matter_however_often_it_is_entered(office):
    case = a_case(office, "closed")
    child, before = recorded(office, case).child.number, row_counts(office)
    with pytest.raises(FactInvalid) as refused:
        recorded(office, case, title="另一名称", instruction=f" {WORDS['instruction']} ")
    assert (refused.value.code, refused.value.facts["child"]) == ("instruction_followed_already", child)
    assert child in refused.value.message
    assert row_counts(office) == before


@pytest.mark.parametrize("state", ["handling", "verifying"])
def test_the_same_instruction_is_recorded_once_on_a_matter_at_work(office, state):
    case = a_case(office, state)
    recorded(office, case)
    before = row_counts(office)
    with pytest.raises(FactInvalid) as refused:
        recorded(office, case, instruction=f" {WORDS['instruction']} ")
    assert (refused.value.code, row_counts(office)) == ("instruction_recorded_already", before)
    assert recorded(office, case, instruction="再加一句").child is None


def test_an_instruction_whose_matter_was_withdrawn_may_make_another(office):
    case = a_case(office, "closed")
    first = recorded(office, case).child
    give(office, first, "withdraw", DIRECTOR, ENTERED, reason="立项有误")
    assert recorded(office, case).child.number != first.number


@pytest.mark.parametrize(
    "other",
    [{"leader": "关以诚市长"}, {"instruction": "再限三日"}, {"instructed_on": date(2026, 8, 31)}],
    ids=lambda other: next(iter(other)),
)
def test_another_instruction_after_the_end_is_another_matter(office, other):
    case = a_case(office, "closed")
    assert recorded(office, case).child.number != recorded(office, case, **other).child.number


def test_old_and_new_name_each_other(office):
    case = a_case(office, "closed")
    number = recorded(office, case, title="路灯问题举一反三整改").child.number
    (old,), (new,) = (shown(office, one)["instructions"] for one in (case.number, number))
    assert (old["child"], old["instruction"]) == (number, None)
    assert new["instruction"] == WORDS["instruction"]
    assert shown(office, case.number)["children"][0]["title"] == "路灯问题举一反三整改"
    sentence = timeline.history(office, case.number)[-1]["sentence"]
    assert sentence == f"结案后又有批示，另行交办（舒景行副市长2026-09-01批示，另立{number}）"


def test_the_new_matter_can_be_handed_out(office):
    child = recorded(office, a_case(office, "closed"), requirement="国庆前亮灯率达到100%").child
    given = give(office, child, "assign", DIRECTOR, ENTERED, lead_unit="市水务局", due_on=date(2026, 9, 30))
    assert given.facts.state == "assigned"


def test_the_past_shows_no_child_before_it_was_there(office):
    case = a_case(office, "closed")
    recorded(office, case)
    before = register.show(office, case.number, today=ENTERED, as_of=at(2026, 8, 1))
    now = register.show(office, case.number, today=ENTERED, as_of=at(2026, 9, 3))
    assert (before["children"], before["instructions"]) == ([], [])
    assert (len(now["children"]), len(now["instructions"])) == (1, 1)


def test_a_matter_that_is_gone_says_where_it_went(office):
    survivor, merged, withdrawn = a_case(office), a_draft(office), a_draft(office)
    give(office, merged, "merge", DIRECTOR, reason="同一问题", surviving=survivor.number)
    give(office, withdrawn, "withdraw", DIRECTOR, reason="重复")
    for case, said in ((merged, f"已并入{survivor.number}"), (withdrawn, "另行提出拟办")):
        with pytest.raises(FactInvalid) as refused:
            recorded(office, case)
        assert (refused.value.code, said in refused.value.message) == ("matter_gone", True)


@pytest.mark.parametrize("state", ["handling", "closed"])
@pytest.mark.parametrize(
    ("wrong", "code", "kind"),
    [
        ({"instructed_on": date(2026, 9, 3)}, "instruction_in_the_future", FactInvalid),
        ({"leader": None}, "leader_missing", FactMissing),
        ({"instruction": None}, "instruction_missing", FactMissing),
        ({"instructed_on": None}, "instructed_on_missing", FactMissing),
        ({"leader": "某" * 201}, "text_too_long", FactInvalid),
    ],
)
def test_an_instruction_that_cannot_be_leaves_no_trace(office, state, wrong, code, kind):
    case = a_case(office, state)
    before = row_counts(office)
    with pytest.raises(kind) as refused:
        recorded(office, case, **wrong)
    assert (refused.value.code, row_counts(office)) == (code, before)


def test_a_matter_at_work_takes_nothing_of_a_new_one(office):
    with pytest.raises(FactInvalid) as refused:
        recorded(office, a_case(office), title="另一件事")
    assert refused.value.code == "matter_still_open"


def test_what_has_ended_takes_no_plain_record(office):
    with pytest.raises(TransitionRefused):
        give(office, a_case(office, "closed"), "record_instruction", OFFICER, ENTERED, **WORDS)


def test_nothing_is_recorded_on_a_matter_that_is_not_there(office):
    with pytest.raises(NotFound) as refused:
        instructing.record(office, "滨督2026-999", by=signed(OFFICER), at=ENTERED, **WORDS)
    assert refused.value.code == "case_unknown"
