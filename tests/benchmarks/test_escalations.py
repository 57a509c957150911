"""What a reminder costs by the whole road, in units of writing its bare rows.

The road: claim, plan, entry with hash and keyed code, number, frozen paper, mail, escalation, case row. The
bare side writes the same rows to the same tables by the driver's own `executemany`, as ready-made values, for
twin cases, in transactions of the same size.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.benchmarks.raw_rows import WRITTEN, rows_of, spelt, twin
from tests.benchmarks.stopwatch import Stopwatch, middle, ratio, show
from tests.benchmarks.town import DUE_ON, LATE
from tests.builders import (
    LEAD_CODE,
    OFFICER,
    OPENED,
    REQUIREMENT,
    TITLE,
    signed,
    with_letters_alone,
)
from workflow.services import cases
from workflow.services.cases import Order
from workflow.services.office import Office
from workflow.services.sweep import sweep
from workflow.storage.session import reading, transaction

DUE, BATCH, ROUNDS = 2_000, 500, 5
AIM, ROOM = 6, 1.25
TOUCH = "UPDATE cases SET seq = ?, head = ?, next_action_at = ?, version = 2 WHERE id = ? AND version = 1"

Statement = tuple[str, list[Sequence[Any]]]
"""SQL as the driver takes it, with the values of every row."""


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_an_escalation_costs_few_bare_inserts(office: Office, stopwatch: Stopwatch, tmp_path: Path) -> None:
    """Each with a paper of its own: that is more work than one for many."""
    with_letters_alone(office, tmp_path)
    road, bare = [], []
    for heat in [taken_over(office, heat) for heat in range(1 + ROUNDS)]:
        only_these_are_due(office, heat)
        road.append(stopwatch.time(reminding(office)))
        bare.append(stopwatch.time(writing(office, twin_rows(office, heat))))
    road, bare = road[1:], bare[1:]  # the first round warms the caches
    cost = ratio(road, bare)
    print_costs(office, cost.wall, cost.cpu, middle(road).wall, middle(bare).wall)
    assert cost.cpu <= AIM * ROOM


def taken_over(office: Office, heat: int) -> range:
    """Bring a heat of cases and as many twins into the register; returns the ids of the heat."""
    details = {
        "state": "handling",
        "title": TITLE,
        "origin": "基准测试",
        "requirement": REQUIREMENT,
        "lead_unit": LEAD_CODE,
        "dispatched_on": OPENED.date(),
        "due_on": DUE_ON,
    }
    orders = [
        Order("take_over", details=details, new_number=f"基准{heat}-{place:06}") for place in range(2 * DUE)
    ]
    first = cases.perform_all(office, orders, by=signed(OFFICER), at=OPENED)[0].id
    return range(first, first + DUE)


def only_these_are_due(office: Office, ids: range) -> None:
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE cases SET next_action_at = NULL WHERE next_action_at IS NOT NULL"))
        woken = text("UPDATE cases SET next_action_at = '2026-07-23' WHERE id BETWEEN :first AND :last")
        tx.execute(woken, {"first": ids[0], "last": ids[-1]})


def reminding(office: Office) -> Callable[[], None]:
    """A sweep that issues a reminder for every case of a heat."""

    def remind() -> None:
        report = sweep(office, as_of=LATE, by=signed(None, LATE), batch_size=BATCH)
        assert report.issued == DUE

    return remind


def twin_rows(office: Office, ids: range) -> list[list[Statement]]:
    """What the sweep wrote for a heat, batch by batch, as ready values for its twins."""
    starts = range(ids[0], ids[-1] + 1, BATCH)
    with reading(office.engine) as tx:
        return [[*(_inserts(tx, name, first) for name in WRITTEN), _touches(tx, first)] for first in starts]


def writing(office: Office, batches: list[list[Statement]]) -> Callable[[], None]:
    """Nothing but the statements, one transaction a batch."""

    def write() -> None:
        for batch in batches:
            with transaction(office.engine) as tx:
                cursor = tx.connection.cursor()
                for sql, rows in batch:
                    cursor.executemany(sql, rows)

    return write


def print_costs(office: Office, wall: float, cpu: float, road: float, bare: float) -> None:
    show(
        f"{DUE} reminders, {BATCH} a transaction, {office.engine.dialect.name}",
        {
            "by the whole road": f"{DUE / road:,.0f} a second",
            "bare executemany": f"{DUE / bare:,.0f} a second",
            "ratio": f"{wall:.1f}× wall, {cpu:.1f}× CPU (aim: {AIM}×)",
        },
    )


def _inserts(tx: Any, name: str, first: int) -> Statement:
    rows = _rows(tx, f"SELECT * FROM {name} WHERE case_id", first)
    if name == "events":
        rows = [row for row in rows if row["kind"] == "escalation_issued"]
    columns = [column for column in rows[0] if (name, column) != ("events", "id")]
    sql = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    return spelt(tx, sql), [[twin(column, row[column], DUE) for column in columns] for row in rows]


def _touches(tx: Any, first: int) -> Statement:
    rows = _rows(tx, "SELECT seq, head, next_action_at, id AS case_id FROM cases WHERE id", first)
    return spelt(tx, TOUCH), [[twin(column, value, DUE) for column, value in row.items()] for row in rows]


def _rows(tx: Any, select: str, first: int) -> list[Any]:
    return rows_of(tx, f"{select} BETWEEN {first} AND {first + BATCH - 1}")
