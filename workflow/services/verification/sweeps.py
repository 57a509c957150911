"""The rows of the sweeps against what the journal tells of them.

A row counts what its run did, transaction by transaction with the journal's entries; stretches in which
nothing was due are summed up by the journal once a day. What came after the last summary cannot be compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from workflow.services.replay import Entry
from workflow.services.sweep_record import SUMMARY, summary
from workflow.services.verification.verdict import Finding, finding

COUNTED = ("issued", "proposed")


def check_sweeps(rows: Iterable[Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    """Every run that did something is as the journal tells it, and so is every summed-up stretch."""
    entries, runs = list(journal), list(rows)
    yield from _check_work({row.id: row for row in runs}, entries)
    yield from _check_idleness([row for row in runs if row.cases_due == 0], entries)


def _check_work(rows: dict[int, Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    told: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for entry in journal:
        details = _details(entry)
        if entry.kind == "swept" and "sweep" in details:
            for name in COUNTED:
                told[details["sweep"]][name] += details[name]
    for sweep in sorted(told.keys() - rows.keys()):
        yield finding("sweep_missing", f"第{sweep}次巡查的记录不存在：巡查记录被删除", sweep=sweep)
    for sweep, row in rows.items():
        if any(getattr(row, name) != told[sweep][name] for name in COUNTED):
            yield finding("sweep_changed", f"第{sweep}次巡查的记录与日志不符：巡查记录被改动", sweep=sweep)


def _check_idleness(idle: list[Row[Any]], journal: Iterable[Entry]) -> Iterator[Finding]:
    since = 0
    for told in (_details(entry) for entry in journal if entry.kind == SUMMARY):
        covered = [row for row in idle if since < row.id <= told["last"]]
        since = told["last"]
        if not covered or any(told[name] != value for name, value in summary(covered).items()):
            message = f"{told['from']}至{told['until']}的空巡记录与日志不符：巡查记录被改动或删除"
            yield finding("sweep_changed", message, sweep=since)


def _details(entry: Entry) -> dict[str, Any]:
    return entry.details.model_extra or {}
