"""Lead and co-units: tasks of their own, with limits, clocks and reports, through the real services."""

import json
from datetime import date

import pytest

from states.deadlines import Limit
from states.errors import NotPermitted, Refusal
from states.facts import fold
from states.tasks import MAX_TASKS, TaskState
from states.vocabulary import LimitUnit
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    at,
    give,
    history,
    row_counts,
    rows,
    signed,
    stored,
    suspended,
    under_policy,
)
from tests.services.test_recounting import TYPHOON, accept, load
from workflow.services import recounting, register, timeline
from workflow.services.duties import owed
from workflow.services.explaining import explain
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.storage.models import CaseUnit, TimeLimit

TRAFFIC, TRAFFIC_LIAISON, TRAFFIC_HEAD = "市交通局", "祝启明", "葛景澄"
FINANCE, FINANCE_LIAISON = "市财政局", "卓克俭"
STOPS = "迁移占压灯杆的公交站牌12处"
GIVEN, DUE_ON = at(2026, 7, 6), date(2026, 7, 16)
ORDER = {"unit": TRAFFIC, "task_title": STOPS, "due_on": DUE_ON}


def a_tasked_case(office, state="handling", when=GIVEN, **changes):
    """The street lights with one task of 市交通运输局, due on 2026-07-16, the matter on 2026-07-22."""
    return give(office, a_case(office, state), "add_task", OFFICER, when, **{**ORDER, **changes})


def the_task(office, case, id=1):
    (found,) = (one for one in stored(office, case).facts.tasks if one.id == id)
    return found


def reported(office, case, when=at(2026, 7, 9), by=TRAFFIC_LIAISON, id=1):
    """The task done and told so by its own unit."""
    give(office, case, "acknowledge_task", by, when, task=id)
    proof = [a_paper_of_proof(office, "站牌迁移验收单")]
    return give(office, case, "complete_task", by, when, task=id, result="12处全部迁移", evidence=proof)


def completed(office, case, when, **details):
    proof = [a_paper_of_proof(office)]
    return give(
        office, case, "report_completion", LIAISON, when, result="全部复亮", evidence=proof, **details
    )


def refused(office, case, command, by, when=at(2026, 7, 9), **details):
    """The code of the refusal, which leaves nothing behind."""
    before = row_counts(office), stored(office, case)
    with pytest.raises(Refusal) as found:
        give(office, case, command, by, when, **details)
    assert (row_counts(office), stored(office, case)) == before
    return found.value


def folded(office, case):
    entries = []
    for one in history(office, case):
        beside = json.loads(one.personal)["set"] if one.personal else {}
        entries.append({"set": json.loads(one.payload)["set"] | beside})
    return fold(entries)


def test_the_same_task_is_set_again_only_after_the_first_has_ended(office):
    case = a_tasked_case(office)
    again = {**ORDER, "task_title": f" {ORDER['task_title']} "}
    assert refused(office, case, "add_task", OFFICER, **again).code == "task_twice"
    give(office, case, "add_task", OFFICER, GIVEN, **ORDER | {"due_on": date(2026, 7, 14)})
    give(office, case, "cancel_task", OFFICER, GIVEN, task=1, reason="另行安排")
    assert len(give(office, case, "add_task", OFFICER, GIVEN, **ORDER).facts.tasks) == 3


def test_a_unit_becomes_a_co_unit_with_its_first_task_and_may_have_several(office):
    case = a_tasked_case(office)
    give(office, case, "add_task", LIAISON, GIVEN, **ORDER | {"task_title": "调整公交线路3条"})
    facts = stored(office, case).facts
    assert [(one.id, one.unit, one.clock.due_on) for one in facts.tasks] == [
        (1, "BH213", DUE_ON),
        (2, "BH213", DUE_ON),
    ]
    assert facts.co_units == ("BH213",)
    assert {(row.unit, row.part) for row in rows(office, CaseUnit)} == {(LEAD_CODE, "lead"), ("BH213", "co")}


def test_a_task_is_signed_for_reported_on_and_accepted(office):
    case = a_tasked_case(office)
    give(office, case, "acknowledge_task", TRAFFIC_LIAISON, at(2026, 7, 7), task=1)
    told = {"progress": "已迁移5处", "difficulty": "2处无备用杆位", "completion_rate": 40}
    give(office, case, "report_task", TRAFFIC_HEAD, at(2026, 7, 8), task=1, **told)
    assert (the_task(office, case).completion_rate, the_task(office, case).progress_on) == (
        40,
        date(2026, 7, 8),
    )
    proof = [a_paper_of_proof(office, "站牌迁移验收单")]
    give(
        office, case, "complete_task", TRAFFIC_LIAISON, at(2026, 7, 9), task=1, result="完成", evidence=proof
    )
    give(office, case, "accept_task", LIAISON, at(2026, 7, 10), task=1)
    done = the_task(office, case)
    assert (done.state, done.completion_rate, done.clock.is_open) == (TaskState.ACCEPTED, 100, False)
    assert folded(office, case) == stored(office, case).facts
    assert verify(office).findings == []


def test_what_a_co_unit_says_is_kept_beside_the_entry(office):
    case = a_tasked_case(office)
    give(office, case, "acknowledge_task", TRAFFIC_LIAISON, at(2026, 7, 7), task=1)
    give(office, case, "report_task", TRAFFIC_LIAISON, at(2026, 7, 8), task=1, progress="王某某处已迁移")
    last = history(office, case)[-1]
    assert ("王某某" in last.payload, "王某某" in last.personal) == (False, True)


@pytest.mark.parametrize("stranger", [LIAISON, FINANCE_LIAISON, OFFICER])
def test_only_its_own_unit_acts_on_a_task(office, stranger):
    case = a_tasked_case(office)
    give(office, case, "add_task", OFFICER, GIVEN, **ORDER | {"unit": FINANCE, "task_title": "拨付更换经费"})
    assert refused(office, case, "acknowledge_task", stranger, task=1).code == "not_permitted"
    assert refused(office, case, "object_task", stranger, task=1, reason="不归我局").code == "not_permitted"
    assert give(office, case, "acknowledge_task", FINANCE_LIAISON, at(2026, 7, 7), task=2)


@pytest.mark.parametrize("stranger", [TRAFFIC_LIAISON, FINANCE_LIAISON])
def test_a_co_unit_neither_hands_out_tasks_nor_decides_on_them(office, stranger):
    case = a_tasked_case(office)
    assert refused(office, case, "add_task", stranger, **ORDER).code == "not_permitted"
    reported(office, case)
    for command in ("accept_task", "return_task", "cancel_task"):
        reason = {} if command == "accept_task" else {"reason": "不属实"}
        assert refused(office, case, command, stranger, task=1, **reason).code == "not_permitted"


REFUSED = [
    ("add_task", OFFICER, ORDER | {"unit": LEAD}, "task_unit_is_lead"),
    ("add_task", OFFICER, ORDER | {"unit": "各区市"}, "unit_several_leads"),
    ("add_task", OFFICER, ORDER | {"unit": "火星办事处"}, "unit_unknown"),
    ("add_task", OFFICER, ORDER | {"due_on": date(2026, 7, 1)}, "date_in_the_past"),
    ("add_task", OFFICER, ORDER | {"due_on": date(2026, 7, 23)}, "task_after_matter"),
    ("acknowledge_task", TRAFFIC_LIAISON, {"task": 7}, "task_unknown"),
    ("accept_task", LIAISON, {"task": 7}, "task_unknown"),
    ("report_task", TRAFFIC_LIAISON, {"task": 1, "progress": "已动工"}, "task_elsewhere"),
    ("extend_task", LIAISON, {"task": 1, "due_on": date(2026, 7, 23), "reason": "改线"}, "task_after_matter"),
]


@pytest.mark.parametrize("example", REFUSED, ids=lambda one: f"{one[0]}-{one[3]}")
def test_what_cannot_be_is_refused_and_leaves_nothing_behind(office, example):
    command, person, details, code = example
    assert refused(office, a_tasked_case(office), command, person, **details).code == code


def test_a_completion_rate_stays_within_a_hundred(office):
    case = a_tasked_case(office)
    give(office, case, "acknowledge_task", TRAFFIC_LIAISON, GIVEN, task=1)
    found = refused(
        office, case, "report_task", TRAFFIC_LIAISON, task=1, progress="超额", completion_rate=101
    )
    assert found.code == "completion_rate_invalid"


def test_nobody_accepts_what_he_reported_himself(office):
    """A division's task is reported by its parent's liaison, who is the lead's as well."""
    case = a_tasked_case(office, unit="市容环卫科")
    reported(office, case, by=LIAISON)
    for command, more in (("accept_task", {}), ("return_task", {"reason": "再核"})):
        assert refused(office, case, command, LIAISON, task=1, **more).code == "accepter_is_reporter"
    assert give(office, case, "accept_task", UNIT_HEAD, at(2026, 7, 9), task=1)


def test_a_task_that_has_ended_is_not_acted_on_any_more(office):
    case = reported(office, a_tasked_case(office))
    give(office, case, "accept_task", OFFICER, at(2026, 7, 9), task=1)
    assert refused(office, case, "cancel_task", OFFICER, task=1, reason="重复").code == "task_ended"
    extended = {"task": 1, "due_on": date(2026, 7, 20), "reason": "改线"}
    assert refused(office, case, "extend_task", OFFICER, **extended).code == "task_ended"


def test_a_case_has_so_many_tasks_and_no_more_and_never_gives_a_number_twice(office):
    case = a_case(office)
    for serial in range(1, MAX_TASKS + 1):
        case = give(office, case, "add_task", OFFICER, GIVEN, **ORDER)
        case = give(office, case, "cancel_task", OFFICER, GIVEN, task=serial, reason="试分解")
    assert [one.id for one in case.facts.tasks] == list(range(1, MAX_TASKS + 1))
    assert refused(office, case, "add_task", OFFICER, **ORDER).code == "tasks_too_many"


def test_what_is_sent_back_goes_on_under_the_same_clock(office):
    case = reported(office, a_tasked_case(office), at(2026, 7, 9))
    give(office, case, "return_task", LIAISON, at(2026, 7, 13), task=1, reason="仍有2处未迁移")
    task = the_task(office, case)
    assert (task.state, task.returns, task.reported_by) == (TaskState.WORKING, 1, None)
    # Thursday to Monday lay with the lead: two working days, and the day of the return
    assert (task.clock.due_on, task.clock.epoch) == (date(2026, 7, 20), 1)


def test_an_objection_lies_with_the_lead_which_lets_the_task_stand_or_ends_it(office):
    case = a_tasked_case(office)
    for serial, (command, state) in enumerate(
        [("return_task", TaskState.ASSIGNED), ("cancel_task", TaskState.CANCELLED)]
    ):
        when = at(2026, 7, 7, 10 + serial)
        give(office, case, "object_task", TRAFFIC_HEAD, when, task=1, reason="站牌归公交集团管理")
        assert the_task(office, case).state is TaskState.OBJECTED
        assert refused(office, case, "acknowledge_task", TRAFFIC_LIAISON, task=1).code == "task_elsewhere"
        give(office, case, command, LIAISON, when, task=1, reason="请按职责办理")
        assert the_task(office, case).state is state


def test_a_task_gets_more_time_in_a_new_epoch_of_its_clock(office):
    case = a_tasked_case(office)
    give(
        office, case, "extend_task", DIRECTOR, at(2026, 7, 9), task=1, due_on=date(2026, 7, 21), reason="改线"
    )
    assert (the_task(office, case).clock.due_on, the_task(office, case).clock.epoch) == (
        date(2026, 7, 21),
        2,
    )
    limits = [(row.epoch, row.due_on) for row in rows(office, TimeLimit) if row.clock == "task:1"]
    assert limits == [(1, DUE_ON), (2, date(2026, 7, 21))]
    assert verify(office).findings == []


def test_a_suspension_is_not_charged_to_a_co_unit_either(office):
    case = a_tasked_case(office, limit=Limit(LimitUnit.WORKING_DAYS, 5), due_on=None)
    assert the_task(office, case).clock.due_on == date(2026, 7, 13)
    suspended(office, case, at(2026, 7, 8), date(2026, 7, 20))
    assert the_task(office, case).clock.is_paused
    resumed = give(office, case, "resume", DIRECTOR, at(2026, 7, 14), reason="改造完成")
    assert resumed.decision.moved["task:1"] == ["2026-07-13", "2026-07-17"]
    assert verify(office).findings == []


def test_what_lies_with_the_lead_stands_still_whatever_the_case_does(office):
    case = reported(office, a_tasked_case(office), at(2026, 7, 7))
    suspended(office, case, at(2026, 7, 8), date(2026, 7, 20))
    give(office, case, "resume", DIRECTOR, at(2026, 7, 10), reason="改造完成")
    task = the_task(office, case)
    assert (task.clock.is_paused, len(task.clock.pauses)) == (True, 1)


def test_completion_over_an_open_task_is_refused_by_name_and_reported_with_a_reason(office):
    case = a_tasked_case(office)
    found = refused(office, case, "report_completion", LIAISON, at(2026, 7, 20), result="复亮",
                    evidence=[a_paper_of_proof(office)])  # fmt: skip
    assert (found.code, found.facts["tasks"][0]["working_days_late"]) == ("tasks_open", 2)
    assert "市交通运输局的任务1待签收，逾期2个工作日" in found.message
    completed(office, case, at(2026, 7, 20), open_tasks_reason="站牌不影响亮灯")
    last = history(office, case)[-1]
    assert ("不影响亮灯" in last.payload, "不影响亮灯" in last.personal) == (False, True)
    assert the_task(office, case).clock.is_paused
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 21), reason="仍有9盏不亮")
    assert not the_task(office, case).clock.is_paused


def test_a_matter_whose_tasks_are_done_is_reported_as_ever(office):
    case = reported(office, a_tasked_case(office))
    give(office, case, "accept_task", LIAISON, at(2026, 7, 9), task=1)
    assert completed(office, case, at(2026, 7, 10)).facts.state == "verifying"


ENDINGS = [
    ("handling", "withdraw", DIRECTOR, {"reason": "重复交办"}),
    ("assigned", "object", UNIT_HEAD, {"reason": "路灯归交通局管养"}),
]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda one: one[1])
def test_the_end_of_the_matter_ends_its_open_tasks(office, ending):
    state, command, by, details = ending
    case = a_tasked_case(office, state)
    give(office, case, command, by, at(2026, 7, 8), **details)
    task = the_task(office, case)
    assert (task.state, task.clock.stopped_at) == (TaskState.CANCELLED, at(2026, 7, 8))
    assert "市交通运输局的任务1随之终止" in timeline.history(office, case.number)[-1]["sentence"]


def test_striking_off_ends_what_the_lead_reported_over(office):
    case = a_tasked_case(office)
    completed(office, case, at(2026, 7, 9), open_tasks_reason="站牌不影响亮灯")
    proof = [a_paper_of_proof(office)]
    give(office, case, "close_out", DIRECTOR, at(2026, 7, 10), verification="均亮", evidence=proof)
    assert the_task(office, case).state is TaskState.CANCELLED
    assert verify(office).findings == []


def test_a_merged_matter_ends_its_tasks(office):
    survivor, case = a_case(office), a_tasked_case(office)
    give(office, case, "merge", DIRECTOR, at(2026, 7, 8), reason="同一问题", surviving=survivor.number)
    assert the_task(office, case).state is TaskState.CANCELLED


FOUR_DAYS = """[[limits]]
category = "*"
clock = "task"
unit = "working_days"
amount = 4
starts = "assigned"

[pause]
"""


def test_a_policy_may_give_tasks_a_limit(office, tmp_path):
    own = install(
        under_policy(office, tmp_path, "[pause]\n", FOUR_DAYS), by=signed(None, at(2026, 7, 1, 9, 30))
    )
    case = a_tasked_case(own, due_on=None)
    assert (the_task(own, case).clock.due_on, the_task(own, case).clock.by_policy) == (
        date(2026, 7, 10),
        True,
    )
    own.engine.dispose()


def test_a_loaded_notice_reaches_tasks(office, tmp_path):
    case = a_tasked_case(office, limit=Limit(LimitUnit.WORKING_DAYS, 7), due_on=None)
    load(office, tmp_path, TYPHOON)
    told = {one.as_json()["clock"]: one.as_json() for one in recounting.impact(office)}
    assert (told["task:1"]["label"], told["task:1"]["old"], told["task:1"]["new"]) == (
        "协办任务1",
        "2026-07-15",
        "2026-07-16",
    )
    (done,) = accept(office).done
    assert done["due"]["task:1"] == "2026-07-16"
    assert (the_task(office, case).clock.due_on, recounting.impact(office)) == (date(2026, 7, 16), [])
    assert verify(office).findings == []


def labels(office, person, day):
    (mine,) = owed(office, day=day, person=person).lists
    return [duty.label.partition("（")[0] for duty in mine.duties]


def test_a_task_is_on_the_list_of_whoever_has_it(office):
    case, day = a_tasked_case(office), date(2026, 7, 8)
    assert labels(office, TRAFFIC_LIAISON, day) == ["待签收协办"]
    give(office, case, "acknowledge_task", TRAFFIC_LIAISON, at(2026, 7, 7), task=1)
    assert labels(office, TRAFFIC_LIAISON, day) == []
    assert labels(office, TRAFFIC_LIAISON, date(2026, 7, 14)) == ["待办结协办"]
    proof = [a_paper_of_proof(office)]
    give(office, case, "complete_task", TRAFFIC_LIAISON, at(2026, 7, 8), task=1, result="完", evidence=proof)
    assert (labels(office, TRAFFIC_LIAISON, day), labels(office, LIAISON, day)) == ([], ["待认定协办"])
    give(office, case, "return_task", LIAISON, at(2026, 7, 8), task=1, reason="仍有2处未迁移")
    assert labels(office, TRAFFIC_LIAISON, day) == ["待重办协办"]


def test_a_late_task_is_seen_by_the_officer_and_warns_of_the_matter(office):
    a_tasked_case(office)
    before, after = date(2026, 7, 16), date(2026, 7, 17)
    assert "待督促逾期协办" not in labels(office, OFFICER, before)
    assert "待督促逾期协办" in labels(office, OFFICER, after)
    (line,) = register.list_cases(office, today=at(2026, 7, 16, 12))
    assert line.reasons == ()
    (line,) = register.list_cases(office, today=at(2026, 7, 17, 12))
    assert (line.timeliness.light.value, line.as_json()["light_reasons"]) == (
        "yellow",
        ["协办单位市交通运输局的任务1应于2026-07-16办结，已逾期"],
    )


def test_the_history_of_one_task_is_read_by_itself(office):
    case = a_tasked_case(office)
    give(office, case, "add_task", OFFICER, GIVEN, **ORDER | {"unit": FINANCE, "task_title": "拨付更换经费"})
    give(office, case, "acknowledge_task", TRAFFIC_LIAISON, at(2026, 7, 7), task=1)
    give(office, case, "withdraw", DIRECTOR, at(2026, 7, 8), reason="重复交办")
    told = [one["sentence"] for one in timeline.history(office, case.number, task=1)]
    assert told == [
        "分解协办任务（市交通运输局的任务1）",
        "签收协办任务（市交通运输局的任务1）",
        "撤销（市交通运输局的任务1随之终止，市财政局的任务2随之终止）",
    ]
    with pytest.raises(Refusal) as found:
        timeline.history(office, case.number, task=3)
    assert found.value.code == "task_unknown"


def test_an_explanation_tells_of_open_tasks_with_their_clocks(office):
    case = a_tasked_case(office)
    told = explain(office, case.number, today=at(2026, 7, 8))
    assert [one["clock"] for one in told["clocks"]] == ["acknowledge", "handle", "task:1"]
    assert f"市交通运输局的协办任务1（{STOPS}）待签收，期限2026年7月16日" in told["why"]


def test_what_happened_to_one_task_may_be_entered_after_something_later_about_another(office):
    case = a_tasked_case(office)
    give(office, case, "add_task", OFFICER, GIVEN, **ORDER | {"unit": FINANCE, "task_title": "拨付更换经费"})
    reported(office, case, at(2026, 7, 9))
    give(office, case, "acknowledge_task", FINANCE_LIAISON, at(2026, 7, 8), task=2)
    earlier = refused(office, case, "return_task", LIAISON, at(2026, 7, 8), task=1, reason="仍有2处")
    assert earlier.code == "before_last_act"
    proof = [a_paper_of_proof(office)]
    review = {"reason": "道路改造", "review_on": date(2026, 7, 20), "evidence": proof}
    assert refused(office, case, "suspend", DIRECTOR, at(2026, 7, 8), **review).code == "before_last_act"


def test_a_late_matter_may_still_be_shared(office):
    case = a_case(office)
    when = at(2026, 7, 24)
    late = give(office, case, "add_task", OFFICER, when, **ORDER | {"due_on": date(2026, 7, 31)})
    assert late.facts.tasks[0].clock.due_on == date(2026, 7, 31)


def test_the_liaison_of_a_unit_without_task_is_no_party(office):
    with pytest.raises(NotPermitted):
        give(office, a_tasked_case(office), "complete_task", FINANCE_LIAISON, GIVEN, task=1, result="完成")
