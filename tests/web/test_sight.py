"""Whose a page is: what is somebody else's is as if it were not there."""

import pytest
from sqlalchemy import event

from tests.builders import (
    AUDIT_ADMIN,
    AUDITOR,
    LIAISON,
    OFFICER,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    TITLE,
    a_case,
    rows,
)
from workflow.storage.models import Event

OTHER_LIAISON = "BH214-L"


def test_another_units_case_and_none_at_all_are_answered_alike(office, pages):
    case = a_case(office, "handling")
    her = pages.signed_in(OTHER_LIAISON)
    foreign, missing = her.get(f"/cases/{case.number}"), her.get("/cases/滨督2026-999")
    assert foreign.status_code == missing.status_code == 404
    assert case.number not in her.sees("/cases") and TITLE not in foreign.text


@pytest.mark.parametrize("administrator", [SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN])
def test_no_administrator_reads_a_case(office, pages, administrator):
    case = a_case(office, "handling")
    him = pages.signed_in(administrator)
    assert him.get(f"/cases/{case.number}").status_code == 404
    assert TITLE not in him.sees("/cases")


def test_the_auditor_reads_everything_and_is_offered_nothing(office, pages):
    case = a_case(office, "handling")
    shown = pages.signed_in(AUDITOR).sees(f"/cases/{case.number}")
    assert TITLE in shown and "可办理的事" not in shown


def test_who_looks_from_outside_leaves_an_entry_a_day_and_the_unit_none(office, pages):
    case = a_case(office, "handling")
    for person in (OFFICER, OFFICER, LIAISON):
        pages.signed_in(person).sees(f"/cases/{case.number}")
    assert [one.actor for one in rows(office, Event) if one.kind == "case_read"] == ["R011"]


def queries_of(office, browser, path):
    seen = []

    def count(*_):
        seen.append(1)

    event.listen(office.engine, "before_cursor_execute", count)
    try:
        browser.sees(path)
    finally:
        event.remove(office.engine, "before_cursor_execute", count)
    return len(seen)


@pytest.mark.parametrize("person", [OFFICER, LIAISON, AUDITOR])
def test_a_line_of_the_register_costs_no_query_of_its_own(office, pages, person):
    browser = pages.signed_in(person)
    a_case(office, "draft"), a_case(office, "handling")
    browser.sees("/cases")
    few = queries_of(office, browser, "/cases")
    for state in ("draft", "assigned", "handling", "verifying"):
        a_case(office, state), a_case(office, state)
    assert queries_of(office, browser, "/cases") == few


def test_who_opens_a_form_from_outside_leaves_an_entry_too(office, pages):
    case = a_case(office, "handling")
    pages.signed_in(OFFICER).sees(f"/cases/{case.number}/acts/comment")
    assert [one.actor for one in rows(office, Event) if one.kind == "case_read"] == ["R011"]
