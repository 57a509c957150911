"""What a sweep costs among many open cases, in units of raw SQL that selects and writes the same rows.

The road: claim, plan, entry with hash and keyed code, number, frozen paper, mail, escalation, case row. The
bare side works on the twins of the same cases, with ready-made values, in transactions of the same size:
the select of the sweep, its rows by the driver's fastest way, the guarded update of the case rows.

`DUBAN_BENCH_CASES` names the sizes of the register (`10000,100000,1000000`), `DUBAN_BENCH_ROUNDS` the rounds.
A million cases take some minutes to build and about 4 GB.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.benchmarks.raw_rows import WRITTEN, for_driver, put, rows_of, spelt, twin
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.benchmarks.town import LATE, Town, wake
from tests.builders import signed
from workflow.services.office import Office
from workflow.services.sweep import BATCH, sweep
from workflow.storage import queries
from workflow.storage.session import transaction

SIZES = [int(size) for size in os.environ.get("DUBAN_BENCH_CASES", "10000,100000").split(",")]
ROUNDS = int(os.environ.get("DUBAN_BENCH_ROUNDS", "3"))
FEW, MANY, TIMES = 100, 10_000, 100
AIMS, ROOM = {"sqlite": 4, "postgresql": 6}, 1.25
IDLE_AIM, GROWTH_AIM = 0.005, 1.5
CLAIM = (
    "SELECT * FROM cases WHERE next_action_at IS NOT NULL AND next_action_at <= ? ORDER BY next_action_at, id"
)
TOUCH = (
    "UPDATE cases SET seq = ?, head = ?, recorded_at = ?, next_action_at = ?, version = version + 1 "
    "WHERE id = ? AND version = ?"
)

Work = Callable[[], object]


@dataclass
class Laps:
    """What one number of due cases cost, round by round."""

    road: list[Lap] = field(default_factory=list)
    inserting: list[Lap] = field(default_factory=list)
    all_of_it: list[Lap] = field(default_factory=list)


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_a_sweep_costs_what_is_due(another_office: Callable[[], Office]) -> None:
    towns = {size: Town(another_office, size, MANY) for size in SIZES}
    idle = nothing_due(towns)
    some = {(size, due): escalating(town, due) for size, town in towns.items() for due in (FEW, MANY)}
    engine = towns[SIZES[0]].office.engine.dialect.name
    show(f"a sweep with nothing due, {engine}", idle_lines(idle))
    show(f"a sweep with escalations due, {BATCH} a transaction, {engine}", due_lines(some, AIMS[engine]))
    assert ratio(idle[SIZES[-1]], idle[SIZES[0]]).cpu <= GROWTH_AIM * ROOM
    assert all(middle(laps).cpu / TIMES <= IDLE_AIM * ROOM for laps in idle.values())
    for size in SIZES:
        laps = some[size, MANY]
        assert ratio(laps.road, laps.inserting).cpu <= AIMS[engine] * ROOM


def nothing_due(towns: dict[int, Town]) -> dict[int, list[Lap]]:
    """A hundred sweeps a round that find nothing, in turns over the sizes."""
    laps: dict[int, list[Lap]] = {size: [] for size in towns}
    for _ in range(1 + ROUNDS):
        for size, town in towns.items():
            laps[size].append(Stopwatch(town.office.engine).time(sweeping(town.office, 0, TIMES)))
    return {size: timed[1:] for size, timed in laps.items()}


def escalating(town: Town, due: int) -> Laps:
    """Heats of cases that are all due, and the bare rows for their twins."""
    laps = Laps()
    for _ in range(1 + ROUNDS):
        ids = town.heat(due)
        watch = Stopwatch(town.office.engine)
        laps.road.append(watch.time(sweeping(town.office, due)))
        twins = Twins(town.office, ids)
        laps.inserting.append(watch.time(twins.insert))
        laps.all_of_it.append(laps.inserting[-1] + watch.time(twins.claim_and_touch))
    return Laps(laps.road[1:], laps.inserting[1:], laps.all_of_it[1:])  # the first round warms the caches


def sweeping(office: Office, due: int, times: int = 1) -> Work:
    """Sweeps that issue a paper for each of the `due` cases."""

    def work() -> None:
        for _ in range(times):
            report = sweep(office, as_of=LATE, by=signed(None, LATE))
            assert (report.cases_due, report.issued) == (due, due)

    return work


class Twins:
    """What the sweep wrote for a heat, batch by batch, as ready values for the twins of its cases."""

    def __init__(self, office: Office, ids: range) -> None:
        self.office, self.further = office, len(ids)
        parts = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        wake(office, range(ids.stop, ids.stop + len(ids)))
        with transaction(office.engine) as tx:
            self.inserts = [[(name, *self._rows(tx, name, part)) for name in WRITTEN] for part in parts]
            self.touches = [self._touches(tx, part) for part in parts]
            self.late = for_driver(tx, queries.CASE.c.next_action_at)(LATE)

    def insert(self) -> None:
        """Nothing but the rows, one transaction a batch."""
        for batch in self.inserts:
            with transaction(self.office.engine) as tx:
                for name, columns, rows in batch:
                    put(tx, name, columns, rows)

    def claim_and_touch(self) -> None:
        """The rest of it: reading a batch of due rows under lock, and moving them on under their versions."""
        lock = " FOR UPDATE SKIP LOCKED" if self.office.engine.dialect.name == "postgresql" else ""
        for batch in self.touches:
            with transaction(self.office.engine) as tx:
                cursor: Any = tx.connection.cursor()
                cursor.execute(spelt(tx, f"{CLAIM} LIMIT {BATCH}{lock}"), [self.late])
                assert len(cursor.fetchall()) == len(batch)
                cursor.executemany(spelt(tx, TOUCH), batch)
                assert cursor.rowcount == len(batch)

    def _rows(self, tx: Connection, name: str, part: range) -> tuple[list[str], list[list[Any]]]:
        newest = " AND kind = 'escalation_issued'" if name == "events" else ""
        rows = rows_of(tx, f"SELECT * FROM {name} WHERE case_id BETWEEN {part[0]} AND {part[-1]}{newest}")
        columns = [column for column in rows[0] if (name, column) != ("events", "id")]
        return columns, [[twin(column, row[column], self.further) for column in columns] for row in rows]

    def _touches(self, tx: Connection, part: range) -> list[list[Any]]:
        moved = "SELECT seq, head, recorded_at, next_action_at, id AS case_id, version - 1 AS v FROM cases "
        rows = rows_of(tx, f"{moved} WHERE id BETWEEN {part[0]} AND {part[-1]}")
        return [[twin(column, value, self.further) for column, value in row.items()] for row in rows]


def idle_lines(idle: dict[int, list[Lap]]) -> dict[str, str]:
    each = {size: middle(laps) for size, laps in idle.items()}
    lines = {
        f"{size:,} open": f"{lap.wall / TIMES * 1e3:.2f} ms, {lap.cpu / TIMES * 1e3:.2f} ms CPU"
        for size, lap in each.items()
    }
    growth = ratio(idle[SIZES[-1]], idle[SIZES[0]])
    compared = f"{growth.wall:.2f}× wall, {growth.cpu:.2f}× CPU (aim: {GROWTH_AIM}×)"
    return {**lines, f"{SIZES[-1]:,} to {SIZES[0]:,}": compared}


def due_lines(some: dict[tuple[int, int], Laps], aim: int) -> dict[str, str]:
    return {f"{due:,} due of {size:,}": told(laps, due, aim) for (size, due), laps in some.items()}


def told(laps: Laps, due: int, aim: int) -> str:
    """One line of the table."""
    road, bare = middle(laps.road), middle(laps.inserting)
    inserting, all_of_it = ratio(laps.road, laps.inserting), ratio(laps.road, laps.all_of_it)
    return (
        f"{road.wall * 1e3:,.0f} ms, {road.cpu / due * 1e6:,.0f} µs CPU a case; "
        f"bare insert {bare.cpu / due * 1e6:,.0f} µs: {inserting.wall:.1f}× wall, {inserting.cpu:.1f}× CPU "
        f"(aim: {aim}×); with select and update {all_of_it.wall:.1f}× wall, {all_of_it.cpu:.1f}× CPU"
    )
