"""The whole register at the end of a past day, and what became of it between two, a page at a time.

As `register.list_cases` has it for a day, but only the cases of the page are folded. Sealed matters are in no
list. Lights follow from the day: a case nobody wrote an entry of is no difference, whatever its light.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from states.errors import FactInvalid
from states.office_time import morning_of, office_day
from states.vocabulary import Role
from workflow.services.audit_rights import NONE_KNOWN, check_may_audit
from workflow.services.batch import opened
from workflow.services.held import held_case
from workflow.services.known import Columns
from workflow.services.office import Office
from workflow.services.pasts import Past, past_of
from workflow.services.register import Listed, View
from workflow.services.seeing import Onlooker
from workflow.storage import pasts, queries
from workflow.storage.guarded import Read, readable
from workflow.storage.session import one_look

PAGE, CHANGED_PAGE = 50, 30
LAST_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PastLine:
    """A case as it stood that day, with what its highest measure is called."""

    line: Listed
    level: str | None


@dataclass(frozen=True, slots=True)
class PastLeaf:
    """A page of a past register. `count` is how many cases were in it, told on the first page; `more` the
    number the next page lies beyond, None after the last; `unreadable` the cases of the page that could not
    be read, and why."""

    at: datetime
    lines: tuple[PastLine, ...]
    count: int | None
    more: str | None
    unreadable: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a case between two days: `entries` were written, and `fields` read otherwise now, each
    by its label with what stood there and what stands there. A new one had nothing before."""

    number: str
    title: str | None
    entries: int
    is_new: bool
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangedLeaf:
    """A page of the differences of a register; the first tells how many cases went on in all, and how many
    of them are new."""

    since: datetime
    until: datetime
    cases: tuple[Changed, ...]
    count: int | None
    new: int | None
    more: str | None
    unreadable: tuple[dict[str, Any], ...]


def end_of(day: date, now: datetime) -> datetime:
    """The last moment of an office day, or now where that day is not over.

    Raises `FactInvalid` (`day_in_the_future`).
    """
    if day > office_day(now):
        message = f"{day}尚未到，没有当日的记载；请核对年份和日期。"
        raise FactInvalid(message, code="day_in_the_future", day=day.isoformat())
    return min(morning_of(day + timedelta(days=1)) - LAST_MOMENT, now)


def leaf(
    office: Office, day: date, *, after: str = "", by: Onlooker, known: Collection[Role] = NONE_KNOWN
) -> PastLeaf:
    """The register at the end of a day, the cases after this number.

    Raises `NotPermitted` (`audit_not_permitted`), `FactInvalid` (`day_in_the_future`).
    """
    instant = end_of(day, by.at)
    with one_look(office.engine) as tx:
        check_may_audit(tx, by, known)
        rows = pasts.registered_by(tx, instant, after, PAGE + 1)
        lines, unreadable = _lines(tx, office, rows[:PAGE], instant)
        count = None if after else pasts.count_registered(tx, instant)
    return PastLeaf(instant, lines, count, _beyond(rows, PAGE), unreadable)


def differences(
    office: Office,
    first: date,
    last: date,
    *,
    after: str = "",
    by: Onlooker,
    known: Collection[Role] = NONE_KNOWN,
) -> ChangedLeaf:
    """What was written between the ends of two days, case by case after this number.

    Raises as `leaf`, and `FactInvalid` (`period_reversed`).
    """
    if last < first:
        raise FactInvalid("截止日期早于起始日期，请更正。", code="period_reversed")
    since, until = end_of(first, by.at), end_of(last, by.at)
    with one_look(office.engine) as tx:
        check_may_audit(tx, by, known)
        rows = pasts.changed_between(tx, since, until, after, CHANGED_PAGE + 1)
        comparing = _Comparing(tx, office, since, until)
        cases, unreadable = comparing.of(rows[:CHANGED_PAGE])
        count, new = (None, None) if after else pasts.count_changed(tx, since, until)
    return ChangedLeaf(since, until, cases, count, new, _beyond(rows, CHANGED_PAGE), unreadable)


def _beyond(rows: Sequence[Any], size: int) -> str | None:
    return str(rows[size - 1].number) if len(rows) > size else None


def _lines(
    tx: Connection, office: Office, rows: Sequence[Read], instant: datetime
) -> tuple[tuple[PastLine, ...], tuple[dict[str, Any], ...]]:
    """The cases of rows as they stood; those past reading with why."""
    telling, found, bad = _Telling(tx, office, instant), [], []
    known = _pasts(tx, rows, instant)
    for row in rows:
        past = known[row.id]
        if isinstance(past, Exception):
            bad.append(held_case(row.number, past))
        else:
            found.append(telling.line(past))
    return tuple(found), tuple(bad)


def _pasts(tx: Connection, rows: Sequence[Read], instant: datetime) -> dict[int, Past | Exception]:
    """One that has not gone on since is as its row has it; the others are folded."""
    still = [row for row in rows if not _went_on(row, instant)]
    raised = _by_case(queries.escalations_of(tx, [row.id for row in still]))
    went_on = [row.id for row in rows if _went_on(row, instant)]
    events = pasts.events_of(tx, went_on, instant) if went_on else []
    folded = {id: past_of(list(group)) for id, group in groupby(events, key=lambda event: event.case_id)}
    return {row.id: _as_stored(row, raised.get(row.id, ())) for row in still} | folded


def _went_on(row: Read, instant: datetime) -> bool:
    return bool(getattr(row, "recorded_at", instant) > instant)


def _as_stored(row: Read, raised: Iterable[Columns]) -> Past | Exception:
    try:
        return Past(opened(readable(row)).facts, tuple(raised))
    except DBAPIError:
        raise
    except Exception as error:  # whatever a damaged row makes of its facts, told with its line
        return error


def _by_case(rows: Iterable[Row[Any]]) -> Mapping[int, list[Columns]]:
    found: dict[int, list[Columns]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row._asdict())
    return found


class _Telling:
    """Tells cases as they stood by an instant."""

    def __init__(self, tx: Connection, office: Office, instant: datetime) -> None:
        self._tx, self._office, self._view = tx, office, View(tx, office, instant, instant)

    def line(self, past: Past) -> PastLine:
        line = self._view.listed(past.facts, past.escalations)
        return PastLine(line, self._level(line, past))

    def _level(self, line: Listed, past: Past) -> str | None:
        """What its highest measure is called, by the policy that one was raised under."""
        policies = (one["policy"] for one in past.escalations if one["step"] == line.level)
        rungs = (self._office.policy(self._tx, one).rung_of.get(line.level or "") for one in policies)
        return next((rung.label for rung in rungs if rung), line.level)


class _Comparing:
    """Tells what a case read before and reads now, in the words of the register's columns."""

    def __init__(self, tx: Connection, office: Office, since: datetime, until: datetime) -> None:
        self._tx, self._since, self._until = tx, since, until
        self._older, self._newer = _Telling(tx, office, since), _Telling(tx, office, until)

    def of(self, rows: Sequence[Row[Any]]) -> tuple[tuple[Changed, ...], tuple[dict[str, Any], ...]]:
        found: list[Changed] = []
        bad: list[dict[str, Any]] = []
        numbers = {row.id: str(row.number) for row in rows}
        events = pasts.events_of(self._tx, list(numbers), self._until) if rows else []
        for id, group in groupby(events, key=lambda event: event.case_id):
            try:
                found.append(self._case(numbers[id], list(group)))
            except DBAPIError:
                raise
            except Exception as error:  # whatever a damaged entry makes of its case
                bad.append(held_case(numbers[id], error))
        return tuple(sorted(found, key=lambda one: one.number)), tuple(bad)

    def _case(self, number: str, events: list[Row[Any]]) -> Changed:
        before = [one for one in events if one.recorded_at <= self._since]
        was = _columns(self._older.line(_sound(past_of(before)))) if before else {}
        now = self._newer.line(_sound(past_of(events)))
        reads = ((name, was.get(name, ""), one) for name, one in _columns(now).items())
        fields = tuple(one for one in reads if one[1] != one[2])
        return Changed(number, now.line.facts.title, len(events) - len(before), not before, fields)


def _sound(past: Past | Exception) -> Past:
    if isinstance(past, Exception):
        raise past
    return past


def _columns(one: PastLine) -> Mapping[str, str]:
    """What a line reads, by the titles of its columns; lights are not told, they turn by themselves."""
    facts, line = one.line.facts, one.line
    due = facts.due_on.isoformat() + ("（暂定）" if facts.provisional else "") if facts.due_on else ""
    told: tuple[tuple[str, str | None], ...] = (
        ("事项", facts.title),
        ("环节", line.state),
        ("类别", line.category),
        ("牵头单位", line.lead_unit),
        ("配合单位", "、".join(line.co_units)),
        ("包保领导", facts.accountable_leader),
        ("期限", "长期坚持" if facts.open_ended else due),
        ("督办措施", one.level),
    )
    return {name: value or "" for name, value in told}
