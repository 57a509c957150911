"""The ledger of a deadline: every day from its start to its due day, counted or not, and why.

Each day says what it was, whether it counted, as which day of the term, and which notice that rests on. For
people, for programs, and as a table a paper can carry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from states.calendar import ONE_DAY, DayKind, WorkCalendar
from states.deadlines.deadline import Deadline, day_end, due_day
from states.deadlines.reckoning import Reckoner
from states.deadlines.rules import CountingRule
from states.errors import FactInvalid

MAX_DAYS = 4_000
LEDGERS_KEPT = 64
"""Matters handed out together have theirs in common, and a page is asked for more than once."""
MINUTE = timedelta(minutes=1)
WEEKDAYS = "一二三四五六日"
COLUMNS = ("日期", "星期", "日历", "是否计入", "第几日", "说明")


class Verdict(StrEnum):
    """What a day meant to the term."""

    START = "start"
    COUNTED = "counted"
    SKIPPED = "skipped"
    PAUSED = "paused"
    ROLLED = "rolled"

    @property
    def label(self) -> str:
        return _LABELS[self.value]


_LABELS = {
    "start": "起算日，不计",
    "counted": "计入",
    "skipped": "不计",
    "paused": "停计",
    "rolled": "顺延",
}


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One day of a term.

    `number` is which day of the term it is, where it counted; `notice` is what it rests on. `provisional`
    days lie in a year whose arrangement is not announced.
    """

    day: date
    kind: DayKind
    verdict: Verdict
    number: int | None
    reason: str
    notice: str
    provisional: bool
    is_due: bool

    def __hash__(self) -> int:
        """By its day alone: of two ledgers few days differ in nothing but what else they say."""
        return hash(self.day)

    def as_json(self) -> dict[str, Any]:
        return {
            "date": self.day.isoformat(),
            "kind": self.kind.value,
            "counted": self.verdict is Verdict.COUNTED,
            "verdict": self.verdict.value,
            "number": self.number,
            "reason": self.reason,
            "notice": self.notice or None,
            "provisional": self.provisional,
            "due": self.is_due,
        }

    def as_row(self) -> tuple[str, ...]:
        """The day as a line of the annex, in the order of `COLUMNS`."""
        said = f"{self.reason}（{self.notice}）" if self.notice else self.reason
        number = "" if self.number is None else str(self.number)
        weekday = WEEKDAYS[self.day.weekday()]
        return (self.day.isoformat(), weekday, self.kind.label, self.verdict.label, number, said)


@lru_cache(LEDGERS_KEPT)
def ledger(
    begun: datetime, deadline: Deadline, calendar: WorkCalendar, rule: CountingRule
) -> tuple[LedgerDay, ...]:
    """Every day of a deadline that began then. Raises `FactInvalid` for one of more than 4,000 days."""
    start = begun.astimezone(calendar.zone).date()
    if (deadline.due_on - start).days > MAX_DAYS:
        raise FactInvalid(
            f"期限超过{MAX_DAYS}天，不逐日列示。", code="ledger_too_long", due_on=deadline.due_on.isoformat()
        )
    return tuple(_Ledger(begun, deadline, calendar, rule).days())


class _Ledger:
    """A walk over the days of one term."""

    def __init__(
        self, begun: datetime, deadline: Deadline, calendar: WorkCalendar, rule: CountingRule
    ) -> None:
        self.deadline, self.calendar, self.rule = deadline, calendar, rule
        self.reckoner = reckoner = Reckoner(calendar, rule, deadline.pauses)
        self.starts_at = begun.astimezone(calendar.zone)
        self.start = begun.astimezone(calendar.zone).date()
        self.arrived, self.begun, self.last = self.start, self.start, deadline.due_on
        if deadline.limit is not None:
            arrived = reckoner.arrived(begun, deadline.limit)
            self.arrived = arrived.date() if isinstance(arrived, datetime) else arrived
            started = reckoner.begun(begun, deadline.limit)
            self.begun = started.date() if isinstance(started, datetime) else started
            plain = Reckoner(calendar, rule.model_copy(update={"roll": "none"}), deadline.pauses)
            self.last = min(due_day(plain.due_at(begun, deadline.limit), calendar), deadline.due_on)
        self.paused = reckoner.days_paused(begun)
        limit = deadline.limit
        self.by_time = limit is not None and limit.unit.is_duration
        """Whether the term is in minutes or hours."""
        self.by_working_days = limit is None or limit.unit.needs_working_time

    def days(self) -> Iterator[LedgerDay]:
        number, day, last = 0, self.start, self.deadline.due_on
        calendar, by_time = self.calendar, self.by_time
        while day <= last:
            verdict, reason = self._judged(day)
            counts = verdict is Verdict.COUNTED
            number += counts
            yield LedgerDay(
                day,
                calendar.kind(day),
                verdict,
                number if counts and not by_time else None,
                reason,
                calendar.sources.get(day, ""),
                calendar.is_provisional(day, day),
                day == last,
            )
            day += ONE_DAY

    def _judged(self, day: date) -> tuple[Verdict, str]:
        if self.by_time:
            return self._judged_by_time(day, working=self.by_working_days)
        if day <= self.arrived and not (day == self.arrived and self.rule.count_start_day):
            return Verdict.START, self._start_reason(day)
        if self.arrived < day <= self.begun or any(first <= day <= last for first, last in self.paused):
            return Verdict.PAUSED, "计时暂停，不计入"
        if day > self.last:
            return Verdict.ROLLED, self._later_reason()
        if self.by_working_days and not self.calendar.is_working(day):
            return Verdict.SKIPPED, f"{self._called(day)}，只计工作日，不计入"
        return Verdict.COUNTED, self._counted_reason(day)

    def _judged_by_time(self, day: date, *, working: bool) -> tuple[Verdict, str]:
        """A term in hours runs from the very instant (民法典 Art. 201 para. 2)."""
        start, end = day_end(day - ONE_DAY, self.calendar), day_end(day, self.calendar)
        due = self.deadline.due_at or day_end(self.deadline.due_on, self.calendar)
        within = max(start, self.starts_at), min(end, due)
        counted = self.reckoner.elapsed(*within, working=working) // MINUTE
        if counted:
            return Verdict.COUNTED, f"{self._called(day)}，计入{counted}分钟"
        stood = Reckoner(self.calendar, self.rule).elapsed(*within, working=working)
        if stood:
            return Verdict.PAUSED, "计时暂停，不计入"
        return Verdict.SKIPPED, f"{self._called(day)}，不在办公时间内，不计入"

    def _start_reason(self, day: date) -> str:
        if day < self.arrived:
            return f"{self.arrived}视为收到之日（{self.rule.title}）"
        return "起算当日不计入"

    def _later_reason(self) -> str:
        if self.calendar.is_working(self.last):
            return f"{self.last}届满后停计，期限按停计的工作日顺延"
        return f"末日{self.last}为休息日，顺延至其后第一个工作日"

    def _counted_reason(self, day: date) -> str:
        if self.deadline.limit is None:
            ends = day == self.deadline.due_on
            return "指定的办结日期，不顺延" if ends else self._called(day)
        return self._called(day)

    def _called(self, day: date) -> str:
        """What a day is: 国庆节, 调休上班, 周六, 工作日."""
        name = self.calendar.names.get(day)
        if name:
            return name
        if self.calendar.is_working(day):
            return "工作日"
        return f"周{WEEKDAYS[day.weekday()]}"
