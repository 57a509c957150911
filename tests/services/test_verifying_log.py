"""What the log and its checkpoints show: each kind of tampering with the order of all entries, by its name.

Every mutation is SQL past the services, by the owner of the database, whom no trigger stops. What lies
outside is a folder of checkpoints the owner cannot reach.
"""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from states.evidence.checkpoint import parse
from states.history import PROFILES
from tests.builders import LIAISON, a_case, a_draft, at, give, rows, signed, stored
from tests.conftest import settings_in
from tests.services.conftest import outside
from tests.unguarded import behind_the_application
from workflow.errors import ConfigurationError
from workflow.services import checkpoints, evidence
from workflow.services.entries import stamp
from workflow.services.installation import install
from workflow.services.sealing import seal_all
from workflow.services.verification import verify
from workflow.signing import SigningKey, read_signing_key
from workflow.storage.evidence_models import CheckpointMade, LogEntry
from workflow.storage.models import Event
from workflow.storage.session import transaction

FIRST, LAST = "SELECT algorithm FROM events WHERE id = 1", "SELECT max(id) FROM events"
OTHER = "CASE algorithm WHEN 'sm3' THEN 'sha256' ELSE 'sm3' END"
HOURS = tuple(at(2026, 7, 1, hour) for hour in (10, 11, 12))


@pytest.fixture
def sealed(lend, tmp_path):
    """Three cases, each under a checkpoint of its own, their files in a folder outside."""
    office, _ = lend(three_under_checkpoints)
    return outside(office, tmp_path)


def three_under_checkpoints(office):
    office = outside(office, office.settings.files.parent)
    for hour in HOURS:
        a_case(office, when=hour)
        checkpoint(office, hour)


def checkpoint(office, when):
    return checkpoints.checkpoint(office, at=when, by=signed(None, when)).made


def made(office):
    return [parse(row.text) for row in sorted(rows(office, CheckpointMade), key=lambda row: row.number)]


def inside(office):
    """The office as its owner sees it: nothing kept outside."""
    return replace(office, settings=office.settings.model_copy(update={"checkpoint_dir": None}))


def found(office, code, **how):
    """The findings of one code; there must be some, and a tampered history exits with 1."""
    result = verify(office, **how)
    told = [one for one in result.findings if one["code"] == code]
    assert told, [one["code"] for one in result.findings]
    assert result.exit_code == 1
    return told


def codes(office, **how):
    return {one["code"] for one in verify(office, **how).findings}


def test_a_history_under_checkpoints_kept_outside_is_clean_and_anchored(sealed):
    result = verify(sealed)
    assert (result.findings, result.exit_code, result.anchored) == ([], 0, True)
    assert (result.sealed, result.unsealed, result.checkpoints, result.anchors) == (result.entries, 0, 3, 3)
    told = result.as_json()
    assert (told["anchored"], told["note"], told["sealed"]) == (True, "", result.sealed)


def test_what_is_not_sealed_yet_is_counted(sealed):
    a_draft(sealed, HOURS[-1])
    result = verify(sealed)
    assert (result.exit_code, result.unsealed) == (0, 1)


def test_without_anything_outside_it_is_not_anchored(sealed):
    result = verify(inside(sealed))
    assert (result.exit_code, result.anchored, result.anchors) == (0, False, 0)


def test_one_checkpoint_in_hand_is_enough_to_anchor(sealed, tmp_path):
    (first, *_) = sorted(sealed.settings.checkpoint_dir.iterdir())
    kept = shutil.copy(first, tmp_path / "kept.txt")
    result = verify(inside(sealed), since=tmp_path / "kept.txt")
    assert (result.exit_code, result.anchors) == (0, 1)
    assert kept.exists()


def test_the_same_file_found_twice_is_one_witness_and_told_once(sealed, tmp_path):
    folder = sealed.settings.checkpoint_dir
    copies = shutil.copytree(folder, tmp_path / "copies")
    assert [verify(sealed, since=one).anchors for one in (folder, copies)] == [3, 3]
    behind_the_application(sealed, "DELETE FROM checkpoints WHERE number = 3")
    once = verify(sealed).findings
    assert once and all(verify(sealed, since=one).findings == once for one in (folder, copies))


def test_a_checkpoint_is_found_in_the_mail_it_came_by(sealed, tmp_path):
    mail = tmp_path / "邮件.txt"
    lines = ["审计人员：", "", "以下是检查点。", *made(sealed)[1].text.splitlines(), "", "督查室"]
    mail.write_bytes("\r\n".join(f"  {line} " for line in lines).encode())
    assert verify(inside(sealed), since=mail).anchored


def test_a_file_that_is_not_there_cannot_tell(sealed, tmp_path):
    with pytest.raises(ConfigurationError) as refused:
        verify(sealed, since=tmp_path / "none.txt")
    assert refused.value.code == "anchor_unreadable"


ROWS = [
    ("DELETE FROM log WHERE position = 9", "log_gap"),
    ("DELETE FROM log WHERE position = 9", "log_skipped"),
    ("UPDATE log SET position = position + 1000 WHERE position > 12", "log_gap"),
    ("UPDATE log SET event_id = event_id + 5000 WHERE position = 9", "log_event_missing"),
    ("DELETE FROM events WHERE id = 10", "log_event_missing"),
    ("DELETE FROM events WHERE id > 17", "log_event_missing"),
    ("DELETE FROM events WHERE case_id = 2", "log_event_missing"),
    ("UPDATE events SET hash = previous_hash WHERE id = 10", "root_changed"),
    ("UPDATE events SET keyed_code = hash WHERE id = 10", "root_changed"),
    ("UPDATE events SET hash = 'x' WHERE id = 10", "root_changed"),
    (f"UPDATE events SET algorithm = {OTHER} WHERE id = 10", "algorithm_mixed"),
    ("UPDATE log SET epoch = 2 WHERE position > 12", "epoch_open"),
    ("UPDATE log SET epoch = 3 WHERE position > 12", "log_epoch_changed"),
    ("UPDATE evidence SET first = 3", "evidence_changed"),
    ("UPDATE evidence SET epoch = 7", "evidence_changed"),
    (f"UPDATE evidence SET algorithm = {OTHER}", "evidence_changed"),
    ("UPDATE sealer SET size = size - 1", "sealer_changed"),
    ("UPDATE sealer SET peaks = 'x'", "sealer_changed"),
    ("UPDATE sealer SET last_event_id = last_event_id + 9", "sealer_changed"),
    ("DELETE FROM sealer", "log_unreadable"),
    ("DELETE FROM evidence", "log_unreadable"),
    ("DELETE FROM checkpoints WHERE number = 2", "checkpoint_missing"),
    ("DELETE FROM checkpoints WHERE number = 1", "checkpoint_missing"),
    ("DELETE FROM checkpoints WHERE number = 3", "checkpoint_newer"),
    ("DELETE FROM checkpoints", "checkpoint_newer"),
    (
        "UPDATE checkpoints SET text = replace(text, 'size: ', 'size: 9') WHERE number = 2",
        "checkpoint_changed",
    ),
    ("UPDATE checkpoints SET text = 'none' WHERE number = 2", "checkpoint_changed"),
    ("UPDATE checkpoints SET hash = 'x' WHERE number = 2", "checkpoint_changed"),
    ("UPDATE checkpoints SET made_at = '2026-07-01 01:00:00+00:00' WHERE number = 2", "checkpoint_changed"),
]


@pytest.mark.parametrize(("statement", "code"), ROWS)
def test_what_was_done_to_the_log_is_found_and_named(sealed, statement, code):
    behind_the_application(sealed, statement)
    assert all(one["message"] for one in found(sealed, code))


def test_what_was_rewritten_before_any_checkpoint_no_longer_fits_the_tree(office):
    behind_the_application(office, "UPDATE events SET keyed_code = hash WHERE id = 2")
    assert found(office, "sealer_changed")


def test_a_place_given_twice_is_named(sealed):
    last = len(rows(sealed, LogEntry)) - 1
    behind_the_application(
        sealed,
        "UPDATE log SET event_id = -1 WHERE position = 8",
        "UPDATE log SET event_id = 9 WHERE position = 9",
    )
    (one, *_) = found(sealed, "log_reordered")
    assert one["position"] in (8, 9) and last > 9


def test_a_removed_tail_is_told_from_a_removed_case(sealed):
    with_tail = [row.id for row in rows(sealed, Event) if row.case_id == 3][-2:]
    behind_the_application(sealed, "DELETE FROM events WHERE id >= :first", first=with_tail[0])
    (tail,) = found(sealed, "log_event_missing")
    assert ("末尾" in tail["message"], tail["missing"]) == (
        True,
        len(rows(sealed, LogEntry)) - with_tail[0] + 1,
    )
    behind_the_application(sealed, "DELETE FROM events WHERE case_id = 2")
    (case, _) = found(sealed, "log_event_missing")
    assert ("整件事项" in case["message"], case["missing"] > 3) == (True, True)


def test_a_rewritten_entry_is_narrowed_down_to_its_checkpoint_with_case_and_place(sealed):
    behind_the_application(sealed, "UPDATE events SET keyed_code = hash WHERE case_id = 2 AND seq = 3")
    (one,) = found(sealed, "root_changed")
    second = made(sealed)[1]
    start = made(sealed)[0].end
    assert (one["checkpoint"], one["position"], one["until"]) == (2, start, second.end - 1)
    assert (one["case"], one["seq"], one["checkpoints"]) == (
        stored(sealed, a_case_number(sealed, 2)).number,
        1,
        2,
    )


def a_case_number(office, case_id):
    with office.engine.connect() as tx:
        return tx.execute(text("SELECT number FROM cases WHERE id = :id"), {"id": case_id}).scalar_one()


def cut_back(office, number):
    """Everything after a checkpoint taken out, with whatever remembers it, by an owner who knows how."""
    kept = made(office)[number - 1]
    behind_the_application(
        office,
        "DELETE FROM events WHERE id > :size",
        "DELETE FROM event_words WHERE case_id >= :case",
        "DELETE FROM log WHERE position >= :size",
        "DELETE FROM checkpoints WHERE number > :number",
        size=kept.end,
        number=number,
        case=number + 1,
    )


def test_a_tail_cut_with_everything_that_remembers_it_is_shown_by_what_lies_outside(sealed):
    cut_back(sealed, 2)
    assert not {"log_cut", "checkpoint_newer"} & codes(inside(sealed))
    (cut,) = found(sealed, "log_cut")
    kept = made(sealed)[1].end
    assert (cut["checkpoint"], cut["position"], "file" in cut) == (3, kept, True)
    assert "较早的备份" in cut["message"]
    assert found(sealed, "checkpoint_newer")[0]["checkpoint"] == 3


def test_a_log_shorter_than_its_own_checkpoint_is_shown_from_inside(sealed):
    behind_the_application(sealed, "DELETE FROM log WHERE position >= :size", size=made(sealed)[1].end)
    (cut,) = found(inside(sealed), "log_cut")
    assert cut["checkpoint"] == 3
    behind_the_application(sealed, "DELETE FROM log")
    assert found(inside(sealed), "log_cut")[0]["checkpoint"] == 1


def test_a_draft_taken_out_with_its_number_is_shown_once_it_was_sealed(sealed):
    case = a_draft(sealed, HOURS[-1])
    checkpoint(sealed, HOURS[-1])
    behind_the_application(
        sealed,
        "DELETE FROM events WHERE case_id = :id",
        "DELETE FROM event_words WHERE case_id = :id",
        "DELETE FROM cases WHERE id = :id",
        "UPDATE number_sequences SET last = last - 1 WHERE series = 'case-id'",
        id=case.id,
    )
    assert codes(inside(sealed)) == {"log_event_missing", "root_changed"}


def test_a_tail_cut_with_its_row_set_back_is_shown_once_it_was_sealed(sealed):
    case = a_case(sealed, when=HOURS[-1])
    before = stored(sealed, case)
    give(sealed, case, "report_progress", LIAISON, HOURS[-1], progress="已修复120盏")
    checkpoint(sealed, HOURS[-1])
    behind_the_application(
        sealed,
        "DELETE FROM events WHERE case_id = :id AND seq > :seq",
        "DELETE FROM event_words WHERE case_id = :id AND seq > :seq",
        "UPDATE cases SET seq = :seq, head = :head, progress = NULL, progress_on = NULL, progress_of = NULL"
        " WHERE id = :id",
        **{"id": case.id, "seq": before.seq, "head": before.head},
    )
    assert {"log_event_missing", "root_changed"} <= codes(inside(sealed))


def resigned(office, number, key=None, **changes):
    """Put another text in the place of a checkpoint, signed anew, as whoever holds a key could."""
    one = made(office)[number - 1]
    key = key or read_signing_key(office.settings.secret_file)
    forged = key.sign(replace(one, key=key.public, **changes))
    behind_the_application(
        office,
        "UPDATE checkpoints SET text = :text, hash = :hash, made_at = :at WHERE number = :number",
        text=forged.text,
        hash=forged.hash,
        at=stamp(forged.time).replace("T", " ").replace("Z", "+00:00" if not is_sqlite(office) else ""),
        number=number,
    )
    return forged


def is_sqlite(office):
    return office.engine.dialect.name == "sqlite"


def test_a_checkpoint_signed_by_another_s_key_is_named(sealed):
    resigned(sealed, 3, SigningKey(bytes(32)))
    assert found(inside(sealed), "checkpoint_key_unannounced")[0]["checkpoint"] == 3


def test_a_forged_signature_is_named(sealed):
    one = made(sealed)[2]
    forged = one.signed(one.signature[:-2] + ("00" if one.signature[-2:] != "00" else "01"))
    behind_the_application(
        sealed,
        "UPDATE checkpoints SET text = :text, hash = :hash WHERE number = 3",
        text=forged.text,
        hash=forged.hash,
    )
    assert found(inside(sealed), "checkpoint_forged")[0]["checkpoint"] == 3


def test_a_checkpoint_of_another_installation_is_named(sealed, tmp_path):
    resigned(sealed, 3, origin="ab" * 32)
    assert found(inside(sealed), "checkpoint_foreign")[0]["checkpoint"] == 3


def test_a_checkpoint_put_in_the_place_of_another_splits_the_chain(sealed):
    resigned(sealed, 2, time=HOURS[1] + timedelta(minutes=1))
    assert found(inside(sealed), "checkpoint_chain_broken")[0]["checkpoint"] == 3
    (split,) = found(sealed, "checkpoint_split")
    assert (split["checkpoint"], split["file"].startswith("checkpoint-000002-")) == (2, True)


def test_a_chain_that_goes_on_differently_from_the_one_outside_is_split(sealed, tmp_path):
    cut_back(sealed, 2)
    behind_the_application(
        sealed, "UPDATE sealer SET size = 0, peaks = '', last_event_id = 0", "DELETE FROM log"
    )
    elsewhere = sealed.settings.model_copy(update={"checkpoint_dir": None})
    another = replace(sealed, settings=elsewhere)
    seal_all(another)
    for _ in range(2):
        a_case(another, when=HOURS[2])
    checkpoint(another, HOURS[2])
    assert found(sealed, "checkpoint_split")[0]["checkpoint"] == 3
    assert found(sealed, "root_changed")[0]["file"].startswith("checkpoint-000003-")


def test_an_outside_file_that_was_changed_is_named(sealed):
    files = sorted(sealed.settings.checkpoint_dir.iterdir())
    files[0].write_text(files[0].read_text().replace("size: ", "size: 1"), encoding="utf-8")
    files[1].write_text(files[1].read_text()[:300], encoding="utf-8")
    assert found(sealed, "checkpoint_forged")[0]["file"] == files[0].name
    assert found(sealed, "anchor_invalid")[0]["file"] == files[1].name
    assert verify(sealed).anchors == 1


def test_the_checkpoint_of_another_office_does_not_anchor(sealed, another_sealed):
    foreign = next(iter(sorted(another_sealed.settings.checkpoint_dir.iterdir())))
    told = found(inside(sealed), "checkpoint_foreign", since=foreign)
    assert (told[0]["file"], verify(inside(sealed), since=foreign).anchored) == (foreign.name, False)


@pytest.fixture
def another_sealed(bare_database, tmp_path):
    home = tmp_path / "another"
    home.mkdir()
    settings = settings_in(home, bare_database).model_copy(update={"checkpoint_dir": home / "outside"})
    office = install(settings, by=signed(None, at(2026, 6, 30)))
    checkpoint(office, HOURS[0])
    yield office
    office.engine.dispose()


def test_an_entry_recorded_before_the_checkpoint_it_follows_is_backdated(sealed):
    a_draft(sealed, HOURS[0])
    checkpoint(sealed, HOURS[2])
    (one, *_) = found(sealed, "log_time_order")
    assert (one["position"], one["seq"], one["checkpoint"]) == (made(sealed)[2].end, 1, 3)


def test_ten_minutes_are_nobody_s_fault(sealed):
    a_draft(sealed, HOURS[2] - timedelta(minutes=9))
    checkpoint(sealed, HOURS[2] - timedelta(minutes=5))
    a_draft(sealed, HOURS[2] + timedelta(minutes=4))
    checkpoint(sealed, HOURS[2] - timedelta(minutes=5))
    assert verify(sealed).findings == []


def test_a_checkpoint_older_than_what_it_covers_is_named(sealed):
    a_draft(sealed, HOURS[2] + timedelta(hours=1))
    checkpoint(sealed, HOURS[2] + timedelta(minutes=10))
    (one, *_) = found(sealed, "log_time_order")
    assert (one["checkpoint"], "晚于" in one["message"]) == (4, True)


def test_a_checkpoint_from_before_the_one_it_follows_is_named(sealed):
    checkpoint(sealed, HOURS[1])
    assert found(sealed, "log_time_order")[0]["checkpoint"] == 4


def test_time_that_falls_along_the_log_is_named(sealed):
    for minutes in (25, 5):
        a_draft(sealed, HOURS[2] + timedelta(minutes=minutes))
    seal_all(sealed)
    (one,) = found(sealed, "log_time_order")
    assert one["position"] == made(sealed)[2].end + 1


def test_before_the_first_checkpoint_nothing_ties_the_order_to_a_time(office):
    for hour in reversed(HOURS):
        a_draft(office, hour)
    checkpoint(office, HOURS[2])
    assert verify(office).findings == []


@pytest.fixture
def two_epochs(sealed, profile):
    """The same office after it began a second epoch, in the other digest."""
    (other,) = {*PROFILES} - {profile}
    evidence.switch(sealed, other, reason="商用密码应用改造", by=signed(None, HOURS[2]))
    assert verify(sealed).findings == []
    a_case(sealed, when=HOURS[2])
    checkpoint(sealed, HOURS[2])
    return sealed


def test_a_second_epoch_verifies_like_the_first(two_epochs):
    result = verify(two_epochs)
    assert (result.findings, result.sealed, result.anchors) == ([], result.entries, 5)
    assert [one.epoch for one in made(two_epochs)] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE events SET keyed_code = hash WHERE id = 10", "root_changed"),
        ("UPDATE log SET epoch = 1", "epoch_open"),
        (f"UPDATE events SET algorithm = ({FIRST}) WHERE id = ({LAST})", "algorithm_mixed"),
        ("DELETE FROM log WHERE epoch = 2", "log_cut"),
    ],
)
def test_what_was_done_across_epochs_is_found(two_epochs, statement, code):
    behind_the_application(two_epochs, statement)
    assert code in codes(two_epochs)


def test_an_epoch_without_its_last_checkpoint_is_named(two_epochs):
    behind_the_application(two_epochs, "DELETE FROM checkpoints WHERE number IN (3, 4)")
    assert found(inside(two_epochs), "epoch_open")[0]["position"] == made(two_epochs)[1].end


def test_an_older_key_used_again_is_named(sealed):
    """After the journal announced another key, the former signs no more."""
    former, by = read_signing_key(sealed.settings.secret_file), signed(None, HOURS[2])
    evidence.rotate_signing(sealed, reason="岗位轮换", by=by)
    checkpoint(sealed, HOURS[2])
    assert verify(sealed).findings == []
    with transaction(sealed.engine) as tx:
        checkpoints.make_in(tx, sealed, at=HOURS[2], by=by, reason="manual", troubles=[], key=former)
    assert found(sealed, "checkpoint_key_former")[0]["checkpoint"] == 6
