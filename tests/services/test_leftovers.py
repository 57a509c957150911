"""Of an act that came to nothing no file stays: of a refused one none, of a killed one for a day."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from states.errors import Refusal
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    a_paper_of_proof,
    at,
    give,
    on_escalation,
    signed,
    stored_files,
    sweep_on,
)
from workflow.services import files, instructing, leftovers
from workflow.services.attaching import received
from workflow.services.cases import create, perform
from workflow.services.documents import filing

NOW, HOUR = datetime.now(UTC), timedelta(hours=1)
INSTRUCTION = {"leader": "简宁", "instruction": "请抓紧", "instructed_on": at(2057, 1, 4).date()}


def on_the_wrong_stage(office, number, proof):
    perform(office, number, "report_completion", by=signed(LIAISON), at=OPENED, result="好", evidence=proof)


def by_the_wrong_hand(office, number, proof):
    perform(office, number, "report_progress", by=signed("BH214-L"), at=OPENED, progress="1", evidence=proof)


def with_another_file_that_is_none(office, number, proof):
    both = [*proof, proof[0].parent / "没有.txt"]
    perform(office, number, "comment", by=signed(OFFICER), at=OPENED, text="看", evidence=both)


def opening_what_lacks_its_title(office, number, proof):
    create(office, "open", by=signed(OFFICER), at=OPENED, source="市长信箱", evidence=proof)


def recording_what_is_yet_to_be_said(office, number, proof):
    instructing.record(office, number, by=signed(OFFICER), at=OPENED, **INSTRUCTION, evidence=proof)


def on_a_measure_it_is_too_late_for(office, number, proof):
    sweep_on(office, at(2026, 7, 23))
    on_escalation(office, "reminder", "approve", DIRECTOR, at(2026, 7, 23), evidence=proof)


def on_a_paper_there_is_not(office, number, proof):
    filing.serve(office, "滨督函〔2026〕99号", by=signed(OFFICER), at=OPENED, evidence=proof)


@pytest.mark.parametrize(
    "refused",
    [
        on_the_wrong_stage,
        by_the_wrong_hand,
        with_another_file_that_is_none,
        opening_what_lacks_its_title,
        recording_what_is_yet_to_be_said,
        on_a_measure_it_is_too_late_for,
        on_a_paper_there_is_not,
    ],
)
def test_of_a_refused_act_no_file_stays(office, refused):
    case = a_case(office, "assigned")
    before = stored_files(office)
    with pytest.raises(Refusal):
        refused(office, case.number, [a_paper_of_proof(office, "另一份")])
    assert stored_files(office) == before


def test_of_a_form_that_comes_again_no_file_stays(office):
    case, once = a_case(office), replace(signed(LIAISON), form="a-form-of-his")
    for text in ("第一份", "第二份"):
        before = stored_files(office)
        try:
            proof = [a_paper_of_proof(office, text)]
            perform(office, case.number, "report_progress", by=once, at=OPENED, progress="1", evidence=proof)
        except Refusal as refusal:
            assert (refusal.code, text) == ("already_done", "第二份")
            assert stored_files(office) == before


def test_a_file_that_another_act_brought_stays_when_one_is_refused(office):
    case, proof = a_case(office), [a_paper_of_proof(office)]
    with received(office, {"evidence": proof}) as taken:
        give(office, case, "report_progress", LIAISON, progress="1", evidence=proof)
    assert files.fetch(office.settings.files, taken["evidence"][0].sha256) == proof[0].read_bytes()


def test_what_a_killed_act_left_is_cleared_away_after_a_day_and_nothing_else(office, tmp_path):
    give(
        office, a_case(office), "report_progress", LIAISON, progress="1", evidence=[a_paper_of_proof(office)]
    )
    before, store = stored_files(office), office.settings.files
    left = files.take_in(store, a_paper_of_proof(office, "没办成")).waiting
    folder = files.waiting_room(store) / "uploads"
    folder.mkdir()
    (folder / "one").write_bytes(b"1")
    for one in (*before, left, folder):
        os.utime(one, (NOW.timestamp(),) * 2)
    assert leftovers.clear(office, at=NOW + 23 * HOUR) == 0 and left.exists()
    assert leftovers.clear(office, at=NOW + 25 * HOUR) == 2
    assert stored_files(office) == before
