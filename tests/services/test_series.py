"""The series matters are numbered in: the first is free, another is new only where it is said to be."""

from dataclasses import replace

import pytest

from states.errors import FactInvalid, FactMissing
from tests.builders import DIRECTOR, LIAISON, OFFICER, a_case, a_draft, a_paper_of_proof, at, give, signed
from tests.registers import a_register, take_over
from workflow.services import coordinating, instructing
from workflow.services.coordinating import Child

DAY = at(2026, 7, 10)


def refused(office, **details):
    with pytest.raises(FactInvalid) as found:
        a_draft(office, **details)
    return found.value


def test_the_first_series_of_an_empty_installation_needs_no_word(office):
    assert [a_draft(office, series="湾督").number for _ in range(2)] == ["湾督2026-001", "湾督2026-002"]


def test_a_series_nobody_used_is_refused_with_those_there_are(office):
    a_draft(office, series="滨督")
    found = refused(office, series="滨都")
    assert (found.code, found.facts) == ("series_unknown", {"series": "滨都", "known": ["滨督"]})
    assert "已有的是：滨督" in found.message and "--new-series" in found.message
    assert a_draft(office, series="滨督").number == "滨督2026-002"


def test_a_new_series_is_founded_by_word_and_known_from_then_on(office):
    a_draft(office, series="滨督")
    assert a_draft(office, series="滨督函", new_series=True).number == "滨督函2026-001"
    assert a_draft(office, series="滨督函").number == "滨督函2026-002"


def test_the_series_the_office_is_set_up_with_is_known(office):
    a_draft(office, series="湾督")
    assert a_draft(office, series=office.settings.office_code).number == "滨督2026-001"


def test_a_new_series_has_a_name(office):
    with pytest.raises(FactMissing) as found:
        a_draft(office, new_series=True)
    assert found.value.code == "series_missing"


def test_the_series_of_an_imported_register_are_known(office, tmp_path):
    take_over(office, a_register(tmp_path / "台账.xlsx", {}))
    assert refused(office, series="滨都").facts["known"] == ["滨督"]


def test_matters_that_come_out_of_others_are_held_to_the_same(office):
    ended, case = a_case(office, "closed"), a_case(office)
    give(office, case, "request_coordination", LIAISON, DAY, level="office", blocker="缺钱", wanted="给钱")
    said = {"leader": "舒景行", "instruction": "举一反三", "instructed_on": DAY.date()}
    minutes = {"minutes": "迁改", "evidence": [a_paper_of_proof(office)], "children": [Child("变压器迁改")]}
    for act, number, details, person, series in (
        (instructing.record, ended.number, said, OFFICER, "滨都"),
        (coordinating.decide, case.number, minutes, DIRECTOR, "滨渡"),
    ):
        with pytest.raises(FactInvalid) as found:
            act(office, number, by=signed(person), at=DAY, series=series, **details)
        assert found.value.code == "series_unknown"
        assert act(office, number, by=signed(person), at=DAY, series=series, new_series=True, **details)


@pytest.fixture
def unnamed(office):
    """An office that never said which series is its own, with one matter opened by itself."""
    unset = replace(office, settings=office.settings.model_copy(update={"office_code": None}))
    assert a_draft(unset).number == "督2026-001"
    return unset


def test_a_register_of_former_years_changes_no_series(unnamed, tmp_path):
    report = take_over(unnamed, a_register(tmp_path / "台账.xlsx", {"督办编号": "滨督字2019-214"}))
    assert [one.code for one in report.notes if one.code == "series_changed"] == []
    assert a_draft(unnamed).number == "督2026-002"


def test_where_a_register_makes_another_series_the_office_s_it_is_told(unnamed, tmp_path):
    path = a_register(tmp_path / "台账.xlsx", {"督办编号": "滨督字2026-101"})
    for dry_run in (True, False):
        (told,) = [
            one for one in take_over(unnamed, path, dry_run=dry_run).notes if "编号系列" in one.message
        ]
        assert told.code == "series_changed"
        assert "“督”" in told.message and "DUBAN_OFFICE_CODE=督" in told.message
    assert a_draft(unnamed).number == "滨督字2026-102"
    assert not [one for one in take_over(unnamed, path).notes if one.code == "series_changed"]


def test_an_office_that_named_its_series_keeps_it(office, tmp_path):
    a_draft(office)
    report = take_over(office, a_register(tmp_path / "台账.xlsx", {"督办编号": "滨督字2026-101"}))
    assert not [one for one in report.notes if one.code == "series_changed"]
    assert a_draft(office).number == "滨督2026-002"
