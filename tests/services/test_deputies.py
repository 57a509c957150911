"""Deputies: who appoints whom, for how long, and what a deputy may do in his days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import event, insert, update

from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from tests.builders import (
    AUDITOR,
    CLERK,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    PRINCIPAL,
    THREE_WEEKS,
    UNIT_HEAD,
    a_case,
    a_draft,
    at,
    give,
    history,
    rows,
    signed,
)
from workflow.errors import NotFound
from workflow.services import cases, deputies, timeline
from workflow.storage import queries
from workflow.storage.directory_models import Deputy, Person, Post, RoleGrant
from workflow.storage.session import transaction

FIRST, LAST = date(2026, 7, 6), date(2026, 7, 17)
INSIDE, AFTER = at(2026, 7, 8), at(2026, 7, 18)
OTHER_OFFICER, SECURITY_ADMIN, OTHER_HEAD = "骆文渊", "米嘉树", "葛景澄"
ORDER = {"lead_unit": "市城市管理局", "limit": THREE_WEEKS}


def appoint(office, person=DIRECTOR, deputy=OFFICER, role="director", *, by=None, when=OPENED, **changed):
    """An appointment for two weeks, made by the principal himself unless somebody is named."""
    days = {"valid_from": FIRST, "valid_to": LAST} | changed
    return deputies.appoint(office, person, deputy, role, by=signed(by or person, when), at=when, **days)


def refusal_of(office, *names, **changed):
    """The code an appointment is refused with; nothing is written."""
    before = rows(office, Deputy)
    with pytest.raises(Refusal) as refused:
        appoint(office, *names, **changed)
    assert rows(office, Deputy) == before
    assert refused.value.message
    return refused.value.code


def grant(office, person, role, unit="", **days):
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.table(RoleGrant)).values(person=person, role=role, unit=unit, **days))


def journal(office):
    with transaction(office.engine) as tx:
        return queries.events_of(tx, 0)


def test_an_appointment_is_kept_and_entered_in_the_journal_with_all_it_says(office):
    made = appoint(office)
    (row,) = rows(office, Deputy)
    last = journal(office)[-1]
    assert (row.id, row.person, row.deputy, row.role) == (made["id"], "R010", "R011", "director")
    assert (row.valid_from, row.valid_to, row.appointed_by, row.revoked_on) == (FIRST, LAST, "R010", None)
    assert (last.kind, last.actor) == ("deputy_appointed", "R010")
    for fact in (row.id, "R010", "R011", '"director"', "2026-07-06", "2026-07-17"):
        assert fact in last.payload


def test_a_deputy_does_in_his_own_name_what_his_principal_may(office):
    draft = a_case(office, "draft")
    appoint(office)
    give(office, draft, "assign", OFFICER, INSIDE, **ORDER)
    entry = next(one for one in history(office, draft) if one.kind == "assigned")
    assert (entry.actor, entry.acting_for) == ("R011", "R010")
    assert '"acting_for":"R010"' in entry.payload


@pytest.mark.parametrize("when", [at(2026, 7, 5, 23, 59), at(2026, 7, 18, 0)])
def test_outside_his_days_a_deputy_is_nobody(office, when):
    draft = a_case(office, "draft")
    appoint(office)
    with pytest.raises(NotPermitted):
        give(office, draft, "assign", OFFICER, when, **ORDER)


@pytest.mark.parametrize("when", [at(2026, 7, 6, 0), at(2026, 7, 17, 23, 59)])
def test_both_ends_of_his_days_are_his(office, when):
    draft = a_case(office, "draft")
    appoint(office)
    assert give(office, draft, "assign", OFFICER, when, **ORDER).facts.state == "assigned"


def test_who_holds_the_role_himself_acts_for_nobody(office):
    grant(office, "R011", "director")
    draft = a_case(office, "draft")
    appoint(office)
    give(office, draft, "assign", OFFICER, INSIDE, **ORDER)
    assert {one.acting_for for one in history(office, draft)} == {None}


def test_a_deputy_counts_only_while_his_principal_holds_the_role(office):
    draft = a_case(office, "draft")
    appoint(office)
    grants = queries.table(RoleGrant)
    with transaction(office.engine) as tx:
        tx.execute(update(grants).where(grants.c.person == "R010").values(valid_to=date(2026, 7, 7)))
    with pytest.raises(NotPermitted):
        give(office, draft, "assign", OFFICER, INSIDE, **ORDER)


def test_a_deputy_has_no_deputy(office):
    appoint(office)
    assert refusal_of(office, OFFICER, OTHER_OFFICER) == "role_not_held"
    assert (
        refusal_of(office, CLERK, OTHER_OFFICER, "clerk", by=OFFICER, when=at(2026, 7, 6)) == "not_permitted"
    )


def test_a_unit_s_deputy_acts_for_its_own_cases_only(office):
    appoint(office, UNIT_HEAD, LIAISON, "unit_head")
    appoint(office, OTHER_HEAD, "祝启明", "unit_head")
    case = a_case(office)
    asked = {"due_on": date(2026, 8, 5), "reason": "灯具到货推迟"}
    give(office, case, "request_extension", LIAISON, INSIDE, **asked)
    with pytest.raises(NotPermitted):
        give(office, case, "consent_extension", "祝启明", INSIDE)
    give(office, case, "consent_extension", LIAISON, INSIDE)
    assert history(office, case)[-1].acting_for == "BH212-H"


def test_a_request_by_the_head_s_deputy_does_not_carry_the_head_s_consent(office):
    appoint(office, UNIT_HEAD, LIAISON, "unit_head")
    case = a_case(office)
    asked = {"due_on": date(2026, 8, 5), "reason": "灯具到货推迟"}
    asked = give(office, case, "request_extension", LIAISON, INSIDE, **asked)
    assert asked.facts.extension_consented_by is None


@pytest.mark.parametrize(
    ("person", "deputy", "role", "by"),
    [
        (DIRECTOR, OFFICER, "督查室主任", DIRECTOR),
        (OFFICER, OTHER_OFFICER, "officer", DIRECTOR),
        (CLERK, "尹修竹", "clerk", DIRECTOR),
        (PRINCIPAL, LEADER, "principal", PRINCIPAL),
        (LEADER, DIRECTOR, "leader", LEADER),
        (LIAISON, UNIT_HEAD, "liaison", UNIT_HEAD),
        (LIAISON, UNIT_HEAD, "liaison", LIAISON),
    ],
)
def test_a_holder_names_his_deputy_and_whoever_answers_for_the_role(office, person, deputy, role, by):
    assert appoint(office, person, deputy, role, by=by)["appointed_by"]


@pytest.mark.parametrize(
    ("person", "role", "by"),
    [
        (PRINCIPAL, "principal", DIRECTOR),
        (PRINCIPAL, "principal", SECURITY_ADMIN),
        (LEADER, "leader", DIRECTOR),
        (LEADER, "signer", DIRECTOR),
        ("颜秉文", "organization", DIRECTOR),
        (DIRECTOR, "director", OFFICER),
        (LIAISON, "liaison", OTHER_HEAD),
        (LIAISON, "liaison", DIRECTOR),
        (UNIT_HEAD, "unit_head", DIRECTOR),
    ],
)
def test_nobody_else_picks_who_decides_in_somebody_s_place(office, person, role, by):
    deputy = {"liaison": UNIT_HEAD, "unit_head": LIAISON}.get(role, OTHER_OFFICER)
    assert refusal_of(office, person, deputy, role, by=by) == "not_permitted"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"valid_to": date(2026, 7, 5)}, "deputy_ends_before_start"),
        ({"valid_from": date(2026, 6, 30)}, "deputy_in_the_past"),
        ({"valid_to": FIRST + timedelta(days=366)}, "deputy_too_long"),
        ({"unit": "市城市管理局"}, "unit_of_office_role"),
    ],
)
def test_an_appointment_has_bounds(office, changed, code):
    assert refusal_of(office, **changed) == code


def test_a_whole_leap_year_is_the_longest(office):
    assert appoint(office, valid_to=FIRST + timedelta(days=365))


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((DIRECTOR, DIRECTOR), "deputy_is_principal"),
        ((DIRECTOR, AUDITOR), "deputy_set_apart"),
        ((AUDITOR, OFFICER, "auditor"), "role_not_deputised"),
        ((SECURITY_ADMIN, OFFICER, "安全保密管理员"), "role_not_deputised"),
        ((OFFICER, OTHER_OFFICER, "director"), "role_not_held"),
        ((DIRECTOR, OFFICER, "boss"), "role_unknown"),
        ((DIRECTOR, "无此人"), "person_unknown"),
        ((UNIT_HEAD, OFFICER, "unit_head"), "deputy_of_another_unit"),
        ((UNIT_HEAD, "祝启明", "unit_head"), "deputy_of_another_unit"),
    ],
)
def test_nobody_unfit_becomes_a_deputy(office, names, code):
    assert refusal_of(office, *names) == code


def test_a_second_post_at_the_unit_makes_a_deputy_fit(office):
    post = {"person": "R012", "unit": "BH212", "title": "副局长（挂职）"}
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.table(Post)).values(post))
    assert appoint(office, UNIT_HEAD, "R012", "unit_head")["unit"] == "BH212"


def test_who_heads_several_units_says_for_which(office):
    grant(office, "BH212-H", "unit_head", "BH213")
    assert refusal_of(office, UNIT_HEAD, LIAISON, "unit_head") == "unit_missing"
    assert refusal_of(office, UNIT_HEAD, LIAISON, "unit_head", unit="市水务局") == "role_not_held"
    assert appoint(office, UNIT_HEAD, LIAISON, "unit_head", unit="市城管局")["unit_name"] == "市城市管理局"


def test_the_same_deputy_is_not_appointed_twice_for_the_same_days(office):
    appoint(office)
    assert refusal_of(office, valid_from=LAST, valid_to=date(2026, 8, 1)) == "deputy_overlaps"
    assert appoint(office, valid_from=date(2026, 7, 18), valid_to=date(2026, 8, 1))
    assert appoint(office, deputy=OTHER_OFFICER)


def test_of_two_equal_appointments_at_once_one_is_made(office):
    def once(_):
        try:
            return appoint(office)["id"]
        except FactInvalid as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(once, range(4)))
    assert found.count("deputy_overlaps") == 3
    assert len(rows(office, Deputy)) == 1


def test_a_revoked_deputy_acts_no_more_from_that_day_on(office):
    draft, made = a_case(office, "draft"), appoint(office)
    deputies.revoke(office, made["id"][:8], by=signed(DIRECTOR, INSIDE), at=INSIDE)
    with pytest.raises(NotPermitted):
        give(office, draft, "assign", OFFICER, INSIDE, **ORDER)
    assert give(office, draft, "assign", OFFICER, at(2026, 7, 7), **ORDER).facts.state == "assigned"


def test_a_revocation_is_entered_and_the_appointment_kept(office):
    made = appoint(office)
    deputies.revoke(office, made["id"], by=signed(DIRECTOR, INSIDE), at=INSIDE)
    (row,) = rows(office, Deputy)
    assert (row.valid_to, row.revoked_on) == (LAST, date(2026, 7, 8))
    assert (journal(office)[-1].kind, made["id"] in journal(office)[-1].payload) == ("deputy_revoked", True)
    assert appoint(office, when=INSIDE, valid_from=date(2026, 7, 8))["id"] != made["id"]


@pytest.mark.parametrize("by", [DIRECTOR, OFFICER, CLERK])
def test_principal_and_deputy_may_end_it_and_nobody_else(office, by):
    made = appoint(office)
    if by == CLERK:
        with pytest.raises(NotPermitted):
            deputies.revoke(office, made["id"], by=signed(by), at=OPENED)
    else:
        assert deputies.revoke(office, made["id"], by=signed(by), at=OPENED)["revoked_on"] == "2026-07-01"


def test_what_is_over_is_not_revoked(office):
    made = appoint(office)
    for when, code in ((AFTER, "deputy_over"), (INSIDE, None), (INSIDE, "deputy_over")):
        if code is None:
            deputies.revoke(office, made["id"], by=signed(DIRECTOR, when), at=when)
            continue
        with pytest.raises(FactInvalid) as refused:
            deputies.revoke(office, made["id"], by=signed(DIRECTOR, when), at=when)
        assert refused.value.code == code


@pytest.mark.parametrize("named", ["", "abc", "0" * 32, "%%%%%%"])
def test_an_unknown_appointment_is_not_found(office, named):
    appoint(office)
    with pytest.raises(NotFound):
        deputies.revoke(office, named, by=signed(DIRECTOR), at=OPENED)


def test_the_machine_appoints_nobody(office):
    with pytest.raises(FactMissing):
        deputies.appoint(
            office, DIRECTOR, OFFICER, "director", valid_from=FIRST, valid_to=LAST, by=signed(None), at=OPENED
        )


def test_the_list_of_a_day_holds_what_counts_on_it(office):
    first, second = appoint(office), appoint(office, deputy=OTHER_OFFICER, valid_to=FIRST)
    assert {one["id"] for one in deputies.list_all(office)} == {first["id"], second["id"]}
    assert [one["deputy_name"] for one in deputies.list_all(office, day=LAST)] == [OFFICER]
    assert deputies.list_all(office, day=AFTER.date()) == []


def test_the_history_tells_for_whom_somebody_acted(office):
    draft = a_case(office, "draft")
    appoint(office)
    give(office, draft, "assign", OFFICER, INSIDE, **ORDER)
    told = {one["kind"]: one for one in timeline.history(office, draft.number)}
    assigned = told["assigned"]
    assert (assigned["actor_name"], assigned["acting_for_name"]) == (OFFICER, DIRECTOR)
    assert told["opened"]["acting_for"] is None


def test_many_cases_ask_no_more_of_the_database_than_one(office):
    appoint(office)
    orders = [cases.Order("assign", a_draft(office, title=f"第{n}处").number, ORDER) for n in range(6)]
    asked = []
    event.listen(office.engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    cases.perform_all(office, orders, by=signed(OFFICER, INSIDE), at=INSIDE)
    assert sum("FROM deputies" in one for one in asked) == 1


def test_two_of_one_name_are_told_apart_by_code(office):
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.table(Person)).values(code="R099", name=OFFICER))
    assert refusal_of(office) == "person_ambiguous"
    assert appoint(office, deputy="R099")["deputy"] == "R099"
