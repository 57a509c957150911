"""Two keys: who admits what was prepared for an account, and what waits at all."""

import pytest

from states.accounts.admission import Prepared, Purpose, check_admits, digits_of, needs_admission
from states.errors import NotPermitted
from states.vocabulary import Role

SECURITY, AUDIT = frozenset({Role.SECURITY_ADMIN}), frozenset({Role.AUDIT_ADMIN})


def prepared(person="R011", made_by="R023", is_of_the_only_one=False):
    return Prepared(person, "吕喆", made_by, is_of_the_only_one)


def refusal(person, roles, what):
    with pytest.raises(NotPermitted) as refused:
        check_admits(person, roles, what)
    return refused.value.code


@pytest.mark.parametrize("purpose", Purpose)
def test_all_waits_once_there_are_three_but_who_was_appointed_on_the_machine(purpose):
    assert not needs_admission(purpose, in_office=False)
    assert needs_admission(purpose.value, in_office=True) == (purpose is not Purpose.APPOINTED)


def test_the_security_administrator_admits_and_nobody_else():
    check_admits("R024", SECURITY, prepared())
    for role in set(Role) - SECURITY:
        assert refusal("R031", {role}, prepared()) == "not_permitted"


def test_what_is_about_the_only_one_the_audit_administrator_admits():
    check_admits("R025", AUDIT, prepared("R024", is_of_the_only_one=True))
    assert refusal("R031", SECURITY, prepared("R024", is_of_the_only_one=True)) == "not_permitted"


@pytest.mark.parametrize("what", [prepared(person="R024"), prepared(made_by="R024")])
def test_nobody_admits_his_own(what):
    assert refusal("R024", SECURITY | AUDIT, what) == "admits_himself"


@pytest.mark.parametrize(
    "written", ["12345678", " 1234 5678 ", "1234-5678", "１２３４５６７８", "1234－5678"]
)
def test_a_code_is_read_as_people_type_it(written):
    assert digits_of(written) == "12345678"
