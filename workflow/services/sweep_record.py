"""The record of the sweeps: a row for each that found something, and one for each stretch in which none did.

Idle sweeps only prolong their row; once an office day the journal sums them up, so that nothing having
happened can be proved like anything else. Whoever writes here stands in the sweepers' line, so that no row
grows after it was summed up.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.office_time import office_day
from workflow.services.batch import Batch
from workflow.services.entries import Act, stamp
from workflow.services.office import Office
from workflow.storage import journal, sweeps
from workflow.storage.session import reading
from workflow.storage.sweeps import latest_runs

NEAR_INTERVALS = 3
SUMMARY, GAP = "sweeps_recorded", "sweep_gap"


def enter_run(
    batch: Batch, as_of: datetime, due: int, *, held: int = 0, latest: Sequence[Row[Any]] | None = None
) -> int:
    """Record a sweep that found `due` cases, all `held` or none; returns its row.

    One that will do nothing prolongs the last row, if that is of the same kind, door and office day. A gap
    since the last sweep is told to the journal.
    `latest` are the last rows, newest first, if they were read already.
    """
    now = batch.signature.recorded_at
    latest = latest_runs(batch.tx) if latest is None else latest
    _tell_a_gap(batch, last_end(latest))
    last = next(iter(latest), None)
    if last is not None and office_day(last.finished_at) != office_day(now):
        _sum_up(batch)
    if last is not None and due == held and _goes_on(last, batch, due):
        sweeps.prolong_run(batch.tx, last.id, now)
        return int(last.id)
    counts = {"runs": 1, "cases_due": due, "issued": 0, "proposed": 0, "held": held}
    times = {"started_at": now, "finished_at": now, "as_of": as_of}
    return sweeps.open_run(batch.tx, door=batch.signature.door, **times, **counts)


def last_end(latest: Iterable[Row[Any]]) -> datetime | None:
    """When the last sweep was over; one that began earlier may have ended later."""
    return max((row.finished_at for row in latest), default=None)


def summary(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    """Idle stretches as the journal sums them up; `last` is the row up to which it does."""
    return {
        "runs": sum(row.runs for row in rows),
        "from": stamp(min(row.started_at for row in rows)),
        "until": stamp(max(row.finished_at for row in rows)),
        "last": rows[-1].id,
    }


def list_runs(office: Office, limit: int) -> list[dict[str, Any]]:
    """The sweeps recorded last, newest first."""
    with reading(office.engine) as tx:
        return [_plain(row) for row in latest_runs(tx, limit)]


def gaps(tx: Connection, since: datetime, limit: int) -> list[tuple[datetime, datetime]]:
    """The gaps the journal tells of that ended since an instant, newest first."""
    entries: Iterable[Row[Any]] = journal.newest_entries(tx, [GAP], limit)
    told = (json.loads(entry.payload)["details"] for entry in entries)
    found = ((datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["until"])) for one in told)
    return [(start, end) for start, end in found if end >= since]


def _tell_a_gap(batch: Batch, former: datetime | None) -> None:
    """Whatever door the sweep came by: more time has gone by since the last than a slow one explains."""
    now = batch.signature.recorded_at
    if former is not None and now - former > _near(batch.office):
        batch.note(Act(GAP, now, details={"from": stamp(former), "until": stamp(now)}))


def _goes_on(last: Row[Any], batch: Batch, due: int) -> bool:
    now = batch.signature.recorded_at
    same = (last.door, last.cases_due, last.held) == (batch.signature.door, due, due)
    quiet = last.issued == last.proposed == 0
    near = timedelta() <= now - last.finished_at <= _near(batch.office)
    return same and quiet and near and office_day(last.finished_at) == office_day(now)


def _sum_up(batch: Batch) -> None:
    """Tell the journal of the idle stretches since the last summary; they do not grow any more."""
    told = journal.newest_entries(batch.tx, [SUMMARY], 1)
    since = json.loads(told[0].payload)["details"]["last"] if told else 0
    rows = sweeps.idle_runs_after(batch.tx, since)
    if rows:
        batch.note(Act("sweeps_recorded", batch.signature.recorded_at, details=summary(rows)))


def _near(office: Office) -> timedelta:
    return NEAR_INTERVALS * timedelta(seconds=office.settings.sweep_seconds)


def _plain(row: Row[Any]) -> dict[str, Any]:
    values = row._asdict()
    return {name: stamp(value) if isinstance(value, datetime) else value for name, value in values.items()}
