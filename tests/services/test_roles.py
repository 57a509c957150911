"""Roles once the three administrators are in office: one proposes, another confirms, never on himself."""

import json
from datetime import date

import pytest

from states.accounts.administrators import Change
from states.errors import NotPermitted, Refusal
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    OPENED,
    REQUIREMENT,
    TITLE,
    a_draft,
    at,
    rows,
    signed,
)
from workflow.services import cases, deputies, directory_record
from workflow.services.accounts import confirming, roles
from workflow.services.batch import Batch
from workflow.services.verification import verify
from workflow.storage import directory_rows, queries
from workflow.storage.directory_models import Person, RoleGrant
from workflow.storage.models import Event
from workflow.storage.session import transaction

LATER = at(2026, 7, 6)
BY_THREE = {"by": signed(SYSTEM_ADMIN, LATER), "at": LATER}


def propose(office, person=LIAISON, role="officer", change=Change.GRANT, *, by=SYSTEM_ADMIN, **more):
    return roles.propose(office, person, role, change, by=signed(by, OPENED), at=OPENED, **more)


def end(office, person, role, **more):
    return propose(office, person, role, Change.END, **more)


def confirm(office, *requests, by=SECURITY_ADMIN, when=LATER):
    return confirming.confirm(office, requests, by=signed(by, when), at=when)


def given(office, person, role, unit=None):
    """Confirmed right after it was proposed."""
    return confirm(office, propose(office, person, role, unit=unit or "")["request"])


def held(office, name):
    """The roles of somebody that stand, with their units."""
    told = roles.list_roles(office, name, **BY_THREE)
    return {(one["role"], one["unit"]) for one in told}


def refused(code, act, *args, **more):
    with pytest.raises(Refusal) as told:
        act(*args, **more)
    assert told.value.code == code


def kinds(office):
    return [entry.kind for entry in rows(office, Event) if entry.case_id == 0]


@pytest.fixture
def three(office):
    return with_three(office)


def test_before_the_three_are_in_office_nobody_proposes(office):
    refused("administrators_missing", propose, office)


def test_a_proposal_gives_nothing_until_it_is_confirmed(three):
    made = propose(three)
    assert (made["person_name"], made["role_label"], made["decision"]) == (LIAISON, "督查员", None)
    assert ("officer", "") not in held(three, LIAISON)
    with pytest.raises(NotPermitted):
        a_draft_by(three, LIAISON, LATER)
    (done,) = confirm(three, made["request"]).confirmed
    assert (done["decision"], done["effective"]) == ("confirmed", "2026-07-06")
    assert ("officer", "") in held(three, LIAISON)


def a_draft_by(office, person, when):
    matter = {"title": TITLE, "source": "来信", "requirement": REQUIREMENT}
    return cases.open_matter(office, by=signed(person, when), at=when, **matter)


def test_both_are_entries_and_the_directory_tells_of_the_grant(three):
    confirm(three, propose(three)["request"])
    assert kinds(three)[-3:] == ["roles_proposed", "roles_confirmed", "directory_changed"]
    proposed, confirmed, _ = [json.loads(one.payload) for one in rows(three, Event)[-3:]]
    assert (proposed["actor"], confirmed["actor"]) == ("R023", "R024")
    assert proposed["details"]["requests"][0]["request"] == confirmed["details"]["requests"][0]["request"]
    assert verify(three).findings == []


def test_the_first_day_asked_for_is_kept_and_a_late_confirmation_begins_that_day(three):
    early = propose(three, valid_from=date(2026, 7, 2))["request"]
    later = propose(three, "R012", "director", valid_from=date(2026, 8, 1))["request"]
    effective = [one["effective"] for one in confirm(three, early, later).confirmed]
    assert sorted(effective) == ["2026-07-06", "2026-08-01"]


@pytest.mark.parametrize("person", [SECURITY_ADMIN, AUDIT_ADMIN, DIRECTOR, OFFICER, AUDITOR])
def test_nobody_else_proposes(three, person):
    refused("not_permitted", propose, three, by=person)


@pytest.mark.parametrize("person", [SYSTEM_ADMIN, AUDIT_ADMIN, DIRECTOR, OFFICER, AUDITOR])
def test_nobody_else_confirms_or_declines(three, person):
    made = propose(three)["request"]
    refused("not_permitted", confirm, three, made, by=person)
    refused("not_permitted", confirming.confirm_all, three, by=signed(person, LATER), at=LATER)
    refused("not_permitted", decline, three, made, by=person)


def decline(office, *requests, reason="尚未到岗", by=SECURITY_ADMIN):
    return confirming.decline(office, requests, reason=reason, by=signed(by, LATER), at=LATER)


def test_nobody_named_neither_proposes_nor_confirms(three):
    refused("person_missing", propose, three, by=None)
    refused("person_missing", confirm, three, propose(three)["request"], by=None)


def test_what_concerns_the_security_administrator_himself_is_not_his_to_decide(three):
    given(three, "R012", "archivist")
    other = propose(three, "柏乐山", "officer")["request"]
    assert confirm(three, other).confirmed
    refused("role_set_apart", propose, three, SECURITY_ADMIN, "officer")
    second = a_second_security_administrator(three)
    made = end(three, SECURITY_ADMIN, "security_admin", valid_from=LATER.date())["request"]
    refused("decides_on_himself", confirm, three, made)
    refused("decides_on_himself", decline, three, made)
    assert confirm(three, made, by=second).confirmed


def a_second_security_administrator(office):
    """Somebody who had no role yet."""
    with transaction(office.engine) as tx:
        before, batch = directory_rows.kept(tx), Batch(tx, office, signed(None))
        queries.upsert(tx, Person, [{"code": "R099", "name": "苗知行"}])
        directory_record.note_changes(batch, before, at=OPENED)
        batch.flush()
    given(office, "R099", "security_admin")
    return "R099"


def test_a_declined_proposal_gives_nothing_and_its_reason_stays(three):
    made = propose(three)["request"]
    (told,) = decline(three, made)
    assert (told["decision"], told["decided_by_name"]) == ("declined", SECURITY_ADMIN)
    refused("request_decided", confirm, three, made)
    refused("reason_missing", decline, three, made, reason="")
    assert ("officer", "") not in held(three, LIAISON)
    assert confirming.list_requests(three, **BY_THREE) == []
    assert [one["decision"] for one in confirming.list_requests(three, decided=True, **BY_THREE)] == [
        "declined"
    ]
    assert verify(three).findings == []


def test_a_right_is_taken_away_at_once(three):
    told = end(three, OFFICER, "督查员")
    assert (told["request"], told["decision"]) == (None, "confirmed")
    with pytest.raises(NotPermitted):
        a_draft(three, OPENED)
    assert kinds(three)[-2:] == ["roles_ended", "directory_changed"]
    assert verify(three).findings == []


def test_a_right_may_end_on_a_later_day(three):
    end(three, OFFICER, "officer", valid_from=date(2026, 7, 10))
    (grant,) = [one for one in rows(three, RoleGrant) if one.valid_to == date(2026, 7, 9)]
    assert (grant.person, grant.role) == ("R011", "officer")
    assert a_draft(three, OPENED)


def test_one_of_the_three_ends_only_with_confirmation_and_never_the_last(three):
    refused("administrator_last", end, three, AUDIT_ADMIN, "audit_admin")
    second = a_second_security_administrator(three)
    made = end(three, SECURITY_ADMIN, "security_admin", valid_from=LATER.date())
    assert made["decision"] is None
    assert ("security_admin", "") in held(three, SECURITY_ADMIN)
    confirm(three, made["request"], by=second)
    assert held(three, SECURITY_ADMIN) == set()
    refused("administrator_last", end, three, second, "security_admin")


def test_an_administrator_is_given_no_other_role_and_no_holder_becomes_one(three):
    refused("role_set_apart", propose, three, SYSTEM_ADMIN, "officer")
    refused("role_set_apart", propose, three, SYSTEM_ADMIN, "audit_admin")
    refused("role_set_apart", propose, three, OFFICER, "system_admin")
    refused("role_set_apart", propose, three, AUDITOR, "audit_admin")


def test_the_auditor_is_given_no_role_that_changes_anything_and_nobody_who_works_becomes_auditor(three):
    refused("role_set_apart", propose, three, AUDITOR, "archivist")
    refused("role_set_apart", propose, three, AUDITOR, "liaison", unit=LEAD)
    refused("role_set_apart", propose, three, LIAISON, "auditor")


def test_whoever_stands_in_for_somebody_becomes_no_administrator(three):
    end(three, "R012", "officer")
    days = {"valid_from": date(2026, 7, 2), "valid_to": date(2026, 7, 20)}
    made = propose(three, "R012", "audit_admin")["request"]
    deputies.appoint(three, DIRECTOR, "R012", "director", by=signed(DIRECTOR), at=OPENED, **days)
    refused("role_set_apart", confirm, three, made)
    for role in ("security_admin", "auditor"):
        refused("role_set_apart", propose, three, "R012", role)


def test_whoever_is_to_be_an_administrator_in_those_days_stands_in_for_nobody(three):
    end(three, "R012", "officer")
    confirm(three, propose(three, "R012", "audit_admin", valid_from=date(2026, 7, 10))["request"])
    days = {"valid_from": date(2026, 7, 7), "valid_to": date(2026, 7, 20)}
    late = {"by": signed(DIRECTOR, LATER), "at": LATER}
    refused("deputy_set_apart", deputies.appoint, three, DIRECTOR, "R012", "director", **late, **days)
    before = {**days, "valid_to": date(2026, 7, 9)}
    assert deputies.appoint(three, DIRECTOR, "R012", "director", **late, **before)


def test_two_proposals_that_clash_are_not_both_confirmed(three):
    end(three, "R012", "officer")
    one, other = (propose(three, "R012", role)["request"] for role in ("clerk", "audit_admin"))
    confirm(three, one)
    refused("role_set_apart", confirm, three, other)
    told = confirming.confirm_all(three, by=signed(SECURITY_ADMIN, LATER), at=LATER)
    assert (told.confirmed, [one["code"] for one in told.left]) == ([], ["role_set_apart"])
    assert [one["request"] for one in confirming.list_requests(three, **BY_THREE)] == [other]


def test_all_at_once_confirms_what_can_be(three):
    for person, role in (("R012", "archivist"), (LIAISON, "officer"), ("柏乐山", "clerk")):
        propose(three, person, role)
    told = confirming.confirm_all(three, by=signed(SECURITY_ADMIN, LATER), at=LATER)
    assert (len(told.confirmed), told.left) == (3, [])
    assert kinds(three)[-2:] == ["roles_confirmed", "directory_changed"]
    assert verify(three).findings == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": "officer", "person": OFFICER}, "role_held"),
        ({"role": "clerk", "person": OFFICER, "change": Change.END}, "role_not_held"),
        ({"role": "市长"}, "role_unknown"),
        ({"person": "查无此人"}, "person_unknown"),
        ({"role": "liaison"}, "unit_missing"),
        ({"role": "officer", "unit": LEAD}, "unit_of_office_role"),
        ({"role": "liaison", "unit": "没有这个局"}, "unit_unknown"),
        ({"valid_from": date(2026, 6, 30)}, "role_in_the_past"),
    ],
)
def test_what_cannot_be_is_refused(three, change, code):
    refused(code, propose, three, **change)


def test_the_same_is_not_proposed_twice(three):
    propose(three)
    refused("role_waits", propose, three)


def test_a_unit_role_is_bound_to_its_unit_and_ends_there(three):
    given(three, OFFICER, "督查联络员", "市水务局")
    assert ("liaison", "BH214") in held(three, OFFICER)
    assert end(three, OFFICER, "liaison")["unit_name"] == "市水务局"


def test_a_proposal_is_named_by_the_beginning_of_its_id(three):
    made = propose(three)["request"]
    refused("request_unknown", confirm, three, made[:5])
    assert confirm(three, made[:8]).confirmed


@pytest.mark.parametrize("person", [DIRECTOR, OFFICER, AUDITOR, None])
def test_nobody_but_the_three_looks_at_roles_and_proposals(three, person):
    propose(three)
    code = "person_missing" if person is None else "not_permitted"
    for look in (roles.list_roles, confirming.list_requests):
        refused(code, look, three, by=signed(person, LATER), at=LATER)


def leafed(look, office, place, **which):
    """What a list tells, two lines at a time."""
    lines, after = [], None
    while found := look(office, after=after, most=2, **which, **BY_THREE):
        lines, after = lines + found, place(found[-1])
    return lines


def test_lists_go_on_where_they_ended_and_tell_everything_once(three):
    for person in (OFFICER, "R012", LIAISON):
        propose(three, person, "archivist")
    whole = roles.list_roles(three, **BY_THREE)
    assert len(whole) > 50 and leafed(roles.list_roles, three, roles.place_of) == whole
    confirm(three, confirming.list_requests(three, **BY_THREE)[1]["request"])
    for decided in (False, True):
        whole = confirming.list_requests(three, decided=decided, **BY_THREE)
        assert len(whole) == 2 + decided
        found = leafed(confirming.list_requests, three, lambda one: one["request"], decided=decided)
        assert found == whole


@pytest.mark.parametrize("look", [roles.list_roles, confirming.list_requests])
def test_a_place_nobody_was_told_of_is_refused(three, look):
    refused("cursor_invalid", look, three, after="nowhere", **BY_THREE)


def test_each_is_decided_for_itself_and_what_cannot_be_is_left(three):
    one, other = propose(three)["request"], propose(three, "R012", "clerk")["request"]
    decline(three, one)
    by = {"by": signed(SECURITY_ADMIN, LATER), "at": LATER}
    told = confirming.confirm_each(three, [one, other], **by)
    assert ([len(told.confirmed)], [one["code"] for one in told.left]) == ([1], ["request_decided"])
    again = confirming.decline_each(three, [one, other], reason="尚未到岗", **by)
    assert (again.declined, len(again.left)) == ([], 2)
    assert verify(three).findings == []
