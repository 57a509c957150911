"""Who looks into a case from outside its units stands in the journal, before he sees anything."""

import json

import pytest
from sqlalchemy import event, text

from tests.builders import AUDITOR, DIRECTOR, LEAD_CODE, LIAISON, OFFICER, a_case, at, give, signed
from tests.parting import a_role_that_only_reads
from workflow.errors import ReadingRefused
from workflow.services import authorisation, readings
from workflow.services.office import Signature
from workflow.services.searching import JOURNAL_ALONE, Wanted, search
from workflow.services.verification import verify
from workflow.storage import case_reads
from workflow.storage import journal as journal_rows
from workflow.storage.session import reading, transaction

MONDAY, TUESDAY = at(2026, 7, 6), at(2026, 7, 7)
OTHER_LIAISON = "BH209-L"


@pytest.fixture
def case(office):
    return a_case(office)


def look(office, case, person, when=MONDAY, what="show"):
    return readings.note(office, [case.number], what, by=signed(person, when))


def told(office):
    with reading(office.engine) as tx:
        entries = journal_rows.entries_of_kind(tx, "case_read")
    return [(one.actor, json.loads(one.payload)["details"]) for one in entries]


def test_an_auditor_s_reading_is_an_entry_once_a_day(office, case):
    for when in (MONDAY, MONDAY, TUESDAY):
        assert look(office, case, AUDITOR, when)
    about = {"case": case.number, "what": "show"}
    assert told(office) == [("R022", about)] * 2
    assert verify(office).findings == []


def test_a_second_reading_of_the_day_writes_nothing(office, case):
    look(office, case, AUDITOR)
    read_only(office)
    assert look(office, case, AUDITOR)


def test_two_readings_at_once_are_one_entry(office, case, monkeypatch):
    look(office, case, AUDITOR)
    monkeypatch.setattr(
        case_reads, "noted", lambda *_: frozenset()
    )  # as whoever looked before the other wrote
    assert look(office, case, AUDITOR)
    assert len(told(office)) == 1


def test_the_operator_of_the_machine_is_told_by_his_account(office, case):
    for account in ("wang", "wang", "li"):
        readings.note(office, [case.number], "history", by=Signature(None, "cli", MONDAY, account))
    about = {"case": case.number, "what": "history"}
    assert told(office) == [("system", {**about, "account": one}) for one in ("wang", "li")]


def test_whoever_works_on_it_at_its_unit_leaves_no_entry(office, case):
    look(office, case, LIAISON)
    assert told(office) == []
    look(office, case, OFFICER)
    look(office, case, OTHER_LIAISON)
    assert [actor for actor, _ in told(office)] == ["R011", OTHER_LIAISON]


def test_a_unit_whose_share_has_ended_is_outside_again(office, case):
    look(office, case, OTHER_LIAISON, MONDAY)
    give(office, case, "reassign", "卞知远", MONDAY, lead_unit="BH209", reason="职能调整")
    look(office, case, OTHER_LIAISON, TUESDAY)
    look(office, case, LIAISON, TUESDAY)
    assert [actor for actor, _ in told(office)] == [OTHER_LIAISON, f"{LEAD_CODE}-L"]


def test_nothing_is_shown_where_history_cannot_be_written(office, case):
    with transaction(office.engine) as tx:
        tx.execute(text("DELETE FROM evidence"))
    with pytest.raises(ReadingRefused) as refused:
        look(office, case, AUDITOR)
    assert refused.value.code == "reading_unrecorded"
    assert told(office) == []


def test_a_refused_reading_is_not_noted_for_the_day(office, case):
    with transaction(office.engine) as tx:
        row = tx.execute(text("SELECT * FROM evidence")).mappings().one()
        tx.execute(text("DELETE FROM evidence"))
    with pytest.raises(ReadingRefused):
        look(office, case, AUDITOR)
    with transaction(office.engine) as tx:
        names = ", ".join(row)
        tx.execute(
            text(f"INSERT INTO evidence ({names}) VALUES ({', '.join(':' + one for one in row)})"), row
        )
    look(office, case, AUDITOR)
    assert len(told(office)) == 1


def test_a_database_that_can_only_be_read_is_read_unnoted_and_says_so(office, case):
    read_only(office)
    assert look(office, case, AUDITOR) is False
    assert told(office) == []


def test_a_role_that_may_only_read_is_no_fault(office, case):
    if office.engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows no roles")
    with a_role_that_only_reads(office) as role:
        become = f"SET LOCAL ROLE {role}"
        event.listen(office.engine, "begin", lambda connection: connection.exec_driver_sql(become))
        assert look(office, case, AUDITOR) is False


def read_only(office):
    """As a standby is on PostgreSQL, a file nobody may write on SQLite."""
    statements = {"postgresql": "SET TRANSACTION READ ONLY", "sqlite": "PRAGMA query_only=ON"}
    statement = statements[office.engine.dialect.name]
    event.listen(office.engine, "begin", lambda connection: connection.exec_driver_sql(statement))


def test_readings_of_a_case_are_found(office, case):
    other = a_case(office)
    look(office, case, AUDITOR)
    look(office, other, OFFICER)
    authorisation.revoke(office, by=signed(DIRECTOR, MONDAY), at=MONDAY, reason=f"因{case.number}一案")
    by_search = search(office, Wanted(case=case.number, kinds=("case_read",)))
    by_journal = search(office, Wanted(case=JOURNAL_ALONE, about=case.number))
    for page in (by_search, by_journal):
        assert [one["sentence"] for one in page.entries] == [f"查看事项（{case.number}，情况）"]
        assert [one["actor"] for one in page.entries] == ["R022"]


def test_what_was_noted_on_former_days_goes_and_the_entries_stay(office, case):
    look(office, case, AUDITOR)
    assert readings.forget_former(office, at=MONDAY) == 0
    assert readings.forget_former(office, at=TUESDAY) == 1
    assert len(told(office)) == 1
