"""What judging a period's histories costs, beside reading the same entries back as any look at them does."""

import json
from datetime import date

import pytest

from states.audit import Period
from tests.auditing import MADE_AT
from tests.benchmarks.stopwatch import Stopwatch, middle, ratio, show
from tests.builders import a_case, signed
from tests.services.test_audit_report import last_entry
from workflow.services.auditing import make_report
from workflow.services.replay import facts_of, read
from workflow.storage import audits
from workflow.storage.session import reading

CASES, ROUNDS, AIM = 400, 3, 4.0
PERIOD = Period(date(2026, 7, 1), date(2026, 7, 31))


def read_back(office):
    """Every entry the report looks at as a typed value, and folded: what views of the past do with them."""
    with reading(office.engine) as tx:
        by_case = {}
        for row in audits.entries_of_cases(tx, PERIOD.since, PERIOD.before):
            by_case.setdefault(row.case_id, []).append(read(row))
        return [facts_of(entries) for entries in by_case.values()]


@pytest.mark.benchmark
def test_judging_costs_a_few_times_reading_the_entries_back(office, stopwatch: Stopwatch, tmp_path):
    for _ in range(CASES):
        a_case(office, "closed")
    by, laps, base = signed(None, MADE_AT), [], []
    for place in range(ROUNDS):
        folder = tmp_path / str(place)
        folder.mkdir()
        base.append(stopwatch.time(lambda: read_back(office)))
        made = stopwatch.time(lambda: make_report(office, PERIOD, folder, by=by, formats=("xlsx",)))  # noqa: B023
        laps.append(made)
    found, counts = ratio(laps, base), json.loads(last_entry(office).payload)["details"]["counts"]
    assert (counts["cases"], counts["deviations"]) == (CASES, 0)
    show(
        f"report of {counts['entries']} entries, {counts['departures']} rows",
        {
            "reading back": f"{middle(base).wall * 1000:.0f} ms",
            "report": f"{middle(laps).wall * 1000:.0f} ms",
            "ratio (wall, cpu)": f"{found.wall:.1f}, {found.cpu:.1f} (aim ≤ {AIM})",
        },
    )
    assert found.cpu <= AIM
