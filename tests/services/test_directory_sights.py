"""A directory once the three are in office: what lets people see matters waits, the rest of it does not."""

from dataclasses import replace

import pytest

from states.errors import NotPermitted, Refusal
from states.register.directory import PersonRecord, read_directory
from tests.administrators import SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import LEAD_CODE, LIAISON, OTHER, OTHER_CODE, a_case, at, rows, signed
from tests.conftest import DIRECTORY
from tests.unguarded import behind_the_application
from workflow.services import directories, register
from workflow.services.accounts import confirming
from workflow.services.seeing import Onlooker
from workflow.services.verification import verify
from workflow.storage.directory_models import Person, Unit
from workflow.workbooks.opening import open_workbook

WHEN, LATER = at(2026, 7, 10), at(2026, 7, 11)
LEADER, STRANGER = "沈以恒", "苏望海"


@pytest.fixture
def three(office):
    return with_three(office)


def listed(units=(), people=(), new=()):
    """The demo directory with other values for some units and people, by code, and with more people."""
    read = read_directory(open_workbook(DIRECTORY))
    changed, named = dict(units), dict(people)
    return replace(
        read,
        units=tuple(replace(one, **changed.get(one.code, {})) for one in read.units),
        people=(*(replace(one, **named.get(one.code, {})) for one in read.people), *new),
    )


def take_in(office, when=WHEN, **changed):
    by = signed(SYSTEM_ADMIN, when)
    return directories.write_directory(office, listed(**changed), source="名录.xlsx", by=by, at=when)


def under(office, code):
    return next(one.parent for one in rows(office, Unit) if one.code == code)


def confirm(office, *requests, when=WHEN):
    return confirming.confirm(office, requests, by=signed(SECURITY_ADMIN, when), at=when)


def a_case_of_other(office, **more):
    return a_case(office, "assigned", lead_unit=OTHER, **more)


def sees(office, person, case):
    try:
        register.show(office, case.number, today=LATER, by=Onlooker(person, LATER))
    except NotPermitted:
        return False
    return True


MOVED = {"units": {OTHER_CODE: {"parent": LEAD_CODE, "phone": "0000-1234567"}}}


def test_a_unit_is_moved_when_it_is_confirmed_and_its_telephone_at_once(three):
    case = a_case_of_other(three)
    former = under(three, OTHER_CODE)
    (told,) = take_in(three, **MOVED).proposed
    assert (told["change"], told["unit_name"], told["parent_name"]) == ("move", OTHER, "市城市管理局")
    assert under(three, OTHER_CODE) == former
    assert next(one.phone for one in rows(three, Unit) if one.code == OTHER_CODE) == "0000-1234567"
    assert not sees(three, LIAISON, case)
    assert confirm(three, told["request"]).confirmed
    assert under(three, OTHER_CODE) == LEAD_CODE
    assert sees(three, LIAISON, case)
    assert verify(three).findings == []


def test_before_the_three_are_in_office_a_directory_moves_units_as_ever(office):
    assert take_in(office, **MOVED).proposed == []
    assert under(office, OTHER_CODE) == LEAD_CODE


def test_a_move_that_waits_is_not_proposed_twice_and_goes_when_the_directory_says_otherwise(three):
    (first,) = take_in(three, **MOVED).proposed
    assert take_in(three, **MOVED).proposed == []
    report = take_in(three, LATER, units={OTHER_CODE: {"parent": "BH213"}})
    assert [one["request"] for one in report.withdrawn] == [first["request"]]
    assert [one["parent"] for one in report.proposed] == ["BH213"]
    assert len(take_in(three, LATER).withdrawn) == 1
    assert confirming.list_requests(three, by=signed(SYSTEM_ADMIN, LATER), at=LATER) == []
    assert verify(three).findings == []


def test_two_units_are_not_put_above_each_other(three):
    one, other = take_in(
        three, units={OTHER_CODE: {"parent": LEAD_CODE}, LEAD_CODE: {"parent": OTHER_CODE}}
    ).proposed
    confirm(three, one["request"])
    with pytest.raises(Refusal) as refused:
        confirm(three, other["request"])
    assert refused.value.code == "unit_in_circle"


def test_a_move_the_tree_has_already_is_refused(three):
    (told,) = take_in(three, **MOVED).proposed
    behind_the_application(three, f"UPDATE units SET parent = '{LEAD_CODE}' WHERE code = '{OTHER_CODE}'")
    with pytest.raises(Refusal) as refused:
        confirm(three, told["request"])
    assert refused.value.code == "unit_placed"


def test_a_new_name_shows_nothing_until_it_is_confirmed(three):
    case = a_case_of_other(three, accountable_leader=STRANGER)
    assert not sees(three, "R020", case)
    (told,) = take_in(three, people={"R020": {"name": STRANGER}}).proposed
    assert (told["change"], told["person"], told["person_name"]) == ("name", "R020", STRANGER)
    assert next(one.name for one in rows(three, Person) if one.code == "R020") == STRANGER
    assert not sees(three, "R020", case)
    confirm(three, told["request"])
    assert sees(three, "R020", case)
    assert verify(three).findings == []


def test_nor_does_somebody_new_whom_a_matter_names(three):
    case = a_case_of_other(three, accountable_leader=STRANGER)
    new = [PersonRecord(code=code, name=name, unit=None, unit_text="") for code, name in
           (("X1", STRANGER), ("X2", "苗知行"))]  # fmt: skip
    (told,) = take_in(three, new=new).proposed
    assert told["person"] == "X1"
    confirming.decline(three, [told["request"]], reason="并无此人", by=signed(SECURITY_ADMIN, WHEN), at=WHEN)
    assert not sees(three, "X1", case)
    assert take_in(three, LATER, new=new).proposed == []


def test_nor_whoever_is_left_alone_with_a_name(three):
    case = a_case_of_other(three, accountable_leader=LEADER)
    new = [PersonRecord(code="X1", name=LEADER, unit=None, unit_text="")]
    take_in(three, new=new)
    assert not sees(three, "R003", case)  # there are two of them
    report = take_in(three, LATER, people={"R003": {"name": "沈一恒"}}, new=new)
    assert [one["person"] for one in report.proposed] == ["R003", "X1"]
    assert not sees(three, "X1", case)


def test_a_further_name_takes_the_place_of_one_that_waits(three):
    (first,) = take_in(three, people={"R020": {"name": STRANGER}}).proposed
    report = take_in(three, LATER, people={"R020": {"name": LEADER}})
    assert [one["request"] for one in report.withdrawn] == [first["request"]]
    with pytest.raises(Refusal) as refused:
        confirm(three, first["request"], when=LATER)
    assert refused.value.code == "request_decided"
    assert verify(three).findings == []


def test_nor_does_somebody_new_whose_code_a_matter_names(three):
    case = a_case_of_other(three, accountable_leader="X9")
    new = [PersonRecord(code="X9", name="苗知行", unit=None, unit_text="")]
    (told,) = take_in(three, new=new).proposed
    assert (told["change"], told["person"]) == ("code", "X9")
    assert not sees(three, "X9", case)
    confirm(three, told["request"])
    assert sees(three, "X9", case)
    assert verify(three).findings == []


def test_nobody_new_has_a_leader_s_name_for_his_code(three):
    case = a_case_of_other(three, accountable_leader=LEADER)
    assert sees(three, "R003", case)
    new = [PersonRecord(code=LEADER, name="苗知行", unit=None, unit_text="")]
    report = take_in(three, new=new)
    assert [(one.code, one.message) for one in report.problems] == [
        ("person_code_invalid", f"人员编码“{LEADER}”含有字母、数字和 . _ - 以外的字符，该行未读入")
    ]
    assert sees(three, "R003", case)
