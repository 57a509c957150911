"""The sweep: claims what is due, asks the planner, raises what it says. Harmless when repeated.

Its cost follows the number of cases due: each case stores the instant its planner wants to be woken, indexed.
Any number of sweepers may run at once; claims skip each other's rows, and the unique key of an escalation
(case, clock, epoch, step) stands behind them all. A case that fails never stops the others.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError, OperationalError

from states.errors import Refusal
from states.policy.operation import SweepRule
from workflow.collector import uncollected
from workflow.services import sweep_record
from workflow.services.batch import Batch
from workflow.services.caps import Caps
from workflow.services.entries import Act
from workflow.services.joint import Key, count_papers, papers_of
from workflow.services.looking import Looked, Lookout
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk
from workflow.services.raising import Prior, prior_papers
from workflow.services.set_asides import count_failure, trouble_of
from workflow.services.sweep_report import SweepReport
from workflow.services.taking import Taking, take_all
from workflow.services.work import Work, begin
from workflow.storage import queries, sweeps
from workflow.storage.session import SWEEPERS, reading, stand_in_line, transaction
from workflow.storage.sweeps import LeftOut

log = logging.getLogger("duban.sweep")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One run on record, and how it goes about it.

    `rule` binds a scheduled run and is None for an operator's; `full` are the units whose day it leaves
    alone. `clock` tells when a long run has come how far.
    """

    id: int
    size: int = BATCH
    rule: SweepRule | None = None
    full: tuple[str, ...] = ()
    clock: Callable[[], datetime] | None = None

    def caps(self, work: Work, papers: int) -> Caps | None:
        return None if self.rule is None else Caps(work.tx, self.rule, work.day, papers)


def sweep(office: Office, *, as_of: datetime, by: Signature, batch_size: int = BATCH) -> SweepReport:
    """Raise every escalation due by `as_of`, in transactions of `batch_size` cases.

    This is an operator's act: neither caps nor holds bind it, only the gates. It catches up after downtime
    as the policy says.
    """
    report = SweepReport(as_of)
    with transaction(office.engine) as tx:
        stand_in_line(tx, SWEEPERS)
        batch, due = Batch(tx, office, by), sweeps.count_due(tx, as_of)
        run = Run(sweep_record.enter_run(batch, as_of, due), batch_size)
        batch.flush()
    if due:
        carry_out(office, run, report, by)
    return report


def preview(office: Office, *, as_of: datetime, by: Signature) -> SweepReport:
    """What `sweep` would do now. Writes nothing."""
    report = SweepReport(as_of)
    with reading(office.engine) as tx:
        work = begin(tx, office, by=by, at=as_of)
        planned: list[Looked] = []
        for found in _previewed(work, as_of):
            report.cases_due += 1
            if isinstance(found, _Trouble):
                report.hold_back(found.number, found.refusal)
            else:
                report.count(found)
                planned.append(found)
        report.papers = count_papers(Desk(work), (_taking(one, []) for one in planned))
    return report


def carry_out(office: Office, run: Run, report: SweepReport, by: Signature) -> None:
    """Raise what is due until nothing is left, or the run must stop."""
    _Sweeping(office, run, report, replace(by, run=str(run.id))).go()


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A case that cannot be planned, and why."""

    case_id: int
    number: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class _Sweeping:
    """One run at work: transaction after transaction until it is done.

    A transaction has whole units in it, so that what may share a paper does.
    """

    office: Office
    run: Run
    report: SweepReport
    by: Signature

    def go(self) -> None:
        while not self.must_stop and self._batch():
            pass

    @property
    def must_stop(self) -> bool:
        return self.report.is_full or self.report.hold is not None

    def _batch(self) -> bool:
        """One transaction, or if it fails one for each of its units; false when nothing was due."""
        try:
            with uncollected(), transaction(self.office.engine) as tx:
                part = self._claimed(tx, self._claim)
        except OperationalError:  # the database is busy or away: no case's fault
            raise
        except Exception as error:
            log.warning("巡查一批事项时出错（%s），改为分开办理", type(error).__name__)
            log.debug("", exc_info=error)
            return self._apart()
        self.report.add(part)
        return bool(part.cases_due)

    def _claim(self, tx: Connection) -> list[Row[Any]]:
        rows = sweeps.claim_by_unit(tx, self.report.as_of, self.run.size, self._left_out)
        return sorted(
            _whole_units(rows, self.run.size), key=_by_waking if self.run.rule is None else _by_urgency
        )

    @property
    def _left_out(self) -> LeftOut:
        """What stays due over a unit's cap: looked at once in this run, and no more in later ones."""
        return LeftOut(self.run.full, self.report.over)

    def _claimed(self, tx: Connection, claim: Callable[[Connection], list[Row[Any]]]) -> SweepReport:
        """Raise what the claimed cases ask for. A scheduled run goes on only while nothing holds it."""
        part = SweepReport(self.report.as_of)
        if self.run.rule is not None:
            stand_in_line(tx, SWEEPERS)  # caps and holds are counted by one worker at a time
            part.hold = next((row.reason for row in sweeps.holds_in_force(tx)), None)
        rows = [] if part.hold else claim(tx)
        if rows:
            part.cases_due = len(rows)
            work = self._begin(tx)
            desk, planned = Desk(work), list(_aside(work, _plans(work, rows), part))
            caps = self.run.caps(work, self.report.papers)
            _raise_all(desk, list(_within(desk, planned, caps, part)), part)
            _put_on_record(work, self.run, part)
        return part

    def _apart(self) -> bool:
        """A transaction for each unit, and where one fails one for each case, alone with its fault."""
        with reading(self.office.engine) as tx:
            rows = sweeps.due(tx, self.report.as_of, self.run.size, self._left_out)
        before, by_unit = self.report.cases_due, defaultdict(list)
        for row in rows:
            by_unit[row.lead_unit].append(row)
        for some in by_unit.values():
            self._some(some)
        return self.report.cases_due > before

    def _some(self, rows: Sequence[Row[Any]]) -> None:
        as_of, ids = self.report.as_of, [row.id for row in rows]
        if self.must_stop:
            return
        try:
            with transaction(self.office.engine) as tx:
                part = self._claimed(tx, lambda tx: sweeps.claim(tx, ids, as_of))
        except OperationalError:
            raise
        except Exception as error:
            if len(rows) > 1:
                for row in rows:
                    self._some([row])
                return
            part = self._set_back_alone(_trouble(rows[0], error))
        self.report.add(part)

    def _set_back_alone(self, trouble: "_Trouble") -> SweepReport:
        """Put off a case that cannot be dealt with at all, unless somebody else has by now."""
        part = SweepReport(self.report.as_of)
        with transaction(self.office.engine) as tx:
            if sweeps.number_for_update(tx, trouble.case_id, self.report.as_of) is not None:
                part.cases_due = 1
                work = self._begin(tx)
                _set_back(work, trouble, part)
                _put_on_record(work, self.run, part)
        return part

    def _begin(self, tx: Connection) -> Work:
        return begin(tx, self.office, by=self.by, at=self.report.as_of)


def _put_on_record(work: Work, run: Run, part: SweepReport) -> None:
    """Count what was done on the run's row and tell the journal of it, which must say the same."""
    done = {"issued": part.issued, "proposed": part.proposed, "held": len(part.held)}
    sweeps.add_to_run(work.tx, run.id, run.clock() if run.clock else None, **done)
    counts = {"cases": part.cases_due, "steps": len(part.steps), **done}
    work.batch.note(Act("swept", work.at, details={**counts, "sweep": run.id}))
    work.batch.flush()


def _previewed(work: Work, as_of: datetime) -> Iterator[Looked | _Trouble]:
    """The due cases as planned together, or one by one where they cannot even be read together."""
    try:
        found = list(_plans(work, queries.due_cases(work.tx, as_of)))
    except DBAPIError:
        raise
    except Exception as error:
        log.debug("", exc_info=error)
        found = [_previewed_alone(work, row) for row in sweeps.due(work.tx, as_of)]
    yield from found


def _previewed_alone(work: Work, row: Row[Any]) -> Looked | _Trouble:
    try:
        return next(_plans(work, [sweeps.case_row(work.tx, row.id)]))
    except DBAPIError:
        raise
    except Exception as error:
        return _trouble(row, error)


def _plans(work: Work, rows: Sequence[Row[Any]]) -> Iterator[Looked | _Trouble]:
    """The plan of each case, or why it cannot be planned."""
    lookout = Lookout(work, rows)
    for row in rows:
        try:
            yield lookout.at(row)
        except DBAPIError:
            raise
        except Exception as error:
            yield _trouble(row, error)


def _trouble(row: Row[Any], error: Exception) -> _Trouble:
    refusal = trouble_of(error)
    log.warning("巡查事项%s未成：%s（%s）", row.number, refusal.message, refusal.code)
    log.debug("%s", row.number, exc_info=error)
    return _Trouble(row.id, row.number, refusal)


def _aside(work: Work, found: Iterable[Looked | _Trouble], part: SweepReport) -> Iterator[Looked]:
    """Those that could be planned; the others are put off, and the rest goes on."""
    for one in found:
        if isinstance(one, _Trouble):
            _set_back(work, one, part)
        else:
            yield one


def _within(desk: Desk, planned: Iterable[Looked], caps: Caps | None, part: SweepReport) -> Iterator[Looked]:
    """Those whose papers the caps allow; the others stay due. A paper that is shared counts once."""
    made: set[Key] = set()
    for one in planned:
        papers = set(papers_of(desk, one, one.plan.steps))
        refusal = caps.refusal(one.case.facts.lead_unit, len(papers - made)) if caps else None
        if refusal is None:
            made |= papers
            yield one
        else:
            part.leave_due(one, refusal)


def _raise_all(desk: Desk, planned: list[Looked], part: SweepReport) -> None:
    work, acting = desk.work, [one for one in planned if one.plan.steps]
    desk.know(one.case for one in acting)
    prior = prior_papers(work.tx, [one.case.id for one in acting])
    refused: dict[int, Refusal] = {}
    for taken, refusal in take_all(desk, [_taking(one, prior.get(one.case.id, [])) for one in planned]):
        if refusal is not None:
            refused[taken.id] = refusal
    for one in planned:
        _tell(work, one, refused.get(one.case.id), part)
    part.papers += desk.numbered


def _taking(one: Looked, prior: list[Prior]) -> Taking:
    return Taking(one, one.plan.lapses, one.plan.steps, prior)


def _tell(work: Work, one: Looked, refusal: Refusal | None, part: SweepReport) -> None:
    if refusal is None:
        part.count(one)
        return
    part.hold_back(one.case.number, refusal)
    work.batch.put_off(one.case, count_failure(work, one.case.id, one.case.number, refusal))


def _whole_units(rows: list[Row[Any]], size: int) -> list[Row[Any]]:
    """Rows that came unit by unit, without those of the last unit where it may have more than were asked for.

    A unit that fills the whole transaction is taken as far as it goes.
    """
    whole = [row for row in rows if row.lead_unit != rows[-1].lead_unit]
    return whole if whole and len(rows) == size else rows


def _by_waking(row: Row[Any]) -> tuple[Any, ...]:
    return row.next_action_at, row.id


def _by_urgency(row: Row[Any]) -> tuple[Any, ...]:
    return row.due_on or date.max, row.next_action_at, row.id


def _set_back(work: Work, trouble: _Trouble, part: SweepReport) -> None:
    """Put a case off with its reason, so that one bad record never stops the others."""
    part.hold_back(trouble.number, trouble.refusal)
    again = count_failure(work, trouble.case_id, trouble.number, trouble.refusal)
    sweeps.look_at(work.tx, trouble.case_id, again)
