"""更正 on the whole road: what the register says is corrected in sight of everybody, never under a paper."""

import json
from datetime import date

import pytest

from notifications.plain import as_text
from notifications.stationery import load_stationery
from notifications.wording import compose
from states.corrections import EMPTY
from states.errors import FactInvalid, NotPermitted, Refusal
from states.statistics.grouping import By
from states.statistics.measures import Measure
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    OPENED,
    TITLE,
    a_case,
    a_draft,
    a_paper_of_proof,
    asking,
    at,
    climb,
    give,
    history,
    kinds,
    on_escalation,
    papers,
    raised,
    row_counts,
    signed,
    stored,
    suspended,
)
from workflow.services import cases
from workflow.services.register import show
from workflow.services.rendering import render_pending
from workflow.services.statistics import statistics
from workflow.services.timeline import history as timeline
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.session import transaction

ON = at(2026, 7, 9)
RIGHT = "望海街道312盏路灯不亮"
DUE_ON, LATER = date(2026, 7, 22), date(2026, 7, 29)


def correct(office, case, field, old, new, *, by=OFFICER, when=ON, reason="登记时录错", **more):
    return give(office, case, "correct", by, when, field=field, old=old, new=new, reason=reason, **more)


def taken_over(office, **stated):
    """A matter an old register states, of which no paper was issued here."""
    matter = {"state": "handling", "title": TITLE, "origin": "台账第5行", "lead_unit": LEAD}
    matter |= {"dispatched_on": date(2026, 6, 1), "due_on": DUE_ON} | stated
    return cases.create(office, "take_over", by=signed(OFFICER), at=at(2026, 7, 1), **matter)


def refusal(office, *given, **more):
    with pytest.raises(Refusal) as refused:
        correct(office, *given, **more)
    return refused.value


@pytest.mark.parametrize(
    ("old", "new", "called"),
    [
        (TITLE, RIGHT, ("事项名称", "title", RIGHT)),
        (TITLE, RIGHT, ("title", "title", RIGHT)),
        (EMPTY, "转自12345热线", ("备注", "remark", "转自12345热线")),
        ("空", "60%", ("完成率", "completion_rate", 60)),
        (EMPTY, "复杂", ("类别", "complexity", "complex")),
        (EMPTY, "市水务局、市公安局", ("配合单位", "co_units", ("BH214", "BH205"))),
        ("2026-07-22", "2026-07-29", ("办结期限", "due_on", LATER)),
        (DUE_ON, LATER, ("due_on", "due_on", LATER)),
        ("2026-06-01", "2026-06-02", ("交办时间", "dispatched_on", date(2026, 6, 2))),
    ],
)
def test_a_fact_is_corrected_by_its_label_or_its_name(office, old, new, called):
    case, (field, fact, value) = taken_over(office), called
    correct(office, case, field, old, new, by=DIRECTOR)
    assert getattr(stored(office, case).facts, fact) == value
    assert kinds(office, case) == ["taken_over", "corrected"]
    assert verify(office).findings == []


def test_the_entry_names_field_old_new_and_reason_and_the_history_says_so(office):
    case = taken_over(office)
    correct(office, case, "办结期限", "2026-07-22", "2026-07-29", by=DIRECTOR)
    entry = history(office, case)[-1]
    details = json.loads(entry.payload)["details"]
    assert (details["field"], details["old"], details["new"]) == ("due_on", "2026-07-22", "2026-07-29")
    assert json.loads(entry.personal)["details"] == {"reason": "登记时录错"}
    told = timeline(office, case.number)[-1]["sentence"]
    assert told == (
        "更正（办结期限由2026-07-22改为2026-07-29）"
        "（办结期限由2026-07-22改为2026-07-29，原办结日期由2026-07-22改为2026-07-29）"
    )


def test_a_category_corrected_after_the_end_groups_the_matter_otherwise(office):
    case = taken_over(office, state="closed", closed_on=date(2026, 7, 24), complexity="一般")
    correct(office, case, "难易程度", "一般", "复杂", when=at(2026, 7, 27))
    assert timeline(office, case.number)[-1]["sentence"] == "更正（难易程度由一般改为复杂）"
    lines = statistics(office, today=at(2026, 7, 28), by=By.CATEGORY).lines
    assert [line.name for line in lines] == ["复杂"]
    assert verify(office).findings == []


def test_a_notice_that_states_the_due_date_is_issued_anew_with_the_category(office):
    case = a_case(office, "verifying", limit=None, complexity="一般")
    category = ("难易程度", "一般", "复杂")
    broken = refusal(office, case, *category, by=DIRECTOR, when=at(2026, 7, 13))
    assert broken.code == "correction_breaks_document"
    correct(office, case, *category, by=DIRECTOR, when=at(2026, 7, 13), reissue=True)
    assert papers(office, "assignment")[-1]["case"]["due_on"] == "2026-08-03"
    assert verify(office).findings == []


def test_units_are_told_by_name(office):
    case = taken_over(office)
    correct(office, case, "配合单位", EMPTY, "市水务局、市公安局")
    assert "配合单位由（空）改为市水务局、市公安局" in timeline(office, case.number)[-1]["sentence"]


def test_words_about_people_never_enter_the_hashed_text_and_may_be_taken_away(office):
    case = taken_over(office, contact_phone="0000-1234567")
    correct(office, case, "联系电话", "0000-1234567", "0000-7654321")
    entry = history(office, case)[-1]
    assert "1234567" not in entry.payload and "7654321" not in entry.payload
    assert "联系电话由0000-1234567改为0000-7654321" in timeline(office, case.number)[-1]["sentence"]
    _redact(office, case)
    assert timeline(office, case.number)[-1]["sentence"] == "更正（联系电话，内容已遮蔽）"
    assert stored(office, case).facts.contact_phone == "0000-7654321"


def _redact(office, case):
    with transaction(office.engine) as tx:
        tx.execute(queries.WORDS.delete().where(queries.WORDS.c.case_id == case.id))


def test_two_officers_never_overwrite_each_other(office):
    case = taken_over(office)
    correct(office, case, "title", TITLE, RIGHT)
    stale = refusal(office, case, "title", TITLE, "望海街道路灯")
    assert (stale.code, stale.facts["present"]) == ("correction_stale", RIGHT)
    assert RIGHT in stale.message


@pytest.mark.parametrize("person", [LIAISON, "佟靖言", "BH214-L"])
def test_only_the_office_corrects(office, person):
    case = taken_over(office)
    with pytest.raises(NotPermitted):
        correct(office, case, "title", TITLE, RIGHT, by=person)


@pytest.mark.parametrize("state", ["draft", "verifying", "suspended"])
def test_a_matter_is_corrected_wherever_it_stands(office, state):
    case = (
        a_draft(office) if state == "draft" else a_case(office, "handling" if state == "suspended" else state)
    )
    if state == "suspended":
        case = suspended(office, case, at(2026, 7, 2), date(2026, 7, 20))
    correct(office, case, "备注", EMPTY, "已与来信人联系")
    assert stored(office, case).facts.remark == "已与来信人联系"
    assert stored(office, case).facts.state == state


@pytest.mark.parametrize("end", ["withdraw", "archive"])
def test_what_has_ended_for_good_is_not_corrected(office, end):
    case = a_case(office, "archived" if end == "archive" else "handling")
    if end == "withdraw":
        give(office, case, "withdraw", DIRECTOR, reason="重复")
    assert refusal(office, case, "备注", EMPTY, "补记").code == "transition_refused"


def test_a_corrected_date_moves_what_follows_and_drops_what_was_proposed(office):
    case = taken_over(office)
    climb(office, at(2026, 7, 30))
    assert raised(office, "reminder").state == "served"
    on_escalation(office, "reminder", "withdraw", DIRECTOR, at(2026, 7, 30), reason="期限登记有误")
    correct(office, case, "办结期限", "2026-07-22", "2026-08-05", by=DIRECTOR, when=at(2026, 7, 30))
    moved = stored(office, case)
    assert (moved.facts.due_on, moved.facts.epoch) == (date(2026, 8, 5), 2)
    assert moved.next_action_at is not None
    assert verify(office).findings == []


def test_statistics_follow_what_was_corrected(office):
    case = taken_over(office, state="closed", closed_on=date(2026, 7, 24))
    assert stored(office, case).facts.outcome == "late"
    correct(office, case, "销号时间", "2026-07-24", "2026-07-22", when=at(2026, 7, 27))
    assert stored(office, case).facts.outcome == "on_time"
    assert timeline(office, case.number)[-1]["sentence"].endswith("（办结情况由逾期办结改为按期办结）")
    assert verify(office).findings == []
    rate = statistics(office, today=at(2026, 7, 28)).total.rates[Measure.ON_TIME]
    assert rate.percent == "100.0"


# Papers


def test_what_stands_on_the_notice_is_not_corrected_under_it(office):
    case = a_case(office)
    before = row_counts(office)
    broken = refusal(office, case, "title", TITLE, RIGHT)
    assert (type(broken), broken.code) == (FactInvalid, "correction_breaks_document")
    assert (broken.facts["documents"], broken.facts["measures"]) == (["滨督交〔2026〕1号"], [])
    assert "滨督交〔2026〕1号（督查通知单）" in broken.message and "重新印发" in broken.message
    assert row_counts(office) == before


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("责任人", EMPTY, "某科长"),
        ("备注", EMPTY, "转自热线"),
        ("配合单位", EMPTY, "市水务局"),
        ("包保领导", EMPTY, "分管副市长"),
    ],
)
def test_what_the_notice_does_not_state_is_corrected_beside_it(office, field, old, new):
    correct(office, a_case(office), field, old, new)
    assert len(papers(office)) == 1


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("办结期限", "2026-07-22", "2026-07-29"),
        ("交办时间", "2026-07-01", "2026-06-30"),
        ("事项来源", "市长信箱", "市民热线"),
        ("工作要求", "9月底前修复全部312盏路灯，亮灯率不低于98%", "8月底前修复全部312盏路灯"),
    ],
)
def test_whether_a_paper_states_it_is_read_off_the_paper(office, field, old, new):
    case = a_case(office)
    assert refusal(office, case, field, old, new, by=DIRECTOR).code == "correction_breaks_document"


def test_the_director_issues_the_notice_anew_with_the_right_facts(office):
    case = a_case(office)
    correct(office, case, "title", TITLE, RIGHT, by=DIRECTOR, reissue=True)
    first, second = papers(office, "assignment")
    assert (second["number"], second["case"]["title"]) == ("滨督交〔2026〕2号", RIGHT)
    assert second["replaces"] == {"number": first["number"], "issued_on": "2026-07-01"}
    text = as_text(compose(load_stationery("assignment"), second))
    assert "本通知系更正后重新印发，原滨督交〔2026〕1号同时作废，以本通知为准。" in text
    assert "重新印发" not in as_text(compose(load_stationery("assignment"), first))
    assert kinds(office, case)[-3:] == ["corrected", "mail_cancelled", "document_issued"]
    assert "滨督交〔2026〕1号作废" in timeline(office, case.number)[-1]["sentence"]
    assert verify(office).findings == []


@pytest.mark.parametrize(("state", "kind"), [("handling", "assignment"), ("closed", "close_out")])
def test_a_paper_that_was_issued_anew_is_shown_as_void(office, state, kind):
    case = a_case(office, state)
    correct(office, case, "title", TITLE, RIGHT, by=DIRECTOR, reissue=True)
    shown = [one for one in show(office, case.number, today=OPENED)["documents"] if one["kind"] == kind]
    by_number = {one["number"]: one["replaced_by"] for one in shown}
    first, second = sorted(by_number)
    assert by_number == {first: second, second: None}


def test_an_officer_does_not_issue_it(office):
    assert (
        refusal(office, a_case(office), "title", TITLE, RIGHT, reissue=True).code == "reissue_not_permitted"
    )


def test_only_the_paper_in_force_counts_after_it_was_issued_anew(office):
    case = a_case(office)
    correct(office, case, "办结期限", DUE_ON, LATER, by=DIRECTOR, reissue=True)
    again = refusal(office, case, "办结期限", LATER, DUE_ON, by=DIRECTOR)
    assert again.facts["documents"] == ["滨督交〔2026〕2号"]


def test_a_notice_of_an_earlier_date_does_not_hold_the_extended_one(office):
    case = asking(office, a_case(office), at(2026, 7, 8), LATER)
    give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 9))
    correct(office, case, "办结期限", LATER, date(2026, 7, 28), by=DIRECTOR, when=at(2026, 7, 10))
    assert stored(office, case).facts.due_on == date(2026, 7, 28)


def test_a_reminder_that_states_the_due_date_is_withdrawn_first(office):
    case = taken_over(office)
    climb(office, at(2026, 7, 23))
    broken = refusal(office, case, "办结期限", DUE_ON, LATER, by=DIRECTOR, when=at(2026, 7, 24), reissue=True)
    reminder = raised(office, "reminder")
    assert broken.facts["measures"] == [reminder.id]
    assert f"请先撤回该措施（{reminder.id[:8]}）" in broken.message
    on_escalation(office, "reminder", "withdraw", DIRECTOR, at(2026, 7, 24), reason="期限登记有误")
    correct(office, case, "办结期限", DUE_ON, LATER, by=DIRECTOR, when=at(2026, 7, 24))
    assert stored(office, case).facts.due_on == LATER


def test_a_matter_struck_off_has_its_closing_notice_issued_anew(office):
    case = a_case(office, "closed")
    broken = refusal(office, case, "title", TITLE, RIGHT)
    assert broken.facts["documents"] == ["滨督销〔2026〕1号"]
    correct(office, case, "title", TITLE, RIGHT, by=DIRECTOR, reissue=True)
    first, second = papers(office, "close_out")
    assert (second["case"]["title"], second["verification"]) == (RIGHT, first["verification"])
    assert second["replaces"]["number"] == "滨督销〔2026〕1号"
    assert len(papers(office, "assignment")) == 1
    assert verify(office).findings == []


def test_the_result_on_a_closing_notice_is_corrected_with_it(office):
    case = a_case(office, "closed")
    correct(office, case, "进展情况", "312盏全部复亮", "310盏复亮", by=DIRECTOR, reissue=True)
    assert papers(office, "close_out")[-1]["result"] == "310盏复亮"
    assert stored(office, case).facts.progress == "310盏复亮"


def test_a_paper_issued_anew_is_laid_out_and_mailed_like_any_other(office):
    case = a_case(office)
    correct(office, case, "title", TITLE, RIGHT, by=DIRECTOR, reissue=True)
    report = render_pending(office, by=signed(None))
    assert (report.rendered, report.failed) == (2, [])
    assert verify(office).findings == []


def test_a_matter_struck_off_is_judged_by_its_right_dispatch_however_long_it_was_verified(office):
    """Due on 2026-07-20 by the right day; the days of verification after its report excuse nothing."""
    case, proof = a_case(office), [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, at(2026, 7, 21), result="全部复亮", evidence=proof)
    closed = give(office, case, "close_out", DIRECTOR, at(2026, 7, 24), verification="属实", evidence=proof)
    dates = {
        "old": "2026-07-01",
        "new": "2026-06-29",
        "by": DIRECTOR,
        "when": at(2026, 7, 27),
        "reissue": True,
    }
    corrected = correct(office, case, "dispatched_on", **dates)
    assert (closed.facts.outcome, corrected.facts.outcome) == ("on_time", "late")
    assert corrected.facts.due_on == date(2026, 7, 20)


def test_a_corrected_date_says_what_it_makes_an_end_of(office):
    case, asked = taken_over(office), {"due_on": LATER, "reason": "到货推迟"}
    said = {"progress": "灯具未到", "hard_to_meet": True, "expected_on": LATER, "difficulty": "到货推迟"}
    give(office, case, "report_progress", LIAISON, ON, **said)
    give(office, case, "request_extension", LIAISON, ON, **asked)
    done = correct(office, case, "办结期限", str(DUE_ON), str(LATER), by=DIRECTOR)
    assert done.decision.warnings == (
        "延期申请随之了结（原申请延至2026-07-29）；仍需延期的，请重新申请。",
        "难以按期的说明随之失效（原预计2026-07-29完成）；仍难以按期的，请重新反馈。",
    )
    assert "（延期申请随之了结，难以按期的说明随之失效）" in timeline(office, case.number)[-1]["sentence"]


def test_a_notice_issued_anew_with_another_day_rings_before_that_day(office):
    case = a_case(office)
    correct(office, case, "due_on", date(2026, 7, 22), date(2026, 7, 29), by=DIRECTOR, reissue=True)
    days = [(one["case"]["due_on"], one["case"]["remind_on"]) for one in papers(office, "assignment")]
    assert days == [("2026-07-22", "2026-07-17"), ("2026-07-29", "2026-07-24")]
