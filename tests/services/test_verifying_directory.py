"""The directory against the journal: who may do what, and where mail goes, is not changed by SQL unseen."""

import json

import pytest
from sqlalchemy import delete

from states.directory import empty_book
from tests.builders import LEAD_CODE, OFFICER, at, signed
from tests.conftest import DIRECTORY
from tests.unguarded import behind_the_application
from workflow.services import directory_record, journal, reforms
from workflow.services.batch import Batch
from workflow.services.directories import import_directory
from workflow.services.reforms import Decree
from workflow.services.verification import verify
from workflow.services.verification.directory import ToldDirectory
from workflow.services.verification.dossiers import dossiers
from workflow.storage import directory_rows, queries
from workflow.storage.models import EventWords
from workflow.storage.session import reading, transaction

LATER = at(2026, 8, 3)
MUTATIONS = [
    ("INSERT INTO role_grants (person, role, unit) VALUES ('R012', 'director', '')", "grant_unrecorded"),
    ("DELETE FROM role_grants WHERE person = 'R012'", "grant_missing"),
    ("UPDATE role_grants SET valid_to = '2026-07-01' WHERE person = 'R012'", "grant_changed"),
    ("UPDATE role_grants SET unit = 'BH209' WHERE person = 'BH212-H'", "grant_unrecorded"),
    ("UPDATE units SET email = 'x@elsewhere.example' WHERE code = 'BH212'", "unit_changed"),
    ("UPDATE units SET parent = 'BH209' WHERE code = 'BH212'", "unit_changed"),
    ("UPDATE units SET valid_to = '2026-07-01' WHERE code = 'BH212'", "unit_changed"),
    ("DELETE FROM units WHERE code = 'BH212'", "unit_missing"),
    ("INSERT INTO units (code, name) VALUES ('BH999', '影子局')", "unit_unrecorded"),
    ("INSERT INTO unit_aliases (alias, unit) VALUES ('影子局', 'BH212')", "unit_alias_unrecorded"),
    ("UPDATE unit_groups SET members = '[]'", "unit_group_changed"),
    ("UPDATE unit_groups SET members = 'x'", "unit_group_changed"),
    ("UPDATE people SET email = 'x@elsewhere.example' WHERE code = 'R012'", "person_changed"),
    ("UPDATE people SET name = '另一人' WHERE code = 'R012'", "person_changed"),
    ("UPDATE posts SET title = '主任' WHERE person = 'R012'", "post_changed"),
]


def told(office, kind):
    with reading(office.engine) as tx:
        return queries.events_of_kind(tx, 0, kind)


@pytest.mark.parametrize(("statement", "code"), MUTATIONS)
def test_what_is_done_to_the_directory_by_sql_is_named(office, statement, code):
    behind_the_application(office, statement)
    assert code in {one["code"] for one in verify(office).findings}


def test_the_fold_of_the_journal_is_the_directory(office):
    with reading(office.engine) as tx:
        folded = ToldDirectory()
        for entry in next(dossiers(tx)).history:
            folded.follow(entry)
        assert folded.book == directory_rows.kept(tx) != empty_book()


def test_no_entry_is_longer_than_its_bound(office):
    rows = [json.loads(one.payload)["details"]["rows"] for one in told(office, "directory_changed")]
    assert len(rows) > 1
    assert max(map(len, rows)) <= 200


def test_the_same_directory_again_says_nothing_new(office):
    before = len(told(office, "directory_changed"))
    import_directory(office, DIRECTORY, by=signed(None, LATER), at=LATER)
    assert len(told(office, "directory_changed")) == before
    assert len(told(office, "directory_imported")) == 2


def test_names_and_addresses_lie_beside_the_entry_alone(office):
    payloads = "".join(one.payload for one in told(office, "directory_changed"))
    assert OFFICER not in payloads
    assert "@binhai.example" not in payloads
    assert LEAD_CODE in payloads


def test_words_taken_away_leave_their_own_columns_unjudged_and_no_others(office):
    with transaction(office.engine) as tx:
        words = queries.table(EventWords)
        tx.execute(delete(words).where(words.c.case_id == 0))
    behind_the_application(office, "UPDATE people SET name = '另一人'")
    behind_the_application(office, "UPDATE units SET parent = 'BH209' WHERE code = 'BH212'")
    codes = {one["code"] for one in verify(office).findings}
    assert codes == {"words_missing", "unit_changed"}


def test_an_entry_forged_out_of_shape_is_a_finding_and_no_crash(office):
    rows = """'"rows":[', '"rows":[{"key":["BH212"],"set":"x","table":"units"},'"""
    behind_the_application(
        office, f"UPDATE events SET payload = replace(payload, {rows}) WHERE kind = 'directory_changed'"
    )
    assert {"entry_changed", "entry_unreadable"} <= {one["code"] for one in verify(office).findings}


@pytest.mark.parametrize("text", ['{"details":[]}', '{"details":{"beside":{"units":"x"}}}', "{}"])
def test_words_forged_out_of_shape_are_a_finding_and_no_crash(office, text):
    behind_the_application(office, f"UPDATE event_words SET text = '{text}' WHERE case_id = 0")
    assert "words_changed" in {one["code"] for one in verify(office).findings}


def test_a_reform_tells_what_it_did_to_the_directory(office):
    decree = Decree(LATER.date(), "滨编发〔2026〕9号", signed(OFFICER, LATER), LATER)
    reforms.merge(office, [LEAD_CODE], "BH209", decree)
    assert verify(office).findings == []
    last = told(office, "directory_changed")[-1]
    assert (last.actor, last.occurred_at) == ("R011", LATER)


def test_an_older_office_states_its_directory_once_and_goes_on_from_there(office):
    behind_the_application(office, "UPDATE units SET email = 'x@elsewhere.example' WHERE code = 'BH212'")
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, LATER))
        directory_record.state_directory(batch)
        batch.flush()
    assert verify(office).findings == []
    behind_the_application(office, "UPDATE units SET email = 'y@elsewhere.example' WHERE code = 'BH212'")
    assert [one["code"] for one in verify(office).findings] == ["unit_changed"]


def test_the_journal_says_in_words_what_changed(office):
    details = json.loads(told(office, "directory_changed")[0].payload)["details"]
    sentence = journal.sentence_of("directory_changed", details, {})
    assert sentence.startswith("单位名录变动（单位")
