"""A refused command leaves nothing behind, and says what to do instead."""

import pytest

from states.errors import NotPermitted, Refusal
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    OPENED,
    THREE_WEEKS,
    UNIT_HEAD,
    a_case,
    a_draft,
    at,
    climb,
    give,
    raised,
    row_counts,
    rows,
    signed,
)
from workflow.services import cases, escalations
from workflow.storage.models import Case, NumberSequence

ORDER = {"lead_unit": LEAD, "limit": THREE_WEEKS}
REFUSED = [
    ("draft", "assign", OFFICER, ORDER, "not_permitted"),
    ("draft", "assign", AUDITOR, ORDER, "not_permitted"),
    ("draft", "acknowledge", LIAISON, {}, "transition_refused"),
    ("draft", "assign", DIRECTOR, ORDER | {"lead_unit": "市数字城市运营中心"}, "unit_unknown"),
    ("draft", "assign", DIRECTOR, ORDER | {"lead_unit": "综合科"}, "unit_ambiguous"),
    ("draft", "assign", DIRECTOR, ORDER | {"lead_unit": "各区市"}, "unit_several_leads"),
    ("draft", "assign", DIRECTOR, ORDER | {"co_units": ["市财政局", "火星办事处"]}, "unit_unknown"),
    ("draft", "assign", DIRECTOR, ORDER | {"co_units": [LEAD]}, "lead_is_co_unit"),
    ("draft", "assign", "无此人", ORDER, "person_unknown"),
    ("draft", "assign", "厉守正", ORDER, "person_ambiguous"),
    ("draft", "assign", None, ORDER, "not_permitted"),
    ("draft", "shred", DIRECTOR, {}, "unknown_command"),
    ("draft", "merge", DIRECTOR, {"reason": "同一问题", "surviving": "滨督2026-999"}, "case_unknown"),
    ("draft", "merge", DIRECTOR, {"reason": "同一问题", "surviving": "滨督2026-001"}, "merged_into_itself"),
    ("handling", "report_completion", LIAISON, {"result": "修好"}, "evidence_missing"),
    ("handling", "report_progress", LIAISON, {"progress": "快了", "colour": "红"}, "detail_unknown"),
    ("assigned", "acknowledge", "祝启明", {}, "not_permitted"),
]


@pytest.mark.parametrize("example", REFUSED, ids=lambda one: f"{one[1]}-{one[4]}")
def test_a_refused_command_leaves_nothing_behind(office, example):
    state, command, person, details, code = example
    case = a_case(office, state)
    counts, before = row_counts(office), (rows(office, Case), rows(office, NumberSequence))
    with pytest.raises(Refusal) as refused:
        give(office, case, command, person, **details)
    assert refused.value.code == code
    assert row_counts(office) == counts
    assert (rows(office, Case), rows(office, NumberSequence)) == before


def test_an_unknown_case_is_refused(office):
    with pytest.raises(Refusal) as refused:
        give(office, "滨督2026-404", "acknowledge", LIAISON)
    assert (refused.value.code, refused.value.facts["number"]) == ("case_unknown", "滨督2026-404")


def test_a_proposal_refused_does_not_use_up_its_number(office):
    with pytest.raises(NotPermitted):
        cases.open_matter(office, by=signed(LIAISON), at=OPENED, title="路灯", source="来信")
    assert a_draft(office).number == "滨督2026-001"


def test_an_ambiguous_name_is_answered_with_the_codes_to_choose_from(office):
    with pytest.raises(Refusal) as refused:
        give(office, a_draft(office), "assign", "厉守正", **ORDER)
    assert refused.value.facts["candidates"] == ["BH104-H", "R005"]
    with pytest.raises(NotPermitted):
        give(office, "滨督2026-001", "assign", "R005", **ORDER)


def test_the_liaison_of_another_unit_is_refused(office):
    case = a_case(office, "assigned")
    for stranger in ("祝启明", "季致和"):  # 市交通局, and the district's bureau of the same trade
        with pytest.raises(NotPermitted):
            give(office, case, "acknowledge", stranger)


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD])
def test_whoever_answers_for_a_parent_unit_answers_for_its_divisions(office, person):
    case = a_case(office, "assigned", lead_unit="市容环卫科")
    assert case.facts.lead_unit == "BH212K1"
    assert give(office, case, "acknowledge", person).facts.state == "registered"


def test_whoever_answers_for_a_division_does_not_answer_for_its_parent(office):
    with pytest.raises(NotPermitted):
        give(office, a_case(office, "assigned"), "acknowledge", "温柏舟")


def test_the_reporter_does_not_strike_off_what_he_reported(office):
    case = a_case(office, "verifying")
    with pytest.raises(NotPermitted):
        give(office, case, "close_out", LIAISON, verification="属实")


def test_an_unknown_escalation_is_refused(office):
    with pytest.raises(Refusal) as refused:
        escalations.act(office, "no-such", "approve", by=signed(DIRECTOR), at=OPENED)
    assert refused.value.code == "escalation_unknown"


ON_A_PROPOSED_INQUIRY = [
    ("approve", OFFICER, {"question": "为何未修复？"}, "not_permitted"),
    ("approve", None, {"question": "为何未修复？"}, "not_permitted"),
    ("approve", DIRECTOR, {}, "question_missing"),
    ("reject", DIRECTOR, {}, "reason_missing"),
    ("serve", OFFICER, {}, "transition_refused"),
    ("answer", OFFICER, {"judgement": "sufficient"}, "transition_refused"),
    ("withdraw", OFFICER, {"reason": "发文有误"}, "not_permitted"),
]


@pytest.mark.parametrize("example", ON_A_PROPOSED_INQUIRY, ids=lambda one: f"{one[0]}-{one[3]}")
def test_a_refused_decision_on_an_inquiry_leaves_nothing_behind(office, example):
    command, person, details, code = example
    a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    counts, before = row_counts(office), raised(office, "inquiry")
    with pytest.raises(Refusal) as refused:
        when = at(2026, 7, 30, 10)
        escalations.act(office, before.id, command, by=signed(person, when), at=when, **details)
    assert refused.value.code == code
    assert (row_counts(office), raised(office, "inquiry")) == (counts, before)
