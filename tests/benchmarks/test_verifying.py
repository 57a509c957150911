"""What verification costs: hashes and links, and all of it, against reading the same rows.

`DUBAN_ENTRIES` (100,000) says how long the history is. Each round reads, links and verifies it in turns.
"""

import os
import subprocess
import sys

import pytest
from sqlalchemy import update

from states.history import GENESIS
from tests.benchmarks.stopwatch import Stopwatch, middle, ratio, show
from tests.benchmarks.town import copy_cases
from tests.builders import OPENED
from workflow.services.sealing import seal_all
from workflow.services.verification import verify
from workflow.services.verification.chain import link_broken
from workflow.storage import queries
from workflow.storage.session import reading, transaction

ENTRIES, ROUNDS = int(os.environ.get("DUBAN_ENTRIES", "100000")), 3
AIM = 3.0
MEMORY = 400 * 1024 * 1024
"""Bytes that verifying may hold, however long the history is."""

VERIFY = "from workflow.cli import main; main()"

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3_600)]


@pytest.fixture
def long_lived(another_office):
    """An office with as many entries, all sealed."""
    office = another_office()
    copy_cases(office, ENTRIES)
    with transaction(office.engine) as tx:  # the town sleeps past its dates, which verification would tell
        tx.execute(update(queries.CASE).values(next_action_at=OPENED))
    seal_all(office)
    return office


def test_hashes_and_links_cost_at_most_three_times_reading(long_lived):
    watch = Stopwatch(long_lived.engine)
    read, linked, full = [], [], []
    for _ in range(ROUNDS):
        read.append(watch.time(lambda: read_all(long_lived)))
        linked.append(watch.time(lambda: link_all(long_lived)))
        full.append(watch.time(lambda: verify_all(long_lived)))
    cost, whole = ratio(linked, read), ratio(full, read)
    show(
        f"verifying {ENTRIES} entries, {long_lived.engine.dialect.name}",
        {
            "reading": f"{middle(read).cpu / ENTRIES * 1e6:.1f} µs CPU an entry",
            "hashes and links": f"{cost.cpu:.2f}× CPU, {cost.wall:.2f}× wall (aim: {AIM}×)",
            "all of it": f"{whole.cpu:.1f}× CPU, {middle(full).cpu / ENTRIES * 1e6:.0f} µs an entry",
        },
    )
    assert cost.cpu <= AIM


def read_all(office):
    with reading(office.engine) as tx:
        for _ in queries.each_event(tx):
            pass


def link_all(office):
    with reading(office.engine) as tx:
        case, previous = None, GENESIS
        for event in queries.each_event(tx):
            previous = previous if event.case_id == case else GENESIS
            assert link_broken(event, previous) is None
            case, previous = event.case_id, event.hash


def verify_all(office):
    assert verify(office).findings == []


def test_verifying_streams(long_lived, tmp_path):
    """The command line in a process of its own."""
    settings = long_lived.settings
    told = {
        "DATABASE_URL": settings.database_url,
        "FILES": settings.files,
        "SECRET_FILE": settings.secret_file,
    }
    env = os.environ | {f"DUBAN_{name}": str(value) for name, value in told.items()}
    output = tmp_path / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", VERIFY, "verify", "--json"], env=env, stdout=file, stderr=file
        )
        _, status, usage = os.wait4(process.pid, 0)  # of this child, whatever others held
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, output.read_bytes()[:600]
    held = usage.ru_maxrss * 1024
    told = f"{held / 1024**2:.0f} MiB"
    show(f"duban verify over {ENTRIES} entries, {long_lived.engine.dialect.name}", {"memory": told})
    assert held <= MEMORY
