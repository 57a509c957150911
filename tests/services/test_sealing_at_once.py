"""Many writers and several sealers at once: every entry gets its place once, and nobody waits for long."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from tests.builders import LIAISON, a_case, at, give, rows, signed
from workflow.errors import SealingRefused
from workflow.services import checkpoints
from workflow.services.office import open_office
from workflow.services.sealing import seal_all
from workflow.services.verification import verify
from workflow.storage.evidence_models import LogEntry
from workflow.storage.log import LOCK_MILLISECONDS
from workflow.storage.models import Event as Entry

WRITERS, SEALERS, ACTS = 4, 2, 25
LATER = at(2026, 7, 2)


@pytest.fixture
def crowd(office):
    """An office with a case for each writer; on SQLite writers stand in one line anyway."""
    if office.engine.dialect.name == "sqlite":
        pytest.skip("writers of SQLite stand in line")
    return office, [a_case(office) for _ in range(WRITERS)]


def test_four_writers_and_two_sealers_leave_no_gap_and_seal_nothing_twice(crowd):
    office, cases = crowd
    start, done = Barrier(WRITERS + SEALERS), Event()
    with ThreadPoolExecutor(WRITERS + SEALERS) as pool:
        sealing = [pool.submit(keep_sealing, office.settings, start, done) for _ in range(SEALERS)]
        writing = [pool.submit(keep_writing, office.settings, one, start) for one in cases]
        slowest = max(one.result() for one in writing)
        done.set()
        sealed = sum(one.result() for one in sealing)
    assert sealed > 0
    assert slowest < LOCK_MILLISECONDS / 1000 + 1
    checkpoints.checkpoint(office, at=LATER, by=signed(None, LATER))
    places = sorted(rows(office, LogEntry), key=lambda row: row.position)
    assert [row.position for row in places] == list(range(len(places)))
    assert [row.event_id for row in places] == sorted(row.id for row in rows(office, Entry))
    assert verify(office).findings == []


def keep_writing(settings, case, start):
    """One writer's acts on a case; the longest that one of them took."""
    office, slowest = open_office(settings), 0.0
    start.wait()
    for act in range(ACTS):
        began = time.monotonic()
        give(office, case, "report_progress", LIAISON, LATER, progress=f"已修复{act}盏")
        slowest = max(slowest, time.monotonic() - began)
    office.engine.dispose()
    return slowest


def keep_sealing(settings, start, done):
    """Seal without a pause, with a checkpoint now and then; how many entries this one sealed."""
    office, sealed = open_office(settings), 0
    start.wait()
    while not done.is_set():
        try:
            sealed += seal_all(office)
            checkpoints.keep(office, at=LATER, by=signed(None, LATER))
        except SealingRefused as busy:
            assert busy.code == "sealing_busy"
    office.engine.dispose()
    return sealed
