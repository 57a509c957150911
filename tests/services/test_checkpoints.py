"""Checkpoints: made when due, signed, chained, written to their folder, and mailed to the auditor."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from states.evidence.checkpoint import breaks, parse
from tests.builders import OPENED, a_case, a_draft, at, behind_its_mark, rows, signed
from tests.postbox import open_postbox
from workflow.errors import ConfigurationError, Held, NotFound
from workflow.services import checkpoints
from workflow.services.outbox.sending import send_due
from workflow.services.sealing import seal_all
from workflow.services.verification import verify
from workflow.signing import is_signed, on_paper, read_signing_key, signing_file
from workflow.storage import log, sweeps
from workflow.storage.evidence_models import CheckpointMade
from workflow.storage.models import Document, Event, OutboxMessage
from workflow.storage.session import reading, transaction

NOW = at(2026, 7, 1, 10)
MINUTE = timedelta(minutes=1)


def set_up(office, **settings):
    return replace(office, settings=office.settings.model_copy(update=settings))


@pytest.fixture
def kept_outside(office, tmp_path):
    """The office with a folder for its checkpoints."""
    (tmp_path / "outside").mkdir()
    return set_up(office, checkpoint_dir=tmp_path / "outside")


def make(office, when=NOW, **how):
    return checkpoints.checkpoint(office, at=when, by=signed(None, when), **how)


def keep(office, when=NOW):
    return checkpoints.keep(office, at=when, by=signed(None, when))


def made(office):
    """Every checkpoint in its order."""
    return [parse(row.text) for row in sorted(rows(office, CheckpointMade), key=lambda row: row.number)]


def test_a_checkpoint_covers_everything_there_is_and_is_signed(office):
    a_case(office)
    one = make(office).made
    assert (one.number, one.epoch, one.algorithm, one.first) == (1, 1, "sha256", 0)
    assert (one.size, one.time) == (len(rows(office, Event)), NOW)
    assert is_signed(one) and not is_signed(replace(one, size=one.size + 1))
    with reading(office.engine) as tx:
        assert one.origin == sweeps.first_entry(tx)
        assert one.root == log.peaks_of(log.sealer(tx), "sha256").root.hex()


def test_each_follows_the_one_before(office):
    for hour in (10, 11, 12):
        a_case(office)
        make(office, at(2026, 7, 1, hour))
    first, second, third = made(office)
    assert [list(breaks(*pair)) for pair in ((None, first), (first, second), (second, third))] == [[], [], []]
    assert first.size < second.size < third.size
    assert [row.hash for row in rows(office, CheckpointMade)] == [first.hash, second.hash, third.hash]


def test_the_key_it_names_was_announced(office):
    announced = [row for row in rows(office, Event) if row.kind == "signing_key_announced"]
    (told,) = [json.loads(row.payload)["details"] for row in announced]
    assert told == {"public": make(office).made.key}


def test_without_its_key_no_checkpoint_is_made(office):
    signing_file(office.settings.secret_file).unlink()
    with pytest.raises(ConfigurationError) as refused:
        make(office)
    assert (refused.value.code, made(office)) == ("signing_key_missing", [])


@pytest.mark.parametrize("content", ["no key", "ab" * 31, "", "无"])
def test_a_key_nobody_can_read_is_named(office, content):
    signing_file(office.settings.secret_file).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        make(office)
    assert refused.value.code == "signing_key_unreadable"


def test_one_is_due_after_ten_minutes_with_something_new(office):
    assert keep(office).made.number == 1
    assert keep(office, NOW + 10 * MINUTE).made is None
    a_draft(office)
    assert keep(office, NOW + 9 * MINUTE).made is None
    assert keep(office, NOW + 10 * MINUTE).made.number == 2
    assert [row.reason for row in rows(office, CheckpointMade)] == ["time", "time"]


def test_one_is_due_after_so_many_entries(office):
    office = set_up(office, checkpoint_entries=5)
    keep(office)
    a_case(office, "assigned")
    assert keep(office).made is None
    a_case(office)
    assert keep(office).made.number == 2
    assert rows(office, CheckpointMade)[-1].reason == "count"


def test_the_end_of_a_day_is_marked_though_nothing_happened(office):
    keep(office)
    assert [keep(office, at(2026, 7, 2, 0, minute)).made is not None for minute in (0, 20)] == [True, False]
    assert rows(office, CheckpointMade)[-1].reason == "day_end"


def test_what_is_asked_for_is_made_though_nothing_is_new(office):
    assert [make(office).made.number, make(office, reason="backup").made.number] == [1, 2]
    assert [row.reason for row in rows(office, CheckpointMade)] == ["manual", "backup"]


def test_two_who_see_it_due_make_one(office):
    a_draft(office)
    seal_all(office)
    start = Barrier(4)

    def kept(_):
        start.wait()
        return keep(office).made

    with ThreadPoolExecutor(4) as pool:
        assert len([one for one in pool.map(kept, range(4)) if one]) == 1


def test_a_restored_database_signs_nothing(office):
    behind_its_mark(office)
    for act in (make, keep):
        with pytest.raises(Held):
            act(office)
    assert made(office) == []


def test_a_file_is_written_for_each(kept_outside):
    for hour in (10, 11):
        make(kept_outside, at(2026, 7, 1, hour))
    folder = kept_outside.settings.checkpoint_dir
    expected = {f"checkpoint-00000{one.number}-{one.short}.txt": one.text for one in made(kept_outside)}
    assert {path.name: path.read_bytes().decode() for path in folder.iterdir()} == expected


def test_a_folder_that_cannot_be_written_is_told_and_made_up_for(kept_outside):
    folder = kept_outside.settings.checkpoint_dir
    folder.rmdir()
    kept = make(kept_outside)
    assert (kept.written, len(kept.troubles)) == ([], 1)
    assert "checkpoints_unwritable" in kept.troubles[0]
    make(kept_outside, NOW + MINUTE)
    folder.mkdir()
    assert [path.name[:17] for path in keep(kept_outside, NOW + MINUTE).written] == [
        "checkpoint-000001",
        "checkpoint-000002",
    ]
    assert keep(kept_outside, NOW + MINUTE).written == []


def test_a_file_that_is_there_is_never_written_over(kept_outside):
    (place,) = make(kept_outside).written
    place.write_text("changed outside", encoding="utf-8")
    keep(kept_outside)
    assert place.read_text(encoding="utf-8") == "changed outside"


def test_a_half_written_file_never_bears_the_name(kept_outside, monkeypatch):
    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr("workflow.placing.os.fsync", full)
    assert len(make(kept_outside).troubles) == 1
    assert list(kept_outside.settings.checkpoint_dir.iterdir()) == []


def audited(office, **settings):
    return set_up(office, auditor_mail="shenji@binhai.example", **settings)


def test_it_is_mailed_to_the_auditor_with_its_text(office):
    office = audited(office)
    one = make(office).made
    with open_postbox(office) as (home, postbox):
        send_due(home, clock=lambda: NOW, by=signed(None, NOW))
    (mail,) = postbox.mails
    assert (mail["To"], one.short in mail["Subject"]) == ("审计人员 <shenji@binhai.example>", True)
    assert one.text.strip() in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert verify(office).exit_code == 0


def test_a_mail_and_its_answer_make_no_checkpoint_due(office):
    office = audited(office)
    keep(office)
    with open_postbox(office) as (home, _):
        send_due(home, clock=lambda: NOW, by=signed(None, NOW))
    assert {"checkpoint_queued", "mail_sent"} <= {row.kind for row in rows(office, Event)}
    assert keep(office, NOW + 20 * MINUTE).made is None
    a_draft(office)
    assert keep(office, NOW + 20 * MINUTE).made is not None


def test_only_that_of_the_day_s_end_is_mailed_where_the_auditor_wants_no_more(office):
    office = audited(office, checkpoint_mail="daily")
    keep(office)
    assert rows(office, OutboxMessage) == []
    keep(office, at(2026, 7, 2, 0))
    (mail,) = rows(office, OutboxMessage)
    assert mail.kind == "checkpoint"
    assert json.loads(rows(office, Document)[0].facts)["checkpoint"]["number"] == 2


def test_a_wording_that_cannot_work_keeps_no_checkpoint_back(office, tmp_path):
    wording = tmp_path / "templates" / "mail" / "checkpoint"
    wording.mkdir(parents=True)
    (wording / "subject.txt.j2").write_text("{{ 没有这个 }}", encoding="utf-8")
    kept = make(audited(office, templates=tmp_path / "templates"))
    assert (kept.made.number, len(kept.troubles), rows(office, OutboxMessage)) == (1, 1, [])


def test_the_checkpoint_that_closes_an_epoch_covers_all_of_it(office):
    a_case(office)
    with transaction(office.engine) as tx:
        log.evidence_for_update(tx)
        closing = checkpoints.close_epoch(tx, office, "sm3", at=NOW, by=signed(None, NOW), troubles=[])
    a_case(office)
    opening = make(office).made
    assert (opening.epoch, opening.algorithm, opening.first) == (2, "sm3", closing.size)
    assert list(breaks(closing, opening)) == []
    assert rows(office, CheckpointMade)[0].reason == "switch"


def test_they_are_listed_newest_first_and_shown_whole(kept_outside):
    make(kept_outside)
    make(kept_outside, NOW + MINUTE)
    first, second = made(kept_outside)
    assert [one["number"] for one in checkpoints.list_checkpoints(kept_outside, 10)] == [2, 1]
    shown = checkpoints.show(kept_outside, 1)
    assert (shown["text"], shown["short"], shown["reason"]) == (first.text, first.short, "manual")
    assert shown["file"].endswith(f"checkpoint-000001-{first.short}.txt")
    assert checkpoints.age(kept_outside, NOW + 3 * MINUTE) == 2 * MINUTE
    with pytest.raises(NotFound):
        checkpoints.show(kept_outside, 3)
    assert second.previous == first.hash


def test_a_key_is_copied_by_hand_in_groups_of_four(office):
    public = read_signing_key(office.settings.secret_file).public
    assert on_paper(public).replace(" ", "") == public
    assert len(on_paper(public).split()) == 16


def test_before_the_first_there_is_no_age(office):
    assert checkpoints.age(office, OPENED) is None
