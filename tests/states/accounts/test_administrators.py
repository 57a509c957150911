"""The three administrators: nobody is two of them, and nobody decides on what concerns himself."""

from itertools import combinations

import pytest

from states.accounts.administrators import (
    Change,
    Proposal,
    check_decides,
    check_goes_with,
    check_imports,
    check_not_his_own,
    check_proposes,
    check_unit,
    clashing,
    goes_with,
)
from states.errors import FactInvalid, NotPermitted
from states.vocabulary import ADMINISTRATORS, OFFICE_ROLES, UNIT_ROLES, WATCHERS, Role

OTHERS = sorted(set(Role) - ADMINISTRATORS)


def a_proposal(person="R011", role=Role.OFFICER, change=Change.GRANT, by="R023"):
    return Proposal(person, "吕喆", role, change, by)


@pytest.mark.parametrize("pair", list(combinations(sorted(ADMINISTRATORS), 2)))
def test_nobody_holds_two_of_the_three(pair):
    assert not goes_with(pair[0], {pair[1]})
    assert not goes_with(pair[1], {pair[0]})


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("administrator", sorted(ADMINISTRATORS))
def test_an_administrator_holds_no_other_role(administrator, other):
    assert not goes_with(administrator, {other})
    assert not goes_with(other, {administrator})


@pytest.mark.parametrize("other", sorted(set(Role) - {Role.AUDITOR}))
def test_the_auditor_holds_no_role_that_changes_anything(other):
    assert not goes_with(Role.AUDITOR, {other})
    assert not goes_with(other, {Role.AUDITOR})


def test_of_an_auditor_who_is_to_work_the_work_is_given():
    given = {("R1", "auditor", ""), ("R1", "liaison", "BH212"), ("R2", "auditor", "")}
    assert clashing(given, ()) == {("R1", "auditor", "")}
    assert clashing({("R2", "officer", "")}, [("R2", "auditor", "")]) == {("R2", "officer", "")}


def test_roles_of_the_work_go_together_and_a_role_goes_with_itself():
    assert all(goes_with(one, OFFICE_ROLES | UNIT_ROLES) for one in OFFICE_ROLES)
    assert all(goes_with(one, {one}) for one in Role)


def test_a_refusal_names_what_he_holds():
    with pytest.raises(FactInvalid, match="吕喆现任或代行督查员，不能再任系统管理员") as refused:
        check_goes_with("吕喆", Role.SYSTEM_ADMIN, {Role.OFFICER})
    assert (refused.value.code, refused.value.facts["held"]) == ("role_set_apart", ["officer"])


def test_rights_are_given_after_confirmation_and_taken_away_at_once():
    assert all(Change.GRANT.waits(role) for role in Role)
    assert {role for role in Role if Change.END.waits(role)} == WATCHERS


@pytest.mark.parametrize(("rule", "permitted"), [
    (check_proposes, {Role.SYSTEM_ADMIN}), (check_imports, {Role.SYSTEM_ADMIN, Role.DIRECTOR}),
])  # fmt: skip
def test_only_those_named_propose(rule, permitted):
    for role in Role:
        if role in permitted:
            rule({role})
        else:
            with pytest.raises(NotPermitted):
                rule({role})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_ADMIN}))
def test_nobody_but_the_security_administrator_decides(role):
    with pytest.raises(NotPermitted, match="只能由安全保密管理员核准") as refused:
        check_decides({role})
    assert refused.value.code == "not_permitted"


@pytest.mark.parametrize("proposal", [a_proposal(person="R024"), a_proposal(by="R024")])
def test_nobody_decides_on_what_concerns_himself(proposal):
    with pytest.raises(NotPermitted, match="不能由本人核准") as refused:
        check_not_his_own("R024", proposal)
    assert refused.value.code == "decides_on_himself"


def test_the_security_administrator_decides_on_others():
    check_decides({Role.SECURITY_ADMIN})
    check_not_his_own("R024", a_proposal())


@pytest.mark.parametrize(("role", "unit", "code"), [
    (Role.LIAISON, "", "unit_missing"), (Role.OFFICER, "BH212", "unit_of_office_role"),
])  # fmt: skip
def test_a_unit_role_has_its_unit_and_no_other_has_one(role, unit, code):
    with pytest.raises(FactInvalid) as refused:
        check_unit(role, unit)
    assert refused.value.code == code
    check_unit(Role.LIAISON, "BH212")
    check_unit(Role.OFFICER, "")


def test_of_clashing_roles_the_work_goes_on():
    worker, both = ("R1", "officer", ""), ("R1", "system_admin", "")
    two = {("R2", "security_admin", ""), ("R2", "audit_admin", "")}
    fits = {("R3", "officer", ""), ("R3", "director", ""), ("R4", "audit_admin", "")}
    assert clashing({worker, both, *two, *fits}, ()) == {both, *two}


def test_what_an_administrator_is_given_beside_his_role_clashes():
    standing = [("R1", "system_admin", ""), ("R2", "officer", "")]
    given = {("R1", "liaison", "BH212"), ("R2", "system_admin", ""), ("R1", "system_admin", "")}
    assert clashing(given, standing) == given - {("R1", "system_admin", "")}
