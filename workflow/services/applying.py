"""Applying a plan that was written down before: exactly its steps, those that still hold, once.

Case by case under its lock the planner is asked again. A step that rests on facts that have changed is
refused with them, one that was taken already is left, the others are taken. Papers bear the date on which
they are issued, not that of the plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from states.errors import FactInvalid, Refusal
from states.ladder import Changed, Lapse, Raised, Step
from states.ladder.stale import MISSING, why_no_lapse, why_not
from states.office_time import office_day
from states.vocabulary import IssueMode
from workflow.services.entries import Act
from workflow.services.joint import MOST_MATTERS
from workflow.services.looking import Looked
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk
from workflow.services.planning import PlanDocument, PlannedLapse, PlannedStep, look_at
from workflow.services.raising import Prior, prior_papers
from workflow.services.sweep_report import told_of
from workflow.services.taking import Taking, take_all
from workflow.services.work import Work, begin
from workflow.storage import queries
from workflow.storage.session import transaction

BATCH = 100
APPLIED = "plan_applied"

Listed = dict[str, Any]


@dataclass(slots=True)
class Applied:
    """What became of a plan: steps taken, taken before already, refused as stale, and cases held."""

    plan: str
    as_of: datetime
    steps: list[Listed] = field(default_factory=list)
    lapses: list[Listed] = field(default_factory=list)
    already: list[Listed] = field(default_factory=list)
    refused: list[Listed] = field(default_factory=list)
    held: list[Listed] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether anything was done, or nothing had to be."""
        return bool(self.steps or self.lapses) or not (self.refused or self.held)

    def as_json(self) -> dict[str, Any]:
        automatic = sum(step["mode"] == IssueMode.AUTOMATIC for step in self.steps)
        return {
            "plan": self.plan,
            "as_of": self.as_of.isoformat(),
            "steps": self.steps,
            "lapses": self.lapses,
            "already": self.already,
            "refused": self.refused,
            "issued": automatic,
            "proposed": len(self.steps) - automatic,
            "held": len(self.held),
            "held_cases": self.held,
        }


def apply_plan(
    office: Office, document: PlanDocument, *, at: datetime, by: Signature, batch_size: int = BATCH
) -> Applied:
    """Take the steps of a plan that still hold at `at`, in transactions of about `batch_size` cases.

    The matters of a unit are taken in one, so that those that may share a paper do.
    Raises `FactInvalid` (`plan_ahead`) for a plan of a later day.
    """
    if office_day(at) < office_day(document.as_of):
        raise FactInvalid(
            f"计划所定的日期是{office_day(document.as_of)}，还没有到，请届时执行。",
            code="plan_ahead",
            as_of=document.as_of.isoformat(),
        )
    applied = Applied(document.digest, at)
    wanted = _by_case(document)
    for part in _in_parts(wanted, batch_size):
        _apply_batch(office, applied, {number: wanted[number] for number in part}, by)
    return applied


@dataclass(slots=True)
class _Wanted:
    """What a plan wants of one case."""

    steps: list[PlannedStep] = field(default_factory=list)
    lapses: list[PlannedLapse] = field(default_factory=list)

    @property
    def unit(self) -> str:
        return next((step.unit for step in self.steps if step.unit), "")


def _by_case(document: PlanDocument) -> dict[str, _Wanted]:
    """What the plan wants, case by case; what it wants twice is wanted once."""
    found: dict[str, _Wanted] = {}
    for step in document.steps:
        wanted = found.setdefault(step.case, _Wanted()).steps
        wanted += [step] if step not in wanted else []
    for lapse in document.lapses:
        lapsed = found.setdefault(lapse.case, _Wanted()).lapses
        lapsed += [lapse] if lapse not in lapsed else []
    return found


def _in_parts(wanted: dict[str, _Wanted], size: int) -> Iterator[list[str]]:
    """The numbers of the cases, unit by unit in the order of the plan; no unit that fits is torn apart."""
    by_unit: dict[str, list[str]] = {}
    for number, one in wanted.items():
        by_unit.setdefault(one.unit, []).append(number)
    part: list[str] = []
    for numbers in by_unit.values():
        for start in range(0, len(numbers), MOST_MATTERS):
            some = numbers[start : start + MOST_MATTERS]
            if part and len(part) + len(some) > size:
                yield part
                part = []
            part += some
    if part:
        yield part


def _apply_batch(office: Office, applied: Applied, wanted: dict[str, _Wanted], by: Signature) -> None:
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=applied.as_of)
        rows = queries.cases_for_update(tx, list(wanted))
        _tell_unknown(applied, wanted, {row.number for row in rows})
        looked = list(look_at(work, rows, applied.held))
        before = len(applied.steps) + len(applied.lapses)
        _take_all(work, [_Case(one, wanted[one.case.number], applied) for one in looked])
        if done := len(applied.steps) + len(applied.lapses) - before:
            work.batch.note(Act(APPLIED, work.at, details={"plan": applied.plan, "steps": done}))
        work.batch.flush()


def _tell_unknown(applied: Applied, wanted: dict[str, _Wanted], known: set[str]) -> None:
    for number in wanted.keys() - known:
        message = f"没有编号为“{number}”的事项，请核对计划文件是否属于本系统。"
        applied.held.append({"case": number, "code": "case_unknown", "message": message, "facts": {}})


def _take_all(work: Work, cases: list["_Case"]) -> None:
    desk = Desk(work)
    desk.know(one.looked.case for one in cases)
    prior = prior_papers(work.tx, [one.looked.case.id for one in cases])
    by_id = {one.looked.case.id: one for one in cases}
    takings = [one.taking(prior.get(id, [])) for id, one in by_id.items()]
    for taken, refusal in take_all(desk, takings):
        by_id[taken.id].tell(taken, refusal)


@dataclass(slots=True)
class _Case:
    """One case on its way through a plan."""

    looked: Looked
    wanted: _Wanted
    applied: Applied

    def taking(self, prior: list[Prior]) -> Taking:
        """What still holds of the plan; the rest is told of."""
        steps = tuple(step for planned in self.wanted.steps for step in self._holds(planned))
        return Taking(self.looked, tuple(self._lapses()), steps, prior)

    def tell(self, taken: Taking, refusal: Refusal | None) -> None:
        """What became of it."""
        number = self.looked.case.number
        if refusal is not None:
            self.applied.held.append({"case": number, **refusal.as_json()})
            return
        self.applied.steps += [told_of(number, step) for step in taken.steps]
        self.applied.lapses += [{"case": number, "step": lapse.raised.step} for lapse in taken.lapses]

    def _holds(self, planned: PlannedStep) -> Iterator[Step]:
        changed = why_not(
            planned.basis.model_dump(mode="json"), planned.step, self.looked.seen, self.looked.plan
        )
        if not changed:
            mine = (one for one in self.looked.plan.steps if one.rung.step == planned.step)
            yield next(one for one in mine if one.rung.clock == planned.basis.clock)
        elif [one.fact for one in changed if one.fact != "before"] == ["raised"]:
            self._tell_already(planned, changed)
        else:
            self._tell_refused(planned, changed)

    def _lapses(self) -> Iterator[Lapse]:
        for planned in self.wanted.lapses:
            raised = self._raised(planned)
            changed = why_no_lapse(planned.basis.model_dump(), raised, self.looked.plan)
            if not changed:
                yield next(one for one in self.looked.plan.lapses if one.raised is raised)
            elif raised is not None and raised.state == "lapsed":
                self._tell_already(planned, changed)
            else:
                self._tell_refused(planned, changed)

    def _raised(self, planned: PlannedLapse) -> Raised | None:
        key = (planned.step, planned.clock, planned.epoch)
        return next((one for one in self.looked.seen.raised if (one.step, one.clock, one.epoch) == key), None)

    def _tell_already(self, planned: PlannedStep | PlannedLapse, changed: tuple[Changed, ...]) -> None:
        now = next((one.now for one in changed if one.fact in ("raised", "state")), MISSING)
        message = f"“{planned.label}”已办过（{now}），不重复办理。"
        self.applied.already.append({"case": planned.case, "step": planned.step, "message": message})

    def _tell_refused(self, planned: PlannedStep | PlannedLapse, changed: tuple[Changed, ...]) -> None:
        facts = {one.fact: [one.planned, one.now] for one in changed}
        told = "；".join(one.sentence for one in changed)
        message = f"“{planned.label}”未办理：{told}，请重新生成计划。"
        self.applied.refused.append(
            {"case": planned.case, "step": planned.step, "code": "plan_stale", "message": message}
            | {"facts": facts}
        )
