"""The sweep: claims what is due, asks the planner, raises what it says. Harmless when repeated.

Its cost follows the number of cases due: each case stores the instant its planner wants to be woken, indexed.
Any number of sweepers may run at once; claims skip each other's rows, and the unique key of an escalation
(case, clock, epoch, step) stands behind them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from states.errors import Refusal
from states.ladder import Lapse, Plan, Raised, Step, plan
from states.policy import Policy
from states.vocabulary import IssueMode
from workflow.services.authorisation import Authority
from workflow.services.batch import OpenCase, opened
from workflow.services.entries import Act
from workflow.services.escalations import Handling
from workflow.services.ladder import look_again, on_ladder, raised_by_case, rows_by_case, start_of
from workflow.services.letterheads import OFFICE
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk
from workflow.services.people import MACHINE
from workflow.services.raising import Prior, prior_papers, raise_step
from workflow.services.work import Work, begin
from workflow.storage import queries
from workflow.storage.session import reading, transaction

BATCH = 500


@dataclass(slots=True)
class SweepReport:
    """What a sweep did, or would do."""

    as_of: datetime
    cases_due: int = 0
    steps: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    issued: int = 0
    proposed: int = 0

    def count(self, case: OpenCase, step: Step) -> None:
        self.steps.append(
            {
                "case": case.number,
                "step": step.rung.step,
                "clock": step.rung.clock,
                "epoch": step.epoch,
                "mode": (IssueMode.AUTOMATIC if step.automatic else IssueMode.ON_APPROVAL).value,
                "document": step.rung.document,
                "reason": step.reason,
            }
        )
        self.issued += step.automatic
        self.proposed += not step.automatic

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "cases_due": self.cases_due,
            "steps": self.steps,
            "issued": self.issued,
            "proposed": self.proposed,
            "held": len(self.held),
            "held_cases": self.held,
        }


def sweep(office: Office, *, as_of: datetime, by: Signature, batch_size: int = BATCH) -> SweepReport:
    """Raise every escalation due by `as_of`, in transactions of `batch_size` cases."""
    report = SweepReport(as_of)
    while _sweep_batch(office, report, by, batch_size):
        pass
    return report


def preview(office: Office, *, as_of: datetime, by: Signature) -> SweepReport:
    """What `sweep` would do now. Writes nothing."""
    report = SweepReport(as_of)
    with reading(office.engine) as tx:
        rows = queries.due_cases(tx, as_of)
        for found in _plans(begin(tx, office, by=by, at=as_of), rows, report):
            for step in found.plan.steps:
                report.count(found.case, step)
    report.cases_due = len(rows)
    return report


@dataclass(slots=True)
class _Planned:
    case: OpenCase
    plan: Plan
    policy: Policy
    raised: list[Raised]
    rows: list[Row[Any]]


def _sweep_batch(office: Office, report: SweepReport, by: Signature, size: int) -> bool:
    """One transaction; false when nothing was due."""
    with transaction(office.engine) as tx:
        rows = queries.claim_due(tx, report.as_of, size)
        if not rows:
            return False
        work = begin(tx, office, by=by, at=report.as_of)
        before = len(report.steps)
        _raise_all(work, list(_plans(work, rows, report)), report)
        counts = {"cases": len(rows), "steps": len(report.steps) - before, "held": len(report.held)}
        work.batch.note(Act("swept", work.at, details=counts))
        work.batch.flush()
    report.cases_due += len(rows)
    return True


def _plans(work: Work, rows: list[Row[Any]], report: SweepReport) -> Iterable[_Planned]:
    """The plan of each claimed case; one that cannot be planned is held, and the others go on."""
    escalations = queries.escalations_of(work.tx, [row.id for row in rows])
    raised, stored = raised_by_case(escalations), rows_by_case(escalations)
    authority = Authority(work.tx)
    for row in rows:
        case, before = opened(row), raised.get(row.id, [])
        try:
            policy = work.policy_of(case)
            lifecycle, authorised = work.lifecycle_of(case), authority.covers(policy)
            seen = on_ladder(case.facts, lifecycle, policy, before, authorised=authorised)
            found = plan(seen, policy, work.calendar, work.day)
            yield _Planned(case, found, policy, before, stored.get(row.id, []))
        except Refusal as refusal:
            _hold(work, case, refusal, report)


def _raise_all(work: Work, planned: list[_Planned], report: SweepReport) -> None:
    acting = [one for one in planned if one.plan.steps]
    desk = Desk(work)
    desk.know(one.case for one in acting)
    desk.reserve((OFFICE, step.rung.series) for one in acting for step in one.plan.steps if step.automatic)
    prior = prior_papers(work.tx, [one.case.id for one in acting])
    for one in planned:
        try:
            _raise(desk, one, prior.get(one.case.id, []), report)
        except Refusal as refusal:
            _hold(work, one.case, refusal, report)
    desk.give_back()


def _raise(desk: Desk, one: _Planned, prior: list[Prior], report: SweepReport) -> None:
    for lapse in one.plan.lapses:
        _lapse(desk.work, one, lapse)
    for step in one.plan.steps:
        one.raised.append(raise_step(desk, one.case, step, one.policy, prior))
        report.count(one.case, step)
    desk.work.batch.wake(one.case, look_again(desk.work, one.case, one.raised))


def _lapse(work: Work, one: _Planned, lapse: Lapse) -> None:
    """The reply term of a paper ran out: its state says so from now on."""
    place = [raised.key for raised in one.raised].index(lapse.raised.key)
    handling = Handling(work, one.case, one.rows[place])
    handling.handle("lapse", MACHINE, {})
    one.raised[place] = replace(lapse.raised, state="lapsed")


def _hold(work: Work, case: OpenCase, refusal: Refusal, report: SweepReport) -> None:
    """Set a case aside until tomorrow with its reason, so that one bad record never stops the others."""
    report.held.append({"case": case.number, **refusal.as_json()})
    work.batch.wake(case, start_of(work.day + timedelta(days=1)))
