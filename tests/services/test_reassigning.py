"""改派 on the whole road: another unit, its own paper and notices, and the former unit told."""

import json
from datetime import date

import pytest

from states.errors import FactInvalid, NotPermitted, Refusal
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    LIAISON,
    LIAISON_MAIL,
    OFFICER,
    TITLE,
    a_case,
    a_draft,
    asking,
    at,
    climb,
    give,
    history,
    kinds,
    papers,
    raised,
    rows,
    stored,
    suspended,
    sweep_on,
)
from workflow.services.timeline import history as timeline
from workflow.services.verification import verify
from workflow.storage.models import CaseUnit, Escalation, OutboxMessage

WATER, WATER_CODE, WATER_LIAISON = "市水务局", "BH214", "BH214-L"
ON = at(2026, 7, 9)
WHY = {"reason": "路灯所在管廊由水务部门管养"}


def reassigned(office, case, when=ON, lead_unit=WATER, **details):
    return give(office, case, "reassign", DIRECTOR, when, lead_unit=lead_unit, **WHY, **details)


def test_another_unit_leads_and_number_and_history_stay(office):
    case = a_case(office)
    before = kinds(office, case)
    moved = stored(office, reassigned(office, case))
    assert (moved.number, moved.facts.state, moved.facts.lead_unit) == (case.number, "assigned", WATER_CODE)
    assert kinds(office, case)[: len(before)] == before
    assert (moved.facts.due_on, moved.facts.original_due_on) == (date(2026, 7, 22), date(2026, 7, 22))
    assert {(row.unit, row.part) for row in rows(office, CaseUnit)} == {(WATER_CODE, "lead")}
    assert verify(office).findings == []


def test_the_new_unit_gets_its_own_notice_and_the_former_one_a_mail(office):
    case = a_case(office)
    reassigned(office, case)
    notices = papers(office, "assignment")
    assert [(one["number"], one["addressee"]) for one in notices] == [
        ("滨督交〔2026〕1号", LEAD),
        ("滨督交〔2026〕2号", WATER),
    ]
    (mail,) = papers(office, "reassigned")
    assert (mail["addressee"], mail["case"]["lead_unit"], mail["replaces"]["number"]) == (
        LEAD, WATER, "滨督交〔2026〕1号",
    )  # fmt: skip
    (queued,) = (row for row in rows(office, OutboxMessage) if row.kind == "reassigned")
    assert queued.recipient == LIAISON_MAIL
    assert kinds(office, case)[-4:] == ["reassigned", "mail_cancelled", "document_issued", "unit_told"]


def test_a_former_lead_that_helps_on_is_told_so(office):
    case = reassigned(office, a_case(office), co_units=(LEAD,))
    assert stored(office, case).facts.co_units == (LEAD_CODE,)
    assert papers(office, "reassigned")[0]["case"]["co_units"] == [LEAD]


def test_a_co_unit_that_leads_is_no_longer_its_own_co_unit(office):
    case = a_case(office, co_units=(WATER, "市公安局"))
    reassigned(office, case)
    assert WATER_CODE not in stored(office, case).facts.co_units
    assert len(stored(office, case).facts.co_units) == 1
    assert verify(office).findings == []


def test_the_former_unit_acts_no_more_and_the_new_one_signs(office):
    case = reassigned(office, a_case(office))
    with pytest.raises(NotPermitted):
        give(office, case, "acknowledge", LIAISON, ON)
    assert give(office, case, "acknowledge", WATER_LIAISON, ON).facts.state == "registered"


def test_notices_are_due_anew_to_the_new_unit_and_those_of_the_former_are_over(office):
    case = a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    assert (raised(office, "reminder").state, raised(office, "inquiry").state) == ("served", "proposed")
    reassigned(office, case, at(2026, 7, 31))
    assert (raised(office, "reminder").state, raised(office, "inquiry").state) == ("concluded", "withdrawn")
    sweep_on(office, at(2026, 8, 3))
    new = [row for row in rows(office, Escalation) if row.unit == WATER_CODE]
    assert {row.step for row in new} >= {"reminder"}
    assert {row.epoch for row in new if row.clock == "handle"} == {2}
    (told,) = (one for one in papers(office, "reminder") if one["addressee"] == WATER)
    assert told["prior"] == []
    assert verify(office).findings == []


def test_a_request_for_more_time_lapses_with_the_unit_that_asked(office):
    case = asking(office, a_case(office), at(2026, 7, 8), date(2026, 7, 29))
    reassigned(office, case)
    assert stored(office, case).facts.extension_to is None


@pytest.mark.parametrize("state", ["draft", "verifying", "closed"])
def test_only_a_matter_in_hand_is_handed_on(office, state):
    case = a_draft(office) if state == "draft" else a_case(office, state)
    with pytest.raises(Refusal) as refused:
        reassigned(office, case)
    assert refused.value.code == "transition_refused"


def test_a_matter_set_aside_is_taken_up_before_it_is_handed_on(office):
    case = suspended(office, a_case(office), at(2026, 7, 2), date(2026, 7, 20))
    with pytest.raises(Refusal) as refused:
        reassigned(office, case)
    assert "恢复" in refused.value.message


@pytest.mark.parametrize("person", [OFFICER, LIAISON])
def test_only_the_director_hands_a_matter_on(office, person):
    case = a_case(office)
    with pytest.raises(NotPermitted):
        give(office, case, "reassign", person, ON, lead_unit=WATER, **WHY)
    assert stored(office, case).facts.lead_unit == LEAD_CODE


def test_the_same_unit_is_no_other(office):
    with pytest.raises(FactInvalid) as refused:
        reassigned(office, a_case(office), lead_unit=LEAD)
    assert refused.value.code == "unit_unchanged"
    assert "延期" in refused.value.message


def test_the_reason_is_kept_beside_the_entry_and_the_sentence_names_the_unit(office):
    case = a_case(office)
    reassigned(office, case)
    entry = next(one for one in history(office, case) if one.kind == "reassigned")
    assert WHY["reason"] not in entry.payload
    assert json.loads(entry.personal)["details"]["reason"] == WHY["reason"]
    told = next(one for one in timeline(office, case.number) if one["kind"] == "reassigned")
    assert told["sentence"] == f"改派牵头单位，重新签收（改由{WATER}牵头）"
    assert TITLE not in told["sentence"]
