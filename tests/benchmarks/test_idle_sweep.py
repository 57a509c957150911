"""What a sweep costs when nothing is due: it must not follow the number of open cases.

One case is taken over by the service and copied by the database into as many open ones as are wanted, all to
be looked at on a later day.
"""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import LEAD_CODE, OFFICER, OPENED, TITLE, at, signed
from tests.unguarded import take_guards_away
from workflow.services import cases
from workflow.services.cases import Order
from workflow.services.office import Office
from workflow.services.sweep import sweep
from workflow.storage import queries
from workflow.storage.session import transaction

FEW, MANY = 1_000, 100_000
SIZES = (FEW, 10_000, MANY)
ROUNDS, TIMES = 9, 100
TODAY, DUE_ON = at(2026, 7, 2), date(2026, 9, 30)
AIM, ROOM = 1.5, 1.25


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_an_idle_sweep_does_not_follow_the_open_cases(another_office: Callable[[], Office]) -> None:
    offices = {size: with_open_cases(another_office(), size) for size in SIZES}
    idle: dict[int, list[Lap]] = {size: [] for size in SIZES}
    least: list[Lap] = []
    for _ in range(1 + ROUNDS):
        least.append(Stopwatch(offices[FEW].engine).time(asking_nothing(offices[FEW])))
        for size, office in offices.items():
            idle[size].append(Stopwatch(office.engine).time(sweeping(office)))
    laps = {size: laps[1:] for size, laps in idle.items()}  # the first round warms the caches
    growth = ratio(laps[MANY], laps[FEW])
    print_costs(offices[FEW], laps, least[1:], growth)
    assert growth.cpu <= AIM * ROOM


def with_open_cases(office: Office, count: int) -> Office:
    """The office with `count` open cases, none of them due today."""
    details = {"state": "handling", "title": TITLE, "origin": "基准测试", "lead_unit": LEAD_CODE}
    order = Order("take_over", details=details | {"due_on": DUE_ON}, new_number="基准")
    (case,) = cases.perform_all(office, [order], by=signed(OFFICER), at=OPENED)
    columns = [column.name for column in queries.CASE.columns]
    own = {"id": "copy.i", "number": "number || '-' || copy.i"}
    with transaction(office.engine) as tx:
        take_guards_away(tx)  # these have no history
        tx.execute(
            text(
                f"INSERT INTO cases ({', '.join(columns)}) "
                "WITH RECURSIVE copy(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM copy WHERE i < :count) "
                f"SELECT {', '.join(own.get(name, name) for name in columns)} FROM cases, copy WHERE id = :id"
            ),
            {"count": count, "id": case.id},
        )
        tx.execute(text("ANALYZE"))
    return office


def sweeping(office: Office) -> Callable[[], None]:
    """A hundred sweeps that find nothing due."""

    def sweep_idly() -> None:
        for _ in range(TIMES):
            assert sweep(office, as_of=TODAY, by=signed(None, TODAY)).cases_due == 0

    return sweep_idly


def asking_nothing(office: Office) -> Callable[[], None]:
    """A hundred transactions with the least statement there is."""

    def ask() -> None:
        for _ in range(TIMES):
            with transaction(office.engine) as tx:
                tx.exec_driver_sql("SELECT 1")

    return ask


def print_costs(office: Office, laps: dict[int, list[Lap]], least: list[Lap], growth: Lap) -> None:
    costs = {f"{size:,} open": (middle(one), ratio(one, least)) for size, one in laps.items()}
    lines = {
        name: f"{cost.wall / TIMES * 1e3:.2f} ms, {times.wall:.1f}× wall and {times.cpu:.1f}× CPU of SELECT 1"
        for name, (cost, times) in costs.items()
    }
    lines[f"{MANY:,} to {FEW:,}"] = f"{growth.wall:.2f}× wall, {growth.cpu:.2f}× CPU (aim: {AIM}×)"
    show(f"a sweep with nothing due, {office.engine.dialect.name}", lines)
