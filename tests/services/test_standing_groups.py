"""A headquarters or task force leads through the unit legally responsible for it."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from states.errors import FactInvalid, NotPermitted
from tests.builders import (
    DIRECTOR,
    THREE_WEEKS,
    a_case,
    a_draft,
    at,
    give,
    papers,
    rows,
    stored,
    sweep_on,
)
from tests.conftest import DIRECTORY
from tests.reforming import HEIR, HEIR_CODE, merged
from tests.registers import A_MATTER, a_register, take_over
from tests.services.test_directory import take_in
from workflow.services import register
from workflow.services.seeing import Onlooker
from workflow.services.verification import verify
from workflow.storage.directory_models import Unit
from workflow.storage.models import OutboxMessage

GROUP, GROUP_CODE, GROUP_LIAISON = "市招商引资工作专班", "BH502", "樊松年"
OWNER, OWNER_CODE, OWNER_LIAISON, OWNER_MAIL = "市商务局", "BH216", "郎照临", "lang.zhaolin@binhai.example"
LATER = at(2026, 7, 8)


def directory_with(folder: Path, owner: str | None, heading: str = "责任单位") -> Path:
    """The demo directory with a column of owners, in which the task force has this one."""
    book = load_workbook(DIRECTORY)
    sheet = book["单位"]
    sheet["N1"] = heading
    (line,) = (row[0].row for row in sheet.iter_rows() if row[2].value == GROUP)
    sheet[f"N{line}"], sheet[f"M{line}"] = owner, None
    book.save(folder / "单位名录.xlsx")
    return folder / "单位名录.xlsx"


def owner_of(office, code=GROUP_CODE):
    return next(row.owner for row in rows(office, Unit) if row.code == code)


def test_the_demo_directory_names_owners_in_its_remarks(office):
    assert owner_of(office) == OWNER_CODE
    assert owner_of(office, "BH212") is None


def test_a_matter_given_to_a_group_is_led_by_its_owner_in_the_group_s_name(office):
    facts = a_case(office, "assigned", lead_unit=GROUP).facts
    assert (facts.lead_unit, facts.lead_group) == (OWNER_CODE, GROUP_CODE)
    assert verify(office).exit_code == 0


def test_the_owner_s_people_act_and_the_group_s_do_not(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    with pytest.raises(NotPermitted):
        give(office, case, "acknowledge", GROUP_LIAISON)
    assert give(office, case, "acknowledge", OWNER_LIAISON).facts.state == "registered"


def test_the_group_s_people_see_the_matter_it_leads_as_a_unit_does(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    looking = Onlooker(GROUP_LIAISON, LATER)
    assert register.show(office, case.number, today=LATER, by=looking)["case"]["lead_group"] == GROUP
    give(office, case, "object", OWNER_LIAISON, reason="不属本专班职责")
    with pytest.raises(NotPermitted):
        register.show(office, case.number, today=LATER, by=looking)


def test_papers_name_the_group_and_its_owner_and_go_to_the_owner(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    (paper,) = papers(office, "assignment")
    assert paper["addressee"] == paper["case"]["lead_unit"] == f"{GROUP}（{OWNER}）"
    assert [row.recipient for row in rows(office, OutboxMessage)] == [OWNER_MAIL]
    give(office, case, "acknowledge", OWNER_LIAISON)
    sweep_on(office, at(2026, 7, 23))
    assert papers(office, "reminder")[0]["addressee"] == f"{GROUP}（{OWNER}）"


def test_lists_and_views_tell_the_group(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    (line,) = register.list_cases(office, today=LATER)
    shown = register.show(office, case.number, today=LATER)["case"]
    assert (line.as_json()["lead_unit"], line.as_json()["lead_group"]) == (OWNER, GROUP)
    assert (shown["lead_unit"], shown["lead_group"]) == (OWNER, GROUP)


def test_a_matter_sent_back_and_given_to_a_unit_has_no_group_any_more(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    give(office, case, "object", OWNER_LIAISON, reason="不属本专班职责")
    assert stored(office, case).facts.lead_group is None
    order = {"lead_unit": "市城市管理局", "limit": THREE_WEEKS}
    assert give(office, case, "assign", DIRECTOR, **order).facts.lead_group is None


@pytest.mark.parametrize("co_unit", [GROUP, OWNER])
def test_neither_the_group_nor_its_owner_helps_itself(office, co_unit):
    with pytest.raises(FactInvalid) as refused:
        a_case(office, "assigned", lead_unit=GROUP, co_units=(co_unit,))
    assert refused.value.code == "lead_is_co_unit"


@pytest.mark.parametrize("heading", ["责任单位", "牵头责任单位", "挂靠单位", "法定责任单位"])
def test_a_column_of_the_directory_names_the_owner(office, tmp_path, heading):
    take_in(office, directory_with(tmp_path, "市发改委", heading))
    assert owner_of(office) == "BH201"
    assert a_case(office, "assigned", LATER, lead_unit=GROUP).facts.lead_unit == "BH201"


def test_a_group_without_owner_is_refused_and_told_what_to_do(office, tmp_path):
    take_in(office, directory_with(tmp_path, None))
    with pytest.raises(FactInvalid, match="责任单位") as refused:
        a_case(office, "assigned", LATER, lead_unit=GROUP)
    assert refused.value.code == "group_without_owner"


@pytest.mark.parametrize("owner", ["没有此局", "市城更指挥部办公室", "市教育局、市水务局"])
def test_an_owner_that_is_no_single_legal_unit_is_reported(office, tmp_path, owner):
    report = take_in(office, directory_with(tmp_path, owner))
    assert [problem.code for problem in report.problems] == ["owner_unknown"]
    assert owner_of(office) is None


@pytest.mark.parametrize("group", [GROUP, "市水务局"])
def test_a_group_is_not_led_by_somebody_else_s_hand(office, group):
    order = {"lead_unit": "市教育局", "lead_group": group, "limit": THREE_WEEKS}
    with pytest.raises(FactInvalid) as refused:
        give(office, a_draft(office), "assign", DIRECTOR, **order)
    assert refused.value.code == "group_owner_differs"


def test_a_register_s_group_is_taken_over_with_its_owner_and_again_unchanged(office, tmp_path):
    path = a_register(tmp_path / "台账.xlsx", {"牵头单位": "招商专班"})
    assert take_over(office, path).imported == 1
    facts = stored(office, A_MATTER["督办编号"]).facts
    assert (facts.lead_unit, facts.lead_group) == (OWNER_CODE, GROUP_CODE)
    assert take_over(office, path).unchanged == 1
    assert verify(office).exit_code == 0


def test_a_register_that_moves_a_matter_from_a_group_to_a_unit_drops_the_group(office, tmp_path):
    take_over(office, a_register(tmp_path / "台账.xlsx", {"牵头单位": "招商专班"}))
    assert take_over(office, a_register(tmp_path / "台账.xlsx", {"牵头单位": "市教育局"})).updated == 1
    facts = stored(office, A_MATTER["督办编号"]).facts
    assert (facts.lead_unit, facts.lead_group) == ("BH202", None)


def test_a_register_s_group_without_owner_waits_for_a_person(office, tmp_path):
    take_in(office, directory_with(tmp_path, None))
    report = take_over(office, a_register(tmp_path / "台账.xlsx", {"牵头单位": "招商专班"}))
    assert [problem.code for problem in report.needs_person] == ["group_without_owner"]


def test_a_group_follows_its_owner_into_another_unit(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    made = merged(office, OWNER)
    facts = stored(office, case).facts
    assert (facts.lead_unit, facts.lead_group) == (HEIR_CODE, GROUP_CODE)
    assert made.groups == {GROUP_CODE: HEIR_CODE}
    assert a_case(office, "assigned", LATER, lead_unit=GROUP).facts.lead_unit == HEIR_CODE


def test_a_group_that_is_dissolved_hands_its_matters_to_a_unit(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    merged(office, GROUP, into=HEIR)
    facts = stored(office, case).facts
    assert (facts.lead_unit, facts.lead_group) == (HEIR_CODE, None)


def test_a_group_dissolved_into_its_owner_leaves_the_owner_leading(office):
    case = a_case(office, "assigned", lead_unit=GROUP)
    merged(office, GROUP, into=OWNER)
    facts = stored(office, case).facts
    assert (facts.lead_unit, facts.lead_group) == (OWNER_CODE, None)
    assert verify(office).exit_code == 0


def test_an_ordinary_unit_leads_in_its_own_name(office):
    facts = a_case(office, "assigned", lead_unit=HEIR).facts
    assert (facts.lead_unit, facts.lead_group) == (HEIR_CODE, None)
