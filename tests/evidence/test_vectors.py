"""The published vectors, and what the stand-alone verifier says of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from states.errors import Refusal
from tests.evidence.publish import FOLDER, all_vectors, files
from tests.evidence.vectors.book import CLEAN
from workflow.secret import Key, Secret
from workflow.services.verification.exports import verify_export

VERIFIER = Path(__file__).parents[2] / "workflow" / "evidence" / "verify_history.py"
VECTORS = {one.name: one for one in all_vectors()}
CODES = {"clean": 0, "tampered": 1, "cannot_tell": 2}


def verdict_of(vector, folder):
    """What the stand-alone verifier answers, alone in a fresh process."""
    export, options = folder / "export.jsonl", []
    export.write_bytes(vector.export)
    for number, text in enumerate(vector.checkpoints, start=1):
        (folder / f"checkpoint-{number}.txt").write_text(text, encoding="utf-8", newline="")
        options += ["--checkpoints", str(folder)] if number == 1 else []
    if vector.public_key:
        options += ["--public-key", vector.public_key]
    if vector.keys:
        (folder / "key").write_text("".join(f"{key.hex()}\n" for key in vector.keys))
        options += ["--key-file", str(folder / "key")]
    command = [sys.executable, "-I", str(VERIFIER), str(export), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def ours_on(vector, folder):
    """What our own verification of a file answers."""
    export, outside = folder / "export.jsonl", []
    export.write_bytes(vector.export)
    for number, text in enumerate(vector.checkpoints, start=1):
        outside.append(folder / f"checkpoint-{number}.txt")
        outside[-1].write_text(text, encoding="utf-8", newline="")
    keys = {key.id: key for key in map(Key, vector.keys)}
    secret = Secret(folder / "key", keys) if keys else None
    public = [vector.public_key] if vector.public_key else []
    try:
        done = verify_export(export, outside=outside, public_keys=public, secret=secret)
    except Refusal as refusal:
        return "cannot_tell", {refusal.code}
    return done.as_json()["verdict"], {one["code"] for one in done.findings}


@pytest.mark.parametrize("name", VECTORS)
def test_the_stand_alone_verifier_answers_as_published(name, tmp_path):
    vector = VECTORS[name]
    code, told = verdict_of(vector, tmp_path)
    assert (told["verdict"], code) == (vector.verdict, CODES[vector.verdict]), told["findings"]
    assert vector.code is None or vector.code in {one["code"] for one in told["findings"]}


@pytest.mark.parametrize("name", VECTORS)
def test_ours_answers_as_published(name, tmp_path):
    vector = VECTORS[name]
    verdict, codes = ours_on(vector, tmp_path)
    assert verdict == vector.verdict, codes
    assert vector.code is None or vector.code in codes


def test_at_least_sixty_ways_of_tampering_are_published():
    assert sum(one.verdict != CLEAN for one in VECTORS.values()) >= 60


def test_what_is_published_is_what_the_format_gives():
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == dict(files())


def test_the_verifier_stays_one_file_that_can_be_read_through():
    source = VERIFIER.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    assert "import workflow" not in source and "from workflow" not in source and "states" not in source
