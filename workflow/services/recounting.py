"""What a calendar in force changes about the dates of cases, and accepting or declining it case by case.

A loaded notice moves nothing by itself. The impact is the list of dates that would come out otherwise; each
acceptance is a command on its case, with an entry that names the date before and after.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from states.calendar import WorkCalendar
from states.clocks.recounting import Recounted, recounted
from states.errors import Refusal
from workflow.services.batch import OpenCase, opened
from workflow.services.cases import Order, perform_all
from workflow.services.ladder import look_again, raised_by_case
from workflow.services.office import Office, Signature
from workflow.services.work import begin
from workflow.storage import dated, queries
from workflow.storage.session import reading, transaction

BATCH, LOOKED_AT = 500, 1_000


@dataclass(frozen=True, slots=True)
class Impact:
    """One date a calendar changes: which case and clock, the due time before and after."""

    case: OpenCase
    found: Recounted

    def as_json(self) -> dict[str, Any]:
        clock, deadline = self.found.clock, self.found.deadline
        return {
            "case": self.case.number,
            "title": self.case.facts.title,
            "clock": self.found.key,
            "label": self.found.label,
            "epoch": clock.epoch,
            "old": clock.due_on.isoformat(),
            "new": deadline.due_on.isoformat(),
            "old_at": clock.due_at.isoformat() if clock.due_at else None,
            "new_at": deadline.due_at.isoformat() if deadline.due_at else None,
            "moves": self.found.moves,
            "was_provisional": clock.provisional,
            "provisional": deadline.provisional,
            "counted_by": clock.calendar,
        }


@dataclass(slots=True)
class Settled:
    """What became of each case: done, with its dates afterwards, or refused, with why."""

    calendar: str
    done: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"calendar": self.calendar, "done": self.done, "refused": self.refused}


def impact(office: Office, *, calendar: WorkCalendar | None = None) -> list[Impact]:
    """The dates the calendar in force (or another) changes, by case number; what was declined is left out."""
    with reading(office.engine) as tx:
        return list(_impact(tx, office, calendar or office.calendar(tx)))


@dataclass(frozen=True, slots=True)
class Part:
    """The dates a calendar changes among so many cases, and the number after which the rest begins."""

    impact: tuple[Impact, ...]
    looked_at: int
    after: str | None


def impact_part(office: Office, *, after: str | None = None, most: int = LOOKED_AT) -> Part:
    """The same as `impact` among so many cases, of those after a number: for whoever waits before a page."""
    with reading(office.engine) as tx:
        calendar, rows = office.calendar(tx), list(dated.cases_with_dates(tx, after, most + 1))
        shown = rows[:most]
        found = tuple(_impact_of(tx, office, calendar, shown))
    return Part(found, len(shown), shown[-1].number if len(rows) > most else None)


def accept(office: Office, numbers: Sequence[str] | None, *, by: Signature, at: datetime) -> Settled:
    """Count these cases (None: all the calendar touches) anew; every case by itself, with its own result."""
    return _settle(office, "recount", numbers, by=by, at=at)


def decline(office: Office, numbers: Sequence[str], reason: str, *, by: Signature, at: datetime) -> Settled:
    """Let the dates of these cases stand; the calendar in force is not offered to them again."""
    return _settle(office, "decline_recount", numbers, by=by, at=at, reason=reason)


def wake_all(office: Office, *, by: Signature, at: datetime) -> None:
    """Let the planner look at every dated case again: days before and after a date may be other ones now."""
    with reading(office.engine) as tx:
        numbers = [row.number for row in dated.cases_with_dates(tx)]
    for part in _parts(numbers):
        with transaction(office.engine) as tx:
            _wake(tx, office, part, by, at)


def _impact(tx: Connection, office: Office, calendar: WorkCalendar) -> Iterator[Impact]:
    yield from _impact_of(tx, office, calendar, dated.cases_with_dates(tx))


def _impact_of(
    tx: Connection, office: Office, calendar: WorkCalendar, rows: Iterable[Row[Any]]
) -> Iterator[Impact]:
    for row in rows:
        case = opened(row)
        if case.facts.calendar_declined == calendar.version:
            continue
        policy = office.policy(tx, case.facts.policy)
        yield from (Impact(case, found) for found in recounted(case.facts, calendar, policy))


def _settle(
    office: Office,
    command: str,
    numbers: Sequence[str] | None,
    *,
    by: Signature,
    at: datetime,
    **details: Any,
) -> Settled:
    with reading(office.engine) as tx:
        settled = Settled(office.calendar(tx).version)
    wanted = numbers or list(dict.fromkeys(one.case.number for one in impact(office)))
    for number in wanted:
        try:
            (case,) = perform_all(office, [Order(command, number, details)], by=by, at=at)
        except Refusal as refusal:
            settled.refused.append({"case": number, **refusal.as_json()})
        else:
            settled.done.append({"case": number, "due": _told(case), "provisional": case.facts.provisional})
    return settled


def _told(case: OpenCase) -> dict[str, str]:
    clocks = {clock.name.value: clock for clock in case.facts.clocks}
    clocks |= {one.key: one.clock for one in case.facts.tasks}
    return {key: clock.due_on.isoformat() for key, clock in clocks.items() if clock.is_open}


def _wake(tx: Connection, office: Office, numbers: Sequence[str], by: Signature, at: datetime) -> None:
    work = begin(tx, office, by=by, at=at)
    rows = queries.cases_for_update(tx, numbers)
    raised = raised_by_case(queries.escalations_of(tx, [row.id for row in rows]))
    for case in map(opened, rows):
        work.batch.wake(case, look_again(work, case, raised.get(case.id, ())))
    work.batch.flush()


def _parts(numbers: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(numbers)
    while part := list(islice(waiting, BATCH)):
        yield part
