"""A unit that is split: every matter and every unit below needs its successor, and none is guessed."""

from datetime import date

import pytest

from states.errors import FactInvalid, FactMissing, Refusal
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    OTHER,
    OTHER_CODE,
    THREE_WEEKS,
    a_case,
    a_draft,
    at,
    give,
    row_counts,
    rows,
    stored,
)
from tests.reforming import BELOW, HEIR, HEIR_CODE, merged, split_up
from tests.registers import A_MATTER, a_register, take_over
from workflow.services.verification import verify
from workflow.storage.directory_models import Unit, UnitSuccession

LATER = at(2026, 7, 8)


def test_each_matter_goes_where_it_was_said(office):
    first, second = a_case(office), a_case(office)
    split_up(office, cases={first.number: HEIR, second.number: OTHER_CODE})
    assert stored(office, first).facts.lead_unit == HEIR_CODE
    assert stored(office, second).facts.lead_unit == OTHER_CODE
    assert {row.successor for row in rows(office, UnitSuccession)} == {HEIR_CODE, OTHER_CODE}
    assert {row.code: row.parent for row in rows(office, Unit) if row.code in BELOW} == {
        "BH212K1": HEIR_CODE,
        "BH212K2": OTHER_CODE,
    }
    assert verify(office).exit_code == 0


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_nobody_has_decided_on_is_listed_and_nothing_is_written(office, dry_run):
    first, second = a_case(office), a_case(office)
    before = row_counts(office)
    with pytest.raises(FactMissing, match=second.number) as refused:
        split_up(office, cases={first.number: HEIR}, below={"BH212K1": HEIR}, dry_run=dry_run)
    assert refused.value.code == "split_undecided"
    assert (refused.value.facts["cases"], refused.value.facts["units"]) == ([second.number], ["BH212K2"])
    assert row_counts(office) == before


REFUSED = [
    ({"into": (HEIR,)}, "split_into_one"),
    ({"into": (HEIR, HEIR_CODE)}, "split_into_one"),
    ({"into": (HEIR, LEAD)}, "succeeds_itself"),
    ({"into": (HEIR, "没有此局")}, "unit_unknown"),
    ({"cases": {"滨督2026-999": HEIR}}, "share_not_concerned"),
    ({"below": {**BELOW, "BH211K1": HEIR}}, "share_not_concerned"),
    ({"below": {**BELOW, "BH212K1": "市教育局"}}, "not_its_successor"),
    ({"cases": {"滨督2026-001": LEAD}}, "not_its_successor"),
]


@pytest.mark.parametrize(("given", "code"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_a_split_that_cannot_be_is_refused(office, given, code):
    case = a_case(office)
    with pytest.raises(Refusal) as refused:
        split_up(office, **{"cases": {case.number: HEIR}, **given})
    assert refused.value.code == code


def test_whoever_names_a_unit_that_was_split_is_told_all_its_successors(office):
    split_up(office, cases={})
    order = {"lead_unit": LEAD, "limit": THREE_WEEKS}
    with pytest.raises(FactInvalid, match=f"“{OTHER}”、“{HEIR}”"):
        give(office, a_draft(office, LATER), "assign", DIRECTOR, LATER, **order)


def test_a_register_that_names_a_merged_unit_suggests_its_successor(office, tmp_path):
    led_by = A_MATTER["牵头单位"]
    merged(office, led_by)
    path = a_register(tmp_path / "台账.xlsx", {})
    (problem,) = take_over(office, path).needs_person
    assert (problem.code, problem.suggestion) == ("unit_ended", f"改填“{HEIR}”")
    assert f"已于2026-07-06并入“{HEIR}”，请改填“{HEIR}”" in problem.message
    assert take_over(office, path, accept={2}).imported == 1
    assert stored(office, A_MATTER["督办编号"]).facts.lead_unit == HEIR_CODE


def test_a_register_that_names_a_split_unit_leaves_the_choice_to_a_person(office, tmp_path):
    path = a_register(tmp_path / "台账.xlsx", {"牵头单位": LEAD})
    split_up(office, cases={})
    report = take_over(office, path, accept={2})
    assert (report.imported, [one.code for one in report.needs_person]) == (0, ["unit_ended"])


def test_a_group_of_units_names_the_successor_in_the_former_one_s_place(office):
    merged(office, "东港区人民政府", into="北桥区人民政府")
    case = a_draft(office, LATER)
    order = {"lead_unit": LEAD, "co_units": ("各区市",), "limit": THREE_WEEKS}
    facts = give(office, case, "assign", DIRECTOR, LATER, **order).facts
    assert len(facts.co_units) == 9
    assert LEAD_CODE not in facts.co_units


def test_a_day_before_is_still_the_former_unit_s(office):
    merged(office)
    (former,) = [row for row in rows(office, Unit) if row.code == LEAD_CODE]
    assert former.valid_to == date(2026, 7, 5)
