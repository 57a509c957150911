"""The record of the sweeps: that one took place is written down also when nothing was due."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from tests.builders import a_case, at, late_cases, rows, scheduled_on, signed, sweep_on
from workflow.services.doctor import OK, WARNING, examine
from workflow.services.sweep import sweep
from workflow.services.verification import verify
from workflow.storage.models import Event
from workflow.storage.scheduler_models import SweepRun
from workflow.storage.session import transaction

EARLY, LATE = at(2026, 7, 2), at(2026, 7, 23)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def told(office, kind):
    """The particulars of the journal's entries of a kind."""
    found = (event for event in rows(office, Event) if event.case_id == 0 and event.kind == kind)
    return [json.loads(event.payload)["details"] for event in found]


def runs(office):
    return [(run.runs, run.cases_due, run.issued) for run in rows(office, SweepRun)]


def test_idle_sweeps_make_one_row_that_grows(office):
    for minutes in range(5):
        scheduled_on(office, EARLY + minutes * MINUTE)
    (run,) = rows(office, SweepRun)
    assert (run.runs, run.started_at, run.finished_at) == (5, EARLY, EARLY + 4 * MINUTE)
    assert told(office, "swept") == []


def test_a_sweep_that_finds_something_has_a_row_of_its_own(office):
    scheduled_on(office, LATE - MINUTE)
    late_cases(office, 2)
    for minutes in range(3):
        scheduled_on(office, LATE + minutes * MINUTE)
    assert runs(office) == [(1, 0, 0), (1, 2, 2), (2, 0, 0)]


@pytest.mark.parametrize("later", [timedelta(minutes=4), timedelta(minutes=-4), timedelta(hours=15)])
def test_sweeps_far_apart_have_rows_of_their_own(office, later):
    scheduled_on(office, EARLY)
    scheduled_on(office, EARLY + later)
    assert runs(office) == [(1, 0, 0), (1, 0, 0)]


def test_doors_have_rows_of_their_own(office):
    scheduled_on(office, EARLY)
    sweep(office, as_of=EARLY, by=signed(None, EARLY + MINUTE))
    assert len(runs(office)) == 1
    by = signed(None, EARLY + 2 * MINUTE)
    sweep(office, as_of=EARLY, by=type(by)(None, "cli", by.recorded_at))
    assert len(runs(office)) == 2


def test_once_a_day_the_journal_tells_that_nothing_happened(office):
    for minutes in range(3):
        scheduled_on(office, EARLY + minutes * MINUTE)
    for minutes in range(2):
        scheduled_on(office, EARLY + DAY + minutes * MINUTE)
    (summary,) = told(office, "sweeps_recorded")
    assert (summary["runs"], summary["from"], summary["until"]) == (
        3,
        "2026-07-02T01:00:00.000000Z",
        "2026-07-02T01:02:00.000000Z",
    )
    scheduled_on(office, EARLY + 2 * DAY)
    assert [one["runs"] for one in told(office, "sweeps_recorded")] == [3, 2]
    assert verify(office).findings == []


def test_many_workers_grow_one_row_and_miss_no_sweep(office):
    scheduled_on(office, EARLY)
    start = Barrier(4)

    def run(_):
        start.wait()
        return scheduled_on(office, EARLY + MINUTE)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert runs(office) == [(5, 0, 0)]


def test_a_gap_between_sweeps_is_a_finding(office):
    scheduled_on(office, EARLY)
    scheduled_on(office, EARLY + 3 * MINUTE)
    assert told(office, "sweep_gap") == []
    scheduled_on(office, EARLY + 10 * MINUTE)
    assert told(office, "sweep_gap") == [
        {"from": "2026-07-02T01:03:00.000000Z", "until": "2026-07-02T01:10:00.000000Z"}
    ]


def test_no_sweep_hides_a_gap_whatever_its_door(office):
    scheduled_on(office, EARLY)
    by = replace(signed(None, EARLY + 2 * DAY), door="cli")
    sweep(office, as_of=EARLY + 2 * DAY, by=by)
    scheduled_on(office, EARLY + 2 * DAY + MINUTE)
    assert [one["until"] for one in told(office, "sweep_gap")] == ["2026-07-04T01:00:00.000000Z"]
    assert verify(office).findings == []


def test_two_workers_find_a_gap_once(office):
    scheduled_on(office, EARLY)
    start = Barrier(2)

    def run(_):
        start.wait()
        return scheduled_on(office, EARLY + DAY)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert len(told(office, "sweep_gap")) == 1


def doctors(office, day):
    found = examine(office.settings, today=day)
    return [(one.level, one.message) for one in found if one.check == "sweep"]


def test_the_doctor_lists_gaps_and_the_last_sweep(office):
    assert doctors(office, EARLY.date())[0][0] == OK
    for when in (EARLY, EARLY + timedelta(hours=2)):
        scheduled_on(office, when)
    gap, last = doctors(office, EARLY.date())
    assert gap == (WARNING, "近30天巡查中断1次：2026-07-02 09:00至2026-07-02 11:00")
    assert last == (OK, "最近一次巡查：2026-07-02 11:00")
    ((level, _),) = doctors(office, EARLY.date() + timedelta(days=40))
    assert level == WARNING


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("DELETE FROM sweep_runs WHERE issued > 0", "sweep_missing"),
        ("UPDATE sweep_runs SET issued = 0", "sweep_changed"),
        ("UPDATE sweep_runs SET proposed = 7 WHERE cases_due = 0", "sweep_changed"),
        ("DELETE FROM sweep_runs WHERE cases_due = 0", "sweep_changed"),
        ("UPDATE sweep_runs SET runs = 500 WHERE cases_due = 0", "sweep_changed"),
    ],
)
def test_a_record_that_was_changed_is_found(office, deed, code):
    a_case(office)
    for when in (LATE - DAY, LATE, LATE + MINUTE, LATE + DAY):
        scheduled_on(office, when)
    assert verify(office).findings == []
    with transaction(office.engine) as tx:
        tx.execute(text(deed))
    assert code in {one["code"] for one in verify(office).findings}


def test_sweeps_of_every_door_and_day_verify(office):
    a_case(office)
    for days in range(0, 40, 3):
        scheduled_on(office, EARLY + days * DAY)
        sweep_on(office, EARLY + days * DAY + MINUTE)
    assert verify(office).findings == []
