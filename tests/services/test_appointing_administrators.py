"""Setting up the three administrators: once, on the machine, three people of no other role, each invited."""

import json

import pytest

from states.errors import Refusal
from states.vocabulary import Role
from tests.accounts.people import PASSWORD, attempt
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, THREE, with_three
from tests.builders import AUDITOR, OFFICER, OPENED, at, row_counts, rows, signed
from tests.conftest import settings_in
from workflow.services.accounts import appointing, disabling, invitations, roles
from workflow.services.accounts.signing_in import sign_in
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.storage.directory_models import Person
from workflow.storage.models import Event

LATER = at(2026, 7, 6)
NEW = {Role.SYSTEM_ADMIN: "苗知行", Role.SECURITY_ADMIN: "安若素", Role.AUDIT_ADMIN: "管平仲"}


def appoint(office, named=THREE, when=OPENED, **more):
    return appointing.appoint(office, named, by=signed(None, when), at=when, **more)


def refused(code, act, *args, **more):
    with pytest.raises(Refusal) as told:
        act(*args, **more)
    assert told.value.code == code
    return told.value


@pytest.fixture
def bare(bare_database, tmp_path):
    """An office nobody has imported a directory into."""
    office = install(settings_in(tmp_path, bare_database), by=signed(None))
    yield office
    office.engine.dispose()


def test_each_of_the_three_gets_an_invitation_that_lets_him_in(office):
    made = appoint(office)
    assert [one.name for one in made] == [SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN]
    for one in made:
        login = invitations.accept(office, one.invited.token, PASSWORD, at=OPENED)
        visitor = sign_in(office, attempt(login), at=OPENED).visitor
        assert (visitor.name, visitor.roles) == (one.name, {one.role})
    assert verify(office).findings == []


def test_no_token_stands_in_the_database_or_the_history(office):
    tokens = [one.invited.token for one in appoint(office)]
    written = "".join(entry.payload for entry in rows(office, Event))
    assert not any(token in written for token in tokens)
    assert [entry.kind for entry in rows(office, Event) if entry.case_id == 0][-4:] == [
        "administrators_appointed",
        *["account_added"] * 3,
    ]


def test_an_office_without_a_directory_begins_with_three_new_people(bare):
    appoint(bare, NEW, codes={"安若素": "B7"})
    people = {row.code: row.name for row in rows(bare, Person)}
    assert people == {"ADMIN-1": "苗知行", "B7": "安若素", "ADMIN-2": "管平仲"}
    assert len(roles.list_roles(bare, by=signed("B7"), at=OPENED)) == 3
    assert verify(bare).findings == []


def test_it_is_the_machine_s_act_and_says_whom(office):
    appoint(office)
    (entry,) = [one for one in rows(office, Event) if one.kind == "administrators_appointed"]
    told = json.loads(entry.payload)
    assert (told["actor"], told["details"]["administrators"]["audit_admin"]) == ("system", "R025")


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({**THREE, Role.AUDIT_ADMIN: SECURITY_ADMIN}, "administrators_not_apart"),
        ({**THREE, Role.AUDIT_ADMIN: "R024"}, "administrators_not_apart"),
        ({**THREE, Role.AUDIT_ADMIN: "新来的人"}, "administrator_named_otherwise"),
        ({Role.SYSTEM_ADMIN: SYSTEM_ADMIN}, "administrators_incomplete"),
        ({}, "administrators_incomplete"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(office, named, code):
    before = row_counts(office)
    refused(code, appoint, office, named)
    assert row_counts(office) == before


@pytest.mark.parametrize("person", [OFFICER, AUDITOR])
def test_nobody_who_holds_another_role_becomes_one(office, person):
    with_three(office)
    disabling.disable(office, AUDIT_ADMIN, by=signed(None), at=LATER)
    told = refused("role_set_apart", appoint, office, {Role.AUDIT_ADMIN: person}, LATER)
    assert told.facts["role"] == "audit_admin"


def test_a_new_name_twice_is_still_one_person(bare):
    refused("administrators_not_apart", appoint, bare, dict.fromkeys(NEW, "苗知行"))


def test_a_second_time_is_refused_while_they_are_in_office(office):
    appoint(office)
    refused("administrator_in_office", appoint, office)
    refused("administrator_in_office", appoint, office, {Role.AUDIT_ADMIN: "新来的人"})


def test_an_office_that_fell_vacant_is_filled_on_the_machine(office):
    with_three(office)
    disabling.disable(office, SECURITY_ADMIN, by=signed(None), at=LATER)
    (made,) = appoint(office, {Role.SECURITY_ADMIN: "安若素"}, LATER)
    assert made.invited is not None
    holders = {
        one["person_name"]
        for one in roles.list_roles(office, by=signed(SYSTEM_ADMIN, LATER), at=LATER)
        if "security" in one["role"]
    }
    assert holders == {"安若素"}
    assert verify(office).findings == []


def test_a_code_of_somebody_else_is_refused(office):
    named = {**THREE, Role.AUDIT_ADMIN: "新来的人"}
    refused("code_taken", appoint, office, named, codes={"新来的人": "R011"})
    refused("text_too_long", appoint, office, named, codes={"新来的人": "R" * 33})
