"""The caller's desk, the wall chart in figures, and the statistics of the register."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from states.duties import Duty
from states.statistics import By
from workflow.services import desk as desks
from workflow.services import statistics, wall_chart
from workflow.web import fields
from workflow.web.api import frame, paging
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import Day, Page, Shape

router = frame.resource("work")

CALLED = ("kind", "number", "task", "milestone", "measure")
"""What tells a duty from the others."""


class Owed(Shape):
    """What the caller owes. `commands` do it, by `POST /cases/{number}/transitions`; `measure` is what it is
    about. One that concerns a person names nothing."""

    kind: str
    label: str
    horizon: str
    number: str | None
    title: str | None
    due_on: date | None
    since: date | None
    overdue: bool
    working_days_late: int
    task: int | None
    milestone: int | None
    measure: str | None
    commands: list[str]


class Tally(Shape):
    """Matters in hand by light, and among them the overdue and those that missed a milestone."""

    green: int
    yellow: int
    red: int
    overdue: int
    missed: int


class UnitTally(Shape):
    """How the matters a unit leads stand."""

    unit: str
    name: str
    tally: Tally


class DueOn(Shape):
    """How many matters are due on a day."""

    on: date
    count: int


class Week(Shape):
    """What was handed out and struck off in a week, and how many were overdue at its end."""

    since: date
    opened: int
    closed: int
    overdue: int


class Ahead(Shape):
    """How matters will stand at the end of a day if nobody does anything."""

    on: date
    tally: Tally
    due: int


class Named(Shape):
    """A matter that hangs on the wall by name; `late` working days past its date, negative before it."""

    number: str
    title: str
    unit: str
    due_on: date
    late: int


class Wall(Shape):
    """The office in figures; `scope` names the units it is of, empty for the whole office."""

    day: date
    scope: list[str]
    total: Tally
    units: list[UnitTally]
    due: list[DueOn]
    weeks: list[Week]
    ahead: list[Ahead]
    longest: list[Named]
    next: list[Named]
    unreadable: list[str]


class Figures(Shape):
    """The statistics of a period. `bases` says of every rate what is above and below the line."""

    as_of: date
    since: date | None
    until: date | None
    by: str | None
    total: dict[str, Any]
    lines: list[dict[str, Any]] | None
    left_out: dict[str, int]
    bases: dict[str, dict[str, str]]


@router.get("/desk", response_model=Page[Owed], summary="What the caller owes")
def list_desk(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """What the caller owes, by when and the most pressing first; at most two hundred."""
    with seat.look(directory=True):
        found = desks.desk(seat.office, by=seat.by)
    told = [_owed(one, when.value) for when, duties in found.duties.items() for one in duties]
    return paging.page(request, Page[Owed], told, wanted, CALLED)


def _owed(duty: Duty, when: str) -> dict[str, Any]:
    names = ("label", "number", "title", "due_on", "since", "overdue", "working_days_late", "task")
    return {
        **{name: getattr(duty, name) for name in names},
        "kind": duty.kind.value,
        "horizon": when,
        "milestone": duty.node,
        "measure": duty.escalation,
        "commands": [row.id for row in duty.answers if fields.has_form(row)],
    }


@router.get("/wall", response_model=Wall, summary="The office in figures")
def get_wall(seat: Reads) -> Response:
    """What hangs on the wall chart, of the whole office or of the caller's units."""
    found = wall_chart.wall_chart(seat.office, by=seat.by, today=seat.at)
    due = [{"on": day, "count": count} for day, count in found.due]
    told = {name: getattr(found, name) for name in Wall.model_fields if name != "due"}
    return frame.told(Wall.model_validate({**told, "due": due}))


@router.get("/statistics", response_model=Figures, summary="The statistics of a period")
def get_statistics(
    seat: Reads,
    since: Annotated[Day | None, Query(description="The first day.")] = None,
    until: Annotated[Day | None, Query(description="The last day.")] = None,
    by: Annotated[
        Literal["unit", "category", "leader", "month"] | None,
        Query(description="What tells them apart."),
    ] = None,
) -> Response:
    """Counts and rates of the matters dispatched or due in a period, for whoever sees all of them."""
    apart = By(by) if by else None
    found = statistics.statistics_shown(
        seat.office, to=seat.by, today=seat.at, since=since, until=until, by=apart
    )
    return frame.told(Figures.model_validate(found.as_json()))
