"""Verification of deputies and recusals: rows against entries, and what deputies did against their days."""

from datetime import date

import pytest

from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    THREE_WEEKS,
    a_case,
    a_draft,
    at,
    give,
    on_escalation,
    signed,
    sweep_on,
)
from tests.unguarded import behind_the_application
from workflow.services import deputies
from workflow.services.verification import verify

INSIDE, REVOKED, PROPOSED = at(2026, 7, 8), at(2026, 7, 9), at(2026, 7, 30)
ORDER = {"lead_unit": "市城市管理局", "limit": THREE_WEEKS}
OTHER_OFFICER = "骆文渊"


@pytest.fixture
def acted(office):
    """Two deputies, of whom one acted and was then revoked; and one who stood back."""
    late = a_case(office)
    days = {"valid_from": date(2026, 7, 6), "valid_to": date(2026, 7, 17)}
    made = [
        deputies.appoint(office, DIRECTOR, one, "director", by=signed(DIRECTOR), at=at(2026, 7, 1), **days)
        for one in (OFFICER, OTHER_OFFICER)
    ]
    give(office, a_draft(office), "assign", OFFICER, INSIDE, **ORDER)
    deputies.revoke(office, made[0]["id"], by=signed(DIRECTOR, REVOKED), at=REVOKED)
    sweep_on(office, at(2026, 7, 23))
    on_escalation(office, "reminder", "sign", LIAISON, at(2026, 7, 23))
    sweep_on(office, PROPOSED)
    on_escalation(office, "inquiry", "recuse", DIRECTOR, PROPOSED, reason="亲属")
    return late


def codes(office):
    return {one["code"] for one in verify(office).findings}


def test_what_was_done_through_the_desk_is_clean(office, acted):
    assert verify(office).findings == []


FORGED = """INSERT INTO deputies
SELECT 'forged', person, 'R013', role, unit, valid_from, valid_to, appointed_by, revoked_on
FROM deputies WHERE deputy = 'R011'"""
MUTATIONS = [
    ("DELETE FROM deputies WHERE deputy = 'R011'", "deputy_missing"),
    (FORGED, "deputy_unrecorded"),
    *(
        (f"UPDATE deputies SET {change}", "deputy_changed")
        for change in (
            "person = 'R006'",
            "deputy = 'R012'",
            "role = 'leader'",
            "unit = 'BH212'",
            "valid_from = '2026-07-01'",
            "valid_to = '2026-12-31'",
            "appointed_by = 'R001'",
            "revoked_on = NULL",
        )
    ),
    ("DELETE FROM recusals", "recusal_missing"),
    ("UPDATE recusals SET declared_on = '2026-07-31'", "recusal_changed"),
    ("UPDATE recusals SET person = 'R006'", "recusal_unrecorded"),
    ("UPDATE recusals SET escalation_id = 'another'", "recusal_missing"),
]


@pytest.mark.parametrize(("statement", "code"), MUTATIONS)
def test_what_was_done_behind_it_is_found(office, acted, statement, code):
    behind_the_application(office, statement)
    assert code in codes(office)


def test_whoever_acts_by_a_forged_appointment_is_found(office, acted):
    """The desk believes the table; the journal does not know of it."""
    forged = FORGED.replace("'R013'", "'R014'").replace("revoked_on\n", "NULL\n")
    behind_the_application(office, forged)
    give(office, a_draft(office), "assign", "R014", INSIDE, **ORDER)
    behind_the_application(office, "DELETE FROM deputies WHERE id = 'forged'")
    (found,) = verify(office).findings
    assert (found["code"], found["seq"]) == ("acting_without_appointment", 2)


def test_an_appointment_made_afterwards_does_not_cover_what_was_done_before(office, acted):
    forged = FORGED.replace("'R013'", "'R014'").replace("revoked_on\n", "NULL\n")
    behind_the_application(office, forged)
    give(office, a_draft(office), "assign", "R014", INSIDE, **ORDER)
    behind_the_application(office, "DELETE FROM deputies WHERE id = 'forged'")
    days = {"valid_from": date(2026, 7, 6), "valid_to": date(2026, 7, 17)}
    deputies.appoint(office, DIRECTOR, "R014", "director", by=signed(DIRECTOR), at=at(2026, 7, 1), **days)
    assert codes(office) == {"acting_without_appointment"}


@pytest.mark.parametrize(
    ("change", "when"),
    [("valid_to = '2026-12-31'", at(2026, 7, 18)), ("valid_from = '2026-07-01'", at(2026, 7, 5))],
)
def test_whoever_acts_outside_his_days_is_found(office, acted, change, when):
    behind_the_application(office, f"UPDATE deputies SET {change} WHERE deputy = 'R013'")
    give(office, a_draft(office), "assign", "R013", when, **ORDER)
    assert {"deputy_changed", "acting_without_appointment"} <= codes(office)


def test_whoever_acts_after_he_was_revoked_is_found(office, acted):
    behind_the_application(office, "UPDATE deputies SET revoked_on = NULL")
    give(office, a_draft(office), "assign", OFFICER, at(2026, 7, 10), **ORDER)
    assert {"deputy_changed", "acting_without_appointment"} <= codes(office)


def test_what_a_deputy_did_earlier_may_be_written_down_after_he_was_revoked(office, acted):
    give(office, a_draft(office), "assign", OFFICER, INSIDE, **ORDER)
    assert verify(office).findings == []


def test_a_revocation_dated_back_does_not_undo_what_was_done(office, acted):
    give(office, a_draft(office), "assign", "R013", at(2026, 7, 15), **ORDER)
    row = next(one for one in deputies.list_all(office) if one["deputy"] == "R013")
    deputies.revoke(office, row["id"], by=signed(DIRECTOR, at(2026, 7, 15)), at=at(2026, 7, 7))
    assert verify(office).findings == []
