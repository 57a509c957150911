"""Following a paper: draft, decision, service, reply, judgement, review; each with its proof and its term."""

import json
from datetime import date

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import (
    CLERK,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    a_case,
    a_receipt,
    at,
    climb,
    give,
    history,
    on_escalation,
    papers,
    raised,
    rows,
    stored,
    sweep_on,
)
from tests.stories import a_case_admonished
from workflow.services.verification import verify
from workflow.storage.models import Attachment

REMINDED, PROPOSED, SERVED = at(2026, 7, 23), at(2026, 7, 30), at(2026, 7, 31)
QUESTION, HANDLER = "312盏路灯为何逾期未修复？", "颜秉文"


@pytest.fixture
def asked(office):
    """A case whose inquiry was proposed, approved and served by hand."""
    case = a_case(office)
    climb(office, REMINDED, PROPOSED)
    on_escalation(office, "inquiry", "approve", LEADER, PROPOSED, question=QUESTION)
    on_escalation(office, "inquiry", "serve", CLERK, SERVED, evidence=a_receipt(office))
    return case


def test_what_an_officer_drafted_stands_on_the_paper_and_he_may_not_approve_it(office):
    a_case(office)
    climb(office, REMINDED, PROPOSED)
    drafted = on_escalation(office, "inquiry", "draft", DIRECTOR, PROPOSED, question=QUESTION)
    assert drafted.drafted_by == "R010"
    with pytest.raises(NotPermitted) as refused:
        on_escalation(office, "inquiry", "approve", DIRECTOR, PROPOSED)
    assert refused.value.code == "recusal"
    on_escalation(office, "inquiry", "approve", LEADER, PROPOSED)
    assert papers(office, "inquiry")[0]["question"] == QUESTION
    assert verify(office).findings == []


def test_who_declares_to_stand_back_decides_no_more_and_another_does(office):
    a_case(office)
    climb(office, REMINDED, PROPOSED)
    on_escalation(office, "inquiry", "recuse", DIRECTOR, PROPOSED, reason="与该单位负责人有亲属关系")
    with pytest.raises(NotPermitted):
        on_escalation(office, "inquiry", "approve", DIRECTOR, PROPOSED, question=QUESTION)
    assert on_escalation(office, "inquiry", "approve", LEADER, PROPOSED, question=QUESTION).state == "issued"


def test_a_snoozed_proposal_keeps_its_dates_and_its_state(office):
    case = a_case(office)
    climb(office, REMINDED, PROPOSED)
    before = stored(office, case)
    until = {"until": date(2026, 8, 5), "reason": "等待专题会研究"}
    snoozed = on_escalation(office, "inquiry", "snooze", DIRECTOR, PROPOSED, **until)
    assert (snoozed.state, snoozed.snoozed_until) == ("proposed", date(2026, 8, 5))
    assert stored(office, case).facts == before.facts
    assert sweep_on(office, at(2026, 9, 30)).proposed == 0


def test_the_unit_signs_for_its_own_paper(office, asked):
    signed = raised(office, "reminder")
    assert (signed.service, signed.served_on) == ("signed", REMINDED.date())


def test_nobody_signs_for_another(office):
    a_case(office)
    sweep_on(office, REMINDED)
    with pytest.raises(NotPermitted):
        on_escalation(office, "reminder", "sign", OFFICER, REMINDED)


def test_a_receipt_is_kept_with_the_entry_that_registers_the_service(office, asked):
    (served,) = (
        one for one in history(office, asked) if one.kind == "escalation_served" and one.actor == "R014"
    )
    kept = [row.name for row in rows(office, Attachment) if (row.case_id, row.seq) == (asked.id, served.seq)]
    assert kept == ["路灯修复验收单.txt"]


def test_a_reply_is_registered_and_judged_in_its_own_time(office, asked):
    answered = on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 10), reply="灯具到货推迟")
    assert (answered.state, answered.judge_by, answered.judgement) == ("answered", date(2026, 8, 17), None)
    judged = on_escalation(office, "inquiry", "judge", OFFICER, at(2026, 8, 12), judgement="sufficient")
    assert (judged.state, judged.judged_on, judged.concluded_on) == (
        "concluded", date(2026, 8, 12), date(2026, 8, 12),
    )  # fmt: skip
    assert verify(office).findings == []


def test_asking_again_starts_another_fifteen_working_days(office, asked):
    again = {"reply": "正在办理", "judgement": "ask_again", "question": "何时办结？"}
    served = on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 10), **again)
    assert (served.state, served.asked_again, served.reply_due_on) == ("served", 1, date(2026, 8, 31))
    assert sweep_on(office, at(2026, 8, 31)).steps == []
    assert [step["step"] for step in sweep_on(office, at(2026, 9, 1)).steps] == ["admonition"]
    assert verify(office).findings == []


def test_a_late_reply_is_still_registered_and_judged(office, asked):
    sweep_on(office, at(2026, 8, 24))
    assert raised(office, "inquiry").state == "lapsed"
    late = {"reply": "已完成", "judgement": "sufficient"}
    assert on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 25), **late).state == "concluded"


def test_a_judgement_is_one_of_three_words_and_a_reply_has_words_or_a_letter(office, asked):
    with pytest.raises(FactMissing):
        on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 10))
    with pytest.raises(FactInvalid) as refused:
        on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 10), reply="好", judgement="so-so")
    assert refused.value.code == "judgement_invalid"
    assert raised(office, "inquiry").state == "served"


def test_an_admonition_runs_its_six_months_beyond_the_matter(office):
    case = a_case_admonished(office)
    served, reviewed = at(2026, 8, 26), at(2027, 3, 1)
    on_escalation(office, "admonition", "serve", HANDLER, served, evidence=a_receipt(office))
    give(office, case, "withdraw", DIRECTOR, at(2026, 9, 1), reason="并入专项整治")
    admonition = raised(office, "admonition")
    assert (admonition.state, admonition.review_on) == ("served", date(2027, 2, 26))
    criticism = {"reply": "已作书面检查", "judgement": "sufficient"}
    on_escalation(office, "admonition", "answer", HANDLER, at(2026, 9, 2), **criticism)
    finding = {"finding": "improved", "reason": "整改到位"}
    concluded = on_escalation(office, "admonition", "review", HANDLER, reviewed, **finding)
    assert (concluded.state, concluded.finding) == ("concluded", "improved")
    assert verify(office).findings == []


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, LIAISON])
def test_only_the_organization_department_serves_what_concerns_a_person(office, person):
    a_case_admonished(office)
    with pytest.raises(NotPermitted):
        on_escalation(office, "admonition", "serve", person, at(2026, 8, 26), evidence=a_receipt(office))


def test_a_question_never_stands_in_the_hashed_text(office, asked):
    told = [json.loads(entry.payload)["details"] for entry in history(office, asked)]
    assert not any(QUESTION in json.dumps(one, ensure_ascii=False) for one in told)
