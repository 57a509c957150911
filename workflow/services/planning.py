"""What the sweep would do at an instant, written down as a document that can be read, signed off and applied.

Reads only, and asks the same functions as the sweep. The document's digest is taken over everything in it,
so that one that was changed on its way is refused; whether its steps still hold is looked at again, case by
case, when it is applied.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError

from states.history import canonical
from states.ladder import Lapse, Step
from states.ladder.stale import basis, basis_of_lapse, mode_of
from states.vocabulary import ClockName, IssueMode
from workflow.errors import FileRefused
from workflow.services.held import held_case
from workflow.services.looking import Looked, Lookout
from workflow.services.office import Office, Signature
from workflow.services.work import Work, begin
from workflow.storage import queries
from workflow.storage.guarded import Read
from workflow.storage.session import reading

FORM = "duban-plan/1"
MAX_BYTES = 100_000_000


CaseNumber = Annotated[str, Field(pattern=r"^[^\x00-\x1f]{1,64}$")]


class Strict(BaseModel):
    """Part of a plan file: nothing missing, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Before(Strict):
    """The paper a step follows on, as it stood."""

    step: str
    state: str
    reply_due_on: str | None


class StepBasis(Strict):
    """The facts a step rests on (`states.ladder.stale.basis`)."""

    clock: ClockName
    epoch: int
    due_on: str
    raised: str
    before: Before | None
    mode: IssueMode
    reached_on: str


class LapseBasis(Strict):
    """The facts a lapse rests on."""

    state: str
    reply_due_on: str


class PlannedStep(Strict):
    """One step of a plan: what would be raised on which case, to whom, why, and the facts it rests on."""

    case: CaseNumber
    step: str
    label: str
    clock: str
    epoch: int
    mode: str
    document: str
    unit: str | None
    addressee: str
    policy: str
    reason: str
    basis: StepBasis


class PlannedLapse(Strict):
    """One reply term that has run out; nothing is sent, the escalation's state says so."""

    case: CaseNumber
    step: str
    label: str
    clock: str
    epoch: int
    basis: LapseBasis


class PlanDocument(Strict):
    """A plan as a file keeps it. `held` are cases that cannot be planned, each with its refusal."""

    form: str = FORM
    as_of: datetime
    calendar: str
    policies: tuple[str, ...]
    cases_due: int
    steps: tuple[PlannedStep, ...]
    lapses: tuple[PlannedLapse, ...]
    held: tuple[dict[str, Any], ...] = ()
    digest: str = Field("", max_length=64)

    @property
    def counted(self) -> str:
        """SHA-256 over the canonical form of everything but the digest itself."""
        content = self.model_dump(mode="json", exclude={"digest"})
        return hashlib.sha256(canonical(content).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def make_plan(office: Office, *, as_of: datetime, by: Signature) -> PlanDocument:
    """Every step the sweep would take at `as_of`, as a document with its digest. Writes nothing."""
    with reading(office.engine) as tx:
        work = begin(tx, office, by=by, at=as_of)
        rows = list(queries.each_due_case(tx, as_of))
        held: list[dict[str, Any]] = []
        looked = [one for one in look_at(work, rows, held) if one.plan.is_due]
        names = {row.code: str(row.name) for row in queries.units(tx)}
    steps = [_step(one, step, names) for one in looked for step in one.plan.steps]
    made = PlanDocument(
        as_of=as_of,
        calendar=work.calendar.version,
        policies=tuple(sorted({one.policy.digest for one in looked})),
        cases_due=len(rows),
        steps=tuple(steps),
        lapses=tuple(_lapse(one, lapse) for one in looked for lapse in one.plan.lapses),
        held=tuple(held),
    )
    return made.model_copy(update={"digest": made.counted})


def look_at(work: Work, rows: Sequence[Read], held: list[dict[str, Any]]) -> Iterator[Looked]:
    """The plan of each case on the day of the work; one that cannot be planned is added to `held`."""
    lookout = Lookout(work, rows)
    for row in rows:
        try:
            yield lookout.at(row)
        except DBAPIError:
            raise
        except Exception as error:
            held.append(held_case(row.number, error))


def read_plan(path: Path) -> PlanDocument:
    """The plan in a file.

    Raises `FileRefused` when there is none (`file_not_found`), it is too large, no plan (`plan_unreadable`),
    or not as it was made (`plan_changed`).
    """
    document, counted = _parsed(_content(path), path)
    if counted != document.digest:
        raise FileRefused(
            f"计划文件“{path.name}”与生成时不一致，可能被改动；请用duban plan --out重新生成。",
            code="plan_changed",
            name=path.name,
        )
    return document


def _step(one: Looked, step: Step, names: Mapping[str, str]) -> PlannedStep:
    rung, unit = step.rung, one.case.facts.lead_unit
    name = names.get(unit or "", unit or "")
    return PlannedStep(
        case=one.case.number,
        step=rung.step,
        label=rung.label,
        clock=rung.clock.value,
        epoch=step.epoch,
        mode=mode_of(step).value,
        document=rung.document,
        unit=unit,
        addressee=f"{name}主要负责人" if rung.addressee == "person" else name,
        policy=one.policy.digest,
        reason=step.reason,
        basis=StepBasis(**basis(step)),
    )


def _lapse(one: Looked, lapse: Lapse) -> PlannedLapse:
    raised = lapse.raised
    return PlannedLapse(
        case=one.case.number,
        step=raised.step,
        label=one.policy.rung_of[raised.step].label if raised.step in one.policy.rung_of else raised.step,
        clock=raised.clock,
        epoch=raised.epoch,
        basis=LapseBasis(**basis_of_lapse(lapse)),
    )


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise FileRefused(f"找不到计划文件“{path.name}”。", code="file_not_found", name=path.name)
    if path.stat().st_size > MAX_BYTES:
        raise FileRefused(
            f"“{path.name}”超过{MAX_BYTES}字节，不像计划文件。", code="file_too_large", name=path.name
        )
    return path.read_bytes()


def _parsed(content: bytes, path: Path) -> tuple[PlanDocument, str]:
    """The plan and the digest counted over it: what cannot be counted is no plan either."""
    try:
        document = PlanDocument.model_validate(json.loads(content))
        counted = document.counted
    except (ValueError, RecursionError) as error:
        raise _unreadable(path) from error
    if document.form != FORM or document.as_of.tzinfo is None:
        raise _unreadable(path)
    return document, counted


def _unreadable(path: Path) -> FileRefused:
    return FileRefused(
        f"“{path.name}”不是本系统的计划文件，请用duban plan --out生成。",
        code="plan_unreadable",
        name=path.name,
    )
