"""The stand-alone verifier on a history of 100,000 entries, against reading and hashing the same lines bare.

A million entries are to take it no more than a minute on one core: 60 µs of CPU an entry.
"""

import hashlib
import json
import resource
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.played_exports import (
    SIGNER,
    ZEROS,
    Told,
    as_line,
    checkpoint_hash,
    entry_line,
    public,
    signed,
    stamp,
    state_line,
)
from workflow.evidence import verify_history

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ENTRIES, MATTERS, EVERY = 100_000, 12_500, 500


def test_a_million_entries_take_the_verifier_no_more_than_a_minute(tmp_path):
    file = tmp_path / "history.jsonl"
    file.write_bytes(an_export())
    bare, verifier = bare_seconds(file), verifier_seconds(file)
    print(
        f"\nverifier {verifier / ENTRIES * 1e6:.0f} µs an entry, {verifier / bare:.1f}x reading and hashing"
    )


def bare_seconds(file: Path) -> float:
    """CPU seconds to read every line and hash its text."""
    started = time.process_time()
    with file.open("rb") as lines:
        for line in lines:
            told = json.loads(line)
            if told["type"] == "entry":
                hashlib.sha256(told["payload"].encode()).digest()
    return time.process_time() - started


def verifier_seconds(file: Path) -> float:
    """CPU seconds of the verifier in a process of its own, which must find the export sound."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-I", verify_history.__file__, file], capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stdout[:400]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def an_export() -> bytes:
    """Matters with eight entries each beside the journal, a checkpoint every 500 entries."""
    told = list(placed())
    heads: dict[str, tuple[int, str]] = {}
    for one in told:
        seq, previous = heads.get(one.case, (0, ZEROS))
        one.line = entry_line(one, seq + 1, previous)
        heads[one.case] = (seq + 1, one.line["hash"])
    origin = told[0].line["hash"]
    epochs = [{"epoch": 1, "algorithm": "sha256", "first": 0}]
    header = {"type": "header", "format": "duban-history/1", "origin": origin, "sealed": ENTRIES,
              "scope": "all", "case": None, "epochs": epochs}  # fmt: skip
    lines = [header, *checkpoints(told, origin), *by_matter(told)]
    body = b"".join(map(as_line, lines))
    return body + as_line({"type": "end", "lines": len(lines), "sha256": hashlib.sha256(body).hexdigest()})


def placed() -> Any:
    yield Told("office", "signing_key_announced", 0, 0, details={"public": public(SIGNER)})
    for place in range(1, ENTRIES):
        case = f"滨督2026-{place % MATTERS:06}"
        facts = {"number": case, "completion_rate": place % 100, "progress_on": "2026-07-01"}
        yield Told(case, "progress_reported", place / 1000, place, facts, {"unit": "BH212", "said": "x" * 60})


def checkpoints(told: list[Told], origin: str) -> Any:
    tree, previous = verify_history.Tree("sha256"), ZEROS
    for one in told:
        data = bytes.fromhex(one.line["hash"] + one.line["code"])
        tree.add(hashlib.sha256(b"\0" + data).digest())
        if tree.size % EVERY == 0:
            lines = (
                "duban-checkpoint/1", f"origin: {origin}", f"number: {tree.size // EVERY}", "epoch: 1",
                "algorithm: sha256", "first: 0", f"size: {tree.size}", f"root: {tree.root().hex()}",
                f"time: {stamp(one.minute)}", f"previous: {previous}", f"key: {public(SIGNER)}", "",
            )  # fmt: skip
            text = signed("\n".join(lines), SIGNER)
            previous = checkpoint_hash("sha256", text)
            yield {"type": "checkpoint", "text": text}


def by_matter(told: list[Told]) -> Any:
    for case, group in groupby(
        sorted(told, key=lambda one: (one.case != "office", one.case)), lambda one: one.case
    ):
        entries = list(group)
        yield from (one.line for one in entries)
        if case != "office":
            yield state_line(entries)
