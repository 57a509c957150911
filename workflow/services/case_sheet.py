"""Everything the page of a case shows, read in one look: how it stands, why, its course, what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from states.lifecycle import CommandRow
from workflow.services import attachments, explaining, measure_desk, offering, register
from workflow.services.course import Course, Leafing, course
from workflow.services.measure_desk import MeasureSheet
from workflow.services.office import Office
from workflow.services.seeing import Onlooker
from workflow.storage.session import one_look


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """A case before an onlooker. `told` and `explained` are as `register.show` and `explain` tell of it.

    `level` is what the highest measure that was issued is called, `feasible` what he may do as it stands.
    """

    told: dict[str, Any]
    explained: dict[str, Any]
    measures: Sequence[MeasureSheet]
    files: Sequence[attachments.Listed]
    course: Course
    level: str | None
    feasible: tuple[CommandRow, ...]


def sheet(office: Office, number: str, leafing: Leafing, *, by: Onlooker) -> CaseSheet:
    """A case as an onlooker may see it, with a leaf of its history. Raises `NotFound`, `NotPermitted`."""
    with one_look(office.engine) as tx:
        told = register.show(office, number, today=by.at, by=by)
        return CaseSheet(
            told,
            explaining.explain(office, number, today=by.at, by=by),
            measure_desk.listed(office, number, by=by),
            [one for one in attachments.listed(office, number, by=by) if one.standing],
            course(office, number, leafing, by=by),
            _level(tx, office, told),
            offering.offered(office, number, by=by).feasible,
        )


def _level(tx: Connection, office: Office, told: dict[str, Any]) -> str | None:
    """What the level of escalation is called, by the policy its measure was raised under."""
    step = told["case"]["level"]
    policies = (one["policy"] for one in told["escalations"] if one["step"] == step)
    rungs = (office.policy(tx, one).rung_of.get(step) for one in policies)
    return next((rung.label for rung in rungs if rung), step)
