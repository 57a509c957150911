"""拆分: parts become matters of their own, dispatched at once, or everything stays as it was."""

from datetime import date

import pytest

from states.deadlines import Limit
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.vocabulary import LimitUnit
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    REQUIREMENT,
    a_case,
    a_draft,
    at,
    give,
    kinds,
    papers,
    row_counts,
    signed,
    stored,
)
from tests.locks import reads_of
from workflow.errors import NotFound
from workflow.services import cases, register, splitting
from workflow.services.splitting import Part
from workflow.services.timeline import history
from workflow.services.verification import verify

ON = at(2026, 7, 6)
PARTS = (
    Part("主干道路灯修复", "市城市管理局", Limit(LimitUnit.WORKING_DAYS, 5)),
    Part("箱变更新", "供电公司", date(2026, 8, 5), "8月5日前更换4台箱变并送电"),
    Part("管廊渗水治理", "市水务局"),
)


def split(office, case, parts=PARTS, *, by=DIRECTOR, reason="涉及三家单位", **more):
    return splitting.split(office, case.number, parts, reason=reason, by=signed(by, ON), at=ON, **more)


def test_every_part_is_a_matter_of_its_own_that_names_its_parent(office):
    case = a_case(office)
    parent, *children = split(office, case)
    known = [stored(office, child).facts for child in children]
    assert [(one.parent, one.link, one.state) for one in known] == [(case.number, "split", "assigned")] * 3
    assert [one.due_on for one in known] == [date(2026, 7, 13), date(2026, 8, 5), date(2026, 7, 22)]
    assert [one.requirement for one in known] == [REQUIREMENT, PARTS[1].requirement, REQUIREMENT]
    assert (parent.facts.state, parent.facts.due_on) == ("handling", date(2026, 7, 22))
    assert [one["addressee"] for one in papers(office, "assignment")][1:] == [
        LEAD,
        "滨海供电公司",
        "市水务局",
    ]
    assert verify(office).findings == []


def test_the_parent_tells_of_its_parts_and_is_shown_with_them(office):
    case = a_case(office)
    _, *children = split(office, case)
    numbers = [child.number for child in children]
    assert (
        history(office, case.number)[-1]["sentence"] == f"拆分，分出事项单独交办（分出{'、'.join(numbers)}）"
    )
    shown = register.show(office, case.number, today=ON)["children"]
    assert [(one["number"], one["link_label"], one["state_label"]) for one in shown] == [
        (number, "拆分", "交办") for number in numbers
    ]
    assert register.show(office, case.number, today=ON, as_of=at(2026, 7, 2))["children"] == []


def test_a_matter_is_locked_before_its_parts_take_over_what_it_says(office, monkeypatch):
    case = a_case(office)
    reads = reads_of(monkeypatch)
    split(office, case)
    assert reads[0] == "cases_for_update"


def test_a_parent_that_ends_with_the_split_is_withdrawn_and_says_so(office):
    case = a_case(office)
    parent, *children = split(office, case, end=True)
    assert (parent.facts.state, parent.facts.outcome) == ("cancelled", "withdrawn")
    assert kinds(office, case)[-2:] == ["split", "withdrawn"]
    reason = history(office, case.number)[-1]["words"]["details"]["reason"]
    assert all(child.number in reason for child in children)
    assert verify(office).findings == []


def test_a_part_of_a_long_term_matter_reports_as_often(office):
    case = a_case(office, "registered", open_ended=True, cadence="每月")
    child = split(office, case, PARTS[2:])[1]
    assert (child.facts.open_ended, child.facts.cadence, child.facts.due_on) == (True, "每月", None)


def test_a_draft_may_be_split_before_it_is_handed_out(office):
    case = a_draft(office, complexity="complex")
    child = split(office, case, PARTS[2:])[1]
    assert (child.facts.state, child.facts.complexity) == ("assigned", "complex")


@pytest.mark.parametrize(
    ("parts", "more", "code"),
    [
        ((), {}, "parts_missing"),
        (PARTS[:1], {"end": True}, "parts_missing"),
        ([Part(f"分项{n}", "市水务局") for n in range(21)], {}, "parts_too_many"),
        ((*PARTS, PARTS[0]), {}, "part_twice"),
        (PARTS, {"reason": None}, "reason_missing"),
        ((PARTS[0], Part("路灯", "不存在的局")), {}, "unit_unknown"),
        ((PARTS[0], Part("路灯", "各区市")), {}, "unit_several_leads"),
        ((PARTS[0], Part("路灯", "市水务局", date(2026, 7, 1))), {}, "date_in_the_past"),
        ((PARTS[0], Part("长" * 2_001, "市水务局")), {}, "text_too_long"),
        ((PARTS[0], Part("路灯", "市水务局", None, "修好")), {}, "requirement_vague"),
    ],
)
def test_one_bad_part_leaves_everything_as_it_was(office, parts, more, code):
    case = a_case(office)
    before = row_counts(office)
    with pytest.raises(Refusal) as refused:
        split(office, case, parts, **more)
    assert refused.value.code == code
    assert row_counts(office) == before
    assert stored(office, case).facts == case.facts


@pytest.mark.parametrize("person", [OFFICER, LIAISON])
def test_only_the_director_splits(office, person):
    case = a_case(office)
    before = row_counts(office)
    with pytest.raises(NotPermitted):
        split(office, case, by=person)
    assert row_counts(office) == before


@pytest.mark.parametrize("state", ["verifying", "closed", "archived"])
def test_only_a_matter_in_hand_is_split(office, state):
    case = a_case(office, state)
    before = row_counts(office)
    with pytest.raises(Refusal) as refused:
        split(office, case, [Part("箱变更新", "供电公司", date(2026, 8, 5))])
    assert (refused.value.code, row_counts(office)) == ("transition_refused", before)


def test_nothing_is_split_off_that_is_not_there_or_did_not_come_out_of_it(office):
    with pytest.raises(NotFound):
        splitting.split(office, "滨督2026-999", PARTS, reason="…", by=signed(DIRECTOR, ON), at=ON)
    case, other = a_case(office), a_case(office)
    for children in ((other.number,), ("滨督2026-999",)):
        with pytest.raises(FactInvalid) as refused:
            give(office, case, "split", DIRECTOR, split_into=children, reason="涉及两家")
        assert refused.value.code == "split_without_parts"
    with pytest.raises(FactMissing):
        cases.perform(office, case.number, "split", by=signed(DIRECTOR, ON), at=ON, reason="涉及两家")
