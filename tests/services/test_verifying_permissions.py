"""Permissions held at the instant: who acted without the role that day is named, and nobody else is."""

from datetime import date

from openpyxl import load_workbook

from tests.builders import (
    ARCHIVIST,
    DIRECTOR,
    LEAD_CODE,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    a_paper_of_proof,
    at,
    give,
    on_escalation,
    signed,
)
from tests.conftest import DIRECTORY
from tests.stories import INQUIRY, QUESTION, a_case_to_ask
from tests.unguarded import behind_the_application
from workflow.services import authorisation, cases, deputies, directory_record
from workflow.services.batch import Batch, opened
from workflow.services.branches import LEFT
from workflow.services.directories import import_directory
from workflow.services.entries import Act
from workflow.services.people import find_person
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.session import transaction

LATER, MUCH_LATER = at(2026, 7, 6), at(2026, 8, 10)
MAKE_DIRECTOR = "INSERT INTO role_grants (person, role, unit) VALUES ('R012', 'director', '')"
UNMAKE = "DELETE FROM role_grants WHERE person = 'R012' AND role = 'director'"


def found(office, code="permission_not_held"):
    return [one for one in verify(office).findings if one["code"] == code]


def forged(office, case, act):
    """An entry the desk would have refused, written by whoever holds the key."""
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, act.occurred_at))
        batch.enter(opened(queries.case_by_id_for_update(tx, case.id)), act)
        batch.flush()


def without_the_liaison(tmp_path):
    """The directory with another liaison at the unit that leads."""
    book, path = load_workbook(DIRECTORY), tmp_path / "单位名录.xlsx"
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == LIAISON:
                    cell.value = "另一人"
    book.save(path)
    return path


def test_a_plain_life_accuses_nobody(office):
    a_case(office, "archived")
    assert verify(office).findings == []


def test_an_act_without_its_role_is_named_with_who_and_what(office):
    case = a_case(office)
    act = Act("progress_reported", LATER, "R012", before="handling", after="handling")
    forged(office, case, act)
    (one,) = found(office)
    where = {"case": case.number, "seq": case.seq + 1, "person": "R012", "command": "progress_reported"}
    assert where.items() <= one.items()
    assert one["roles"] == ["liaison", "unit_head"]


def test_a_role_of_another_unit_does_not_count(office):
    case = a_case(office)
    forged(office, case, Act("progress_reported", LATER, "BH209-L", before="handling", after="handling"))
    assert len(found(office)) == 1


def test_a_right_that_was_given_by_sql_and_taken_away_again_leaves_its_use(office):
    case = a_case(office)
    behind_the_application(office, MAKE_DIRECTOR)
    give(office, case, "withdraw", "R012", LATER, reason="重复交办")
    behind_the_application(office, UNMAKE)
    assert [(one["code"], one["command"]) for one in verify(office).findings] == [
        ("permission_not_held", "withdrawn")
    ]


def test_whoever_lost_his_post_afterwards_is_not_accused(office, tmp_path):
    case = a_case(office)
    give(office, case, "report_progress", LIAISON, LATER, progress="已修复一半")
    that_morning = at(2026, 8, 10, 8)
    give(office, case, "report_progress", LIAISON, that_morning, progress="已修复大半")
    import_directory(office, without_the_liaison(tmp_path), by=signed(None, MUCH_LATER), at=MUCH_LATER)
    assert verify(office).findings == []
    forged(
        office,
        case,
        Act("progress_reported", at(2026, 8, 11), "BH212-L", before="handling", after="handling"),
    )
    assert len(found(office)) == 1


def test_an_act_for_an_earlier_day_is_judged_by_that_day_as_the_desk_does(office, tmp_path):
    case = a_case(office)
    import_directory(office, without_the_liaison(tmp_path), by=signed(None, MUCH_LATER), at=MUCH_LATER)
    cases.perform(
        office,
        case.number,
        "report_progress",
        by=signed("BH212-L", at(2026, 8, 12)),
        at=LATER,
        progress="补录",
    )
    assert verify(office).findings == []


def test_a_deputy_acts_by_his_principals_role(office):
    case = a_case(office, "draft")
    days = {"valid_from": OPENED.date(), "valid_to": date(2026, 7, 31)}
    deputies.appoint(office, DIRECTOR, OFFICER, "director", **days, by=signed(DIRECTOR), at=OPENED)
    give(office, case, "assign", OFFICER, LATER, lead_unit=LEAD_CODE, open_ended=True, cadence="month")
    assert verify(office).findings == []
    act = Act("closed_out", LATER, "R011", before="handling", after="handling", acting_for="R010")
    forged(office, case, act)
    assert found(office) == []
    act = Act("archived", LATER, "R011", before="handling", after="handling", acting_for="R010")
    forged(office, case, act)
    assert len(found(office)) == 1


def test_who_approved_a_measure_without_its_role_is_named(office):
    a_case_to_ask(office)
    behind_the_application(office, MAKE_DIRECTOR)
    on_escalation(office, "inquiry", "approve", "R012", INQUIRY, question=QUESTION)
    behind_the_application(office, UNMAKE)
    assert [one["command"] for one in found(office)] == ["escalation_approved"]


def test_an_act_of_the_journal_needs_its_role_too(office):
    behind_the_application(office, MAKE_DIRECTOR)
    authorisation.authorise(office, by=signed("R012", LATER), at=LATER)
    behind_the_application(office, UNMAKE)
    assert [one["command"] for one in found(office)] == ["policy_authorised"]


def test_a_branch_is_left_by_the_office_alone(office):
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, LATER))
        liaison, nothing = find_person(tx, LIAISON).code, {"last_common": 0, "common": None, "left": {}}
        batch.note(Act(LEFT, LATER, liaison, {**nothing, "next": 1, "numbers": {}, "mails_waiting": 0}))
        batch.flush()
    assert [one["command"] for one in found(office)] == [LEFT]


def test_a_term_is_shortened_by_the_director_alone(office):
    case = a_case(office, "archived")
    with transaction(office.engine) as tx:
        archivist = find_person(tx, ARCHIVIST).code
    for word, sought in (("permanent", []), ("10y", ["retention_set"])):
        act = Act("retention_set", LATER, archivist, {"reason": "经鉴定"}, {"retention": word})
        forged(office, case, act)
        assert [one["command"] for one in found(office)] == sought


def test_whoever_names_a_deputy_for_a_stranger_is_named(office):
    behind_the_application(office, MAKE_DIRECTOR)
    days = {"valid_from": LATER.date(), "valid_to": LATER.date()}
    deputies.appoint(office, OFFICER, "R012", "officer", **days, by=signed("R012", LATER), at=LATER)
    behind_the_application(office, UNMAKE)
    assert [one["command"] for one in found(office)] == ["deputy_appointed"]


def test_what_was_done_before_the_directory_was_told_is_judged_by_nothing(office):
    case = a_case(office)
    forged(office, case, Act("progress_reported", LATER, "R012", before="handling", after="handling"))
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, LATER))
        directory_record.state_directory(batch)
        batch.flush()
    assert found(office) == []
    case = a_case(office, when=LATER)
    forged(office, case, Act("progress_reported", LATER, "R012", before="handling", after="handling"))
    assert len(found(office)) == 1


def test_proof_needs_nothing_of_the_tables(office):
    """The grants asked are those of the journal: tables emptied accuse nobody."""
    give(
        office,
        a_case(office),
        "report_completion",
        LIAISON,
        LATER,
        result="好",
        evidence=[a_paper_of_proof(office)],
    )
    behind_the_application(office, "DELETE FROM role_grants")
    assert found(office) == []
    assert found(office, "grant_missing")
