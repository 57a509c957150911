"""What lies on a desk (工作台): what somebody owes, the most pressing first, and what he may do about it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from states.duties import Duty, worst_first
from states.duties.horizon import Horizon, by_horizon
from states.office_time import office_day
from workflow.services.begun import since
from workflow.services.duties import TodoList, owed
from workflow.services.office import Office
from workflow.services.people import Actors
from workflow.services.seeing import Onlooker
from workflow.storage.session import reading

MOST = 200
"""So many a desk shows, the worst; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody's desk on a day. `duties` have as answers, on their matters and measures, only what he himself
    may do; `units` are names of units by code."""

    day: date
    owed: TodoList
    duties: Mapping[Horizon, tuple[Duty, ...]]
    unreadable: tuple[str, ...]
    units: Mapping[str, str]


def desk(office: Office, *, by: Onlooker, most: int = MOST) -> Desk:
    """The desk of whoever looks, with at most `most` duties. Raises as `owed`."""
    day = office_day(by.at)
    found = owed(office, day=day, person=by.person, most=most, is_today=True)
    (mine,) = found.lists
    with reading(office.engine) as tx:
        told = sorted(_dated(tx, office, mine.duties), key=worst_first)
        duties = tuple(_his(told, Actors(tx, by.person, day)))
    unreadable = tuple(str(one["case"]) for one in found.unreadable)
    return Desk(day, mine, by_horizon(duties, day), unreadable, found.unit_names)


def _dated(tx: Connection, office: Office, duties: Iterable[Duty]) -> Iterator[Duty]:
    """The same, with since when they wait where neither a rule nor a fact of the matter sets a day."""
    undated = {name for name in map(_undated, duties) if name}
    begun = since(tx, office, undated)
    for duty in duties:
        begun_on = begun.get(_undated(duty) or ("", ""))
        yield replace(duty, since=begun_on) if begun_on else duty


def _undated(duty: Duty) -> tuple[str, str] | None:
    """What a duty without a day is called by; one on a measure or a task has its own days."""
    if duty.since or duty.due_on or duty.escalation or duty.task is not None or duty.number is None:
        return None
    return duty.kind.value, duty.number


def _his(duties: Iterable[Duty], actors: Actors) -> Iterator[Duty]:
    """Who stands behind somebody is told of a duty, and may not always do it in his place."""
    for duty in duties:
        himself, on_measure = actors.towards(duty.whose.unit), duty.on_measure
        yield replace(
            duty,
            answers=tuple(row for row in duty.answers if himself.holds(row.roles)),
            on_measure=on_measure if on_measure and himself.holds(on_measure.roles) else None,
        )
