"""Everything the page of a case shows, read in one look: how it stands, why, its course, what may be done.

What many of its parts ask for is read ahead, so that a page asks few questions however much a case holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from workflow.services import attachments, measure_desk, nodes, offering, readings, register, relations
from workflow.services.access import shown_case
from workflow.services.batch import OpenCase, opened
from workflow.services.course import Course, Leafing, course
from workflow.services.explaining import ExplainedClock, clocks_of, explained_clock
from workflow.services.extensions import told_extension
from workflow.services.feedback import feedback
from workflow.services.histories import shown_history
from workflow.services.known import known_in_brief
from workflow.services.measure_desk import Line
from workflow.services.offering import Feasible
from workflow.services.office import Office, Signature
from workflow.services.outlook import Outlook
from workflow.services.owing import owing
from workflow.services.page_look import page_look
from workflow.services.register import Telling, View
from workflow.services.seeing import Onlooker, behind
from workflow.services.told_tasks import told_tasks

NO_NODES: Mapping[str, Any] = {"nodes": [], "replan": False}
INSIDE: Mapping[str, Telling] = {
    "tasks": told_tasks,
    "feedback": feedback,
    "extension": told_extension,
    "nodes": lambda facts, seen: nodes.told(facts, seen) if facts.nodes else NO_NODES,
    "parent": relations.parent,
    "children": relations.children,
}


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """A case before an onlooker. `told` is of it as `register.show` tells, as far as the page has it.

    `clocks` are those that run or stand still, each with its days; `level` is what the highest measure that
    was issued is called, `feasible` what he may do as it stands. `owing` is what it waits for where nothing
    is `next` on the ladder; one that is set aside is looked at again on `review_on`.
    """

    told: dict[str, Any]
    clocks: Sequence[ExplainedClock]
    why: Sequence[str]
    next: Sequence[Mapping[str, Any]]
    owing: Sequence[str]
    review_on: date | None
    measures: Sequence[Line]
    files: Sequence[attachments.Listed]
    course: Course
    level: str | None
    feasible: tuple[Feasible, ...]


def sheet(office: Office, number: str, leafing: Leafing, *, by: Onlooker, signed: Signature) -> CaseSheet:
    """A case as an onlooker may see it, with a leaf of its history, once it is entered who looks.

    `signed` is his signature for that. Raises `NotFound`, `NotPermitted`, and `ReadingRefused` where the
    reading cannot be entered.
    """
    with page_look(office, by) as tx:
        found = _sheet(tx, office, number, leafing, by=by)
        row, _ = shown_case(tx, office, number, by)
        news = readings.unnoted(tx, [row], by=signed)
    readings.enter(office, news, "show", by=signed)
    return found


def _sheet(tx: Connection, office: Office, number: str, leafing: Leafing, *, by: Onlooker) -> CaseSheet:
    row, drawn = shown_case(tx, office, number, by)
    case, known = opened(row), behind(drawn, known_in_brief(tx, row))
    seen, policy = View(tx, office, by.at), office.policy(tx, row.policy)
    seen.opens(case.facts, case.id)
    outlook = Outlook(tx, case, seen, policy, drawn)
    told = register.told_of(known, seen, drawn, INSIDE)
    shown = shown_history(tx, row.id, drawn)
    ahead = outlook.next(named=False)
    return CaseSheet(
        told,
        _running(tx, office, case),
        outlook.why(),
        ahead,
        [] if ahead else owing(outlook),
        case.facts.review_on,
        measure_desk.lines(tx, office, known.escalations, seen.names),
        [one for one in attachments.files_in(shown, drawn, seen.people) if one.standing],
        course(tx, office, row, drawn, leafing),
        _level(tx, office, told),
        offering.feasible_now(tx, office, case.facts, by),
    )


def _running(tx: Connection, office: Office, case: OpenCase) -> list[ExplainedClock]:
    """The clocks that run or stand still, none that was stopped."""
    policy = office.policy(tx, case.facts.policy)
    clocks = clocks_of(tx, office, case).items()
    return [explained_clock(tx, office, key, one, policy) for key, one in clocks if not one.stopped_at]


def _level(tx: Connection, office: Office, told: dict[str, Any]) -> str | None:
    """What the level of escalation is called, by the policy its measure was raised under."""
    step = told["case"]["level"]
    policies = (one["policy"] for one in told["escalations"] if one["step"] == step)
    rungs = (office.policy(tx, one).rung_of.get(step) for one in policies)
    return next((rung.label for rung in rungs if rung), step)
