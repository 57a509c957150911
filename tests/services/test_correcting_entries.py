"""What an entry noted, and what a task is to deliver, put right on the whole road: in sight, and provably."""

from datetime import date
from itertools import pairwise

import pytest

from notifications.plain import as_text
from notifications.stationery import load_stationery
from notifications.wording import compose
from states.corrections import EMPTY
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    a_case,
    a_draft,
    at,
    give,
    history,
    papers,
    signed,
    stored,
)
from workflow.services import cases
from workflow.services.register import show
from workflow.services.seeing import Onlooker
from workflow.services.timeline import history as timeline
from workflow.services.verification import verify

ON = at(2026, 7, 9)
SAID = {"leader": "市长", "instruction": "限月底前全部复亮", "instructed_on": date(2026, 7, 5)}
CALL = {"means": "phone", "spoke_with": "值班员", "answer": "灯具已到货", "promised_on": date(2026, 7, 13)}


def last_seq(office, case):
    return history(office, case)[-1].seq


def correct(office, case, field, old, new, *, by=OFFICER, when=ON, **more):
    return give(office, case, "correct", by, when, field=field, old=old, new=new, reason="登记时录错", **more)


def instructed(office):
    """A matter in hand with an instruction on it, and the number of its entry."""
    case = give(office, a_case(office), "record_instruction", OFFICER, at(2026, 7, 8), **SAID)
    return case, last_seq(office, case)


def urged(office):
    """A matter whose unit was urged by phone and promised a day, and the number of the entry."""
    case = give(office, a_case(office), "log_urge", OFFICER, at(2026, 7, 8), **CALL)
    return case, last_seq(office, case)


def tasked(office):
    """A matter with a task of another unit."""
    task = {"unit": "市水务局", "task_title": "迁移占压灯杆的管线12处", "due_on": date(2026, 7, 20)}
    return give(office, a_case(office), "add_task", DIRECTOR, at(2026, 7, 6), **task)


@pytest.mark.parametrize(
    ("field", "old", "new", "name"),
    [
        ("批示领导", "市长", "市委书记", "leader"),
        ("instruction", "限月底前全部复亮", "限8月底前全部复亮", "instruction"),
        ("批示日期", "2026-07-05", "2026-07-06", "instructed_on"),
    ],
)
def test_an_instruction_is_told_as_it_was_given_and_as_corrected(office, field, old, new, name):
    case, seq = instructed(office)
    correct(office, case, field, old, new, entry=seq)
    (told,) = show(office, case.number, today=ON)["instructions"]
    assert (told[name], told["entry"]) == (new, seq)
    assert verify(office).findings == []


def test_the_timeline_shows_the_right_instruction_and_that_it_was_corrected(office):
    case, seq = instructed(office)
    correct(office, case, "批示领导", "市长", "市委书记", entry=seq)
    given, corrected = timeline(office, case.number)[-2:]
    assert given["sentence"] == f"登记批示（市委书记2026-07-05批示）（已更正，见第{seq + 1}条）"
    assert (given["details"]["leader"], given["corrected_by"]) == ("市长", [seq + 1])
    assert corrected["sentence"] == f"更正（第{seq}条的批示领导由市长改为市委书记）"


def test_as_of_an_earlier_instant_it_reads_as_it_did_then(office):
    case, seq = instructed(office)
    right = {"field": "leader", "old": "市长", "new": "市委书记", "reason": "登记时录错", "entry": seq}
    cases.perform(office, case.number, "correct", by=signed(OFFICER, ON), at=ON, **right)
    then = timeline(office, case.number, as_of=at(2026, 7, 8, 20))[-1]
    assert (then["seq"], then["sentence"]) == (seq, "登记批示（市长2026-07-05批示）")


@pytest.mark.parametrize(
    ("field", "old", "new", "told"),
    [
        ("答复情况", "灯具已到货", "灯具未到货", ("answer", "灯具未到货")),
        ("催办对象", "值班员", "办公室主任", ("spoke_with", "办公室主任")),
        ("催办方式", "电话", "上门", ("means_label", "上门")),
        ("要求回复的日期", "2026-07-10", "2026-07-11", ("reply_by", "2026-07-11")),
    ],
)
def test_what_was_noted_of_an_urge_is_corrected(office, field, old, new, told):
    asked = CALL | {"reply_by": date(2026, 7, 10)}
    case = give(office, a_case(office), "log_urge", OFFICER, at(2026, 7, 8), **asked)
    correct(office, case, field, old, new, entry=last_seq(office, case))
    (urge,) = show(office, case.number, today=ON)["urging"]["log"]
    assert urge[told[0]] == told[1]
    assert verify(office).findings == []


def test_words_of_an_urge_never_enter_the_hashed_text(office):
    case, seq = urged(office)
    correct(office, case, "答复情况", "灯具已到货", "灯具未到货", entry=seq)
    assert "灯具" not in history(office, case)[-1].payload


def test_a_promise_corrected_in_its_entry_is_the_one_that_is_followed(office):
    case, seq = urged(office)
    correct(office, case, "承诺日期", "2026-07-13", "2026-07-15", entry=seq)
    assert stored(office, case).facts.promised_on == date(2026, 7, 15)
    correct(office, case, "承诺日期", "2026-07-15", "2026-07-14", entry=seq)
    assert stored(office, case).facts.promised_on == date(2026, 7, 14)
    assert show(office, case.number, today=ON)["urging"]["log"][0]["promised_on"] == "2026-07-14"
    assert verify(office).findings == []


def test_a_promise_that_another_took_the_place_of_stays_overtaken(office):
    case, seq = urged(office)
    give(office, case, "log_urge", OFFICER, at(2026, 7, 9), **CALL | {"promised_on": date(2026, 7, 16)})
    correct(office, case, "承诺日期", "2026-07-13", "2026-07-12", entry=seq, when=at(2026, 7, 10))
    assert stored(office, case).facts.promised_on == date(2026, 7, 16)


def test_a_promise_corrected_without_its_entry_is_corrected_in_its_entry(office):
    case, seq = urged(office)
    done = correct(office, case, "承诺日期", "2026-07-13", "2026-07-15")
    assert done.facts.promised_on == date(2026, 7, 15)
    assert show(office, case.number, today=ON)["urging"]["log"][0]["promised_on"] == "2026-07-15"
    told = timeline(office, case.number)[-1]["sentence"]
    assert told == f"更正（第{seq}条的承诺日期由2026-07-13改为2026-07-15）"


def test_a_promise_that_was_given_again_is_corrected_where_it_was_given_last(office):
    case, _ = urged(office)
    give(office, case, "log_urge", OFFICER, at(2026, 7, 9), **CALL)
    seq = last_seq(office, case)
    done = correct(office, case, "承诺日期", "2026-07-13", "2026-07-10")
    assert (done.facts.promised_on, done.decision.details["entry"]) == (date(2026, 7, 10), seq)


def test_without_a_promise_there_is_none_to_correct(office):
    with pytest.raises(FactMissing) as refused:
        correct(office, a_case(office), "承诺日期", EMPTY, "2026-07-15")
    assert refused.value.code == "nothing_to_correct"


def test_who_corrects_has_seen_what_the_entry_says_now(office):
    case, seq = instructed(office)
    correct(office, case, "批示领导", "市长", "市委书记", entry=seq)
    with pytest.raises(FactInvalid) as refused:
        correct(office, case, "批示领导", "市长", "副市长", entry=seq)
    assert (refused.value.code, refused.value.facts["present"]) == ("correction_stale", "市委书记")


def corrections(case, *values, **more):
    """Orders that correct one thing again and again, each from the value of the one before."""
    said = [{"old": old, "new": new, "reason": "登记时录错", **more} for old, new in pairwise(values)]
    return [cases.Order("correct", case.number, one) for one in said]


def test_of_two_corrections_in_one_go_the_second_sees_the_first(office):
    case, seq = urged(office)
    orders = corrections(case, "灯具已到货", "灯具未到货", "灯具途中", field="答复情况", entry=seq)
    cases.perform_all(office, orders, by=signed(OFFICER, ON), at=ON)
    assert show(office, case.number, today=ON)["urging"]["log"][0]["answer"] == "灯具途中"
    assert verify(office).findings == []


def test_an_entry_made_in_the_same_go_is_corrected_like_any_other(office):
    case, _ = urged(office)
    seq = last_seq(office, case) + 1
    call = cases.Order("log_urge", case.number, CALL | {"promised_on": date(2026, 7, 14)})
    dates = ("2026-07-14", "2026-07-15", "2026-07-16")
    orders = [call, *corrections(case, *dates, field="承诺日期", entry=seq)]
    (*_, done) = cases.perform_all(office, orders, by=signed(OFFICER, ON), at=ON)
    assert done.facts.promised_on == date(2026, 7, 16)


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [("答复", "灯具已到货", "灯具未到货"), ("对象", "值班员", "值班长"), ("方式", "电话", "上门")],
)
def test_a_call_is_corrected_by_the_short_names_people_use(office, field, old, new):
    case, seq = urged(office)
    correct(office, case, field, old, new, entry=seq)
    assert new in str(timeline(office, case.number))


def test_a_short_name_is_that_of_what_the_entry_states(office):
    case, seq = instructed(office)
    correct(office, case, "领导", "市长", "市委书记", entry=seq)
    with pytest.raises(FactInvalid) as refused:
        correct(office, case, "胡写", "甲", "乙", entry=seq)
    assert refused.value.facts["known"] == ["occurred_at", *SAID, "evidence"]


@pytest.mark.parametrize("field", ["批示领导", "胡写", "配合单位"])
def test_an_entry_that_is_not_there_is_said_before_anything_else(office, field):
    with pytest.raises(FactInvalid) as refused:
        correct(office, a_case(office), field, "甲", "乙", entry=99)
    assert refused.value.code == "entry_unknown"


@pytest.mark.parametrize("entry", [99, 1])
def test_an_entry_that_is_not_there_or_states_nothing_of_it_is_refused(office, entry):
    case, _ = instructed(office)
    with pytest.raises(Refusal) as refused:
        correct(office, case, "批示领导", "市长", "市委书记", entry=entry)
    assert refused.value.code == ("entry_unknown" if entry == 99 else "entry_states_no_such")


def test_an_objector_corrected_is_kept_from_the_unit_like_his_first_name(office):
    case = a_case(office, "verifying")
    check = {"method": "document", "finding": "passed", "verification": "与图纸相符"}
    case = give(office, case, "record_verification", OFFICER, at(2026, 7, 2), **check)
    case = give(
        office,
        case,
        "publish_result",
        OFFICER,
        at(2026, 7, 2),
        channel="政府网站",
        public_until=date(2026, 7, 20),
    )
    case = give(
        office, case, "record_objection", OFFICER, at(2026, 7, 3), objection="仍不亮", objector="王某"
    )
    correct(office, case, "异议提出人", "王某", "汪某", entry=last_seq(office, case))
    seen = timeline(office, case.number, by=Onlooker(LIAISON, ON))
    assert "汪某" not in str(seen) and "王某" not in str(seen)
    assert "汪某" in str(timeline(office, case.number))


def test_a_verification_on_the_closing_notice_is_corrected_with_the_notice(office):
    case = a_case(office, "closed")
    seq = next(one.seq for one in history(office, case) if one.kind == "closed_out")
    words = ("核查情况", "夜间抽查40盏均亮", "夜间抽查42盏均亮")
    with pytest.raises(FactInvalid) as refused:
        correct(office, case, *words, by=DIRECTOR, entry=seq)
    assert refused.value.code == "correction_breaks_document"
    correct(office, case, *words, by=DIRECTOR, entry=seq, reissue=True)
    assert papers(office, "close_out")[-1]["verification"] == "夜间抽查42盏均亮"
    assert verify(office).findings == []


def test_nobody_corrects_the_reason_another_gave(office):
    case = give(
        office, a_case(office), "set_cadence", DIRECTOR, at(2026, 7, 8), cadence="每周", reason="进入攻坚"
    )
    with pytest.raises(NotPermitted) as refused:
        correct(office, case, "理由", "进入攻坚", "进入攻坚阶段", entry=last_seq(office, case))
    assert refused.value.code == "words_of_another"


def test_a_task_is_told_by_its_right_title_and_day(office):
    case = tasked(office)
    correct(office, case, "任务名称", "迁移占压灯杆的管线12处", "迁移占压灯杆的管线21处", task=1)
    correct(office, case, "协办期限", "2026-07-20", "2026-07-17", task=1)
    (task,) = stored(office, case).facts.tasks
    assert (task.title, task.clock.due_on) == ("迁移占压灯杆的管线21处", date(2026, 7, 17))
    told = timeline(office, case.number, task=1)[-1]["sentence"]
    assert "市水务局的任务1" in told and "协办期限由2026-07-20改为2026-07-17" in told
    assert verify(office).findings == []


def test_a_task_says_no_less_after_a_correction(office):
    with pytest.raises(FactInvalid) as refused:
        correct(office, tasked(office), "任务名称", "迁移占压灯杆的管线12处", EMPTY, task=1)
    assert refused.value.code == "correction_empty"


def cited(office):
    """A matter whose 督查通知单 cites two instructions of one leader, and the numbers of their entries."""
    case, seqs = a_draft(office, at(2026, 7, 6)), []
    for words in ("限月底前全部复亮", "每月报我"):
        give(office, case, "record_instruction", OFFICER, at(2026, 7, 6), **SAID | {"instruction": words})
        seqs.append(last_seq(office, case))
    order = {"lead_unit": LEAD, "due_on": date(2026, 8, 31), "cadence": "每月"}
    return give(office, case, "assign", DIRECTOR, at(2026, 7, 6), **order), seqs


def test_a_notice_cites_what_leaders_instructed_and_how_often_to_report(office):
    cited(office)
    text = as_text(compose(load_stationery("assignment"), papers(office, "assignment")[-1]))
    assert "2026年7月5日，市长批示：“限月底前全部复亮。”\n　　2026年7月5日，市长批示：“每月报我。”" in text
    assert "办理期间，请每月书面反馈一次进展情况。" in text


def test_an_instruction_a_notice_cites_is_corrected_by_issuing_it_anew_and_no_other(office):
    case, (first, _) = cited(office)
    with pytest.raises(FactInvalid) as refused:
        correct(office, case, "批示领导", "市长", "市委书记", entry=first)
    assert refused.value.code == "correction_breaks_document"
    correct(office, case, "批示领导", "市长", "市委书记", entry=first, by=DIRECTOR, reissue=True)
    assert [one["leader"] for one in papers(office, "assignment")[-1]["instructions"]] == ["市委书记", "市长"]
    assert verify(office).findings == []
