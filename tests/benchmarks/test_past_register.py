"""What the register of a past day costs beside today's: a seeded office, looked at from several distances.

Cases that have not gone on since are not replayed, so that the nearer the day, the nearer the cost; on a day
long past there were fewer cases to replay.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import at
from workflow.services.office import Office
from workflow.services.register import list_cases

CASES, ROUNDS = 10_000, 5
NOW = at(2026, 11, 20, 17)
DAYS_AGO = (0, 1, 30, 90)
AIM = 1.5


@pytest.fixture
def seeded(invented) -> Office:
    """An office of invented matters that have lived a while."""
    return invented(cases=CASES, at=NOW)


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_the_register_of_a_past_day_costs_about_what_today_s_does(seeded: Office) -> None:
    stopwatch = Stopwatch(seeded.engine)
    today: list[Lap] = []
    past: dict[int, list[Lap]] = {days: [] for days in DAYS_AGO}
    for _ in range(1 + ROUNDS):
        today.append(stopwatch.time(lambda: list_cases(seeded, today=NOW)))
        for days, laps in past.items():
            laps.append(stopwatch.time(listing(seeded, days)))
    times = {days: ratio(laps[1:], today[1:]) for days, laps in past.items()}
    lines = {"today": f"{middle(today[1:]).wall:.2f} s"}
    for days, found in times.items():
        lines[f"{days} days ago"] = f"{found.wall:.2f}× wall, {found.cpu:.2f}× CPU of today's (aim: {AIM}×)"
    show(f"the register of {CASES:,} cases, {seeded.engine.dialect.name}", lines)
    assert max(found.cpu for found in times.values()) <= AIM


def listing(office: Office, days: int) -> Callable[[], object]:
    then = NOW - timedelta(days=days)
    return lambda: list_cases(office, today=NOW, as_of=then)
