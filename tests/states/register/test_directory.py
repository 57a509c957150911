"""The unit directory: its records, and what it refuses to take in."""

import pytest

from states.errors import Refusal
from states.register.directory import read_directory
from states.register.sheet import Formula, Sheet

HEADINGS = ("单位编码", "上级编码", "单位全称", "联络员电子邮箱", "有效期止")


def read_units(*rows):
    cells = {number: dict(enumerate(row, start=1)) for number, row in enumerate((HEADINGS, *rows), start=1)}
    return read_directory([Sheet.filled("单位", cells)])


def found(reading):
    return [(problem.row, problem.code) for problem in reading.problems]


def test_the_demo_directory_has_no_problems(directory_reading):
    sizes = tuple(map(len, (directory_reading.units, directory_reading.people, directory_reading.groups)))
    assert (sizes, directory_reading.problems) == ((125, 25, 3), ())


def test_a_unit_keeps_every_column(directory):
    unit = directory.unit("BH211")
    assert (unit.parent, unit.short_name, unit.kind) == ("BH000", "市住建局", "政府部门")
    assert unit.aliases == ("市住房和城乡建设局", "市建设局")
    assert (unit.head_name, unit.head_post) == ("汤允恭", "局长")
    assert (unit.liaison_name, unit.liaison_post) == ("陶堃", "办公室主任")
    assert (unit.phone, unit.email) == ("0000-8801140", "tao.kun@binhai.example")


def test_parents_come_before_their_children(directory_reading):
    seen = set()
    for unit in directory_reading.units:
        assert unit.parent is None or unit.parent in seen
        seen.add(unit.code)


def test_roles_are_kept_as_written(directory_reading):
    roles = {person.name: person.roles for person in directory_reading.people}
    assert roles["舒景行"] == ("分管领导", "签发人", "包保领导")
    assert roles["佟靖言"] == ("文书（编号登记）",)


def test_a_person_outside_the_directory_is_read_and_noted(directory_reading):
    person = directory_reading.people[0]
    assert (person.unit, person.unit_text) == (None, "市委")
    assert {note.code for note in directory_reading.notes} == {"person_unit_unknown"}


def test_a_group_holds_the_codes_of_its_members(directory_reading):
    members = {group.name: group.members for group in directory_reading.groups}
    assert members["市区四区"] == ("DG000", "XL000", "NW000", "BQ000")


def test_a_code_used_twice_counts_once():
    reading = read_units(("A", None, "市"), ("A", None, "另一市"))
    assert [unit.name for unit in reading.units] == ["市"]
    assert found(reading) == [(3, "code_duplicate")]


def test_a_unit_under_an_unknown_parent_is_left_out_with_all_below_it():
    reading = read_units(("A", None, "市"), ("B", "X", "局"), ("C", "B", "科"))
    assert [unit.code for unit in reading.units] == ["A"]
    assert sorted(found(reading)) == [(3, "unit_parent_unknown"), (4, "unit_parent_unknown")]


def test_units_above_each_other_in_a_circle_are_left_out():
    reading = read_units(("A", None, "市"), ("B", "C", "局"), ("C", "B", "科"))
    assert [unit.code for unit in reading.units] == ["A"]
    assert sorted(found(reading)) == [(3, "unit_cycle"), (4, "unit_cycle")]


@pytest.mark.parametrize(
    "address", ["liaison", "a@b", "a b@binhai.example", "a@binhai.example\nBcc: x@y.example"]
)
def test_a_bad_mail_address_is_named_and_never_kept(address):
    reading = read_units(("A", None, "市", address))
    assert (reading.units[0].email, found(reading)) == ("", [(2, "email_invalid")])


def test_a_row_without_code_or_name_is_named():
    assert found(read_units(("A", None, "市"), (None, "A", "局"))) == [(3, "directory_incomplete")]


def test_a_formula_is_not_calculated():
    assert (2, "formula_live") in found(read_units(("A", None, Formula("=B2"))))


def test_an_end_of_validity_is_read():
    assert read_units(("A", None, "市", None, "2026年6月30日")).units[0].valid_to.isoformat() == "2026-06-30"


def test_a_workbook_without_units_is_refused():
    with pytest.raises(Refusal, match="单位编码") as refusal:
        read_directory([Sheet.filled("别的", {1: {1: "你好"}})])
    assert refusal.value.code == "directory_missing"


@pytest.mark.parametrize(("column", "heading"), [("D", "联络员电子邮箱"), ("F", "主要负责人")])
def test_a_field_beyond_its_bound_is_named_with_its_place_and_left_blank(column, heading):
    long = {"D": "a" * 255, "F": "喆" * 65}[column]
    cells = {
        1: dict(enumerate((*HEADINGS, "主要负责人"), start=1)),
        2: {1: "A", 3: "市", ord(column) - 64: long},
    }
    reading = read_directory([Sheet.filled("单位", cells)])
    (problem,) = reading.problems
    assert (problem.sheet, problem.row, problem.column, problem.code) == ("单位", 2, column, "text_too_long")
    assert (heading in problem.message, f"有{len(long)}字" in problem.message) == (True, True)
    assert (reading.units[0].email, reading.units[0].head_name) == ("", "")


@pytest.mark.parametrize("code", ["A" * 25, "编" * 40])
def test_a_unit_whose_code_is_too_long_is_left_out(code):
    reading = read_units(("A", None, "市"), (code, "A", "局"))
    assert [unit.code for unit in reading.units] == ["A"]
    assert found(reading) == [(3, "text_too_long"), (3, "directory_incomplete")]


def test_a_unit_under_a_code_that_is_too_long_is_an_orphan_and_no_root():
    assert found(read_units(("A", None, "市"), ("B", "A" * 25, "局"))) == [(3, "unit_parent_unknown")]


def test_an_alias_that_is_too_long_is_left_out_and_the_others_stay():
    cells = {
        1: {1: "单位编码", 2: "单位全称", 3: "别名"},
        2: {1: "A", 2: "市", 3: f"滨海；{'滨' * 129}；本市"},
    }
    reading = read_directory([Sheet.filled("单位", cells)])
    assert (reading.units[0].aliases, found(reading)) == (("滨海", "本市"), [(2, "text_too_long")])
