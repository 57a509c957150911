"""The life of a case through the real services, with what each step writes."""

import json
from datetime import date

import pytest

from states.deadlines import Limit
from states.errors import TransitionRefused
from states.facts import fold
from states.vocabulary import LimitUnit
from tests.builders import (
    DIRECTOR,
    LEAD_CODE,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    asking,
    at,
    give,
    history,
    kinds,
    relapsed,
    rows,
    signed,
    stored,
    suspended,
    with_approval_stage,
)
from workflow.services import cases
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.storage.models import CaseUnit, Escalation, TimeLimit

WHOLE_LIFE = [
    ("opened", "R011", "draft"),
    ("assigned", "R010", "assigned"),
    ("document_issued", "system", "assigned"),
    ("acknowledged", "BH212-L", "registered"),
    ("begun", "BH212-L", "handling"),
    ("completion_reported", "BH212-L", "verifying"),
    ("closed_out", "R010", "closed"),
    ("document_issued", "system", "closed"),
    ("archived", "R016", "archived"),
]


def test_a_case_goes_from_proposal_to_archive_and_every_step_is_entered(office):
    case = a_case(office, "archived")
    entries = history(office, case)
    told = [(one.kind, one.actor, json.loads(one.payload)["after"]) for one in entries]
    assert told == WHOLE_LIFE
    assert (case.facts.state, case.facts.outcome) == ("archived", "on_time")
    assert [one.seq for one in entries] == list(range(1, len(WHOLE_LIFE) + 1))
    assert verify(office).findings == []


def test_the_machine_signs_its_own_acts_and_nobody_elses(office):
    entries = history(office, a_case(office, "closed"))
    assert {one.actor_kind for one in entries if one.actor == "system"} == {"system"}
    assert {one.actor_kind for one in entries if one.actor != "system"} == {"human"}


def test_the_row_is_the_fold_of_its_history(office):
    case = a_case(office, "closed")
    relapsed(office, case, at(2026, 8, 31))
    give(
        office,
        case,
        "reopen",
        DIRECTOR,
        at(2026, 9, 1),
        reason="又有路灯不亮",
        limit=Limit(LimitUnit.DAYS, 7),
    )
    give(office, case, "report_progress", LIAISON, at(2026, 9, 2), progress="已查明为电缆被盗")
    entries = []
    for one in history(office, case):
        beside = json.loads(one.personal)["set"] if one.personal else {}
        entries.append({"set": json.loads(one.payload)["set"] | beside})
    assert fold(entries) == stored(office, case).facts


def test_people_s_own_words_stay_out_of_the_hashed_payload(office):
    case = a_case(office)
    give(office, case, "report_progress", LIAISON, progress="王某某家门口的灯已修")
    last = history(office, case)[-1]
    assert "王某某" not in last.payload
    assert "王某某" in last.personal
    assert len(json.loads(last.payload)["personal"]) == 64


def test_an_entry_tells_when_it_happened_and_when_it_was_written(office):
    case = a_case(office, "assigned")
    late = at(2026, 7, 6)
    cases.perform(office, case.number, "acknowledge", by=signed(LIAISON, late), at=at(2026, 7, 2))
    last = history(office, case)[-1]
    assert (last.occurred_at, last.recorded_at) == (at(2026, 7, 2), late)
    payload = json.loads(last.payload)
    assert (payload["occurred_at"], payload["door"]) == ("2026-07-02T01:00:00.000000Z", "test")


def test_a_dispatch_keeps_its_deadline_with_its_provenance(office):
    case = a_case(office, "assigned")
    (limit,) = (row for row in rows(office, TimeLimit) if row.clock == "handle")
    told = json.loads(limit.provenance)
    assert (limit.due_on, limit.epoch, case.facts.due_on) == (date(2026, 7, 22), 1, date(2026, 7, 22))
    assert told["limit"] == {"unit": "working_days", "amount": 15}
    assert told["rule"] == "cn-civil-code"


def test_units_may_go_by_any_name_the_directory_knows(office):
    case = a_case(office, "assigned", lead_unit="市城管局", co_units=["市财政局", "东港区", "BH207"])
    assert (case.facts.lead_unit, case.facts.co_units) == (LEAD_CODE, ("BH207", "DG000"))
    parts = {(row.unit, row.part) for row in rows(office, CaseUnit)}
    assert parts == {(LEAD_CODE, "lead"), ("BH207", "co"), ("DG000", "co")}


def test_a_matter_objected_to_can_be_dispatched_to_another(office):
    case = a_case(office, "assigned", open_ended=True, cadence="每季度")
    give(office, case, "object", UNIT_HEAD, reason="该路段路灯归交通局管养")
    again = give(
        office, case, "assign", DIRECTOR, at(2026, 7, 3), lead_unit="市交通局", due_on=date(2026, 7, 31)
    )
    assert (again.facts.lead_unit, again.facts.due_on, again.facts.epoch) == ("BH213", date(2026, 7, 31), 2)
    assert not again.facts.open_ended
    assert [row.unit for row in rows(office, CaseUnit)] == ["BH213"]
    assert stored(office, case).next_action_at is not None


def test_an_extension_is_asked_granted_and_recorded_beside_the_original(office):
    case = a_case(office)
    asked = asking(office, case, at(2026, 7, 15), date(2026, 8, 7))
    assert (asked.facts.due_on, asked.facts.extension_to) == (date(2026, 7, 22), date(2026, 8, 7))
    granted = give(office, case, "grant_extension", LEADER, at(2026, 7, 16), opinion="同意")
    assert (granted.facts.due_on, granted.facts.original_due_on) == (date(2026, 8, 7), date(2026, 7, 22))
    assert (granted.facts.epoch, granted.facts.extensions) == (2, 1)
    limits = [(row.epoch, row.due_on) for row in rows(office, TimeLimit) if row.clock == "handle"]
    assert limits == [(1, date(2026, 7, 22)), (2, date(2026, 8, 7))]


def test_time_set_aside_moves_the_date_by_its_working_days(office):
    case = a_case(office)
    suspend_day, resume_day = at(2026, 7, 10), at(2026, 7, 20)
    suspended(office, case, suspend_day, date(2026, 7, 20))
    assert stored(office, case).next_action_at is None
    resumed = give(office, case, "resume", DIRECTOR, resume_day, reason="改造完成")
    assert (resumed.facts.state, resumed.facts.due_on) == ("handling", date(2026, 7, 30))
    assert stored(office, case).next_action_at == at(2026, 7, 27, 0)


def test_a_return_does_not_charge_the_time_under_verification(office):
    case = a_case(office, "verifying", at(2026, 7, 13))
    returned = give(office, case, "return_for_rework", OFFICER, at(2026, 7, 16), reason="仍有9盏不亮")
    assert returned.facts.due_on == date(2026, 8, 6)  # 15 working days from 07-13, and three more
    assert (returned.facts.epoch, returned.facts.returns) == (1, 1)


def test_a_reopened_matter_runs_again_under_a_new_limit(office):
    case = a_case(office, "closed")
    relapsed(office, case, at(2026, 8, 31))
    again = give(
        office, case, "reopen", DIRECTOR, at(2026, 9, 1), reason="回头看未通过", due_on=date(2026, 9, 30)
    )
    assert (again.facts.state, again.facts.epoch, again.facts.outcome) == ("handling", 2, None)
    assert stored(office, case).next_action_at == at(2026, 9, 24, 0)


def test_a_merged_matter_points_at_its_survivor(office):
    survivor, case = a_case(office), a_draft(office, title="望海街道路灯昏暗")
    merged = give(office, case, "merge", DIRECTOR, reason="同一问题", surviving=survivor.number)
    assert (merged.facts.state, merged.facts.merged_into) == ("cancelled", survivor.number)


def test_many_commands_go_in_together_or_not_at_all(office):
    case = a_case(office, "registered")
    before = kinds(office, case)
    orders = [
        cases.Order("begin", case.number, {"plan": "先主干道"}),
        cases.Order(
            "close_out", case.number, {"verification": "属实", "evidence": [a_paper_of_proof(office)]}
        ),
    ]
    with pytest.raises(TransitionRefused):
        cases.perform_all(office, orders, by=signed(LIAISON), at=OPENED)
    assert kinds(office, case) == before


def test_cases_are_numbered_one_after_the_other(office):
    assert [a_draft(office).number for _ in range(3)] == [f"滨督2026-00{serial}" for serial in (1, 2, 3)]
    assert a_draft(office, at(2027, 1, 4)).number == "滨督2027-001"


def test_a_case_without_limit_is_never_swept(office):
    case = a_case(office, open_ended=True, cadence="每季度")
    assert stored(office, case).next_action_at is None
    assert rows(office, Escalation) == []


def test_an_office_with_one_more_approval_stage_needs_no_code(office, tmp_path):
    table = tmp_path / "own_lifecycle.toml"
    table.write_text(with_approval_stage(), encoding="utf-8")
    older = a_draft(office)
    settings = office.settings.model_copy(update={"lifecycle": table})
    variant = install(settings, by=signed(None, at(2026, 7, 2)))
    case = a_draft(variant)
    with pytest.raises(TransitionRefused, match="报批立项"):
        give(variant, case, "assign", DIRECTOR, lead_unit=LEAD_CODE, due_on=date(2026, 7, 31))
    give(variant, case, "propose", OFFICER, reason="市长要求立项")
    give(variant, case, "approve_project", LEADER, opinion="同意立项")
    give(variant, case, "assign", DIRECTOR, lead_unit=LEAD_CODE, due_on=date(2026, 7, 31))
    give(variant, case, "acknowledge", LIAISON)
    assert kinds(variant, case)[:3] == ["opened", "proposed", "project_approved"]
    # A case opened before stays under the table it was opened with.
    assert give(variant, older, "assign", DIRECTOR, lead_unit=LEAD_CODE, due_on=date(2026, 7, 31))
    assert verify(variant).findings == []
    variant.engine.dispose()
