"""The sweep as the ticker does it: on record, within the caps, and not at all while something holds it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from states.office_time import office_day, office_minute
from states.policy.operation import SweepRule
from states.vocabulary import ClockName
from workflow.services import branches, caps, holds, restoring, sweep_record
from workflow.services.batch import Batch
from workflow.services.branches import Outside
from workflow.services.catching_up import was_down
from workflow.services.office import Office, Signature
from workflow.services.sweep import BATCH, Run, carry_out, preview
from workflow.services.sweep_report import SweepReport
from workflow.services.work import begin
from workflow.storage import sweeps
from workflow.storage.session import SWEEPERS, reading, stand_in_line, transaction
from workflow.storage.sweeps import LeftOut

Clock = Callable[[], datetime]
NOTHING_ELSE = Outside()
LISTED = 1_000


def scheduled_sweep(office: Office, *, clock: Clock, by: Signature, batch_size: int = BATCH) -> SweepReport:
    """One sweep by the ticker at the instant `clock` tells; `by.recorded_at` is that instant too.

    It may raise nothing and say in `hold` why; what it leaves is due at the next.
    """
    now = clock()
    by = replace(by, recorded_at=now)
    entered = _enter(office, now, by)
    report = SweepReport(now, hold=entered.hold)
    if entered.due and report.hold is None:
        report.hold = _held_as_unusual(office, entered, now, by)
    if entered.due and report.hold is None:
        carry_out(office, Run(entered.run, batch_size, entered.rule, entered.full, clock), report, by)
    if entered.due:
        _tell_what_waits(office, report)
    return report


def release(
    office: Office,
    *,
    by: Signature,
    at: datetime,
    reason: str | None = None,
    outside: Outside = NOTHING_ELSE,
) -> dict[str, Any]:
    """Let the scheduled sweep go on, as an officer or the director.

    What waits now may go out without another hold. Of a database that was put back, what is known `outside`
    of the branch that was left is entered, and not used again. Raises `NotFound` (`hold_unknown`),
    `NotPermitted`, `FactInvalid` (`number_too_far`), `ConfigurationError` (`anchor_unreadable`).
    """
    done: dict[str, Any] = {}
    waiting = len(preview(office, as_of=at, by=by).steps)
    with transaction(office.engine) as tx:
        stand_in_line(tx, SWEEPERS)
        work = begin(tx, office, by=by, at=at)
        reasons = holds.let_go(work, waiting, reason)
        if holds.RESTORED in reasons:
            person = holds.answerable(work, by)
            done["branch"] = branches.leave(work, person, reason=reason, outside=outside)
        work.batch.flush()
    restoring.released(office, reasons)
    return {"released": reasons, "covers": waiting, **done}


@dataclass(frozen=True, slots=True)
class _Entered:
    """A scheduled sweep as it was put on record, before it does anything.

    `due` leaves out the cases of the units that are `full` for the day.
    """

    run: int
    due: int
    rule: SweepRule
    hold: str | None
    full: tuple[str, ...]


def _enter(office: Office, now: datetime, by: Signature) -> _Entered:
    """Look for whatever speaks against sweeping, and put the sweep on record with what was found."""
    with transaction(office.engine) as tx:
        stand_in_line(tx, SWEEPERS)
        batch, due = Batch(tx, office, by), sweeps.count_due(tx, now)
        restoring.guard(batch)
        latest, rule, full = sweeps.latest_runs(tx), SweepRule(), tuple[str, ...]()
        if due:
            rule = office.policy(tx).sweep
            full = caps.full_units(tx, rule, office_day(now))
            due = sweeps.count_due(tx, now, LeftOut(full)) if full else due
        if due:
            _hold_after_downtime(batch, rule, sweep_record.last_end(latest), due)
        hold = next((row.reason for row in sweeps.holds_in_force(tx)), None)
        run = sweep_record.enter_run(batch, now, due, held=due if hold else 0, latest=latest)
        batch.flush()
    return _Entered(run, due, rule, hold, full)


def _hold_after_downtime(batch: Batch, rule: SweepRule, former: datetime | None, due: int) -> None:
    """Hold the sweep that follows downtime, if the policy has it so."""
    now, calendar = batch.signature.recorded_at, batch.office.calendar(batch.tx)
    down = former is not None and was_down(calendar, former, now, rule)
    if down and rule.catch_up == "hold":
        told = f"巡查自{_when(former)}起停止，现有{due}项到期；{holds.NEXT}"
        holds.hold(batch, holds.DOWNTIME, told, cases_due=due)


def _held_as_unusual(office: Office, entered: _Entered, now: datetime, by: Signature) -> str | None:
    """Hold when far more would be raised than on a usual day; the reason if so.

    Under the office's own line, so that of two workers who see the same one holds and the other is held.
    """
    with reading(office.engine) as tx:
        usual = holds.usual_of_a_day(tx, office_day(now))
    if usual is None or not _may_be_unusual(entered, usual):
        return None
    steps = [step["case"] for step in preview(office, as_of=now, by=by).steps]
    wanted = len(steps)
    with reading(office.engine) as tx:
        unasked = wanted - holds.covered(tx, steps)
    if unasked <= holds.most_unasked(entered.rule, usual):
        return None
    with transaction(office.engine) as tx:
        stand_in_line(tx, SWEEPERS)
        batch = Batch(tx, office, by)
        told = f"本次巡查将提出{wanted}件，平日每天约{usual:g}件，数量异常；{holds.NEXT}"
        holds.hold(batch, holds.UNUSUAL, told, would_raise=wanted, usual=usual)
        sweeps.add_to_run(tx, entered.run, None, held=entered.due)
        batch.flush()
    return holds.UNUSUAL


def _may_be_unusual(entered: _Entered, usual: float) -> bool:
    """Whether it is worth counting: a case takes one step a clock, unless all are caught up."""
    most = entered.due * len(ClockName)
    return entered.rule.catch_up == "all" or most > holds.most_unasked(entered.rule, usual)


def _tell_what_waits(office: Office, report: SweepReport) -> None:
    """Count what is still due after a run that had to stop."""
    if report.hold is None and not report.is_full and not report.over:
        return
    with reading(office.engine) as tx:
        report.waiting = sweeps.count_due(tx, report.as_of)
        rows = sweeps.due(tx, report.as_of, LISTED) if report.is_full else []
    listed = {one["case"] for one in report.held}
    for row in rows:
        if row.number not in listed:
            report.hold_back(row.number, caps.left_for_later())


def _when(instant: datetime | None) -> str:
    return office_minute(instant) if instant else ""
