"""What a month's report costs beside counting the same rows by SQL alone: a register of 100,000 matters.

A tenth of the matters has to do with the months that are compared; the others were struck off long before.
"""

import pytest
from sqlalchemy import text, update

from states.reports import Span, read_period
from tests.benchmarks.stopwatch import Stopwatch, middle, ratio, show
from tests.benchmarks.town import copy_cases, settle
from tests.builders import at
from workflow.services.office import Office
from workflow.services.reports import report
from workflow.storage.queries import CASE
from workflow.storage.session import reading, transaction

SIZE, ROUNDS, SECONDS = 100_000, 3, 30
JULY, NOW = read_period(Span.MONTH, "2026-07"), at(2026, 8, 3)
RAW = text(
    """SELECT lead_unit, complexity, count(*), sum(CASE WHEN dispatched_on >= '2026-07-01' THEN 1 ELSE 0 END),
    sum(CASE WHEN closed_on IS NULL THEN 1 ELSE 0 END), sum(CASE WHEN due_on < '2026-08-01' THEN 1 ELSE 0 END)
    FROM cases GROUP BY lead_unit, complexity"""
)


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_a_month_of_a_hundred_thousand_matters_takes_seconds(office: Office, stopwatch: Stopwatch) -> None:
    copy_cases(office, SIZE)
    long_ago = {"state": "closed", "dispatched_on": at(2024, 3, 1).date(), "due_on": at(2024, 3, 20).date()}
    done = {
        "original_due_on": long_ago["due_on"],
        "closed_on": long_ago["due_on"],
        "reported_on": long_ago["due_on"],
    }
    with transaction(office.engine) as tx:
        tx.execute(update(CASE).where(CASE.c.id % 10 != 0).values(**long_ago, **done))
    settle(office)
    ours, raw = [], []
    for _ in range(1 + ROUNDS):
        ours.append(stopwatch.time(lambda: report(office, Span.MONTH, JULY, at=NOW, by=None)))
        raw.append(stopwatch.time(lambda: counted_by_sql(office)))
    found = ratio(ours[1:], raw[1:])
    took = middle(ours[1:])
    told = {"report": f"{took.wall:.2f} s wall, {took.cpu:.2f} s CPU", "of raw SQL": f"{found.cpu:.1f}× CPU"}
    show(f"a month's report of {SIZE:,} matters, {office.engine.dialect.name}", told)
    assert took.cpu <= SECONDS


def counted_by_sql(office: Office) -> object:
    with reading(office.engine) as tx:
        return tx.execute(RAW).all()
