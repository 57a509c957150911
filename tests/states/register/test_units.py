"""Who a cell means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.register.units import Directory, GroupRecord, UnitRecord

HOUSING = UnitRecord(code="B1", parent=None, name="市住房城乡建设局", short_name="市住建局")
SOUTH_BAY = UnitRecord(code="N0", parent=None, name="南湾区人民政府", aliases=("南湾区委、区政府",))
FINANCE = UnitRecord(code="B2", parent=None, name="市财政局")
OFFICES = tuple(
    UnitRecord(code=code, parent=None, name=f"{above}综合科", short_name="综合科")
    for code, above in (("K1", "市督查室"), ("K2", "市委组织部"))
)
BOTH = GroupRecord(name="各区市", aliases=("各区、市",), members=("N0", "B1"))
SMALL = Directory((HOUSING, SOUTH_BAY, FINANCE, *OFFICES), (BOTH,))


def codes_of(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize("text", ["市住房城乡建设局", "市住建局", " 市住建局\u3000", "市 住建局"])
def test_a_unit_is_known_by_every_name_it_goes_by(text):
    assert SMALL.resolve(text).codes == ("B1",)


@pytest.mark.parametrize("separator", ["、", "/", "，", ",", "；", ";", "\n", " ", "、\n", " / "])
def test_several_units_are_split_at_any_separator(separator):
    assert SMALL.resolve(f"市住建局{separator}市财政局").codes == ("B1", "B2")


def test_a_separator_inside_a_name_does_not_split_it():
    reading = SMALL.resolve("南湾区委、区政府")
    assert (reading.codes, codes_of(reading.notes)) == (("N0",), ["unit_separator_in_name"])


def test_a_name_with_a_separator_is_found_among_others():
    assert SMALL.resolve("市财政局、南湾区委、区政府、市住建局").codes == ("B2", "N0", "B1")


@pytest.mark.parametrize("text", ["各区市", "各区、市", "市财政局、各区、市"])
def test_a_group_stands_for_its_members(text):
    reading = SMALL.resolve(text)
    assert reading.codes[-2:] == ("N0", "B1")
    assert "unit_group" in codes_of(reading.notes)


def test_a_unit_named_twice_counts_once():
    assert SMALL.resolve("市住建局、市住房城乡建设局、各区市").codes == ("B1", "N0")


def test_an_unknown_unit_is_named_with_its_nearest_neighbour():
    reading = SMALL.resolve("市住房和城乡建设局", label="牵头单位")
    assert codes_of(reading.problems) == ["unit_unknown"]
    assert "市住房城乡建设局" in reading.problems[0].suggestion
    assert reading.suggested == ("B1",)


def test_a_namesake_in_another_place_is_never_taken_for_it():
    assert SMALL.resolve("北湾区人民政府").suggested is None


def test_a_name_nobody_resembles_has_to_be_registered_first():
    reading = SMALL.resolve("省无线电监测站")
    assert "先在单位名录登记" in reading.problems[0].suggestion
    assert reading.suggested is None


def test_a_name_two_units_share_is_asked_about_with_both():
    problem = SMALL.resolve("综合科").problems[0]
    assert problem.code == "unit_ambiguous"
    assert "市督查室综合科" in problem.message
    assert "市委组织部综合科" in problem.message


@pytest.mark.parametrize("text", ["有关单位", "各有关部门", "相关单位", "各相关责任单位", "有关部门"])
def test_a_vague_word_names_nobody(text):
    reading = SMALL.resolve(f"市财政局、{text}")
    assert (reading.codes, codes_of(reading.problems)) == (("B2",), ["unit_vague"])
    assert reading.suggested == ("B2",)


def test_a_cell_with_too_many_names_is_not_searched():
    assert codes_of(SMALL.resolve("、".join(["某局"] * 201)).problems) == ["unit_too_many"]


def test_an_empty_cell_names_nobody_and_asks_nothing():
    reading = SMALL.resolve("")
    assert (reading.codes, reading.problems, reading.suggested) == ((), (), ())


def test_the_legal_owner_of_a_headquarters_is_named_in_the_remark(directory):
    headquarters = directory.resolve("城更指挥部").codes[0]
    assert directory.unit(headquarters).is_standing_group
    assert directory.legal_owner(headquarters).name == "市住房城乡建设局"


def test_every_name_of_the_real_directory_resolves_to_its_unit(directory):
    for unit in directory.units:
        for name in {*unit.spellings} - {"综合科"}:
            assert directory.resolve(name).codes == (unit.code,)


@given(
    st.lists(st.sampled_from(["市住建局", "市财政局", "南湾区委、区政府"]), max_size=6),
    st.sampled_from(["、", "/", "\n", "；", "，"]),
)
def test_splitting_loses_no_unit_and_adds_none(names, separator):
    known = {"市住建局": "B1", "市财政局": "B2", "南湾区委、区政府": "N0"}
    reading = SMALL.resolve(separator.join(names))
    assert reading.codes == tuple(dict.fromkeys(known[name] for name in names))
    assert reading.problems == ()


@given(st.text(max_size=80))
def test_any_text_gives_known_codes_or_problems(text):
    reading = SMALL.resolve(text)
    assert set(reading.codes) <= {unit.code for unit in SMALL.units}
    assert reading.codes or reading.problems or not text.strip(" 、,，;；/／\u3000") or not text.split()


LAST_DAY = date(2026, 6, 30)
PLANNING = UnitRecord(code="B3", parent=None, name="市自然资源和规划局", valid_to=LAST_DAY)
REFORMED = Directory((FINANCE, PLANNING), (GroupRecord(name="两局", members=("B2", "B3")),))


@pytest.mark.parametrize(("day", "codes"), [(LAST_DAY, ("B3",)), (date(2026, 7, 1), ())])
def test_a_unit_is_known_to_its_last_day(day, codes):
    assert REFORMED.on(day).resolve("市自然资源和规划局").codes == codes


@pytest.mark.parametrize("text", ["市财政局、市自然资源和规划局", "两局"])
def test_a_unit_that_has_ended_is_asked_about_and_may_be_left_out(text):
    reading = REFORMED.on(date(2026, 7, 1)).resolve(text, label="配合单位")
    assert (reading.codes, reading.suggested) == (("B2",), ("B2",))
    (problem,) = reading.problems
    assert (problem.code, problem.message) == (
        "unit_ended",
        "配合单位“市自然资源和规划局”已于2026-06-30停用，请改填承接其职责的单位",
    )


def test_a_unit_that_has_ended_is_never_offered_for_an_unknown_one():
    assert REFORMED.resolve("市自然资源与规划局").suggested == ("B3",)
    assert REFORMED.on(date(2026, 7, 1)).resolve("市自然资源与规划局").suggested is None
