"""Whether four sweepers at once take longer than one alone over the same number of late cases.

They wait for one another's transactions, and claims skip one another's rows: the aim is 1.5× at most. Only
the outcome is asserted; the ratio is printed, since both times depend on how many cores are free.
"""

import os
import time

import pytest

from tests.benchmarks.stopwatch import show
from tests.builders import rows
from tests.sweepers import SWEEP, SWEEPERS, late_cases, started
from workflow.storage.models import Escalation

MATTERS = int(os.environ.get("DUBAN_SWEEPERS_CASES", "2000"))
ROUNDS = 3
AIM = 1.5
READY = "import sys; from workflow.cli.app import run; print('ready', flush=True); sys.stdin.readline(); "
READY += "sys.exit(run(sys.argv[1:]))"


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_four_sweepers_take_about_as_long_as_one(another_office):
    alone, together = [], []
    for _ in range(ROUNDS):
        for times, count in ((alone, 1), (together, SWEEPERS)):
            home = another_office()
            late_cases(home, MATTERS)
            times.append(seconds_of(home, count))
            assert len(rows(home, Escalation)) == MATTERS
    told = {"one": f"{min(alone):.2f} s", "four": f"{min(together):.2f} s"}
    ratio = f"{min(together) / min(alone):.2f}× (aim: {AIM}×)"
    show(f"{MATTERS} late cases, {home.engine.dialect.name}", told | {"ratio": ratio})


def seconds_of(office, count):
    """How long so many sweepers take from a common start, with their programs already loaded."""
    processes = [started(office, "-c", READY, *SWEEP) for _ in range(count)]
    assert {process.stdout.readline() for process in processes} == {"ready\n"}
    begun = time.monotonic()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=900) for process in processes]
    assert [process.returncode for process in processes] == [0] * count, answers
    return time.monotonic() - begun
