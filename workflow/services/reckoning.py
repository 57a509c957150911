"""Counting dates with the calendars of this installation: one, with every day of it, or row after row.

Without an installation the packaged calendar serves, so that a date can be counted before anything is set up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from states.batch import Desk, refused
from states.batch.answers import named_rule
from states.batch.moments import instant, read_moment
from states.calendar import WorkCalendar
from states.deadlines import CIVIL_CODE, CountingRule, Deadline, Limit, count
from states.deadlines.ledger import ledger
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import told_rule
from states.errors import FactInvalid
from workflow.calendars import base_calendar
from workflow.errors import NotFound
from workflow.services.office import open_office
from workflow.settings import Settings
from workflow.storage import rules
from workflow.storage.session import reading


@dataclass(frozen=True, slots=True)
class Asked:
    """One date asked for: from a start, or (`due`) the latest start for it."""

    start: str | None
    due: str | None
    limit: Limit
    rule: str | None = None
    calendar: str | None = None


IN_FORCE = frozenset({"cn", "china", "default"})
MAX_LINE = 1_000_000
NEWLINE, ENDINGS = b"\n", b"\r\n"


def reckon(settings: Settings, asked: Asked, *, today: date) -> dict[str, Any]:
    """The date asked for, with rule, calendar and ledger. Raises a `Refusal` naming what cannot be."""
    desk = open_desk(settings, today=today)
    calendar, rule = desk.named(asked.calendar), named_rule(asked.rule or CIVIL_CODE)
    start = _start(asked, calendar, rule)
    begun = instant(start, calendar.zone)
    deadline = count(begun, asked.limit, calendar, rule=rule)
    return {
        **deadline.as_json(),
        "start": start.isoformat(),
        "due": _told(deadline, Reckoner(calendar, rule), begun).isoformat(),
        "rule": told_rule(rule, asked.limit.unit),
        "ledger": [day.as_json() for day in ledger(begun, deadline, calendar, rule)],
    }


def open_desk(settings: Settings, *, today: date) -> Desk:
    """A desk that knows the installation's calendars by version, and the one in force as `cn`."""
    calendars = _calendars(settings, today)

    def named(name: str | None) -> WorkCalendar:
        wanted = None if name is None or name.lower() in IN_FORCE else name
        if wanted not in calendars:
            known = "、".join(["cn", *(one for one in calendars if one is not None)])
            raise NotFound(f"没有名为“{str(name)[:40]}”的日历，可用的有：{known}。", code="calendar_unknown")
        return calendars[wanted]

    return Desk(named)


def answered(desk: Desk, lines: Iterable[bytes]) -> Iterator[bytes]:
    """One answer for each line that holds a row, in their order; nothing is kept between them."""
    for line in lines:
        if not line.isspace():
            yield orjson.dumps(_answer(desk, line)) + NEWLINE


def _start(asked: Asked, calendar: WorkCalendar, rule: CountingRule) -> date | datetime:
    if asked.start is not None:
        return read_moment(asked.start, calendar.zone)
    return Reckoner(calendar, rule).latest_start(read_moment(asked.due, calendar.zone), asked.limit)


def _told(deadline: Deadline, reckoner: Reckoner, begun: datetime) -> date | datetime:
    """The due day, or the instant where hours end at one: a day's 24:00 is the next day's 0:00."""
    limit = deadline.limit
    if limit is not None and limit.unit.is_duration:
        return reckoner.due(begun, limit)
    return deadline.due_at or deadline.due_on


def _answer(desk: Desk, line: bytes) -> dict[str, object]:
    if len(line.rstrip(ENDINGS)) > MAX_LINE:
        return refused(None, FactInvalid(f"一行超过{MAX_LINE}字节，请拆分。", code="row_too_long"))
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return refused(None, FactInvalid("这一行不是有效的JSON，请核对。", code="row_invalid"))
    return desk.answer(row)


def _calendars(settings: Settings, today: date) -> dict[str | None, WorkCalendar]:
    if not settings.secret_file.exists():
        base = base_calendar(today.year)
        return {None: base, base.version: base}
    office = open_office(settings)
    try:
        with reading(office.engine) as tx:
            names: list[str | None] = [None, *rules.calendar_versions(tx)]
            return {name: office.calendar(tx, name) for name in names}
    finally:
        office.engine.dispose()
