"""Every way a person sets a rule aside stands in the audit report, with its reason and who approved of it."""

from datetime import date

import pytest

from states import lifecycle as lifecycles
from states.audit.departures import OF_A_CASE, OF_THE_OFFICE
from states.deadlines import Limit
from states.escalation.table import COMMANDS
from states.papers.life import COMMANDS as PAPER_COMMANDS
from states.vocabulary import LimitUnit
from tests.auditing import listed, report_of
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    a_draft,
    a_paper_of_proof,
    asking,
    at,
    climb,
    give,
    on_escalation,
    raised,
    relapsed,
    signed,
    suspended,
    sweep_on,
    under_policy,
)
from tests.conftest import DIRECTORY
from tests.services.test_deputies import appoint
from tests.services.test_recounting import LOADED, TYPHOON, accept, load
from tests.services.test_retargeting import apply
from tests.unguarded import behind_the_application
from tests.writing import drafted
from workflow.services import adopting, authorisation, deputies, evidence, recounting
from workflow.services.documents import filing
from workflow.services.importing import import_register
from workflow.services.installation import STANDARD, _source, install
from workflow.services.journal import SENTENCES as OF_THE_JOURNAL
from workflow.services.timeline import SENTENCES as OF_THE_TIMELINE

JULY_3, JULY_6 = at(2026, 7, 3), at(2026, 7, 6)
HE, SHE = "卞知远（R010）", "吕喆（R011）"


def the_one(office, kind, **wanted):
    """The one departure of a kind, as the report lists it."""
    (found,) = listed(office, "departures", kind=kind, **wanted)
    return found


def told(row):
    return row["what"], row["reason"], row["actor"], row["acting_for"]


ORDINARY = {
    *("opened", "derived", "acknowledged", "begun", "progress_reported", "progress_cosigned"),
    *("nodes_planned", "node_reached", "nodes_replanned", "task_added", "task_acknowledged"),
    *("task_progress_reported", "task_completion_reported", "task_accepted", "urged", "commented"),
    *("extension_requested", "extension_consented", "extension_reviewed", "extension_refused"),
    *("coordination_requested", "coordination_withdrawn", "instruction_recorded", "instruction_followed"),
    *("verification_recorded", "result_published", "objection_recorded", "objection_settled"),
    *("closed_out", "followed_up", "succeeded", "archived"),
}
"""Commands that are what the table expects; whoever adds one says on which side it is."""


def test_every_command_of_the_table_is_either_ordinary_or_a_departure():
    table = lifecycles.parse(_source(None, STANDARD))
    assert ORDINARY.isdisjoint(OF_A_CASE)
    measures = {f"escalation_{row.event}" for row in COMMANDS.values()}
    of_the_file = {"retention_set", "matter_sealed", "matter_unsealed", "redacted"}
    assert of_the_file <= OF_A_CASE.keys() & OF_THE_TIMELINE.keys()
    papers = {f"document_{row.event}" for row in PAPER_COMMANDS.values()}
    assert table.event_rows.keys() == ORDINARY | (OF_A_CASE.keys() - measures - of_the_file - papers)
    assert OF_THE_OFFICE.keys() <= OF_THE_JOURNAL.keys() | {"redacted", "document_voided"}


def test_a_void_paper_with_its_reason(office):
    paper = drafted(office, a_case(office))
    filing.void(office, paper, by=signed(OFFICER), at=OPENED, reason="不再需要")
    row = the_one(office, "文书作废")
    assert (row["what"], row["reason"], row["actor"]) == ("文书作废", "不再需要", SHE)


def test_a_date_the_director_gave_instead_of_the_policy_s(office):
    a_case(office, "assigned", due_on=date(2026, 8, 31))
    a_case(office, "assigned", limit=Limit(LimitUnit.WORKING_DAYS, 3), reason="领导要求三日内办结")
    own, term = listed(office, "departures", kind="另定期限")
    assert told(own) == ("期限2026-08-31（按指定日期）（拟办→交办）", "未记理由", HE, "")
    assert told(term)[:2] == ("期限2026-07-06（3个工作日）（拟办→交办）", "领导要求三日内办结")
    give(office, a_draft(office), "assign", DIRECTOR, lead_unit=LEAD, complexity="ordinary")
    assert len(listed(office, "departures", kind="另定期限")) == 2, "the policy's own is none"


def test_a_correction_with_both_values_and_what_moved(office):
    case = a_case(office)
    wrong = {"field": "remark", "old": "（空）", "new": "已核对"}
    give(office, case, "correct", OFFICER, JULY_3, reason="补录", **wrong)
    date_of_it = {"field": "due_on", "old": case.facts.due_on, "new": date(2026, 7, 20), "reissue": True}
    give(office, case, "correct", DIRECTOR, JULY_3, reason="录错", **date_of_it)
    remark, due_on = listed(office, "departures", kind="更正记载")
    assert told(remark) == ("备注：（空）→已核对", "补录", SHE, "")
    assert due_on["what"].startswith("办结期限：2026-07-22→2026-07-20")
    assert (due_on["reason"], due_on["actor"]) == ("录错", HE)


def test_an_extension_with_the_reason_it_was_asked_for_and_who_agreed(office):
    case = asking(office, a_case(office), JULY_3, date(2026, 8, 5))
    give(office, case, "grant_extension", DIRECTOR, JULY_6, due_on=date(2026, 8, 3), opinion="酌情同意")
    found = the_one(office, "延期")
    assert found["what"] == "第1次延期：2026-07-22→2026-08-03，申请延至2026-08-05"
    assert (found["reason"], found["actor"]) == ("申请：灯具到货推迟；批准意见：酌情同意", HE)
    assert found["joined"] == f"单位同意：宋宁远（BH212-H）；审核：{SHE}"


def test_a_suspension_its_end_past_the_review_and_past_the_ceiling(office):
    case = suspended(office, a_case(office), JULY_3, date(2026, 7, 10))
    give(office, case, "resume", DIRECTOR, at(2026, 12, 1), reason="道路改造结束")
    paused, resumed = listed(office, "departures", kind="挂起与恢复")
    assert told(paused) == ("挂起，复查日期2026-07-10（限期办结→挂起）", "道路改造", HE, "")
    assert "复查日期2026-07-10以后才恢复，挂起超过上限，超出的时间计入期限" in resumed["what"]
    assert resumed["reason"] == "道路改造结束"


@pytest.mark.parametrize(
    ("state", "command", "given", "listed_as"),
    [
        ("assigned", "object", (LIAISON, {}), ("退回", "盛宁远（BH212-L）")),
        ("verifying", "return_for_rework", (OFFICER, {}), ("退回", SHE)),
        ("handling", "withdraw", (DIRECTOR, {}), ("撤销与合并", HE)),
        ("handling", "reassign", (DIRECTOR, {"lead_unit": "BH213"}), ("改派与拆分", HE)),
        ("handling", "set_cadence", (OFFICER, {"cadence": "每周"}), ("另定反馈周期", SHE)),
        ("registered", "reclassify", (DIRECTOR, {"complexity": "complex"}), ("改用规则或流程", HE)),
    ],
)
def test_what_leaves_the_plain_road_with_its_reason(office, state, command, given, listed_as):
    (person, details), (kind, who) = given, listed_as
    give(office, a_case(office, state), command, person, JULY_3, reason="情况有变", **details)
    found = the_one(office, kind)
    assert (found["reason"], found["actor"]) == ("情况有变", who)
    assert found["recorded_at"] == "2026-07-03 09:00"


def test_a_matter_merged_into_another_and_one_started_again(office):
    case, survivor = a_case(office), a_case(office)
    give(office, case, "merge", DIRECTOR, JULY_3, surviving=survivor.number, reason="同一路段")
    assert told(the_one(office, "撤销与合并")) == ("并入其他事项（限期办结→撤销）", "同一路段", HE, "")
    closed = relapsed(office, a_case(office, "closed"), JULY_6)
    give(office, closed, "reopen", DIRECTOR, JULY_6, reason="反弹", due_on=date(2026, 8, 31))
    assert told(the_one(office, "重启"))[1:3] == ("反弹", HE)
    assert the_one(office, "另定期限", act="重启")["reason"] == "反弹"


def test_tasks_and_milestones_that_were_changed(office):
    case = a_case(office)
    order = {"unit": "BH213", "task_title": "配合占道施工审批并于7日内办结", "due_on": date(2026, 7, 10)}
    give(office, case, "add_task", OFFICER, JULY_3, **order)
    give(office, case, "extend_task", DIRECTOR, JULY_6, task=1, due_on=date(2026, 7, 14), reason="材料补正")
    give(office, case, "cancel_task", OFFICER, JULY_6, task=1, reason="不再需要")
    rows = listed(office, "departures", kind="调整节点与协办")
    assert [(row["act"], row["reason"], row["actor"]) for row in rows] == [
        ("调整协办期限", "材料补正", HE), ("撤销协办", "不再需要", SHE),
    ]  # fmt: skip


def test_completion_reported_over_tasks_that_are_not(office):
    case = a_case(office)
    order = {"unit": "BH213", "task_title": "配合占道施工审批并于7日内办结", "due_on": date(2026, 7, 10)}
    give(office, case, "add_task", OFFICER, JULY_3, **order)
    proof = [a_paper_of_proof(office)]
    done = {"result": "全部复亮", "evidence": proof, "open_tasks_reason": "协办不影响亮灯"}
    give(office, case, "report_completion", LIAISON, JULY_6, **done)
    found = the_one(office, "带着未结事项报结")
    assert (found["reason"], found["actor"]) == ("协办不影响亮灯", "盛宁远（BH212-L）")


def test_more_reports_than_the_cap_allows(office, tmp_path):
    rule = 'most_often = "day"\n'
    own = under_policy(office, tmp_path, rule, f"{rule}reports_per_unit_month = 2\n")
    install(own, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    case = a_case(office, when=at(2026, 7, 2))
    give(office, case, "set_cadence", DIRECTOR, JULY_6, cadence="每日", reason="汛期", over_cap=True)
    assert the_one(office, "超过反馈次数上限")["reason"] == "汛期"


def test_another_table(newer):
    office, case = newer
    adopting.adopt(office, None, by=signed(DIRECTOR, JULY_3), at=JULY_3, reason="流程修订")
    found = the_one(office, "改用规则或流程")
    assert (found["case"], found["what"]) == (case.number, "改用现行流程表")
    assert (found["reason"], found["actor"]) == ("流程修订", HE)


def test_another_policy_for_each_case_with_the_dates_it_moved_and_for_the_run(office, revised):
    apply(office)
    run, *cases = listed(office, "departures", kind="改用规则或流程")
    assert [row["reason"] for row in cases] == ["规则修订"] * 3
    assert cases[0]["what"] == "改用另一版督办规则（办结期限由2026-07-08改为2026-07-15）"
    assert (run["case"], run["what"]) == ("工作日志", "3项")
    assert report_of(office).counts["deviations"] == 0


def test_a_date_counted_again_on_another_calendar_and_one_that_was_left(office, tmp_path):
    first, second = a_case(office), a_case(office)
    load(office, tmp_path, TYPHOON)
    accept(office, [first.number])
    why = "期限已告知承办单位"
    recounting.decline(office, [second.number], why, by=signed(OFFICER, LOADED), at=LOADED)
    counted, left = (row for row in listed(office, "departures", kind="另定期限") if row["act"] != "交办")
    assert counted["what"] == "按新日历重算期限（办结期限由2026-07-22改为2026-07-23）"
    assert (left["case"], left["reason"]) == (second.number, why)
    made = report_of(office)
    assert made.counts["deviations"] == 0
    assert [row["kind"] for row in made.sections["rules"]].count("工作日历") == 2


def test_who_acts_for_another_is_named_with_his_appointment(office):
    case = a_case(office)
    appoint(office)
    give(office, case, "withdraw", OFFICER, at(2026, 7, 8), reason="重复")
    rows = listed(office, "departures", kind="代理行使职责")
    appointed, acted = rows
    assert appointed["what"] == f"{SHE}代{HE}行使督查室主任职责，2026-07-06至2026-07-17"
    assert (acted["case"], acted["actor"], acted["acting_for"]) == (case.number, SHE, HE)
    assert acted["reason"].startswith("工作日志第") and acted["reason"].endswith("2026-07-06至2026-07-17")
    withdrawn = the_one(office, "撤销与合并")
    assert (withdrawn["actor"], withdrawn["acting_for"]) == (SHE, HE)


def test_a_deputy_without_an_appointment_is_said_to_have_none(office):
    case = a_case(office)
    appoint(office)
    give(office, case, "withdraw", OFFICER, at(2026, 7, 8), reason="重复")
    behind_the_application(office, "DELETE FROM events WHERE kind = 'deputy_appointed'")
    assert "未见任命" in the_one(office, "代理行使职责")["what"]


def test_an_appointment_that_ended_before_is_none(office):
    made = appoint(office)
    deputies.revoke(office, made["id"], by=signed(DIRECTOR, at(2026, 7, 9)), at=at(2026, 7, 9))
    rows = listed(office, "departures", kind="代理行使职责")
    assert [row["act"] for row in rows] == ["指定代理人", "终止代理"]
    assert rows[1]["what"].startswith("自2026-07-09起：") and SHE in rows[1]["what"]


def test_what_a_deputy_did_on_the_day_he_was_revoked_stands_on_his_appointment(office):
    case, made = a_case(office), appoint(office)
    give(office, case, "withdraw", OFFICER, at(2026, 7, 8, 9), reason="重复")
    evening = at(2026, 7, 8, 17)
    deputies.revoke(office, made["id"], by=signed(DIRECTOR, evening), at=evening)
    found = the_one(office, "代理行使职责", case=case.number)
    assert "未见任命" not in found["what"] and found["reason"].startswith("工作日志第")


def test_measures_that_a_person_put_off_rejected_or_stood_back_from(office):
    a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    sweep_on(office, at(2026, 8, 3))
    when = at(2026, 8, 4)
    on_escalation(office, "inquiry", "recuse", LEADER, when, reason="曾分管该单位")
    on_escalation(office, "inquiry", "snooze", DIRECTOR, when, until=date(2026, 8, 6), reason="正在抢修")
    on_escalation(office, "inquiry", "reject", DIRECTOR, at(2026, 8, 7), reason="已基本复亮")
    assert told(the_one(office, "回避"))[:2] == ("声明回避", "曾分管该单位")
    snoozed, rejected = listed(office, "departures", kind="督办措施")
    assert told(snoozed) == ("暂缓至2026-08-06", "正在抢修", HE, "")
    assert told(rejected) == ("不批准", "已基本复亮", HE, "")
    assert report_of(office).counts["deviations"] == 0
    assert raised(office, "inquiry").state == "rejected"


def test_a_paper_withdrawn_and_one_ended_by_a_person(office):
    a_case(office)
    climb(office, at(2026, 7, 23))
    on_escalation(office, "reminder", "withdraw", DIRECTOR, at(2026, 7, 24), reason="误发")
    (found,) = listed(office, "departures", kind="督办措施")
    assert told(found) == ("撤回", "误发", HE, "")


def test_what_was_accepted_of_a_register(office, tmp_path):
    register = DIRECTORY.parent / "台账-样例.xlsx"
    when = at(2026, 11, 20)
    waiting = import_register(office, register, by=signed(OFFICER, when), at=when).needs_person
    row = next(one.row for one in waiting)
    import_register(office, register, by=signed(OFFICER, when), at=when, accept=[row])
    found = listed(office, "departures", kind="导入时采纳建议")
    assert found and {one["reason"] for one in found} == {"未记理由"} and found[0]["actor"] == SHE


def test_what_the_office_did_with_its_rules_and_keys(office):
    authorisation.authorise(office, by=signed(DIRECTOR, JULY_3), at=JULY_3)
    authorisation.revoke(office, by=signed(DIRECTOR, JULY_6), at=JULY_6, reason="主任出差")
    evidence.rotate(office, reason="人员变动", by=signed(None, JULY_6))
    given, back = listed(office, "departures", kind="授权自动签发")
    assert (given["case"], given["actor"], given["reason"]) == ("工作日志", HE, "未记理由")
    assert given["what"].startswith("期限提示、提醒（规则") and back["reason"] == "主任出差"
    assert the_one(office, "存证的更换")["reason"] == "人员变动"
