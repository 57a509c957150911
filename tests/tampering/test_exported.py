"""What was tampered with in the database and reaches an export: three verifiers come to one verdict.

The stand-alone one and that for exports read the file, `duban verify` the database it was taken from.
"""

import json
import subprocess
import sys
from random import Random

import pytest

from tests.builders import at, signed
from tests.states.test_any_sequence import LIVES
from tests.tampering.deeds import beside, chains, entries, log, words
from tests.tampering.owner import the_owner
from workflow.evidence.export import VERIFIER
from workflow.services.exporting import export_history
from workflow.services.verification import verify
from workflow.services.verification.exports import verify_export

WHEN = at(2026, 12, 1)
SEEDS = range(max(LIVES // 400, 1))
REACH_AN_EXPORT = (
    entries.edit_a_field,
    entries.edit_the_hash,
    entries.edit_the_code,
    entries.delete_in_the_middle,
    entries.cut_the_tail,
    entries.cut_it_from_the_log_too,
    chains.rehash_and_seal_again,
    chains.remove_a_case_and_its_place,
    chains.append_an_entry,
    beside.change_the_row,
    words.change_words,
    log.swap_two_places,
    log.remove_a_checkpoint,
    log.sign_a_checkpoint_oneself,
    log.edit_a_checkpoint_outside,
)


def test_an_untouched_city_is_clean_to_all_three(copy_of, tmp_path):
    assert verdicts(copy_of(), tmp_path) == ("clean",) * 3


@pytest.mark.parametrize("deed", REACH_AN_EXPORT)
def test_three_verifiers_agree_on_what_was_tampered_with(copy_of, tmp_path, deed):
    for seed in SEEDS:
        office = copy_of()
        with the_owner(office, Random(f"{deed.__name__}/{seed}")) as owner:
            deed(owner)
        assert verdicts(office, tmp_path) == ("tampered",) * 3, seed


def verdicts(office, folder):
    """Of the stand-alone verifier, of ours on the file, and of ours on the database, which saw it first."""
    own = verify(office).as_json()["verdict"]
    file, outside = folder / "history.jsonl", office.settings.checkpoint_dir
    by = signed(None, WHEN)
    export_history(office, file, "jsonl", by=by, force=True, words=True)
    options = ["--checkpoints", outside, "--key-file", office.settings.secret_file, "--json"]
    command = [sys.executable, "-I", file.with_name(VERIFIER), file, *options]
    alone = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    ours = verify_export(file, outside=sorted(outside.glob("*.txt")), secret=office.secret)
    assert {one["code"] for one in ours.findings} == {one["code"] for one in alone["findings"]}
    return alone["verdict"], ours.as_json()["verdict"], own
