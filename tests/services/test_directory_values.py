"""A directory once the three are in office: what leads notices and new matters to somebody waits."""

import pytest

from states.errors import Refusal
from states.register.directory import PersonRecord
from states.register.units import UnitRecord
from tests.administrators import SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import LEAD_CODE, OFFICER, OTHER, OTHER_CODE, row_counts, rows, signed
from tests.services.test_directory_sights import LATER, WHEN, confirm, listed, take_in
from tests.unguarded import behind_the_application
from workflow.services import directories
from workflow.services.accounts import confirming
from workflow.services.units import directory
from workflow.services.verification import verify
from workflow.storage.directory_models import AskedValues, Person, RoleGrant, Unit
from workflow.storage.session import reading, rehearsal

PERSON, ASTRAY = "R011", "astray@example.org"
MAILED = {"people": {PERSON: {"email": ASTRAY}}}


@pytest.fixture
def three(office):
    return with_three(office)


def person(office, code=PERSON):
    return next(one for one in rows(office, Person) if one.code == code)


def unit(office, code=OTHER_CODE):
    return next(one for one in rows(office, Unit) if one.code == code)


def known_as(office, name):
    with reading(office.engine) as tx:
        return directory(tx).known_as(name)


def test_somebody_s_address_changes_when_it_is_confirmed(three):
    former = person(three).email
    (told,) = take_in(three, **MAILED).proposed
    assert told["sentence"] == f"{OFFICER}（{PERSON}）邮箱：{former} → {ASTRAY}"
    assert person(three).email == former
    (done,) = confirm(three, told["request"]).confirmed
    assert done["sentence"] == told["sentence"]
    assert (person(three).email, rows(three, AskedValues)) == (ASTRAY, [])
    assert verify(three).findings == []


def test_an_address_that_is_declined_stays_as_it_was(three):
    former = person(three).email
    (told,) = take_in(three, **MAILED).proposed
    confirming.decline(
        three, [told["request"]], reason="不是本人的", by=signed(SECURITY_ADMIN, WHEN), at=WHEN
    )
    assert (person(three).email, rows(three, AskedValues)) == (former, [])
    assert verify(three).findings == []


def test_nobody_is_left_without_an_address_by_one_person_either(three):
    former = person(three).email
    (told,) = take_in(three, people={PERSON: {"email": ""}}).proposed
    assert told["differences"] == [{"label": "邮箱", "from": former, "to": "（无）"}]
    assert person(three).email == former


def test_a_unit_s_address_waits_with_that_of_its_liaison(three):
    report = take_in(three, units={OTHER_CODE: {"email": ASTRAY}})
    assert {(one["change"], one["unit"] or one["person"]) for one in report.proposed} == {
        ("mail", OTHER_CODE),
        ("mail", f"{OTHER_CODE}-L"),
    }
    assert ASTRAY not in {unit(three).email, person(three, f"{OTHER_CODE}-L").email}


def test_before_the_three_are_in_office_addresses_change_at_once(office):
    assert take_in(office, **MAILED).proposed == []
    assert person(office).email == ASTRAY


def test_the_first_address_of_somebody_new_stands_at_once_since_nothing_goes_there_yet(three):
    new = [PersonRecord(code="X1", name="苗知行", unit=None, unit_text="", roles=("督查员",), email=ASTRAY)]
    assert [one["change"] for one in take_in(three, new=new).proposed] == ["grant"]
    assert person(three, "X1").email == ASTRAY
    assert "X1" not in {one.person for one in rows(three, RoleGrant)}


def test_but_not_that_of_a_new_unit_that_goes_by_a_known_name(three):
    read = listed()
    new = [UnitRecord(code=code, parent=None, name=name, email=ASTRAY) for code, name in
           (("BH901", "市人才局"), ("BH902", OTHER))]  # fmt: skip
    by = signed(SYSTEM_ADMIN, WHEN)
    both = directories.replace(read, units=(*read.units, *new))
    (told,) = directories.write_directory(three, both, source="名录.xlsx", by=by, at=WHEN).proposed
    assert (told["change"], told["unit"]) == ("mail", "BH902")
    assert (unit(three, "BH901").email, unit(three, "BH902").email) == (ASTRAY, None)


def test_a_unit_goes_by_other_names_when_that_is_confirmed(three):
    other, lead = unit(three).name, unit(three, LEAD_CODE).name
    report = take_in(three, units={OTHER_CODE: {"name": lead}, LEAD_CODE: {"name": other}})
    assert [one["change"] for one in report.proposed] == ["called", "called"]
    assert known_as(three, other) == (OTHER_CODE,)
    confirm(three, *(one["request"] for one in report.proposed))
    assert (known_as(three, other), known_as(three, lead)) == ((LEAD_CODE,), (OTHER_CODE,))
    assert verify(three).findings == []


def test_so_do_its_aliases(three):
    (told,) = take_in(three, units={OTHER_CODE: {"aliases": ("灯塔局",)}}).proposed
    assert known_as(three, "灯塔局") == ()
    assert told["sentence"].endswith("→ 灯塔局")
    confirm(three, told["request"])
    assert known_as(three, "灯塔局") == (OTHER_CODE,)
    assert take_in(three, LATER, units={OTHER_CODE: {"aliases": ("灯塔局",)}}).proposed == []
    assert verify(three).findings == []


def test_a_unit_s_head_is_named_when_that_is_confirmed(three):
    former = unit(three).head_name
    report = take_in(three, units={OTHER_CODE: {"head_name": "苗知行"}})
    told = next(one for one in report.proposed if one["change"] == "head")
    assert (unit(three).head_name, told["differences"][0]["to"]) == (former, "苗知行")
    confirm(three, told["request"])
    assert unit(three).head_name == "苗知行"
    assert verify(three).findings == []


def test_what_waits_is_not_asked_twice_and_goes_when_the_directory_says_otherwise(three):
    (first,) = take_in(three, **MAILED).proposed
    again = take_in(three, **MAILED)
    assert (again.proposed, again.withdrawn) == ([], [])
    report = take_in(three, LATER, people={PERSON: {"email": "other@example.org"}})
    assert [one["request"] for one in report.withdrawn] == [first["request"]]
    assert len(report.proposed) == 1
    assert len(take_in(three, LATER).withdrawn) == 1
    assert rows(three, AskedValues) == []
    assert verify(three).findings == []


def test_a_dry_run_tells_from_what_to_what_and_keeps_nothing(three, tmp_path):
    before = row_counts(three)
    signs = {"source": "名录.xlsx", "by": signed(SYSTEM_ADMIN, WHEN), "at": WHEN}
    with rehearsal(three.engine) as tx:
        report = directories.write_within(tx, three, listed(**MAILED), **signs).rehearsed()
    assert report.proposed[0]["differences"][0]["to"] == ASTRAY
    assert row_counts(three) == before


TAMPERED = {
    f"UPDATE asked_values SET email = 'thief@example.org', person = '{PERSON}'": "asked_values_changed",
    "DELETE FROM asked_values": "asked_values_missing",
    "INSERT INTO asked_values (request, person, email) VALUES ('x', 'R010', 'x@example.org')": (
        "asked_values_unrecorded"
    ),
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_is_done_by_sql_to_what_waits_is_named(three, statement):
    take_in(three, **MAILED)
    behind_the_application(three, statement)
    assert [one["code"] for one in verify(three).findings] == [TAMPERED[statement]]


def test_nor_is_it_hidden_by_confirming_it(three):
    (told,) = take_in(three, **MAILED).proposed
    behind_the_application(three, "UPDATE asked_values SET email = 'thief@example.org'")
    confirm(three, told["request"])
    assert [one["code"] for one in verify(three).findings] == ["value_unconfirmed"]


def test_what_nobody_can_tell_any_more_is_not_confirmed(three):
    (told,) = take_in(three, **MAILED).proposed
    behind_the_application(three, "DELETE FROM asked_values")
    with pytest.raises(Refusal) as refused:
        confirm(three, told["request"])
    assert refused.value.code == "asked_values_missing"
