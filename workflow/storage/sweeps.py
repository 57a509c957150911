"""Reads and writes of what the scheduler did, what holds it and what it set aside. They never decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from workflow.storage.models import Escalation
from workflow.storage.queries import CASE, DOCUMENT, EVENT, JOURNAL, MAX_BOUND, table, upsert
from workflow.storage.scheduler_models import DigestSent, Hold, SetAside, SweepRun
from workflow.storage.serials import NUMBERS

RUN, HOLD, ASIDE, RAISED = table(SweepRun), table(Hold), table(SetAside), table(Escalation)
UNIT_OF = func.coalesce(CASE.c.lead_unit, "")
LATEST = 10
AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a sweep does not look at now, though it is due: all cases of some units, and some by their ids."""

    units: Sequence[str] = ()
    cases: Collection[int] = ()


NOTHING = LeftOut()


def count_due(tx: Connection, as_of: datetime, but: LeftOut = NOTHING) -> int:
    """How many cases want to be looked at by `as_of`."""
    return int(tx.execute(select(func.count()).select_from(CASE).where(_is_due(as_of, but))).scalar_one())


def claim_by_unit(tx: Connection, as_of: datetime, limit: int, but: LeftOut = NOTHING) -> list[Row[Any]]:
    """Due cases unit by unit, locked; first the units with a case that is late the longest.

    Those other sweepers hold are skipped. Only of the last unit cases may be left.
    """
    is_due = _is_due(as_of, but)
    latest = func.min(func.coalesce(CASE.c.due_on, date.max)).label("latest")
    units = select(UNIT_OF.label("unit"), latest).where(is_due).group_by(UNIT_OF).subquery()
    found = select(CASE).join(units, units.c.unit == UNIT_OF).where(is_due)
    found = _by_urgency(found.order_by(units.c.latest, units.c.unit))
    return list(tx.execute(found.limit(limit).with_for_update(of=CASE, skip_locked=True)))


def claim(tx: Connection, case_ids: Sequence[int], as_of: datetime) -> list[Row[Any]]:
    """Some cases, locked, those of them that are still due and nobody else has."""
    found = _by_urgency(select(CASE).where(CASE.c.id.in_(case_ids), _is_due(as_of)))
    return list(tx.execute(found.with_for_update(skip_locked=True)))


def due(tx: Connection, as_of: datetime, limit: int | None = None, but: LeftOut = NOTHING) -> list[Row[Any]]:
    """Ids, numbers and lead units of the due cases, those late the longest first; nothing else is read."""
    found = select(CASE.c.id, CASE.c.number, CASE.c.lead_unit).where(_is_due(as_of, but))
    return list(tx.execute(_by_urgency(found).limit(limit)))


def case_row(tx: Connection, case_id: int) -> Row[Any]:
    return tx.execute(select(CASE).where(CASE.c.id == case_id)).one()


def number_for_update(tx: Connection, case_id: int, as_of: datetime) -> str | None:
    """The number of a case that is still due, locked; the rest of its row may be past reading."""
    found = select(CASE.c.number).where(CASE.c.id == case_id, _is_due(as_of)).with_for_update()
    return tx.execute(found).scalar_one_or_none()


def look_at(tx: Connection, case_id: int, at: datetime | None) -> None:
    """Set when the sweep looks at a case again, whatever else its row holds."""
    row = update(CASE).where(CASE.c.id == case_id)
    tx.execute(row.values(next_action_at=at, version=CASE.c.version + 1))


def latest_runs(tx: Connection, limit: int = LATEST) -> list[Row[Any]]:
    """The sweeps recorded last, newest first."""
    return list(tx.execute(select(RUN).order_by(RUN.c.id.desc()).limit(limit)))


def idle_runs_after(tx: Connection, run_id: int) -> list[Row[Any]]:
    """The stretches in which nothing was due, recorded after a run, oldest first."""
    found = select(RUN).where(RUN.c.id > run_id, RUN.c.cases_due == 0)
    return list(tx.execute(found.order_by(RUN.c.id)))


def open_run(tx: Connection, **values: Any) -> int:
    """A new row; returns its id."""
    return int(tx.execute(insert(RUN).values(values).returning(RUN.c.id)).scalar_one())


def prolong_run(tx: Connection, run_id: int, until: datetime) -> None:
    """One more sweep of a stretch in which nothing happens."""
    tx.execute(update(RUN).where(RUN.c.id == run_id).values(runs=RUN.c.runs + 1, finished_at=until))


def add_to_run(tx: Connection, run_id: int, until: datetime | None, **counts: int) -> None:
    """Count what a transaction of a run did; `until` is when, if the door told."""
    values: dict[str, Any] = {name: RUN.c[name] + count for name, count in counts.items()}
    values |= {} if until is None else {"finished_at": until}
    tx.execute(update(RUN).where(RUN.c.id == run_id).values(values))


def raised_in_runs_since(tx: Connection, instant: datetime) -> int:
    """How many escalations the sweeps begun since then have raised."""
    total = select(func.coalesce(func.sum(RUN.c.issued + RUN.c.proposed), 0))
    found = total.where(RUN.c.started_at >= instant, RUN.c.finished_at >= instant)
    return int(tx.execute(found).scalar_one())


def raised_by_day(tx: Connection, since: date, before: date) -> list[int]:
    """How many escalations were raised on each day on which any was."""
    days = (RAISED.c.raised_on >= since) & (RAISED.c.raised_on < before)
    return list(tx.execute(select(func.count()).where(days).group_by(RAISED.c.raised_on)).scalars())


def issued_by_unit(tx: Connection, day: date) -> dict[str, int]:
    """How many numbered papers went out by themselves on a day, by unit."""
    papers = func.count(func.distinct(RAISED.c.document_id))
    found = select(RAISED.c.unit, papers).join(DOCUMENT, DOCUMENT.c.id == RAISED.c.document_id)
    found = found.where(RAISED.c.raised_on == day, RAISED.c.mode == AUTOMATIC, DOCUMENT.c.number.is_not(None))
    return {unit: int(count) for unit, count in tx.execute(found.group_by(RAISED.c.unit))}


def holds_in_force(tx: Connection) -> list[Row[Any]]:
    """The holds nobody has released, oldest first."""
    found = select(HOLD).where(HOLD.c.released_at.is_(None))
    return list(tx.execute(found.order_by(HOLD.c.since, HOLD.c.id)))


def latest_holds(tx: Connection, limit: int) -> list[Row[Any]]:
    """Every hold, newest first."""
    return list(tx.execute(select(HOLD).order_by(HOLD.c.since.desc(), HOLD.c.id).limit(limit)))


def last_release(tx: Connection) -> Row[Any] | None:
    """The hold that was released last."""
    found = select(HOLD).where(HOLD.c.released_at.is_not(None)).order_by(HOLD.c.released_at.desc())
    return tx.execute(found.limit(1)).first()


def add_hold(tx: Connection, **values: Any) -> None:
    tx.execute(insert(HOLD).values(values))


def release_hold(tx: Connection, hold_id: str, **values: Any) -> None:
    tx.execute(update(HOLD).where(HOLD.c.id == hold_id).values(values))


def failures_of(tx: Connection, case_id: int) -> Row[Any] | None:
    """What the sweep failed on in a case, if it did."""
    return tx.execute(select(ASIDE).where(ASIDE.c.case_id == case_id)).first()


def failed_cases(tx: Connection, *, waiting: bool) -> list[Row[Any]]:
    """The failures on record with the numbers of their cases; those that wait for a person, or all."""
    found = select(ASIDE, CASE.c.number).join(CASE, CASE.c.id == ASIDE.c.case_id).order_by(CASE.c.number)
    return list(tx.execute(found.where(ASIDE.c.waits) if waiting else found))


def keep_failure(tx: Connection, row: Mapping[str, Any]) -> None:
    upsert(tx, SetAside, [row])


def forget_failures(tx: Connection, case_ids: Sequence[int]) -> None:
    """These cases went well: whatever the sweep failed on counts no more."""
    for start in range(0, len(case_ids), MAX_BOUND):
        tx.execute(delete(ASIDE).where(ASIDE.c.case_id.in_(case_ids[start : start + MAX_BOUND])))


def digests(tx: Connection) -> list[Row[Any]]:
    """Every daily list that counts as sent."""
    return list(tx.execute(select(table(DigestSent))))


def journal_hash(tx: Connection, seq: int) -> str | None:
    """The hash of the journal's entry at a place."""
    return tx.execute(
        select(EVENT.c.hash).where(EVENT.c.case_id == 0, EVENT.c.seq == seq)
    ).scalar_one_or_none()


def first_entry(tx: Connection) -> str:
    """The hash of the journal's first entry: what an installation is known by, copies of it included."""
    return journal_hash(tx, 1) or ""


def event_hash(tx: Connection, event_id: int) -> str | None:
    return tx.execute(select(EVENT.c.hash).where(EVENT.c.id == event_id)).scalar_one_or_none()


def last_event(tx: Connection) -> Row[Any] | None:
    """Id and hash of the entry written last, in whatever history."""
    return tx.execute(select(EVENT.c.id, EVENT.c.hash).order_by(EVENT.c.id.desc()).limit(1)).first()


def last_numbers(tx: Connection, but: Sequence[str]) -> list[Row[Any]]:
    """The last serial given out of every series, those of these names aside."""
    found = select(NUMBERS).where(NUMBERS.c.series.not_in(but))
    return list(tx.execute(found.order_by(NUMBERS.c.series, NUMBERS.c.year)))


def journal_head(tx: Connection) -> Row[Any]:
    return tx.execute(select(JOURNAL.c.seq, JOURNAL.c.head).where(JOURNAL.c.id == 0)).one()


def _is_due(as_of: datetime, but: LeftOut = NOTHING) -> Any:
    due = CASE.c.next_action_at.is_not(None) & (CASE.c.next_action_at <= as_of)
    if but.units:
        due &= CASE.c.lead_unit.is_(None) | CASE.c.lead_unit.not_in(but.units)
    if but.cases:  # written out: they may be more than a statement can bind
        ids: Any = bindparam(None, sorted(but.cases), expanding=True, literal_execute=True)
        due &= CASE.c.id.not_in(ids)
    return due


def _by_urgency(found: Select[Any]) -> Select[Any]:
    return found.order_by(CASE.c.due_on.nulls_last(), CASE.c.next_action_at, CASE.c.id)
