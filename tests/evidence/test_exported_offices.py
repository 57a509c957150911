"""What a real office exports: both verifiers find it sound, and find what was done behind the application."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from states.errors import NotPermitted
from tests.builders import LIAISON, OFFICER, a_case, at, give, signed, sweep_on
from tests.unguarded import behind_the_application
from workflow.evidence.export import VERIFIER, verifier
from workflow.services import checkpoints, evidence
from workflow.services.exporting import export_history
from workflow.services.verification import verify
from workflow.services.verification.exports import verify_export

WHEN, LATER = at(2026, 11, 20), at(2026, 11, 21)


@pytest.fixture
def kept_outside(office, tmp_path):
    """The office with a folder for its checkpoints that is not its own."""
    outside = tmp_path / "outside"
    outside.mkdir()
    return replace(office, settings=office.settings.model_copy(update={"checkpoint_dir": outside}))


@pytest.fixture
def lived(kept_outside):
    """An office with a few lives in it, all under a checkpoint."""
    office = kept_outside
    case = a_case(office)
    a_case(office, "assigned", lead_unit="市水务局")
    give(
        office, case, "report_progress", LIAISON, at(2026, 7, 10), progress="已修复180盏", completion_rate=60
    )
    sweep_on(office, at(2026, 7, 23))
    seal(office, WHEN)
    return office


def seal(office, when):
    return checkpoints.checkpoint(office, at=when, by=signed(None, when))


def exported(office, folder, **options):
    file = folder / "history.jsonl"
    export_history(office, file, "jsonl", by=signed(None, LATER), force=True, **options)
    return file


def both(office, file):
    """Verdicts and codes of the stand-alone verifier, in a process of its own, and of ours."""
    outside = office.settings.checkpoint_dir
    options = ["--checkpoints", outside, "--key-file", office.settings.secret_file, "--json"]
    command = [sys.executable, "-I", file.with_name(VERIFIER), file, *options]
    alone = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    ours = verify_export(file, outside=sorted(outside.glob("*.txt")), secret=office.secret)
    codes = {one["code"] for one in alone["findings"]}
    assert {one["code"] for one in ours.findings} == codes
    assert alone["verdict"] == ours.as_json()["verdict"]
    return alone


def test_a_whole_office_and_each_matter_in_it_are_found_sound(lived, tmp_path):
    told = both(lived, exported(lived, tmp_path, words=True))
    assert (told["verdict"], told["anchored"], told["unkeyed"]) == ("clean", True, 0)
    assert told["entries"] > 15
    excerpt = both(lived, exported(lived, tmp_path, case="滨督2026-001"))
    assert (excerpt["verdict"], excerpt["anchored"]) == ("clean", True)
    assert 0 < excerpt["entries"] < told["entries"]


def test_a_digest_switched_and_keys_replaced_are_followed(lived, tmp_path):
    by = signed(None, LATER)
    evidence.rotate(lived, reason="例行更换", by=by)
    evidence.rotate_signing(lived, reason="例行更换", by=by)
    evidence.switch(lived, "sm3", reason="密评要求", by=by)
    give(lived, "滨督2026-002", "comment", OFFICER, LATER, text="已核对新旧算法")
    seal(lived, LATER)
    assert verify(lived).findings == []
    assert both(lived, exported(lived, tmp_path))["verdict"] == "clean"


def test_words_stay_at_home_unless_they_are_asked_for(lived, tmp_path):
    assert "已修复180盏" not in exported(lived, tmp_path).read_text("utf-8")
    assert "已修复180盏" in exported(lived, tmp_path, words=True).read_text("utf-8")


EDITED = "UPDATE events SET payload = replace(payload, 'human', 'humen') WHERE case_id = 1 AND seq = 2"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE cases SET due_on = '2026-12-31' WHERE number = '滨督2026-001'", "row_changed"),
        ("DELETE FROM cases WHERE number = '滨督2026-001'", "row_missing"),
        ("DELETE FROM events WHERE case_id = 2 AND seq = 2", "position_missing"),
        (
            "UPDATE events SET payload = replace(payload, 'human', 'humen') WHERE case_id = 1 AND seq = 2",
            "entry_changed",
        ),
        ("UPDATE events SET keyed_code = hash WHERE case_id = 1 AND seq = 2", "forged"),
        ("UPDATE event_words SET text = '改' WHERE case_id = 1", "words_changed"),
        ("DELETE FROM checkpoints", "checkpoint_replaced"),
    ],
)
def test_what_was_done_behind_the_application_is_seen_in_the_export(lived, tmp_path, change, code):
    behind_the_application(lived, change)
    told = both(lived, exported(lived, tmp_path, words=True))
    assert told["verdict"] == "tampered"
    assert code in {one["code"] for one in told["findings"]}


def test_a_unit_takes_no_evidence_for_a_chain_is_whole_or_nothing(lived, tmp_path):
    with pytest.raises(NotPermitted) as refused:
        file = tmp_path / "mine.jsonl"
        export_history(lived, file, "jsonl", by=signed(LIAISON, LATER), case="滨督2026-001")
    assert refused.value.code == "evidence_is_whole"
    assert list(tmp_path.glob("*.jsonl")) == []


def test_the_verifier_goes_out_with_an_export_and_replaces_nothing(lived, tmp_path):
    exported(lived, tmp_path)
    assert (tmp_path / VERIFIER).read_bytes() == verifier()
    (tmp_path / VERIFIER).write_text("mine")
    exported(lived, tmp_path)
    assert (tmp_path / VERIFIER).read_text() == "mine"
