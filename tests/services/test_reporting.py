"""反馈 on its whole road: given, repeated, signed, sent back; how often, and who may."""

from datetime import date

import pytest

from states.errors import FactMissing, NotPermitted, TransitionRefused
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    at,
    give,
    history,
    kinds,
    relapsed,
    rows,
    signed,
    stored,
    suspended,
    under_policy,
)
from workflow.services import cases
from workflow.services.duties import owed
from workflow.services.installation import install
from workflow.services.register import list_cases, show
from workflow.services.replay import facts_of, read
from workflow.services.timeline import history as timeline
from workflow.services.verification import verify
from workflow.storage.models import Attachment, TimeLimit

REPORTED, SIGNED = at(2026, 7, 6), at(2026, 7, 7)
LATER = date(2026, 8, 5)
OTHER_LIAISON, OTHER_HEAD = "BH213-L", "BH213-H"
REPORT = {"progress": "已修复120盏", "difficulty": "缺灯具", "completion_rate": 40}


@pytest.fixture
def case(office):
    return a_case(office, cadence="每周")


@pytest.fixture
def cosigning(office, tmp_path):
    """A matter whose unit's head signs what its liaison reports."""
    own = under_policy(office, tmp_path, "cosign = false", "cosign = true")
    install(own, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    return a_case(office, cadence="每周")


def owed_by(office, person, day):
    (mine,) = owed(office, day=day, person=person).lists
    return [duty.label for duty in mine.duties]


def sentence(office, case):
    return timeline(office, case.number)[-1]["sentence"]


def feedback(office, case, when):
    return show(office, case.number, today=when)["feedback"]


def test_a_report_is_kept_with_its_files_and_asks_for_the_next(office, case):
    give(office, case, "report_progress", LIAISON, REPORTED, **REPORT, evidence=[a_paper_of_proof(office)])
    facts = stored(office, case).facts
    assert {name: getattr(facts, name) for name in REPORT} == REPORT
    assert [row.name for row in rows(office, Attachment)] == ["路灯修复验收单.txt"]
    asked = [(row.epoch, row.due_on) for row in rows(office, TimeLimit) if row.clock == "feedback"]
    assert asked == [(1, date(2026, 7, 8)), (2, date(2026, 7, 13))]
    assert verify(office).findings == []


def test_nothing_has_to_be_typed_twice(office, case):
    give(office, case, "report_progress", LIAISON, REPORTED, **REPORT)
    give(office, case, "report_progress", LIAISON, at(2026, 7, 13), as_before=True)
    facts = stored(office, case).facts
    assert {name: getattr(facts, name) for name in REPORT} == REPORT
    assert (facts.progress_on, sentence(office, case)) == (date(2026, 7, 13), "反馈进展（与上次相同）")


def test_what_an_old_register_says_is_a_start_for_the_first_report(office):
    stated = {"state": "handling", "title": "旧事项", "origin": "台账第5行", "lead_unit": "BH212"}
    case = a_taken_over(office, progress="已修复80盏", **stated)
    give(office, case, "report_progress", LIAISON, REPORTED, as_before=True, completion_rate=30)
    assert stored(office, case).facts.progress == "已修复80盏"
    bare = a_taken_over(office, **stated | {"title": "另一件"})
    with pytest.raises(FactMissing) as refused:
        give(office, bare, "report_progress", LIAISON, REPORTED, as_before=True)
    assert refused.value.code == "no_earlier_report"


def a_taken_over(office, **details):
    return cases.create(office, "take_over", by=signed(OFFICER, OPENED), at=OPENED, **details)


@pytest.mark.parametrize("person", [OTHER_LIAISON, OTHER_HEAD, OFFICER, DIRECTOR])
def test_only_the_lead_unit_reports(office, case, person):
    with pytest.raises(NotPermitted):
        give(office, case, "report_progress", person, REPORTED, **REPORT)


@pytest.mark.parametrize("person", [OTHER_HEAD, LIAISON, OFFICER, DIRECTOR])
@pytest.mark.parametrize(
    ("command", "more"), [("cosign_progress", {}), ("send_back_progress", {"reason": "不实"})]
)
def test_only_the_unit_s_head_signs_or_sends_back(office, cosigning, command, more, person):
    give(office, cosigning, "report_progress", LIAISON, REPORTED, **REPORT)
    with pytest.raises(NotPermitted):
        give(office, cosigning, command, person, SIGNED, **more)


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD, OTHER_LIAISON])
def test_a_unit_does_not_set_how_often_it_reports(office, case, person):
    with pytest.raises(NotPermitted):
        give(office, case, "set_cadence", person, REPORTED, cadence="每月", reason="太密")


def test_a_report_waits_for_its_head_and_then_counts(office, cosigning):
    give(office, cosigning, "report_progress", LIAISON, REPORTED, **REPORT)
    assert sentence(office, cosigning) == "反馈进展（待会签）"
    waiting = feedback(office, cosigning, REPORTED)
    assert (waiting["waits_for_signature"], waiting["reported_by_name"]) == (True, LIAISON)
    assert (waiting["next_on"], waiting["waiting_rate"]) == ("2026-07-08", REPORT["completion_rate"])
    give(office, cosigning, "cosign_progress", UNIT_HEAD, SIGNED, opinion="属实")
    signed_one = feedback(office, cosigning, SIGNED)
    assert (signed_one["waits_for_signature"], signed_one["next_on"]) == (False, "2026-07-14")
    assert kinds(office, cosigning)[-2:] == ["progress_reported", "progress_cosigned"]
    assert verify(office).findings == []


def test_a_waiting_report_is_the_head_s_duty_and_not_the_liaison_s(office, cosigning):
    give(office, cosigning, "report_progress", LIAISON, REPORTED, **REPORT)
    assert owed_by(office, UNIT_HEAD, date(2026, 7, 9)) == ["待会签反馈"]
    give(office, cosigning, "send_back_progress", UNIT_HEAD, SIGNED, reason="数字与现场不符")
    assert owed_by(office, UNIT_HEAD, date(2026, 7, 9)) == []
    assert owed_by(office, LIAISON, date(2026, 7, 9)) == ["待反馈"]


def test_hard_to_meet_is_red_in_the_register_and_an_officer_s_to_look_into(office, case):
    give(office, case, "report_progress", LIAISON, REPORTED, **REPORT, hard_to_meet=True, expected_on=LATER)
    (line,) = list_cases(office, today=REPORTED)
    assert (line.timeliness.light.value, line.timeliness.overdue) == ("red", False)
    assert [one.words for one in line.reasons] == ["承办单位反馈难以按期办结，预计2026-08-05完成"]
    assert owed_by(office, OFFICER, date(2026, 7, 6)) == ["待研究"]
    assert sentence(office, case) == "反馈进展（难以按期，预计2026-08-05完成）"
    give(office, case, "report_progress", LIAISON, SIGNED, **REPORT)
    (line,) = list_cases(office, today=SIGNED)
    assert (line.timeliness.light.value, line.reasons) == ("green", ())


def test_another_cadence_is_entered_with_its_reason_and_asks_from_then_on(office, case):
    give(office, case, "set_cadence", OFFICER, REPORTED, cadence="day", reason="进入攻坚阶段")
    told = feedback(office, case, REPORTED)
    assert (told["cadence"], told["next_on"], told["by_category"]) == ("每日", "2026-07-07", False)
    assert sentence(office, case) == "调整反馈周期（每日反馈）"
    give(office, case, "set_cadence", DIRECTOR, SIGNED, cadence="不定期", reason="转入收尾")
    assert feedback(office, case, SIGNED)["next_on"] is None
    assert owed_by(office, LIAISON, date(2026, 7, 10)) == []


@pytest.mark.parametrize(
    ("command", "by", "details"),
    [
        ("report_progress", LIAISON, REPORT),
        ("cosign_progress", UNIT_HEAD, {}),
        ("send_back_progress", UNIT_HEAD, {"reason": "不实"}),
        ("set_cadence", OFFICER, {"cadence": "每日", "reason": "攻坚"}),
    ],
)
def test_a_matter_set_aside_neither_reports_nor_is_asked_to(office, case, command, by, details):
    suspended(office, case, REPORTED, date(2026, 7, 20))
    with pytest.raises(TransitionRefused):
        give(office, case, command, by, SIGNED, **details)


def test_history_alone_makes_the_row_again(office, cosigning):
    give(
        office,
        cosigning,
        "report_progress",
        LIAISON,
        REPORTED,
        **REPORT,
        hard_to_meet=True,
        expected_on=LATER,
    )
    give(office, cosigning, "set_cadence", OFFICER, SIGNED, cadence="每月", reason="减负")
    give(office, cosigning, "cosign_progress", UNIT_HEAD, at(2026, 7, 8))
    told = facts_of([read(entry) for entry in history(office, cosigning)])
    assert told == stored(office, cosigning).facts
    assert (told.hard_to_meet, told.expected_on, told.cadence, told.progress_of) == (
        True,
        LATER,
        "每月",
        None,
    )


@pytest.mark.parametrize(
    ("order", "told"),
    [({}, "仍为长期坚持，每月反馈"), ({"due_on": date(2026, 9, 30)}, "由长期坚持改为限期办结")],
)
def test_the_timeline_says_what_became_of_a_long_term_matter_taken_up_again(office, order, told):
    case = a_case(office, "closed", open_ended=True, cadence="每月")
    relapsed(office, case, SIGNED)
    give(office, case, "reopen", DIRECTOR, SIGNED, reason="又有路灯不亮", **order)
    assert sentence(office, case) == f"回头看未通过，重新启动（{told}）"
    assert verify(office).findings == []


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"completion_rate": 20}, "完成率由40%改为20%，其余与上次相同"),
        ({"difficulty": "缺少灯具"}, "困难及需协调事项有改动，其余与上次相同"),
    ],
)
def test_a_report_as_before_names_what_differs(office, case, other, told):
    give(office, case, "report_progress", LIAISON, REPORTED, **REPORT)
    give(office, case, "report_progress", LIAISON, at(2026, 7, 13), as_before=True, **other)
    assert sentence(office, case) == f"反馈进展（{told}）"
