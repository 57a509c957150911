"""Answering rows: one function for each operation of the contract.

Calendars and rules are read once for rows that describe the same ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from states.batch.calendars import read_calendar
from states.batch.moments import Moment, instant, minutes, moment_in, read_moment
from states.calendar import ONE_DAY, WorkCalendar
from states.deadlines.limit import Term
from states.deadlines.pauses import Pause, merged
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import DEFAULT_RULE, RULES, CountingRule
from states.errors import FactInvalid, FactMissing, Refusal, RuleInvalid
from states.validation import complaint, place
from states.vocabulary import LimitUnit

Row = dict[str, Any]
Answer = dict[str, Any]

REMEMBERED = 32
OWN_RULE = {"name": "own", "title": "本行所列", "basis": "本行所列"}
NO_PAUSES: tuple[Pause, ...] = ()
Value = TypeVar("Value")
UNITS = {unit.value: unit for unit in LimitUnit}


@dataclass(slots=True)
class Desk:
    """Answers rows. `named` finds a calendar by name; None asks for the one in force."""

    named: Callable[[str | None], WorkCalendar]
    _calendars: dict[str, WorkCalendar] = field(default_factory=dict)
    _rules: dict[str, CountingRule] = field(default_factory=dict)

    def answer(self, row: object) -> Answer:
        """The answer to one row; a refusal stands in it under `error` and never raises."""
        if not isinstance(row, dict):
            return refused(None, FactInvalid("每行须是一个JSON对象。", code="row_invalid"))
        row_id = row.get("id")
        if isinstance(row_id, dict | list):
            return refused(None, FactInvalid("编号（id）须是文字或数字。", code="id_invalid"))
        try:
            return {"id": row_id, **self._answered(row), "error": None}
        except Refusal as refusal:
            return refused(row_id, refusal)
        except RecursionError:
            return refused(row_id, FactInvalid("这一行嵌套过深，请核对。", code="row_too_deep"))

    def _answered(self, row: Row) -> Answer:
        name = row.get("op")
        operation = _due if name is None else OPERATIONS.get(name) if isinstance(name, str) else None
        if operation is None:
            raise FactInvalid(
                f"没有“{str(name)[:40]}”这种运算，可用的有：{'、'.join(OPERATIONS)}。", code="op_unknown"
            )
        return operation(row, self._reckoner(row))

    def _reckoner(self, row: Row) -> Reckoner:
        calendar = self._calendar(row.get("calendar"))
        return Reckoner(calendar, self._rule(row.get("rule")), _pauses(row.get("pauses"), calendar))

    def _calendar(self, described: object) -> WorkCalendar:
        if described is None or isinstance(described, str):
            return self.named(described)
        if not isinstance(described, Mapping):
            raise RuleInvalid("日历须是名称或一个JSON对象。", code="calendar_field")
        return _remembered(self._calendars, described, read_calendar)

    def _rule(self, described: object) -> CountingRule:
        if described is None:
            return DEFAULT_RULE
        if isinstance(described, str):
            return named_rule(described)
        return _remembered(self._rules, described, _read_rule)


def refused(row_id: object, refusal: Refusal) -> Answer:
    """The answer that stands for a refusal."""
    return {"id": row_id, "due": None, "provisional": None, "error": refusal.as_json()}


def _due(row: Row, reckoner: Reckoner) -> Answer:
    term = _term(row)
    start = moment_in(row, "start", reckoner.calendar.zone)
    due = reckoner.due(start, term)
    return {"due": due.isoformat(), "provisional": reckoner.is_provisional(start, due, term.unit)}


def _start_for_due(row: Row, reckoner: Reckoner) -> Answer:
    term = _term(row)
    due = moment_in(row, "due", reckoner.calendar.zone)
    start = reckoner.latest_start(due, term)
    return {"start": start.isoformat(), "provisional": reckoner.is_provisional(start, due, term.unit)}


def _working_time_between(row: Row, reckoner: Reckoner) -> Answer:
    start, end = _ends(row, reckoner)
    passed = reckoner.elapsed(start, end, working=True)
    return {
        "working_minutes": minutes(max(passed, timedelta(0))),
        "provisional": _rests(reckoner, start, end),
    }


def _working_days_between(row: Row, reckoner: Reckoner) -> Answer:
    """Working days from `start` on and before `end`."""
    start, end = (_day(moment, reckoner) for moment in _ends(row, reckoner))
    count = max(reckoner.calendar.working_days_between(start - ONE_DAY, end - ONE_DAY), 0)
    return {"working_days": count, "provisional": _rests(reckoner, start, end)}


def _is_working_day(row: Row, reckoner: Reckoner) -> Answer:
    day = _day(moment_in(row, "at", reckoner.calendar.zone), reckoner)
    return {"working": reckoner.calendar.is_working(day), "provisional": _rests(reckoner, day, day)}


def _next_open(row: Row, reckoner: Reckoner) -> Answer:
    at = instant(moment_in(row, "at", reckoner.calendar.zone), reckoner.calendar.zone)
    opens = reckoner.calendar.open_time.next_open(at)
    return {"at": opens.isoformat(), "provisional": _rests(reckoner, at, opens)}


def _elapsed(row: Row, reckoner: Reckoner) -> Answer:
    """How much of a limit was used, and what was left of it, when a matter was done."""
    zone, term = reckoner.calendar.zone, _term(row)
    start, done = moment_in(row, "start", zone), moment_in(row, "done", zone)
    due, working = reckoner.due(start, term), term.unit.needs_working_time
    begun, ended = instant(reckoner.arrived(start, term), zone), instant(done, zone)
    used = reckoner.elapsed(begun, ended, working=working)
    left = term.duration - used if term.unit.is_duration else _left(reckoner, done, due, working=working)
    return {
        "elapsed_minutes": minutes(used),
        "margin_minutes": minutes(left),
        "on_time": _is_in_time(reckoner, done, due),
        "due": due.isoformat(),
        "provisional": reckoner.is_provisional(start, due, term.unit),
    }


OPERATIONS: Mapping[str, Callable[[Row, Reckoner], Answer]] = {
    "due": _due,
    "start_for_due": _start_for_due,
    "working_time_between": _working_time_between,
    "working_days_between": _working_days_between,
    "is_working_day": _is_working_day,
    "next_open": _next_open,
    "elapsed": _elapsed,
}


def _is_in_time(reckoner: Reckoner, done: Moment, due: Moment) -> bool:
    """Whether something was done by the time it was due; a due date lasts until its day ends."""
    if isinstance(due, datetime):
        return instant(done, reckoner.calendar.zone).astimezone(UTC) <= due.astimezone(UTC)
    return _day(done, reckoner) <= due


def _left(reckoner: Reckoner, done: Moment, due: Moment, *, working: bool) -> timedelta:
    """From done until due; negative when it came late. A due date lasts until its day ends."""
    if isinstance(done, datetime) and not isinstance(due, datetime):
        due = reckoner.end_of(due)
    ended, limit = (instant(one, reckoner.calendar.zone).astimezone(UTC) for one in (done, due))
    late = ended > limit
    between = Reckoner(reckoner.calendar).elapsed(min(ended, limit), max(ended, limit), working=working)
    return -between if late else between


def _ends(row: Row, reckoner: Reckoner) -> tuple[datetime, datetime]:
    zone = reckoner.calendar.zone
    return instant(moment_in(row, "start", zone), zone), instant(moment_in(row, "end", zone), zone)


def _day(moment: Moment, reckoner: Reckoner) -> date:
    return moment.astimezone(reckoner.calendar.zone).date() if isinstance(moment, datetime) else moment


def _rests(reckoner: Reckoner, start: Moment, end: Moment) -> bool:
    """Whether the answer rests on a year that is not announced."""
    return reckoner.calendar.is_provisional(_day(start, reckoner), _day(end, reckoner))


def _term(row: Row) -> Term:
    limit = row.get("limit")
    if not isinstance(limit, Mapping):
        raise FactMissing(
            '缺少期限（limit），请写成{"unit": "working_days", "value": 15}。', code="limit_missing"
        )
    unit = UNITS.get(limit["unit"]) if isinstance(limit.get("unit"), str) else None
    if unit is None:
        raise FactInvalid(f"期限单位只能是{'、'.join(UNITS)}。", code="unit_unknown")
    value = limit.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FactInvalid("期限的数值（value）须为数字。", code="limit_invalid")
    return Term(unit, value)


def _pauses(given: object, calendar: WorkCalendar) -> tuple[Pause, ...]:
    if given in (None, []):
        return NO_PAUSES
    if not isinstance(given, list) or not all(isinstance(one, list) and len(one) == 2 for one in given):
        raise FactInvalid("暂停请写成[[开始, 结束], …]。", code="pauses_invalid")
    zone = calendar.zone
    return merged(
        (instant(read_moment(start, zone), zone), instant(read_moment(end, zone), zone))
        for start, end in given
    )


def named_rule(name: str) -> CountingRule:
    """The counting rule that ships under this name. Raises `RuleInvalid`."""
    if name not in RULES:
        raise RuleInvalid(
            f"没有“{name[:40]}”这种计算规则，可用的有：{'、'.join(RULES)}。", code="counting_rule_unknown"
        )
    return RULES[name]


def _read_rule(described: object) -> CountingRule:
    if not isinstance(described, Mapping):
        raise RuleInvalid("计算规则须是名称或一个JSON对象。", code="counting_rule_invalid")
    try:
        return CountingRule.model_validate({**OWN_RULE, **described})
    except ValidationError as error:
        raise RuleInvalid(
            f"计算规则的“{place(error)}”{complaint(error)}。",
            code="counting_rule_invalid",
            place=place(error),
        ) from error


def _remembered(memory: dict[str, Value], described: Any, read: Callable[[Any], Value]) -> Value:
    key = repr(described)
    if key not in memory:
        if len(memory) >= REMEMBERED:
            memory.clear()
        memory[key] = read(described)
    return memory[key]
