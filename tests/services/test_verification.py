"""Verification finds what was done behind the application, and says what kind of tampering it is.

Every mutation is SQL past the services, with the append-only guard taken away first, as its owner could.
"""

import json
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, text

from states import lifecycle as lifecycles
from states.history import PROFILES, chain_hash
from tests.builders import LIAISON, a_case, at, give, history, rows, signed, stored, sweep_on
from tests.postbox import open_postbox
from tests.registers import take_over
from tests.stories import ADMONITION, REMINDER, a_case_asked, a_whole_story
from tests.unguarded import behind_the_application
from workflow.secret import make_secret, read_secret
from workflow.services import files
from workflow.services.outbox.sending import send_due
from workflow.services.rendering import render_pending
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.models import Document, StoredFile
from workflow.storage.session import transaction

NOW = at(2026, 9, 1)
TABLES_OF_A_CASE = (
    "events",
    "event_words",
    "documents",
    "paper_lives",
    "outbox",
    "limits",
    "attachments",
    "case_units",
)


@pytest.fixture(params=PROFILES)
def profile(request):
    """Both profiles."""
    return request.param


def a_closed_case(office):
    """A closed case with its papers laid out; 望海街道's lights, ten entries."""
    closed = a_case(office, "closed")
    render_pending(office, by=signed(None, NOW))
    return closed


@pytest.fixture
def case(office):
    return a_closed_case(office)


def codes(office):
    """The codes of all findings; a tampered history exits with 1 and says where to look first."""
    result = verify(office)
    assert result.exit_code == 1
    assert result.as_json()["first"]["message"]
    return {finding["code"] for finding in result.findings}


def test_an_untouched_office_is_clean_and_says_it_is_not_anchored(office, case):
    assert take_over(office).imported == 47  # the case has the number of the register's first row
    result = verify(office).as_json()
    assert (result["verdict"], result["findings"]) == ("clean", [])
    assert (result["cases"], result["unkeyed"]) == (48, 0)
    assert (result["anchored"], "未锚定" in result["note"]) == (False, True)


def test_every_entry_is_looked_at(office, case):
    told = []
    result = verify(office, progress=told.append)
    with transaction(office.engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM events")).scalar_one() == result.entries == told[-1]


MUTATIONS = [
    ("UPDATE events SET payload = replace(payload, 'assigned', 'assigneD') WHERE seq = 2", "entry_changed"),
    ("UPDATE events SET payload = 'no JSON' WHERE case_id = :id AND seq = 3", "entry_changed"),
    ("UPDATE events SET payload = '[]' WHERE case_id = :id AND seq = 3", "entry_unreadable"),
    ("UPDATE events SET payload = '{}' WHERE case_id = :id AND kind = 'document_issued'", "entry_changed"),
    ("UPDATE events SET algorithm = 'rot13' WHERE case_id = :id AND seq = 3", "algorithm_unknown"),
    ("UPDATE events SET hash = previous_hash WHERE case_id = :id AND seq = 3", "entry_changed"),
    ("UPDATE events SET previous_hash = hash WHERE case_id = :id AND seq = 3", "chain_broken"),
    ("UPDATE events SET keyed_code = hash WHERE case_id = :id AND seq = 3", "forged"),
    ("DELETE FROM events WHERE case_id = :id AND seq = 3", "entry_missing"),
    ("DELETE FROM events WHERE case_id = :id AND seq > 5", "tail_cut"),
    ("DELETE FROM events WHERE case_id = :id", "history_missing"),
    ("DELETE FROM cases WHERE id = :id", "row_missing"),
    ("DELETE FROM events WHERE case_id = 0 AND seq = (SELECT max(seq) FROM journal)", "tail_cut"),
    ("UPDATE cases SET due_on = '2027-01-01' WHERE id = :id", "row_changed"),
    ("UPDATE cases SET title = '另一件事' WHERE id = :id", "row_changed"),
    ("UPDATE cases SET state = 'archived' WHERE id = :id", "row_changed"),
    ("UPDATE cases SET co_units = '[\"BH209\"]' WHERE id = :id", "row_changed"),
    ("UPDATE events SET kind = 'archived' WHERE case_id = :id AND seq = 4", "columns_changed"),
    ("UPDATE events SET actor = 'R012' WHERE case_id = :id AND seq = 1", "columns_changed"),
    ("UPDATE events SET actor_kind = 'system' WHERE case_id = :id AND seq = 1", "columns_changed"),
    ("UPDATE events SET schema_version = 2 WHERE case_id = :id AND seq = 1", "columns_changed"),
    ("UPDATE events SET occurred_at = '2026-06-01 01:00:00+00:00' WHERE case_id = :id", "columns_changed"),
    ("UPDATE event_words SET text = replace(text, '抢修', '拖延') WHERE case_id = :id", "words_changed"),
    ("UPDATE event_words SET salt = 'x' WHERE case_id = :id", "words_changed"),
    ("DELETE FROM event_words WHERE case_id = :id AND seq = 5", "words_missing"),
    ("UPDATE cases SET recorded_at = '2026-07-02 01:00:00+00:00' WHERE id = :id", "tail_cut"),
    ("DELETE FROM journal", "tail_cut"),
    ("DELETE FROM documents WHERE kind = 'close_out'", "paper_missing"),
    ("UPDATE documents SET case_id = 999 WHERE kind = 'close_out'", "paper_unrecorded"),
    ("UPDATE documents SET number = '第一号' WHERE kind = 'close_out'", "document_number_invalid"),
    ("UPDATE documents SET sha256 = NULL WHERE kind = 'close_out'", "paper_changed"),
    ("UPDATE documents SET facts = replace(facts, '路灯', '井盖') WHERE kind = 'close_out'", "paper_changed"),
    ("UPDATE documents SET stationery = id WHERE kind = 'close_out'", "paper_changed"),
    ("UPDATE documents SET kind = 'reminder' WHERE kind = 'close_out'", "paper_changed"),
    ("UPDATE documents SET issued_at = '2026-07-02 01:00:00+00:00'", "paper_changed"),
    ("UPDATE stationery SET source = replace(source, '销号', '结案')", "wording_changed"),
    ("DELETE FROM stationery", "paper_changed"),
    ("DELETE FROM limits", "limits_changed"),
    ("UPDATE limits SET due_on = '2027-01-01'", "limits_changed"),
    ("UPDATE limits SET epoch = 2", "limits_changed"),
    ("UPDATE limits SET provenance = replace(provenance, '15', '99')", "limits_changed"),
    ("INSERT INTO limits SELECT case_id, 9, clock, epoch, due_on, provenance FROM limits", "limits_changed"),
    ("DELETE FROM attachments", "attachments_changed"),
    ("UPDATE attachments SET name = '另一份.txt'", "attachments_changed"),
    ("DELETE FROM case_units", "units_changed"),
    ("INSERT INTO case_units (case_id, unit, part) VALUES (:id, 'BH209', 'co')", "units_changed"),
    (
        "UPDATE rule_versions SET source = replace(source, 'working_days = 5', 'working_days = 50')",
        "rule_changed",
    ),
    ("UPDATE rule_versions SET source = 'rungs' WHERE kind = 'policy'", "rule_changed"),
    ("UPDATE rule_versions SET name = 'another'", "rule_changed"),
    ("UPDATE rule_versions SET activated_at = '2030-01-01 01:00:00+00:00'", "rule_changed"),
    ("UPDATE rule_versions SET authorised_by = 'R001', authorised_at = activated_at", "rule_changed"),
    ("DELETE FROM rule_versions WHERE kind = 'lifecycle'", "rule_missing"),
    ("UPDATE calendars SET content = replace(content, '2026-10-01', '2026-10-09')", "calendar_changed"),
    ("UPDATE calendars SET content = 'no JSON'", "calendar_changed"),
    ("UPDATE calendars SET source = '另一件通知'", "calendar_changed"),
    ("UPDATE calendars SET known_since = '2020-01-01'", "calendar_changed"),
    ("UPDATE calendars SET loaded_at = '2030-01-01 01:00:00+00:00'", "calendar_changed"),
    ("UPDATE calendars SET loaded_by = 'R001'", "calendar_changed"),
    ("UPDATE calendars SET previous = 'another'", "calendar_changed"),
    ("UPDATE calendars SET digest = 'another'", "calendar_changed"),
    ("UPDATE calendars SET version = 'another'", "calendar_unrecorded"),
    ("UPDATE calendars SET version = 'another'", "calendar_missing"),
    ("DELETE FROM calendars", "calendar_missing"),
    ("UPDATE number_sequences SET last = last + 1 WHERE series LIKE '%交'", "number_gap"),
    ("UPDATE number_sequences SET last = last + 2 WHERE series = 'case-id'", "case_missing"),
]
STORY = [
    ("UPDATE escalations SET state = 'withdrawn' WHERE step = 'inquiry'", "escalation_changed"),
    ("UPDATE escalations SET judgement = 'sufficient' WHERE step = 'inquiry'", "escalation_changed"),
    ("UPDATE escalations SET decided_by = 'R001' WHERE step = 'inquiry'", "escalation_changed"),
    ("UPDATE escalations SET issued_on = '2026-07-01' WHERE step = 'reminder'", "escalation_changed"),
    ("UPDATE escalations SET served_on = '2026-08-01' WHERE step = 'inquiry'", "escalation_changed"),
    ("UPDATE escalations SET reply_due_on = '2027-08-01' WHERE step = 'inquiry'", "escalation_changed"),
    ("UPDATE escalations SET due_on = '2026-08-01'", "escalation_changed"),
    ("UPDATE escalations SET raised_on = '2026-08-01'", "escalation_changed"),
    ("UPDATE escalations SET clock = 'plan'", "escalation_changed"),
    ("UPDATE escalations SET epoch = 5", "escalation_changed"),
    ("UPDATE escalations SET step = 'due_soon2' WHERE step = 'due_soon'", "escalation_changed"),
    ("UPDATE escalations SET mode = 'on_approval'", "escalation_changed"),
    ("UPDATE escalations SET policy = 'another'", "escalation_changed"),
    ("UPDATE escalations SET unit = 'BH209'", "escalation_changed"),
    ("UPDATE escalations SET reason = '无'", "escalation_changed"),
    ("UPDATE escalations SET document_id = NULL WHERE step = 'reminder'", "escalation_changed"),
    ("UPDATE escalations SET object_person = '另一人' WHERE step = 'admonition'", "escalation_changed"),
    ("UPDATE escalations SET id = 'another' WHERE step = 'reminder'", "escalation_unrecorded"),
    ("DELETE FROM escalations WHERE step = 'reminder'", "escalation_missing"),
    ("UPDATE outbox SET recipient = 'x@elsewhere.example' WHERE kind = 'reminder'", "mail_changed"),
    ("UPDATE outbox SET message_id = '<x@binhai.example>' WHERE kind = 'reminder'", "mail_changed"),
    ("UPDATE outbox SET document_id = 'elsewhere' WHERE kind = 'reminder'", "mail_changed"),
    ("UPDATE outbox SET kind = 'reminder' WHERE kind = 'admonition'", "mail_changed"),
    ("UPDATE outbox SET dated = '2026-07-02 01:00:00+00:00'", "mail_changed"),
    ("UPDATE outbox SET state = 'sent'", "mail_changed"),
    ("UPDATE outbox SET state = 'failed'", "mail_changed"),
    ("UPDATE outbox SET state = 'parked'", "mail_changed"),
    ("UPDATE outbox SET id = 'another' WHERE kind = 'reminder'", "mail_unrecorded"),
    ("DELETE FROM outbox WHERE kind = 'reminder'", "mail_missing"),
]
NOT_SHOWN = [
    "UPDATE cases SET fingerprint = 'another' WHERE id = :id",
    "UPDATE outbox SET recipient_name = '另一人'",
    "UPDATE outbox SET last_answer = '250 ok', next_attempt_at = '2030-01-01 01:00:00+00:00'",
    "UPDATE files SET media_type = 'text/csv'",
]
"""What no entry tells yet. When one does, its line here goes red and moves up; the manuals say the same."""


@pytest.mark.parametrize("play", [a_closed_case, a_whole_story])
def test_what_is_tampered_with_here_was_clean(lend, play):
    assert verify(lend(play)[0]).findings == []


@pytest.mark.parametrize(("statement", "code"), MUTATIONS)
def test_what_was_done_behind_the_application_is_found_and_named(lend, statement, code):
    office, case = lend(a_closed_case)
    behind_the_application(office, statement, id=case.id)
    assert code in codes(office)


@pytest.mark.parametrize(("statement", "code"), STORY)
def test_what_was_done_to_measures_and_mails_is_found_and_named(lend, statement, code):
    office, _ = lend(a_whole_story)
    behind_the_application(office, statement)
    assert code in codes(office)


@pytest.mark.parametrize("statement", NOT_SHOWN)
def test_what_no_entry_tells_is_not_shown_yet(lend, statement):
    office, case = lend(a_closed_case)
    behind_the_application(office, statement, id=case.id)
    assert verify(office).exit_code == 0


def test_another_person_put_into_a_proposal_is_found_before_its_paper(office):
    a_case_asked(office)
    sweep_on(office, ADMONITION)
    behind_the_application(office, "UPDATE escalations SET object_person = '另一人' WHERE state = 'proposed'")
    assert [one["code"] for one in verify(office).findings] == ["escalation_changed"]


def test_two_papers_that_changed_numbers_are_both_named(office, case):
    swap = "UPDATE documents SET number = :new WHERE number = :old"
    first, second = (f"滨督交〔2026〕{serial}号" for serial in (1, 2))
    a_case(office)
    for old, new in ((first, "x"), (second, first), ("x", second)):
        behind_the_application(office, swap, old=old, new=new)
    assert [one["code"] for one in verify(office).findings] == ["paper_changed", "paper_changed"]


@pytest.mark.parametrize("look", ["NULL", "'2026-07-20 16:00:00+00:00'", "'2030-01-01 16:00:00+00:00'"])
def test_a_case_the_sweep_would_pass_by_is_named(office, look):
    a_case(office)
    behind_the_application(office, f"UPDATE cases SET next_action_at = {look}")
    assert codes(office) == {"next_action_changed"}


def test_a_case_the_sweep_looks_at_too_early_is_harmless(office):
    a_case(office)
    behind_the_application(office, "UPDATE cases SET next_action_at = '2026-07-02 16:00:00+00:00'")
    assert verify(office).exit_code == 0


def test_a_sweep_that_comes_late_and_passes_a_lapsed_step_over_is_no_fault(office):
    a_case(office)
    sweep_on(office, at(2026, 7, 23))
    sweep_on(office, at(2026, 7, 24))
    assert verify(office).findings == []


def test_a_case_that_is_held_until_tomorrow_is_no_fault(office):
    a_case(office)
    behind_the_application(office, "DELETE FROM units WHERE code = 'BH212'")
    assert len(sweep_on(office, REMINDER).held) == 1
    assert codes(office) == {"unit_missing"}


def test_what_became_of_a_mail_follows_from_its_entries(office):
    a_case(office)
    with open_postbox(office) as (home, _):
        send_due(home, clock=lambda: NOW, by=signed(None, NOW))
    assert verify(office).findings == []
    behind_the_application(office, "UPDATE outbox SET state = 'queued', sent_at = NULL")
    assert codes(office) == {"mail_changed"}


def test_words_that_were_erased_are_the_only_finding(office, case):
    behind_the_application(office, "DELETE FROM event_words")
    assert codes(office) == {"words_missing"}


def test_a_whole_case_removed_with_everything_leaves_a_hole(office, case):
    a_case(office)
    statements = [f"DELETE FROM {table} WHERE case_id = :id" for table in TABLES_OF_A_CASE]
    behind_the_application(office, *statements, "DELETE FROM cases WHERE id = :id", id=case.id)
    assert codes(office) == {"case_missing", "number_gap"}


def test_what_is_left_of_a_removed_case_is_named(office, case):
    behind_the_application(
        office, "DELETE FROM events WHERE case_id = :id", "DELETE FROM cases WHERE id = :id", id=case.id
    )
    assert {"paper_unrecorded", "mail_unrecorded", "limits_changed", "case_missing"} <= codes(office)


def test_the_last_case_removed_with_everything_leaves_a_hole_too(office):
    case = a_case(office, "draft")
    behind_the_application(
        office, "DELETE FROM events WHERE case_id = :id", "DELETE FROM cases WHERE id = :id", id=case.id
    )
    assert codes(office) == {"case_missing"}


def test_a_draft_removed_with_its_number_is_not_shown_before_there_are_checkpoints(office):
    case = a_case(office, "draft")
    behind_the_application(
        office,
        "DELETE FROM events WHERE case_id = :id",
        "DELETE FROM event_words WHERE case_id = :id",
        "DELETE FROM cases WHERE id = :id",
        "UPDATE number_sequences SET last = 0 WHERE series = 'case-id'",
        id=case.id,
    )
    assert (verify(office).exit_code, verify(office).anchored) == (0, False)


def test_a_tail_cut_with_its_row_set_back_is_not_shown_before_there_are_checkpoints(office):
    case = a_case(office)
    before = stored(office, case)
    give(office, case, "report_progress", LIAISON, progress="已修复120盏")
    behind_the_application(
        office,
        "DELETE FROM events WHERE case_id = :id AND seq > :seq",
        "DELETE FROM event_words WHERE case_id = :id AND seq > :seq",
        "UPDATE cases SET seq = :seq, head = :head, progress = NULL, progress_on = NULL WHERE id = :id",
        **{"id": case.id, "seq": before.seq, "head": before.head},
    )
    assert (verify(office).exit_code, verify(office).anchored) == (0, False)


def test_a_number_sequence_set_back_is_named(office):
    a_case(office)
    behind_the_application(office, "UPDATE number_sequences SET last = 0 WHERE series = 'case-id'")
    assert codes(office) == {"case_numbers_changed"}


def test_a_rule_that_nobody_brought_into_force_is_named(office):
    with transaction(office.engine) as tx:
        row = tx.execute(select(queries.RULES).where(queries.RULES.c.kind == "lifecycle")).one()
        source = row.source.replace('name = "standard"', 'name = "another"')
        added = {"source": source, "name": "another", "digest": lifecycles.parse(source).digest}
        tx.execute(insert(queries.RULES).values(row._asdict() | added))
    assert codes(office) == {"rule_unrecorded"}


def test_a_case_hashed_anew_without_the_key_is_recognised_as_forged(office, case):
    statements, previous = [], None
    for entry in history(office, case):
        payload = entry.payload.replace("BH212", "BH209")
        hashed = chain_hash(payload, previous or entry.previous_hash, entry.algorithm)
        statements.append((entry.seq, payload, previous or entry.previous_hash, hashed))
        previous = hashed
    for seq, payload, before, hashed in statements:
        behind_the_application(
            office,
            "UPDATE events SET payload = :payload, previous_hash = :before, hash = :digest"
            " WHERE case_id = :id AND seq = :seq",
            **{"payload": payload, "before": before, "digest": hashed, "id": case.id, "seq": seq},
        )
    behind_the_application(
        office, "UPDATE cases SET head = :head, lead_unit = 'BH209' WHERE id = :id", head=previous, id=case.id
    )
    found = codes(office)
    assert "forged" in found
    assert not {"entry_changed", "chain_broken"} & found


def test_two_entries_swapped_are_noticed(office, case):
    behind_the_application(
        office,
        "UPDATE events SET seq = 99 WHERE case_id = :id AND seq = 3",
        "UPDATE events SET seq = 3 WHERE case_id = :id AND seq = 4",
        "UPDATE events SET seq = 4 WHERE case_id = :id AND seq = 99",
        id=case.id,
    )
    assert "chain_broken" in codes(office)


def test_an_entry_moved_into_the_past_is_noticed(office, case):
    entry = history(office, case)[5]
    payload = json.dumps(json.loads(entry.payload) | {"recorded_at": "2025-01-01T00:00:00.000000Z"})
    behind_the_application(
        office,
        "UPDATE events SET recorded_at = '2025-01-01 00:00:00+00:00', payload = :payload"
        " WHERE case_id = :id AND seq = 6",
        **{"payload": payload, "id": case.id},
    )
    assert {"entry_changed", "time_order"} <= codes(office)


def test_a_forged_paper_has_no_entry_behind_it(office, case):
    columns = "case_id, kind, issued_at, facts, stationery, sha256"
    behind_the_application(
        office,
        f"INSERT INTO documents (id, number, {columns})"
        f" SELECT 'forged', replace(number, '1号', '2号'), {columns} FROM documents"
        " WHERE kind = 'assignment'",
    )
    assert codes(office) == {"paper_unrecorded", "number_gap"}


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda place: place.unlink(), "file_lost"),
        (lambda place: place.write_bytes(place.read_bytes() + b" "), "file_changed"),
    ],
)
def test_a_paper_s_file_lost_or_changed_is_named(office, case, harm, code):
    paper = next(one for one in rows(office, Document) if one.kind == "assignment")
    harm(next(office.settings.files.rglob(paper.sha256)))
    assert codes(office) == {code}
    assert paper.number in verify(office).findings[0]["message"]


def test_a_paper_s_hash_pointed_at_another_file_is_noticed(office, case):
    with transaction(office.engine) as tx:
        other = files.keep(
            tx, office.settings.files, b"%PDF other", name="x.pdf", media_type="application/pdf", at=NOW
        )
    behind_the_application(
        office, "UPDATE documents SET sha256 = :sha WHERE kind = 'assignment'", sha=other.sha256
    )
    assert codes(office) == {"paper_changed"}
    assert len(rows(office, StoredFile)) > 1


def test_evidence_lost_from_the_store_is_named(office, case):
    proof = next(file for file in rows(office, StoredFile) if file.media_type == "text/plain")
    next(office.settings.files.rglob(proof.sha256)).unlink()
    assert codes(office) == {"file_lost"}


def test_without_its_key_nothing_can_be_told(office, case, tmp_path):
    make_secret(tmp_path / "another.secret")
    stranger = replace(office, secret=read_secret(tmp_path / "another.secret"))
    result = verify(stranger)
    assert (result.exit_code, result.as_json()["verdict"]) == (2, "cannot_tell")
    assert result.unkeyed == result.entries > 0


def test_a_finding_outweighs_a_missing_key(office, case, tmp_path):
    make_secret(tmp_path / "another.secret")
    behind_the_application(office, "DELETE FROM events WHERE case_id = :id AND seq = 3", id=case.id)
    assert verify(replace(office, secret=read_secret(tmp_path / "another.secret"))).exit_code == 1


def test_an_installation_without_any_history_is_not_clean(office):
    behind_the_application(office, "DELETE FROM events")
    assert "tail_cut" in codes(office)
