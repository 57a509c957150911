"""A directory once the three administrators are in office: posts change, roles end, new ones wait."""

from datetime import date

import pytest
from openpyxl import load_workbook

from states.accounts.administrators import Change
from states.errors import NotPermitted, Refusal
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, a_case, at, give, row_counts, rows, signed
from tests.conftest import DIRECTORY
from tests.services.test_directory import CHANGED, STAFF, SUCCESSOR, changed_directory
from workflow.services import deputies, directories
from workflow.services.accounts import confirming, roles
from workflow.services.verification import verify
from workflow.storage.directory_models import Post, RoleGrant

IDLE = "沈以恒"
"""Somebody the directory gives no role."""
ROLES = "E"
"""The column of the staff sheet with a person's roles."""


@pytest.fixture
def three(office):
    return with_three(office)


SEEN = {"by": signed(SYSTEM_ADMIN, CHANGED), "at": CHANGED}


def take_in(office, path, by=SYSTEM_ADMIN, when=CHANGED, **options):
    return directories.import_directory(office, path, by=signed(by, when), at=when, **options)


def directory_giving(folder, roles_of):
    """The demo directory with other roles in the lines of these people."""
    book = load_workbook(DIRECTORY)
    for row in book[STAFF].iter_rows():
        if row[1].value in roles_of:
            book[STAFF][f"{ROLES}{row[0].row}"] = roles_of[row[1].value]
    book.save(folder / "名录.xlsx")
    return folder / "名录.xlsx"


def confirm_all(office, when=CHANGED):
    return confirming.confirm_all(office, by=signed(SECURITY_ADMIN, when), at=when)


def liaisons(office):
    """Who is the unit's liaison, by the roles that stand."""
    found = [one for one in rows(office, RoleGrant) if (one.unit, one.role) == ("BH212", "liaison")]
    return [one.person for one in found if one.valid_to is None]


@pytest.mark.parametrize("person", [SECURITY_ADMIN, AUDIT_ADMIN, OFFICER, LIAISON])
def test_nobody_but_the_system_administrator_and_the_director_brings_one_in(three, person):
    for dry_run in (True, False):
        with pytest.raises(NotPermitted, match="只能由督查室主任或者系统管理员导入"):
            take_in(three, DIRECTORY, by=person, dry_run=dry_run)


def test_whoever_brings_one_in_is_named(three):
    with pytest.raises(Refusal) as refused:
        take_in(three, DIRECTORY, by=None)
    assert refused.value.code == "person_missing"


def test_the_same_directory_again_proposes_and_ends_nothing(three):
    before = row_counts(three)["role_requests"]
    report = take_in(three, DIRECTORY, by=DIRECTOR)
    assert (report.proposed, report.ended, report.withdrawn) == ([], [], [])
    assert row_counts(three)["role_requests"] == before == 0


def test_a_new_liaison_has_his_post_and_waits_for_his_role(three, tmp_path):
    case = a_case(three, "registered")
    report = take_in(three, changed_directory(tmp_path, 督查联络员=SUCCESSOR))
    (told,) = report.proposed
    assert (told["person_name"], told["role"], told["unit"]) == (SUCCESSOR, "liaison", "BH212")
    assert report.ended == [("BH212-L", "liaison", "BH212")]
    assert ("BH212-L2", "BH212") in {(one.person, one.unit) for one in rows(three, Post)}
    assert liaisons(three) == []
    for person in (LIAISON, SUCCESSOR):
        with pytest.raises(NotPermitted):
            give(three, case, "begin", person, CHANGED, plan="分三批抢修")
    (done,) = confirm_all(three).confirmed
    assert done["request"] == told["request"]
    assert give(three, case, "begin", SUCCESSOR, CHANGED, plan="分三批抢修").facts.state == "handling"
    assert verify(three).findings == []


def test_whoever_is_struck_from_the_sheet_loses_his_rights_at_once(three, tmp_path):
    report = take_in(three, changed_directory(tmp_path, without=OFFICER), by=DIRECTOR)
    assert report.ended == [("R011", "officer", "")]
    assert {one["role"] for one in roles.list_roles(three, OFFICER, **SEEN)} == set()


def test_the_directory_ends_none_of_the_three(three, tmp_path):
    assert take_in(three, changed_directory(tmp_path, without=AUDIT_ADMIN)).ended == []
    assert [one["role"] for one in roles.list_roles(three, AUDIT_ADMIN, **SEEN)] == ["audit_admin"]


AUDITOR = "江惟一"


def test_the_directory_ends_no_auditor_without_a_second_person(three, tmp_path):
    (told,) = take_in(three, changed_directory(tmp_path, without=AUDITOR)).proposed
    assert (told["change"], told["role"], told["person_name"]) == ("end", "auditor", AUDITOR)
    assert [one["role"] for one in roles.list_roles(three, AUDITOR, **SEEN)] == ["auditor"]
    assert len(confirm_all(three).confirmed) == 1
    assert roles.list_roles(three, AUDITOR, **SEEN) == []
    assert verify(three).findings == []


def test_nor_where_it_names_him_again(three, tmp_path):
    take_in(three, changed_directory(tmp_path, without=AUDITOR))
    assert len(take_in(three, DIRECTORY).withdrawn) == 1
    assert confirm_all(three).confirmed == []


def test_what_waits_is_not_proposed_again_and_goes_when_the_directory_says_otherwise(three, tmp_path):
    changed = directory_giving(tmp_path, {OFFICER: "督查员；档案员"})
    (first,) = take_in(three, changed).proposed
    assert take_in(three, changed).proposed == []
    report = take_in(three, DIRECTORY)
    assert [one["request"] for one in report.withdrawn] == [first["request"]]
    assert confirm_all(three).confirmed == []
    assert verify(three).findings == []


def test_a_dry_run_tells_what_it_would_propose_and_writes_nothing(three, tmp_path):
    before = row_counts(three)
    report = take_in(three, changed_directory(tmp_path, 督查联络员=SUCCESSOR), dry_run=True)
    assert [(one["request"], one["role"]) for one in report.proposed] == [(None, "liaison")]
    assert report.ended == [("BH212-L", "liaison", "BH212")]
    assert row_counts(three) == before


@pytest.mark.parametrize("with_administrators", [True, False])
def test_an_administrator_s_role_beside_another_is_named_and_not_given(office, tmp_path, with_administrators):
    if with_administrators:
        with_three(office)
    path = directory_giving(tmp_path, {OFFICER: "督查员；安全审计员", SYSTEM_ADMIN: "系统管理员；督查员"})
    refused = ["“吕喆”不能任安全审计员", f"“{SYSTEM_ADMIN}”不能任督查员"]
    report = take_in(office, path)
    told = {(one.sheet, one.header, one.code) for one in report.problems}
    assert told == {(STAFF, "系统角色（分号隔开）", "role_set_apart")}
    assert [one.message.partition("：")[0] for one in report.problems] == refused
    assert [one["role"] for one in roles.list_roles(office, OFFICER, **SEEN)] == ["officer"]
    assert [one["role"] for one in roles.list_roles(office, SYSTEM_ADMIN, **SEEN)] == ["system_admin"]


@pytest.mark.parametrize("with_administrators", [True, False])
def test_nor_is_it_given_to_whoever_stands_in_for_somebody(office, tmp_path, with_administrators):
    if with_administrators:
        with_three(office)
    seer = signed(SYSTEM_ADMIN if with_administrators else None, CHANGED)
    days = {"valid_from": CHANGED.date(), "valid_to": date(2026, 9, 20)}
    deputies.appoint(office, DIRECTOR, IDLE, "director", by=signed(DIRECTOR), at=OPENED, **days)
    report = take_in(office, directory_giving(tmp_path, {IDLE: "审计查阅人"}))
    (told,) = report.problems
    assert told.code == "role_set_apart" and told.message.startswith(f"“{IDLE}”不能任审计查阅人")
    assert roles.list_roles(office, IDLE, by=seer, at=CHANGED) == report.proposed == []


def test_roles_given_at_the_desk_stand_until_a_directory_without_them(three):
    by = {"by": signed(SYSTEM_ADMIN, CHANGED), "at": CHANGED}
    made = roles.propose(three, LIAISON, "officer", Change.GRANT, **by)
    confirm_all(three)
    assert made["request"]
    later = at(2026, 7, 20)
    assert take_in(three, DIRECTORY, when=later).ended == [("BH212-L", "officer", "")]
    (grant,) = [one for one in rows(three, RoleGrant) if (one.person, one.role) == ("BH212-L", "officer")]
    assert grant.valid_to == date(2026, 7, 19)
