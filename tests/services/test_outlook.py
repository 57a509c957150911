"""Why a case is where it is, what comes next, to whom, and what would change that."""

import json
from datetime import date

import pytest

from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    asking,
    at,
    give,
    on_escalation,
    row_counts,
    signed,
    sweep_on,
)
from workflow.services import authorisation, calendars
from workflow.services.explaining import explain

DUE, LATE, NEXT_DAY, INQUIRY_DAY = at(2026, 7, 22), at(2026, 7, 23), at(2026, 7, 24), at(2026, 7, 31)
GROUND = {"clause": "第十二条", "facts": "三次催办后仍未整改"}


def explained(office, case, when):
    return explain(office, case.number, today=when)


def steps(document):
    return {one["step"]: one for one in document["next"]}


def changes(document):
    return {(one["command"], one["step"]): one["effect"] for one in document["would_change"]}


def receipt(office):
    return [a_paper_of_proof(office, "送达回执")]


def serve(office, step, when):
    on_escalation(office, step, "serve", OFFICER, when, served_on=when.date(), evidence=receipt(office))


@pytest.fixture
def inquired(office):
    """Reminded, served, and asked why; the inquiry is out and served."""
    case = a_case(office)
    sweep_on(office, LATE)
    serve(office, "reminder", NEXT_DAY)
    sweep_on(office, INQUIRY_DAY)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question="312盏路灯为何逾期未修复？")
    serve(office, "inquiry", INQUIRY_DAY)
    return case


def test_each_next_step_says_to_whom_and_who_decides(office):
    found = steps(explained(office, a_case(office), at(2026, 7, 2)))
    assert found["reminder"]["to"] == {
        "unit": LEAD_CODE,
        "addressee": LEAD,
        "through": None,
        "approvers": [],
    }
    assert found["reminder"]["mode_label"] == "按授权自动发出"
    assert [one["label"] for one in found["inquiry"]["to"]["approvers"]] == ["督查室主任", "批示（分管）领导"]
    assert found["inquiry"]["to"]["approvers"][0]["people"] == [DIRECTOR]


def test_a_paper_to_a_person_names_the_post_and_the_handlers_alone(office):
    document = explained(office, a_case(office), at(2026, 7, 2))
    to = steps(document)["admonition"]["to"]
    assert to["addressee"] == f"{LEAD}主要负责人"
    assert (to["through"]["label"], to["approvers"][0]["people"]) == ("组织部门承办人", [PRINCIPAL])
    assert UNIT_HEAD not in str(document["next"])


def test_what_waits_is_told_with_its_condition(office):
    inquiry = steps(explained(office, a_case(office), at(2026, 7, 2)))["inquiry"]
    assert (inquiry["on"], inquiry["status"], inquiry["expected_on"]) == (None, "waiting", "2026-07-30")
    assert inquiry["conditional"] == "若“提醒”于7月23日送达"


def test_a_step_already_due_waits_for_the_sweep_and_is_no_next_step(office):
    found = steps(explained(office, a_case(office), at(2026, 7, 28)))
    assert found["reminder"]["told"] == "已达到（2026年7月23日），待巡查"
    assert found["reminder"]["status"] == "due"


def test_a_request_for_more_time_is_told_with_what_either_answer_brings(office):
    case = a_case(office)
    asking(office, case, DUE, date(2026, 8, 7))
    document = explained(office, case, LATE)
    assert document["pending_extension"] == {"to": "2026-08-07", "told": "延期申请待审批，阶梯暂停"}
    assert {one["told"] for one in document["next"]} == {"延期申请待审批，阶梯暂停"}
    told = changes(document)
    assert told["grant_extension", None].endswith("下一步为“期限提示”，2026-08-04")
    assert told["refuse_extension", None].endswith("下一步为“提醒”，2026-07-23")


def test_what_an_answer_foretells_is_what_then_comes(office):
    case = a_case(office)
    asking(office, case, DUE, date(2026, 8, 7))
    give(office, case, "grant_extension", DIRECTOR, LATE)
    first = explained(office, case, LATE)["next"][0]
    assert (first["step"], first["on"]) == ("due_soon", "2026-08-04")


def test_serving_a_paper_is_said_to_start_what_follows_on_it(office):
    case = a_case(office)
    sweep_on(office, LATE)
    told = changes(explained(office, case, NEXT_DAY))
    assert told["serve", "reminder"] == "下一步为“函询”，2026-07-31"
    assert told["withdraw", "reminder"] == "督办阶梯上不再有待到达的步骤"


def test_what_changes_nothing_about_the_next_step_is_not_offered(office):
    case = a_case(office)
    sweep_on(office, LATE)
    serve(office, "reminder", NEXT_DAY)
    sweep_on(office, INQUIRY_DAY)
    on_inquiry = {
        command for command, step in changes(explained(office, case, INQUIRY_DAY)) if step == "inquiry"
    }
    assert on_inquiry == {"approve", "reject", "withdraw"}


def test_a_reply_and_its_judgement_change_what_comes(office, inquired):
    answered = at(2026, 8, 5)
    before = explained(office, inquired, at(2026, 8, 4))
    assert steps(before)["admonition"]["expected_on"] == "2026-08-24"
    on_escalation(office, "inquiry", "answer", OFFICER, answered, reply="灯具未到货")
    told = changes(explained(office, inquired, answered))
    assert told["accept", "inquiry"] == "督办阶梯上不再有待到达的步骤"
    assert told["fault", "inquiry"] == "下一步为“诫勉”，2026-08-06"


def test_ending_a_matter_says_what_becomes_of_its_measures(office, inquired):
    told = changes(explained(office, inquired, at(2026, 8, 4)))
    assert told["withdraw", None] == "计时终止，督办阶梯停止，“提醒”了结、“函询”了结"
    assert told["suspend", None].startswith("计时停止，督办阶梯暂停")
    assert told["report_completion", None] == told["suspend", None]


def test_a_date_the_calendar_in_force_would_move_can_be_recounted(office, tmp_path):
    case = a_case(office)
    assert ("recount", None) not in changes(explained(office, case, at(2026, 7, 10)))
    notice = {"papers": ["停工令"], "days": [{"name": "台风", "date": "2026-07-13", "isOffDay": True}]}
    (tmp_path / "通知.json").write_text(json.dumps(notice), encoding="utf-8")
    calendars.load(office, tmp_path / "通知.json", by=signed(OFFICER), at=at(2026, 7, 10))
    told = changes(explained(office, case, at(2026, 7, 10)))
    assert told["recount", None] == "按现行工作日历重新计算，期限变动的，按新期限重新起算"


def test_what_only_an_old_register_may_restate_is_not_offered_once_people_have_acted(office):
    assert ("restate", None) not in changes(explained(office, a_case(office), LATE))


def test_a_revoked_authority_makes_the_director_decide(office):
    case, by = a_case(office), signed(DIRECTOR)
    authorisation.authorise(office, by=by, at=at(2026, 7, 1))
    authorisation.revoke(office, by=by, at=at(2026, 7, 2), reason="人员变动")
    reminder = steps(explained(office, case, at(2026, 7, 3)))["reminder"]
    assert reminder["mode_label"] == "自动签发的授权已撤销，须审批"
    assert [one["people"] for one in reminder["to"]["approvers"]] == [[DIRECTOR]]


def test_why_tells_the_last_change_the_date_and_each_measure(office, inquired):
    assert explained(office, inquired, at(2026, 8, 4))["why"] == [
        "2026年7月1日开始承办，现为“限期办结”",
        "办结期限2026年7月22日，已逾期9个工作日",
        "“提醒”2026年7月23日自动发出，2026年7月24日送达（直接送达），回复期限2026年7月31日，待回复",
        "“函询”2026年7月31日提请审批，2026年7月31日由卞知远批准，2026年7月31日发出，"
        "2026年7月31日送达（直接送达），回复期限2026年8月21日，待回复",
    ]


def test_a_measure_for_a_person_is_told_to_its_review(office, inquired):
    sweep_on(office, at(2026, 8, 24))
    on_escalation(office, "admonition", "approve", PRINCIPAL, at(2026, 8, 25), ground=GROUND)
    handler, proof = "颜秉文", receipt(office)
    on_escalation(office, "admonition", "serve", handler, at(2026, 8, 26), evidence=proof)
    told = explained(office, inquired, at(2026, 8, 27))["escalations"][-1]["told"]
    assert told[-2:] == ["影响期至2027年2月26日", "待回复"]
    assert "2026年8月25日由顾砚清批准" in told


def test_a_draft_and_a_matter_under_verification_say_why_nothing_comes(office):
    draft, verifying = a_draft(office), a_case(office, "verifying")
    assert "没有期限在计算" in explained(office, draft, LATE)["why"][-1]
    told = explained(office, verifying, LATE)
    assert (told["next"], "计时停止" in told["why"][1]) == ([], True)
    assert changes(told)["return_for_rework", None] == "继续计时，期限按停计的时间顺延"


def test_explaining_reads_and_nothing_else(office, inquired):
    before = row_counts(office)
    explained(office, inquired, at(2026, 8, 4))
    assert row_counts(office) == before
