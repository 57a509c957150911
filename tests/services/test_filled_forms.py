"""Forms people fill in: what the register knows stands in its place, the rest is left to write."""

from datetime import date

import pytest

from states.errors import Refusal
from states.papers.kinds import PAPERS
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEADER,
    LIAISON,
    OFFICER,
    TITLE,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    asking,
    at,
    give,
    kinds,
    on_escalation,
    papers,
    relapsed,
    rows,
    signed,
)
from tests.stories import a_case_admonished, a_case_asked
from workflow.services import deputies
from workflow.services.rendering import render_to
from workflow.storage.models import Document

NOW, LATER = at(2026, 7, 10), at(2026, 9, 1)
GAP = "〔待填〕"
FORMS = ("dispatch_slip", "inquiry_reply", "personal_inquiry_reply", "admonition_record", "extension_form",
         "closing_form", "handling_report")  # fmt: skip
BLANK = "签名：　　　　　　　年　　月　　日"


@pytest.fixture
def written(office, tmp_path):
    """The text of a form of a case, drafted at an instant."""

    def text(case, kind, when=NOW):
        target = tmp_path / f"{kind}.txt"
        told = render_to(office, case.number, kind, target, by=signed(None, when), at=when, anew=True)
        assert told["draft"]
        return target.read_text(encoding="utf-8")

    return text


def opinions(text):
    """Who signed each opinion of a form, and what he said, by its label; blank where nobody did."""
    lines, found = text.split("\n"), {}
    for place, line in enumerate(lines):
        if line.startswith("　　签名："):
            head = next(one for one in reversed(lines[:place]) if not one.startswith("　　"))
            label, _, words = head.partition("：")
            found[label] = (words, line.removeprefix("　　"))
    return found


def verified(office, case, when, method="document", **more):
    told = {"finding": "passed", "verification": "夜间抽查40盏均亮"} | more
    return give(office, case, "record_verification", OFFICER, when, method=method, **told)


@pytest.mark.parametrize("form", [".pdf", ".html", ".txt"])
@pytest.mark.parametrize("kind", FORMS)
def test_every_form_can_be_printed_of_a_plain_case_and_leaves_no_trace(office, tmp_path, kind, form):
    case = a_case(office)
    before = kinds(office, case), rows(office, Document)
    told = render_to(office, case.number, kind, tmp_path / f"单{form}", by=signed(None, NOW), at=NOW)
    assert (told["draft"], told["number"]) == (True, None)
    assert (kinds(office, case), rows(office, Document)) == before


@pytest.mark.parametrize("kind", ["extension_form", "closing_form"])
def test_a_form_a_unit_fills_in_has_room_to_write_and_no_gaps(office, written, kind):
    text = written(a_case(office), kind)
    assert GAP not in text
    assert TITLE in text
    assert {said for _, said in opinions(text).values()} == {BLANK}


def test_a_slip_tells_what_was_instructed_proposed_and_approved(office, written):
    case = a_draft(office, at(2026, 6, 29), basis="市长信箱来件", accountable_leader="分管副市长")
    said = {"leader": "舒景行副市长", "instruction": "限国庆前全部复亮", "instructed_on": date(2026, 6, 30)}
    give(office, case, "record_instruction", OFFICER, at(2026, 6, 30), **said)
    order = {"lead_unit": LEAD, "due_on": date(2026, 9, 30), "cadence": "每月", "co_units": ["市财政局"]}
    give(office, case, "assign", DIRECTOR, at(2026, 7, 1), **order)
    text = written(case, "dispatch_slip")
    assert opinions(text) == {
        "批示内容": ("限国庆前全部复亮", "签名：舒景行副市长　2026年6月30日"),
        "拟办意见": ("提出拟办。", "签名：吕喆　2026年6月29日"),
        "审批意见": ("同意交办。", "签名：卞知远　2026年7月1日"),
    }
    for line in ("包保领导：分管副市长", "反馈周期：每月", "办结时限：2026年9月30日", "配合单位：市财政局"):
        assert f"{line}\n" in text
    assert "签收人：\n签收日期：\n" in text


def test_a_slip_bears_the_receipt_of_the_unit_that_has_it_now(office, written):
    case = a_case(office, "registered")
    assert "签收人：盛宁远\n签收日期：2026年7月1日\n" in written(case, "dispatch_slip")
    give(office, case, "reassign", DIRECTOR, at(2026, 7, 3), lead_unit="市财政局", reason="职责调整")
    assert "签收单位：市财政局\n签收人：\n签收日期：\n" in written(case, "dispatch_slip")


def test_a_slip_lists_what_each_co_unit_has_to_do(office, written):
    case, task = a_case(office), {"unit": "BH213", "task_title": "迁移占压灯杆的站牌12处"}
    give(office, case, "add_task", OFFICER, at(2026, 7, 6), due_on=date(2026, 7, 16), **task)
    give(office, case, "add_task", OFFICER, at(2026, 7, 6), due_on=date(2026, 7, 16), **task | {
        "task_title": "已撤销的任务"
    })  # fmt: skip
    give(office, case, "cancel_task", OFFICER, at(2026, 7, 7), task=2, reason="重复")
    text = written(case, "dispatch_slip")
    assert "迁移占压灯杆的站牌12处  2026年7月16日" in text
    assert "已撤销的任务" not in text


def test_a_deputy_signs_with_whom_he_acted_for(office, written):
    days = {"valid_from": date(2026, 7, 6), "valid_to": date(2026, 7, 17)}
    deputies.appoint(office, DIRECTOR, OFFICER, "director", by=signed(DIRECTOR), at=at(2026, 7, 1), **days)
    case = a_draft(office)
    order = {"lead_unit": LEAD, "due_on": date(2026, 9, 30)}
    give(office, case, "assign", OFFICER, at(2026, 7, 8), **order)
    signature = opinions(written(case, "dispatch_slip"))["审批意见"][1]
    assert signature == "签名：吕喆（代卞知远）　2026年7月8日"


def test_a_pending_request_for_time_shows_who_has_spoken_so_far(office, written):
    case = a_case(office)
    give(office, case, "report_progress", LIAISON, at(2026, 7, 6), progress="已复亮200盏", completion_rate=64)
    give(
        office,
        case,
        "request_extension",
        LIAISON,
        at(2026, 7, 7),
        due_on=date(2026, 8, 14),
        reason="灯具到货推迟",
    )
    text = written(case, "extension_form")
    assert "申请次数：第1次\n申请延至：2026年8月14日\n" in text
    assert "延期理由：灯具到货推迟。\n目前进展：完成率64%。\n　　已复亮200盏。\n" in text
    assert {said for _, said in opinions(text).values()} == {BLANK}
    give(office, case, "consent_extension", UNIT_HEAD, at(2026, 7, 8))
    give(office, case, "review_extension", OFFICER, at(2026, 7, 9), opinion="属实，建议同意")
    told = opinions(written(case, "extension_form"))
    assert told["主要负责人意见"] == ("同意申请延期。", "签名：宋宁远　2026年7月8日")
    assert told["督查员审核意见"] == ("属实，建议同意", "签名：吕喆　2026年7月9日")
    assert told["审批意见"] == ("", BLANK)


def test_a_principal_who_asks_himself_has_consented(office, written):
    case = a_case(office)
    give(
        office,
        case,
        "request_extension",
        UNIT_HEAD,
        at(2026, 7, 7),
        due_on=date(2026, 8, 14),
        reason="灯具推迟",
    )
    told = opinions(written(case, "extension_form"))
    assert told["主要负责人意见"] == ("同意申请延期。", "签名：宋宁远　2026年7月7日")


def test_a_granted_request_keeps_the_date_that_stood_before(office, written):
    case = asking(office, a_case(office), at(2026, 7, 8), date(2026, 8, 14))
    give(office, case, "grant_extension", LEADER, at(2026, 7, 9), due_on=date(2026, 8, 7), opinion="抓紧")
    text = written(case, "extension_form")
    assert "原定时限：2026年7月22日\n现定时限：2026年7月22日\n" in text
    assert opinions(text)["审批意见"] == ("同意延期至2026年8月7日。抓紧", "签名：舒景行　2026年7月9日")


def test_a_refused_request_says_why_and_stands_in_the_list_of_the_next(office, written):
    case = asking(office, a_case(office), at(2026, 7, 8), date(2026, 8, 14))
    give(office, case, "refuse_extension", DIRECTOR, at(2026, 7, 9), reason="可以加班赶工")
    assert opinions(written(case, "extension_form"))["审批意见"][0] == "不同意延期。可以加班赶工"
    asking(office, case, at(2026, 7, 10), date(2026, 8, 7))
    text = written(case, "extension_form")
    assert "申请延至：2026年8月7日\n" in text
    (line,) = [line for line in text.split("\n") if line.startswith("2026年7月8日")]
    assert line.split() == [
        "2026年7月8日",
        "2026年8月14日",
        "灯具到货推迟",
        "2026年7月9日卞知远不同意",
    ]


def test_a_request_in_a_new_round_knows_the_date_of_that_round(office, written):
    case = relapsed(office, a_case(office, "closed"), at(2026, 7, 6))
    give(office, case, "reopen", DIRECTOR, at(2026, 7, 7), reason="又不亮", due_on=date(2026, 8, 31))
    asking(office, case, at(2026, 7, 8), date(2026, 9, 30))
    give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 9))
    text = written(case, "extension_form")
    assert "现定时限：2026年8月31日\n申请次数：第1次\n申请延至：2026年9月30日\n" in text


def test_a_request_replaced_by_another_lends_it_nothing(office, written):
    case = asking(office, a_case(office), at(2026, 7, 8), date(2026, 8, 14))
    give(
        office, case, "request_extension", LIAISON, at(2026, 7, 9), due_on=date(2026, 8, 7), reason="设计变更"
    )
    text = written(case, "extension_form")
    assert "延期理由：设计变更。" in text
    assert {said for _, said in opinions(text).values()} == {BLANK}


def test_a_request_that_lapsed_leaves_a_form_to_fill_in(office, written):
    case, proof = (
        asking(office, a_case(office), at(2026, 7, 8), date(2026, 8, 14)),
        [a_paper_of_proof(office)],
    )
    give(office, case, "report_completion", LIAISON, at(2026, 7, 9), result="全部复亮", evidence=proof)
    assert "延期理由：\n" in written(case, "extension_form")


def test_a_closing_form_tells_how_the_result_was_checked(office, written):
    case, proof = a_case(office, "verifying"), [a_paper_of_proof(office)]
    verified(office, case, at(2026, 7, 2), "sector", verified_by_name="市住建局", evidence_after=proof)
    verified(office, case, at(2026, 7, 3), "on_site", evidence_before=proof, evidence_after=proof)
    text = written(case, "closing_form")
    told = opinions(text)
    assert told["行业部门验收意见"] == (
        "夜间抽查40盏均亮（行业部门核查：属实）",
        "签名：市住建局　2026年7月2日",
    )
    assert told["现场核查情况"] == ("夜间抽查40盏均亮（现场核查：属实）", "签名：吕喆　2026年7月3日")
    assert told["督查机构意见"] == ("核查结论：属实。", "签名：吕喆　2026年7月3日")
    assert told["审批意见"] == told["包保领导意见"] == ("", BLANK)
    assert "佐证材料：1.路灯修复验收单.txt\n　　整改前：路灯修复验收单.txt\n" in text
    assert "对照标准完成情况：312盏全部复亮。" in text


def test_a_closing_form_tells_of_the_public_notice_and_what_was_objected(office, written):
    case = a_case(office, "verifying")
    verified(office, case, at(2026, 7, 2))
    notice = {"channel": "政府网站", "public_until": date(2026, 7, 8)}
    give(office, case, "publish_result", OFFICER, at(2026, 7, 2), **notice)
    published = "公示情况：2026年7月2日至2026年7月8日在政府网站公示，"
    assert f"{published}目前未收到异议。" in written(case, "closing_form", at(2026, 7, 8))
    assert f"{published}公示期内未收到异议。" in written(case, "closing_form")
    give(office, case, "record_objection", OFFICER, at(2026, 7, 8), objection="三号路口不亮", objector="居民")
    give(office, case, "settle_objection", OFFICER, at(2026, 7, 9), ruling="dismissed", opinion="已亮")
    text = written(case, "closing_form")
    assert f"{published}收到异议1件，经核实成立0件、不成立1件。" in text
    assert "居民" not in text


def test_what_was_sent_back_counts_no_more_on_the_form(office, written):
    case = a_case(office, "verifying")
    verified(office, case, at(2026, 7, 2), verification="与图纸相符")
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 3), reason="尚有11盏不亮")
    text = written(case, "closing_form")
    assert "与图纸相符" not in text and "报结日期：\n" in text
    assert "催办：0次\n延期：0次\n退回重办：1次\n" in text


def test_a_closed_case_has_its_approval_and_its_day(office, written):
    text = written(a_case(office, "closed"), "closing_form")
    assert opinions(text)["审批意见"] == ("同意销号。夜间抽查40盏均亮", "签名：卞知远　2026年7月1日")
    assert "销号日期：2026年7月1日\n办结情况：按期办结\n" in text


def test_a_matter_taken_up_again_begins_a_form_of_its_own(office, written):
    case = relapsed(office, a_case(office, "closed"), at(2026, 7, 6))
    order = {"reason": "又有路灯不亮", "due_on": date(2026, 8, 31)}
    give(office, case, "reopen", DIRECTOR, at(2026, 7, 7), **order)
    text = written(case, "closing_form")
    assert opinions(text)["审批意见"] == ("", BLANK)
    assert "佐证材料：\n自查情况：\n" in text


def test_a_report_tells_what_the_unit_said_and_keeps_its_own_name_and_number(office, written):
    case = a_case(office)
    said = {"progress": "已复亮200盏", "difficulty": "灯具到货推迟", "completion_rate": 64}
    give(office, case, "report_progress", LIAISON, at(2026, 7, 6), **said)
    text = written(case, "handling_report")
    assert text.startswith(f"【草稿】\n滨海市城市管理局\n{GAP}\n签发人：宋宁远\n")
    assert "分三批抢修，先主干道后背街小巷。\n　　2026年7月6日反馈：已复亮200盏。\n" in text
    assert "截至2026年7月6日，完成率64%。\n　　已复亮200盏。\n　　三、存在问题\n　　灯具到货推迟。\n" in text
    assert f"四、下一步打算\n　　{GAP}\n" in text
    assert "（联系人：盛宁远" in text


def test_a_report_of_completion_lists_its_evidence(office, written):
    text = written(a_case(office, "verifying"), "handling_report")
    assert "该事项已经办结，现将办理情况报告如下。" in text
    assert "二、办理结果\n　　312盏全部复亮。\n" in text
    assert "附件：路灯修复验收单.txt\n" in text


def test_a_reply_form_asks_what_the_inquiry_asked(office, written):
    case = a_case_asked(office)
    text = written(case, "inquiry_reply", at(2026, 8, 3))
    (inquiry,) = [row for row in rows(office, Document) if row.kind == "inquiry"]
    assert f"函询文号：{inquiry.number}\n函询日期：2026年7月30日\n" in text
    assert "第1问：收到提醒函后仍未修复的原因是什么，何时能够办结\n　　答：\n" in text
    assert "答复时限：2026年8月21日\n" in text
    assert "收到日期：\n收件人：\n" in text


def test_a_reply_that_came_is_on_the_form_with_its_receipt(office, written):
    case, proof = a_case_asked(office), [a_paper_of_proof(office)]
    answered = {"reply": "灯具到货推迟", "answered_on": date(2026, 8, 6), "evidence": proof}
    on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 7), **answered)
    text = written(case, "inquiry_reply", at(2026, 8, 8))
    assert "答复要点：灯具到货推迟。\n佐证材料清单：1.路灯修复验收单.txt\n" in text
    assert "收到日期：2026年8月6日\n收件人：吕喆\n" in text


def test_a_reply_form_without_an_inquiry_shows_what_is_missing(office, written):
    assert f"函询文号：{GAP}\n函询日期：{GAP}\n" in written(a_case(office), "inquiry_reply")


def test_a_record_of_a_talk_knows_whom_it_concerns_and_why(office, written):
    text = written(a_case_admonished(office), "admonition_record", LATER)
    (paper,) = papers(office, "admonition")
    assert f"谈话对象：{paper['person']['name']}\n" in text
    assert "《诫勉书》所列情形。\n　　长期逾期，函询后未按期说明情况。\n" in text
    assert text.count("谈话人\n") == 2
    assert text.startswith("【草稿】\n内部\n")


def test_an_urge_tells_of_the_attempts_before_it(office, written):
    case = a_case(office)
    call = {"means": "phone", "spoke_with": "值班员", "answer": "灯具在途", "promised_on": date(2026, 7, 13)}
    give(office, case, "log_urge", OFFICER, at(2026, 7, 8), **call)
    text = written(case, "urge")
    assert "催办次数：第2次\n" in text
    (line,) = [line for line in text.split("\n") if line.startswith("第1次")]
    assert line.split() == ["第1次", "2026年7月8日", "电话", "值班员", "灯具在途", "2026年7月13日"]
    give(office, case, "log_urge", OFFICER, at(2026, 7, 9), means="mail")
    (mailed,) = papers(office, "urge")
    assert (mailed["urge"]["attempt"], len(mailed["urge"]["log"])) == (2, 1)


def test_a_long_answer_to_an_earlier_urge_stands_in_no_urge_s_way(office, written):
    case, call = a_case(office), {"means": "phone", "spoke_with": "值班员", "answer": "灯" * 7_000}
    give(office, case, "log_urge", OFFICER, at(2026, 7, 8), **call)
    give(office, case, "log_urge", OFFICER, at(2026, 7, 9), means="mail")
    assert "灯" * 299 + "…" in written(case, "urge")


@pytest.mark.parametrize("kind", [kind for kind in FORMS if PAPERS[kind].is_confidential])
def test_forms_about_a_person_are_the_organization_department_s(office, written, kind):
    organ = written(a_case_admonished(office), kind, LATER)
    assert "组织部" in organ if kind == "personal_inquiry_reply" else "督查室" not in organ


def test_a_form_of_a_matter_given_up_is_refused(office, tmp_path):
    case = give(office, a_case(office), "withdraw", DIRECTOR, NOW, reason="重复")
    with pytest.raises(Refusal) as refused:
        render_to(office, case.number, "closing_form", tmp_path / "表.txt", by=signed(None, NOW), at=NOW)
    assert refused.value.code == "draft_of_ended"
