"""Importing a directory again: who went keeps his code and his acts, who came gets a code of his own."""

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from states.errors import FactInvalid, NotPermitted, Refusal
from states.register.directory import (
    GROUP_BOUNDS,
    PERSON_BOUNDS,
    UNIT_BOUNDS,
    DirectoryReading,
    PersonRecord,
)
from states.register.units import UnitRecord
from tests.builders import (
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
    give,
    history,
    row_counts,
    rows,
    signed,
)
from tests.conftest import DIRECTORY, settings_in
from tests.registers import A_MATTER, a_register, take_over
from workflow.services import directories
from workflow.services.installation import install
from workflow.services.staff import staff_of
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.directory_models import Person, Post, RoleGrant, Unit, UnitAlias, UnitGroup
from workflow.storage.models import Event

SUCCESSOR = "方既白"
CHANGED, LAST_DAY = at(2026, 7, 10), date(2026, 7, 9)
UNITS, STAFF = "单位", "人员"
COLUMNS = {"别名": "E", "主要负责人": "G", "督查联络员": "I", "有效期止": "N"}


def changed_directory(folder: Path, unit: str = LEAD, *, without: str | None = None, **cells: object) -> Path:
    """The demo directory with the line of a unit changed, by heading, and without somebody of the staff."""
    book = load_workbook(DIRECTORY)
    book[UNITS]["N1"] = "有效期止"
    (line,) = (row[0].row for row in book[UNITS].iter_rows() if row[2].value == unit)
    for heading, value in cells.items():
        book[UNITS][f"{COLUMNS[heading]}{line}"] = value
    if without:
        (line,) = (row[0].row for row in book[STAFF].iter_rows() if row[1].value == without)
        book[STAFF].delete_rows(line)
    book.save(folder / "单位名录.xlsx")
    return folder / "单位名录.xlsx"


def take_in(office, path, when=CHANGED, by=OFFICER, **options):
    return directories.import_directory(office, path, by=signed(by, when), at=when, **options)


def liaisons(office, unit="BH212"):
    """Code, first day and last day of everybody who is or was the unit's liaison."""
    found = [row for row in rows(office, RoleGrant) if (row.unit, row.role) == (unit, "liaison")]
    return sorted((row.person, row.valid_from, row.valid_to) for row in found)


def entry_of_import(office):
    entries = [entry for entry in rows(office, Event) if entry.kind == "directory_imported"]
    return max(entries, key=lambda entry: entry.seq)


@pytest.fixture
def case(office, tmp_path):
    """A case the first liaison acknowledged, before the directory was imported with another."""
    acknowledged = a_case(office, "registered")
    take_in(office, changed_directory(tmp_path, 督查联络员=SUCCESSOR))
    return acknowledged


def test_a_successor_gets_a_code_of_his_own_and_old_acts_keep_their_hand(office, case):
    names = {row.code: row.name for row in rows(office, Person)}
    assert (names["BH212-L"], names["BH212-L2"]) == (LIAISON, SUCCESSOR)
    (acknowledged,) = [entry for entry in history(office, case) if entry.kind == "acknowledged"]
    assert acknowledged.actor == "BH212-L"


def test_role_and_post_end_the_day_before_the_successor_s_begin(office, case):
    served = [("BH212-L", None, LAST_DAY), ("BH212-L2", CHANGED.date(), None)]
    posts = [row for row in rows(office, Post) if row.person.startswith("BH212-L")]
    assert liaisons(office) == served
    assert sorted((row.person, row.valid_from, row.valid_to) for row in posts) == served


def test_from_that_day_on_only_the_successor_may_act(office, case):
    with pytest.raises(NotPermitted):
        give(office, case, "begin", LIAISON, CHANGED, plan="分三批抢修")
    assert give(office, case, "begin", SUCCESSOR, CHANGED, plan="分三批抢修").facts.state == "handling"
    assert verify(office).exit_code == 0


def test_whoever_comes_back_is_known_by_his_old_code(office, case):
    take_in(office, DIRECTORY, at(2026, 8, 3))
    assert [served for served in liaisons(office) if served[2] is None] == [
        ("BH212-L", date(2026, 8, 3), None)
    ]


def test_a_head_who_becomes_liaison_as_well_stays_one_person(office, tmp_path):
    take_in(office, changed_directory(tmp_path, 督查联络员=UNIT_HEAD))
    assert ("BH212-H", CHANGED.date(), None) in liaisons(office)
    assert [row.code for row in rows(office, Person) if row.name == UNIT_HEAD] == ["BH212-H"]


def test_a_code_the_staff_sheet_gives_to_another_is_not_kept():
    unit = UnitRecord(code="A", parent=None, name="市", liaison_name=LIAISON)
    other = PersonRecord(code="R1", name=OFFICER, unit="A", unit_text="市")
    listed = DirectoryReading(
        units=(unit,), people=(other,), groups=(), problems=(), notes=(), places={}, staff_places={}
    )
    staff = staff_of(listed, seats={("A", LIAISON): "R1"}, taken={"R1", "A-L"})
    assert staff.grants == {("A-L2", "liaison", "A")}


def test_the_same_directory_again_changes_nothing(office):
    tables = (Unit, UnitAlias, UnitGroup, Person, Post, RoleGrant)
    before = [sorted(map(str, rows(office, model))) for model in tables]
    take_in(office, DIRECTORY)
    assert [sorted(map(str, rows(office, model))) for model in tables] == before


def test_whoever_is_struck_from_the_staff_sheet_has_no_rights_left_and_stays_on_record(office, tmp_path):
    take_in(office, changed_directory(tmp_path, without=OFFICER), by=DIRECTOR)
    with pytest.raises(NotPermitted):
        a_draft(office, CHANGED)
    (person,) = [row for row in rows(office, Person) if row.name == OFFICER]
    ends = {row.valid_to for row in rows(office, RoleGrant) if row.person == person.code}
    assert ends == {row.valid_to for row in rows(office, Post) if row.person == person.code} == {LAST_DAY}


def test_a_directory_without_a_staff_sheet_ends_no_office_role(office, tmp_path):
    book = load_workbook(DIRECTORY)
    del book[STAFF]
    book.save(tmp_path / "单位名录.xlsx")
    take_in(office, tmp_path / "单位名录.xlsx")
    assert a_draft(office, CHANGED).facts.state == "draft"


def test_an_alias_struck_from_the_sheet_is_no_name_any_more(office, tmp_path):
    before = {row.alias for row in rows(office, UnitAlias) if row.unit == "BH212"}
    take_in(office, changed_directory(tmp_path, 别名="城管委"))
    assert before
    assert {row.alias for row in rows(office, UnitAlias) if row.unit == "BH212"} == {"城管委"}


@pytest.mark.parametrize("named", [LEAD, "BH212"])
@pytest.mark.parametrize("part", ["lead_unit", "co_units"])
def test_a_unit_that_has_ended_can_neither_lead_nor_help(office, tmp_path, named, part):
    take_in(office, changed_directory(tmp_path, 有效期止="2026-07-09"))
    given = {"lead_unit": "市教育局", part: named if part == "lead_unit" else (named,)}
    with pytest.raises(FactInvalid, match="已于2026-07-09停用") as refused:
        give(office, a_draft(office, CHANGED), "assign", DIRECTOR, CHANGED, limit=THREE_WEEKS, **given)
    assert refused.value.code == "unit_ended"


def test_a_register_that_names_a_unit_that_has_ended_waits_for_a_person(office, tmp_path):
    take_in(office, changed_directory(tmp_path, A_MATTER["牵头单位"], 有效期止="2026-07-09"))
    (problem,) = take_over(office, a_register(tmp_path / "台账.xlsx", {})).needs_person
    assert (problem.row, problem.code) == (2, "unit_ended")


def test_an_import_is_signed_by_whoever_gave_it(office, case):
    entry = entry_of_import(office)
    (officer,) = [row.code for row in rows(office, Person) if row.name == OFFICER]
    assert (entry.actor, entry.actor_kind) == (officer, "human")
    assert json.loads(entry.payload)["details"]["ended"] == [["BH212-L", "liaison", "BH212"]]


def test_the_first_directory_may_bring_along_who_signs_for_it(bare_database, tmp_path):
    office = install(settings_in(tmp_path, bare_database), by=signed(None))
    take_in(office, DIRECTORY, OPENED)
    assert entry_of_import(office).actor == "R011"
    office.engine.dispose()


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_stranger_may_not_import_a_directory(office, dry_run):
    before = row_counts(office)
    with pytest.raises(Refusal) as refused:
        take_in(office, DIRECTORY, by="无此人", dry_run=dry_run)
    assert (refused.value.code, row_counts(office)) == ("person_unknown", before)


def test_a_dry_run_tells_the_same_and_writes_nothing(office, tmp_path):
    path, before = changed_directory(tmp_path, 督查联络员=SUCCESSOR), row_counts(office)
    promised = take_in(office, path, dry_run=True).as_json()
    assert (row_counts(office), liaisons(office)) == (before, [("BH212-L", None, None)])
    assert promised == take_in(office, path).as_json()


@pytest.mark.parametrize(
    ("model", "bounds"), [(Unit, UNIT_BOUNDS), (Person, PERSON_BOUNDS), (UnitGroup, GROUP_BOUNDS)]
)
def test_no_field_of_a_directory_may_be_longer_than_its_column(model, bounds):
    columns = queries.table(model).columns
    lengths = {name: getattr(columns[name].type, "length", None) for name in bounds if name in columns}
    assert lengths["name"]
    assert {name for name, length in lengths.items() if length and bounds[name] > length} == set()
