"""A limit told by its term instead of its date: 自2026年12月21日起15个工作日内.

For dates that rest on a year whose holidays are not announced: a formal paper promises what is certain, the
term, and says what the date waits for. Called by the office when it freezes a paper's facts.
"""

from datetime import date, datetime

from states.calendar import WorkCalendar
from states.clocks import Clock
from states.deadlines import CountingRule, Term
from states.deadlines.reckoning import Reckoner
from states.office_time import day_in_words

REMINDED_BEFORE = 3


def is_tentative(clock: Clock, calendar: WorkCalendar, *, declined: str | None) -> bool:
    """Whether a clock's date is 暂定 on the calendar in force.

    A date somebody set is certain. So is one that was to be counted again on this calendar, when that was
    `declined` for its version: people let it stand.
    """
    if clock.limit is None or not clock.provisional:
        return False
    start = clock.started_at.astimezone(calendar.zone).date()
    return calendar.is_provisional(start, clock.due_on) or declined != calendar.version


def within(start: date | datetime, limit: Term, calendar: WorkCalendar, rule: CountingRule) -> str:
    """The term from the day the rule sees it start, so that 自…起 does not count that day twice."""
    begun = Reckoner(calendar, rule).arrived(start, limit)
    first = "（含当日）" if rule.count_start_day and not limit.unit.is_duration else ""
    return f"自{_moment(begun, by_the_clock=limit.unit.is_duration)}{first}起{limit.label}内"


def awaiting(clock: Clock, calendar: WorkCalendar, rule: CountingRule) -> str:
    """The term of a clock whose date is 暂定, and what its date waits for.

    Raises `ValueError` for a date somebody set: it has no term, and waits for nothing.
    """
    if clock.limit is None:
        raise ValueError("a stated date has no term")
    paused = "暂停计时的时间不计入，" if clock.pauses else ""
    remark = f"（{paused}具体截止日期待{awaited(clock.started_at, clock.due_on, calendar)}后确定）"
    return within(clock.started_at, clock.limit, calendar, rule) + remark


def awaited(start: date | datetime, due_on: date, calendar: WorkCalendar) -> str:
    """What a date waits for: the arrangement of the years between that are not announced.

    Where they have been announced since it was counted, it waits to be counted again.
    """
    first = start.astimezone(calendar.zone).date() if isinstance(start, datetime) else start
    announced = calendar.announced_years
    years = range(first.year, due_on.year + 1)
    missing = [f"{year}年" for year in years if announced is not None and year not in announced]
    return f"{'、'.join(missing)}节假日安排公布" if missing else "按已公布的节假日安排重新计算"


def cn_date(day: date) -> str:
    """2026年3月5日: Arabic numerals without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return day_in_words(day)


def cn_minute(moment: datetime) -> str:
    """2026年3月5日9时, with its minutes where there are any; in the zone it is given in."""
    minutes = f"{moment.minute}分" if moment.minute else ""
    return f"{cn_date(moment.date())}{moment.hour}时{minutes}"


def _moment(begun: date | datetime, *, by_the_clock: bool) -> str:
    if isinstance(begun, datetime):
        return cn_minute(begun) if by_the_clock else cn_date(begun.date())
    return cn_date(begun)


def remind_on(due_on: date, calendar: WorkCalendar) -> date:
    """The day on which an appointment for a due date rings: three working days before, as 期限提示 comes."""
    return calendar.add_working_days(due_on, -REMINDED_BEFORE)
