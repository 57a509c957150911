"""The milestones of all matters in hand: what is missed, and what comes in the next days."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError

from states.facts import CaseFacts
from states.nodes import still_open
from states.nodes.progress import Progress
from workflow.services.access import shown_case
from workflow.services.batch import opened
from workflow.services.held import held_case
from workflow.services.known import known_by
from workflow.services.nodes import told, told_node
from workflow.services.office import Office
from workflow.services.register import View, check_filters, not_registered
from workflow.services.seeing import Onlooker
from workflow.storage.guarded import Read, readable
from workflow.storage.milestones import cases_with_nodes
from workflow.storage.session import reading


@dataclass(slots=True)
class Coming:
    """What is missed on a day or due until another, missed ones first, then by their day.

    At most `most` rows are told of all that are counted.
    """

    day: date
    until: date
    most: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    unreadable: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "until": self.until.isoformat(),
            "count": len(self.rows),
            "missed": sum(one["missed"] for one in self.rows),
            "nodes": self.rows[: self.most],
            "unreadable": self.unreadable,
        }


def nodes_of(
    office: Office,
    number: str,
    *,
    today: datetime,
    as_of: datetime | None = None,
    by: Onlooker | None = None,
) -> dict[str, Any]:
    """The milestones of one case: what a wall chart needs.

    With `as_of` as they were recorded by that instant, and seen on its day. To an onlooker of whom
    the case is. Raises `NotFound`, `NotPermitted`.
    """
    with reading(office.engine) as tx:
        row, _ = shown_case(tx, office, number, by)
        facts = opened(row).facts if as_of is None else known_by(tx, row, as_of).facts
        if facts.number is None:
            raise not_registered(number)
        case = {"case": facts.number, "title": facts.title}
        return {**case, **told(facts, View(tx, office, as_of or today, as_of))}


def coming(
    office: Office, *, today: datetime, days: int = 7, unit: str | None = None, most: int = 500
) -> Coming:
    """The milestones missed, or due within so many days, of every matter whose time runs.

    `unit` is the lead unit, by code, part of its name or another name. Raises `NotFound` (`unit_unknown`).
    """
    units = check_filters(office, state=None, unit=unit)
    with reading(office.engine) as tx:
        seen = View(tx, office, today)
        found = Coming(seen.day, seen.day + timedelta(days=days), most)
        for row in cases_with_nodes(tx):
            _add(found, row, seen, units)
    found.rows.sort(key=lambda one: (not one["missed"], one["due_on"], one["case"], one["id"]))
    return found


def _add(found: Coming, row: Read, seen: View, units: frozenset[str] | None) -> None:
    """The milestones of one case; a bad record never keeps the others back."""
    try:
        facts = opened(readable(row)).facts
        if _is_running(facts, seen) and (units is None or facts.lead_unit in units):
            found.rows += _rows(facts, seen, found.until)
    except DBAPIError:
        raise
    except Exception as error:
        found.unreadable.append(held_case(row.number, error))


def _is_running(facts: CaseFacts, seen: View) -> bool:
    return seen.office.lifecycle(seen.tx, facts.lifecycle).is_running(facts.state)


def _rows(facts: CaseFacts, seen: View, until: date) -> Iterator[dict[str, Any]]:
    progress = Progress(facts, seen.calendar, seen.day)
    lead = seen.names.get(facts.lead_unit or "", facts.lead_unit)
    for node in still_open(facts.nodes):
        if progress.due_on(node) <= until:
            case = {"case": facts.number, "case_title": facts.title, "lead_unit": lead}
            yield {**case, **told_node(node, progress)}
