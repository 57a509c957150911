"""After a backup is put back: what the lost branch left outside is named, told, and not used again."""

import json
import shutil
from dataclasses import replace

import pytest

from states.document_number import DocumentNumber
from states.errors import FactInvalid, NotPermitted
from states.evidence.checkpoint import parse
from tests.builders import (
    DIRECTOR,
    LIAISON,
    a_case,
    late_cases,
    papers,
    rows,
    scheduled_on,
    signed,
    sweep_on,
)
from tests.homes import dropped_afterwards
from tests.services.conftest import AFTER, MINUTE, checkpoint
from tests.unguarded import behind_the_application
from workflow.errors import NotFound
from workflow.services import backing_up, exporting, putting_back
from workflow.services.branches import Outside
from workflow.services.documents import numbering
from workflow.services.journal import sentence_of
from workflow.services.office import open_office
from workflow.services.scheduled import release
from workflow.services.verification import verify, verify_file
from workflow.signing import SigningKey, read_signing_key
from workflow.storage.evidence_models import CheckpointMade
from workflow.storage.models import Case, Event, OutboxMessage
from workflow.watermark import mark_beside


def let_go(office, **how):
    by = signed(DIRECTOR, AFTER)
    return release(office, by=by, at=AFTER, reason="磁盘损坏", outside=Outside(**how))["branch"]


def codes(office, **how):
    return sorted({one["code"] for one in verify(office, **how).findings})


def test_before_it_is_let_go_the_lost_checkpoints_are_tampering(lost):
    _, restored = lost
    assert codes(restored) == ["checkpoint_newer", "log_cut"]


def test_a_restore_counts_the_checkpoints_beyond_the_backup_unless_more_is_wrong(lost, tmp_path):
    office, restored = lost

    def again(name):
        settings = restored.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / name}"})
        return putting_back.put_back(settings, tmp_path / "昨夜.duban", at=AFTER, by=signed(None, AFTER))

    assert again("a.db").beyond == 3
    (fifth,) = office.settings.checkpoint_dir.glob("checkpoint-000005-*")
    fifth.write_text("改过")
    assert again("b.db").beyond == 0


def test_whoever_lets_it_go_names_every_checkpoint_that_was_lost(lost):
    office, restored = lost
    told = let_go(restored)
    made = [parse(row.text) for row in rows(office, CheckpointMade)]
    assert (told["last_common"], told["common"]["hash"], told["next"]) == (2, made[1].hash, 6)
    assert [(one["number"], one["hash"], one["size"]) for one in told["left"]] == [
        (one.number, one.hash, one.size) for one in made[2:]
    ]
    (entry,) = [row for row in rows(restored, Event) if row.kind == "branch_left"]
    details = json.loads(entry.payload)["details"]
    assert (entry.actor, details["mails_waiting"]) == ("R010", len(rows(restored, OutboxMessage)))
    said = sentence_of("branch_left", details, {})
    assert said == "舍弃备份之后的历史（保留至第2号检查点，其后有3个检查点存于系统之外，此后由第6号起）"


def test_afterwards_they_are_told_as_explained_and_never_silently(lost):
    _, restored = lost
    let_go(restored)
    result = verify(restored)
    assert (result.findings, result.exit_code, result.anchors) == ([], 0, 2)
    assert [one["code"] for one in result.as_json()["notices"]] == ["branch_left", *["branch_checkpoint"] * 3]
    assert [one.get("checkpoint") for one in result.notices[1:]] == [3, 4, 5]
    assert all(one["message"].endswith("（卞知远登记）") for one in result.notices[1:])
    assert all("已舍弃的历史" in one["message"] for one in result.notices[1:])


def test_numbers_of_the_branch_that_was_left_are_no_gaps(lost):
    _, restored = lost
    (given, *_) = let_go(restored)["numbers"]
    assert given["to"] >= given["from"]
    assert numbering.register(restored)["gaps"] == []


def test_where_nothing_lies_beyond_the_backup_nothing_is_said_to_be_lost(lost):
    office, restored = lost
    for path in office.settings.checkpoint_dir.glob("checkpoint-00000[345]-*"):
        path.unlink()
    let_go(restored)
    (notice,) = verify(restored).notices
    assert notice["person"] == "R010" and "卞知远放行由备份恢复的数据库，" in notice["message"]
    assert notice["message"].endswith("，未发现备份之后的检查点存于系统之外")


def test_a_checkpoint_nobody_named_is_tampering_as_before(lost, tmp_path):
    office, restored = lost
    kept = tmp_path / "auditor"
    kept.mkdir()
    (fourth,) = office.settings.checkpoint_dir.glob("checkpoint-000004-*")
    shutil.move(fourth, kept)
    let_go(restored)
    assert codes(restored) == []
    assert codes(restored, since=kept) == ["checkpoint_newer", "checkpoint_split", "log_cut"]


def test_those_the_auditor_holds_can_be_named_too(lost, tmp_path):
    office, restored = lost
    kept = tmp_path / "auditor"
    shutil.move(office.settings.checkpoint_dir, kept)
    told = let_go(restored, since=kept)
    assert [one["number"] for one in told["left"]] == [3, 4, 5]
    assert codes(restored, since=kept) == []


def test_checkpoints_go_on_beyond_the_lost_ones_and_verify(lost):
    _, restored = lost
    let_go(restored)
    a_case(restored, when=AFTER)
    assert [checkpoint(restored, AFTER + one * MINUTE).number for one in (0, 1)] == [6, 7]
    assert [row.number for row in rows(restored, CheckpointMade)] == [1, 2, 6, 7]
    names = sorted(path.name[11:17] for path in restored.settings.checkpoint_dir.iterdir())
    assert names == ["000001", "000002", "000003", "000004", "000005", "000006", "000007"]
    assert codes(restored) == []


def test_a_gap_the_journal_does_not_tell_of_is_found(lost):
    _, restored = lost
    let_go(restored)
    for one in (0, 1, 2):
        checkpoint(restored, AFTER + one * MINUTE)
    behind_the_application(restored, "DELETE FROM checkpoints WHERE number = 7")
    assert "checkpoint_missing" in codes(restored)


def test_an_export_of_it_is_clean_to_both_verifiers(lost, tmp_path):
    _, restored = lost
    let_go(restored)
    a_case(restored, when=AFTER)
    checkpoint(restored, AFTER)
    for case in (None, rows(restored, Case)[0].number):
        file = tmp_path / f"{case}.jsonl"
        exporting.export_history(restored, file, "jsonl", by=signed(None, AFTER), case=case)
        result = verify_file(restored.settings, file, since=restored.settings.checkpoint_dir)
        assert (result.findings, len(result.notices)) == ([], 3)


def test_no_number_that_went_out_is_given_out_again(lost):
    """The mark beside the key knows the numbers of the lost branch."""
    office, restored = lost
    gone = {one["number"] for one in papers(office) if one["number"]}
    told = let_go(restored)
    assert gone and {one["from"] for one in told["numbers"]} == {1}
    late_cases(restored, 3, mark="再")
    sweep_on(restored, AFTER)
    again = {one["number"] for one in papers(restored) if one["number"]}
    assert again and not again & gone
    assert {row.message_id for row in rows(office, OutboxMessage)}.isdisjoint(
        row.message_id for row in rows(restored, OutboxMessage)
    )
    assert codes(restored) == []


def test_a_number_in_the_gap_is_found(lost):
    _, restored = lost
    let_go(restored)
    sweep_on(restored, AFTER)
    issued = sorted(one["number"] for one in papers(restored) if one["number"])
    reused = issued[0].split("〕")[0] + "〕1号"
    behind_the_application(restored, f"UPDATE documents SET number = '{reused}' WHERE number = '{issued[0]}'")
    assert "number_gap" in codes(restored)


def test_what_the_mark_does_not_know_a_person_may_state(lost):
    office, restored = lost
    mark_beside(office.settings.secret_file).unlink()
    series = papers(office, "reminder")[0]["number"].split("〔")[0]
    told = let_go(restored, used=(DocumentNumber(series, 2026, 40),))
    assert told["numbers"] == [{"series": series, "year": 2026, "from": 1, "to": 40}]
    sweep_on(restored, AFTER)
    assert papers(restored, "reminder")[0]["number"] == f"{series}〔2026〕41号"
    assert codes(restored) == []


def test_a_slip_of_the_pen_does_not_use_up_a_series(lost):
    _, restored = lost
    with pytest.raises(FactInvalid) as refused:
        let_go(restored, used=(DocumentNumber("滨督函", 2026, 999_999),))
    assert refused.value.code == "number_too_far"
    assert scheduled_on(restored, AFTER).hold == "restored"


def test_a_forged_checkpoint_is_not_explained_away(lost):
    """Of another key, or not going on from the last common one: it stays what it was."""
    office, restored = lost
    folder, own = office.settings.checkpoint_dir, read_signing_key(office.settings.secret_file)
    third = parse(rows(office, CheckpointMade)[2].text)
    stranger = SigningKey(b"x" * 32)
    by_another = stranger.sign(replace(third, key=stranger.public, number=9))
    off_the_road = own.sign(replace(third, previous="1" * 64))
    for one in (by_another, off_the_road):
        (folder / f"checkpoint-{one.number:06}-{one.short}.txt").write_text(one.text)
    assert {one["hash"] for one in let_go(restored)["left"]}.isdisjoint({by_another.hash, off_the_road.hash})
    assert {"checkpoint_key_unannounced", "checkpoint_split"} <= set(codes(restored))


def test_a_second_restore_names_its_own_branch(lost, home, tmp_path):
    _, restored = lost
    let_go(restored)
    a_case(restored, when=AFTER)
    file = tmp_path / "again.duban"
    backing_up.back_up(restored, file, at=AFTER, by=signed(None, AFTER))
    checkpoint(restored, AFTER + MINUTE)
    with dropped_afterwards(home, home.new_url()) as url:
        settings = restored.settings.model_copy(update={"database_url": url})
        putting_back.put_back(settings, file, at=AFTER, by=signed(None, AFTER))
        again = open_office(settings)
        told = let_go(again)
        assert ([one["number"] for one in told["left"]], told["last_common"], told["next"]) == ([7], 6, 8)
        result = verify(again)
        assert (result.findings, len(result.notices)) == ([], 2 + 4)
        again.engine.dispose()


def test_it_is_let_go_once_and_by_who_may(lost):
    _, restored = lost
    with pytest.raises(NotPermitted):
        release(restored, by=signed(LIAISON, AFTER), at=AFTER)
    let_go(restored)
    with pytest.raises(NotFound):
        let_go(restored)
