"""Several proposals approved in one act: to one unit on one joint rung they go out as one paper."""

import json

import pytest

from states.errors import FactInvalid, NotPermitted, TransitionRefused
from tests.builders import (
    CLERK,
    DIRECTOR,
    OTHER,
    PRINCIPAL,
    at,
    climb,
    given_out,
    history,
    late_cases,
    papers,
    rows,
    signed,
    sweep_on,
    under_policy,
    with_reminders_approved,
)
from workflow.services.approving import approve_all
from workflow.services.escalations import act
from workflow.services.installation import install
from workflow.services.rendering import render_pending, render_to
from workflow.services.verification import verify
from workflow.storage.models import Escalation, OutboxMessage

LATE, INQUIRY_DAY = at(2026, 7, 23), at(2026, 7, 30)
NOT_JOINT, JOINT = 'needs = ["question"]', 'needs = ["question"]\njoint = "unit"'
QUESTION = "各事项为何逾期未办结？"


@pytest.fixture
def asked(office, tmp_path):
    return with_reminders_approved(office, tmp_path)


@pytest.fixture
def inquiring(office, tmp_path):
    """The office where 函询 is joint."""
    install(under_policy(office, tmp_path, NOT_JOINT, JOINT), by=signed(None)).engine.dispose()
    return office


def proposals(office, step="reminder"):
    found = [row for row in rows(office, Escalation) if (row.step, row.state) == (step, "proposed")]
    return [row.id for row in sorted(found, key=lambda row: row.case_id)]


def approve(office, ids, by=DIRECTOR, when=LATE, **details):
    return approve_all(office, ids, by=signed(by, when), at=when, **details)


def test_several_to_one_unit_go_out_as_one_paper(asked):
    cases = late_cases(asked, 3)
    sweep_on(asked, LATE)
    done = approve(asked, proposals(asked))
    (paper,) = papers(asked, "reminder")
    assert [item["number"] for item in paper["items"]] == [case.number for case in cases]
    assert {(one["state"], one["decided_by"]) for one in done} == {("issued", done[0]["decided_by"])}
    assert (len(rows(asked, OutboxMessage)), given_out(asked, "函")) == (1, 1)
    assert render_pending(asked, by=signed(None, LATE)).rendered == 1
    assert verify(asked).findings == []


def test_each_history_tells_who_approved_and_what_went_out(asked):
    cases = late_cases(asked, 2)
    sweep_on(asked, LATE)
    approve(asked, proposals(asked))
    for case in cases:
        told = [(one.kind, one.actor_kind) for one in history(asked, case)[-2:]]
        assert told == [("escalation_approved", "human"), ("escalation_issued", "system")]
        assert json.loads(history(asked, case)[-1].payload)["details"]["matters"] == 2


def test_each_unit_gets_a_paper_of_its_own(asked):
    late_cases(asked, 2)
    late_cases(asked, 1, OTHER)
    sweep_on(asked, LATE)
    approve(asked, proposals(asked))
    assert [len(paper.get("items", [1])) for paper in papers(asked, "reminder")] == [2, 1]


def test_one_of_several_that_may_not_go_out_keeps_all_back(asked):
    late_cases(asked, 2)
    sweep_on(asked, LATE)
    one, other = proposals(asked)
    act(asked, one, "reject", by=signed(DIRECTOR, LATE), at=LATE, reason="已办结")
    with pytest.raises(TransitionRefused) as refusal:
        approve(asked, [other, one])
    assert "其余各件也未批准" in refusal.value.message
    assert refusal.value.facts["escalation"] == one
    assert (proposals(asked), given_out(asked, "函")) == ([other], 0)


def test_who_may_not_approve_one_may_not_approve_many(asked):
    late_cases(asked, 2)
    sweep_on(asked, LATE)
    with pytest.raises(NotPermitted):
        approve(asked, proposals(asked), by=CLERK)
    assert len(proposals(asked)) == 2


def test_the_same_proposal_named_twice_is_approved_once(asked):
    late_cases(asked, 1)
    sweep_on(asked, LATE)
    (one,) = proposals(asked)
    assert len(approve(asked, [one, one[:8]])) == 1


def test_an_inquiry_that_is_not_joint_is_written_for_each_matter(office):
    late_cases(office, 2)
    climb(office, LATE, INQUIRY_DAY)
    approve(office, proposals(office, "inquiry"), when=INQUIRY_DAY, question=QUESTION)
    assert [paper["question"] for paper in papers(office, "inquiry")] == [QUESTION] * 2
    assert all("case" in paper for paper in papers(office, "inquiry"))


def test_a_joint_inquiry_asks_one_question_and_names_each_matters_reminder(inquiring):
    late_cases(inquiring, 2)
    climb(inquiring, LATE, INQUIRY_DAY)
    approve(inquiring, proposals(inquiring, "inquiry"), when=INQUIRY_DAY, question=QUESTION)
    (paper,) = papers(inquiring, "inquiry")
    assert paper["question"] == QUESTION
    assert [item["prior"][0]["number"] for item in paper["items"]] == ["滨督函〔2026〕1号"] * 2
    assert render_pending(inquiring, by=signed(None, INQUIRY_DAY)).rendered == 2
    assert verify(inquiring).findings == []


def test_matters_that_were_asked_differently_are_not_joined(inquiring):
    late_cases(inquiring, 3)
    climb(inquiring, LATE, INQUIRY_DAY)
    ids = proposals(inquiring, "inquiry")
    for id, question in zip(ids, (QUESTION, "灯具何时到货？", QUESTION), strict=True):
        act(inquiring, id, "draft", by=signed(CLERK, INQUIRY_DAY), at=INQUIRY_DAY, question=question)
    approve(inquiring, ids, when=INQUIRY_DAY)
    found = {paper["question"]: len(paper.get("items", [1])) for paper in papers(inquiring, "inquiry")}
    assert found == {QUESTION: 2, "灯具何时到货？": 1}


def test_what_concerns_a_person_is_never_approved_with_others(office):
    late_cases(office, 2)
    climb(office, LATE, INQUIRY_DAY)
    for id in proposals(office, "inquiry"):
        act(office, id, "approve", by=signed(DIRECTOR, INQUIRY_DAY), at=INQUIRY_DAY, question=QUESTION)
    for row in rows(office, Escalation):
        if row.step == "inquiry":
            act(office, row.id, "sign", by=signed("盛宁远", INQUIRY_DAY), at=INQUIRY_DAY)
    late = at(2026, 9, 10)
    sweep_on(office, at(2026, 8, 24))
    sweep_on(office, late)
    ids = proposals(office, "admonition")
    assert len(ids) == 2
    ground = {"clause": "第五条第（三）项", "facts": "逾期未办结"}
    with pytest.raises(FactInvalid) as refusal:
        approve(office, ids, by=PRINCIPAL, when=late, ground=ground)
    assert refusal.value.code == "bulk_person_level"
    assert len(proposals(office, "admonition")) == 2


@pytest.mark.parametrize("place", [0, 2])
def test_the_reply_form_of_any_matter_of_a_joint_inquiry_lists_each(inquiring, tmp_path, place):
    cases = late_cases(inquiring, 3)
    climb(inquiring, LATE, INQUIRY_DAY)
    approve(inquiring, proposals(inquiring, "inquiry"), when=INQUIRY_DAY, question=QUESTION)
    target, by = tmp_path / "回函.txt", signed(None, INQUIRY_DAY)
    render_to(inquiring, cases[place].number, "inquiry_reply", target, by=by, at=INQUIRY_DAY)
    text = target.read_text(encoding="utf-8")
    listed = [
        line.split()[1] for line in text.split("\n") if line[:1] in "123" and cases[0].facts.title in line
    ]
    assert listed == [case.number for case in cases]
    assert f"第1问：{QUESTION}\n事项1答复：\n事项2答复：\n事项3答复：\n佐证" in text
