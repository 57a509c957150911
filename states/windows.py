"""Send windows: when mails may leave, by the policy's rule and the working calendar.

The moment a rung is reached and the moment its mail leaves are two facts; nobody is written to at midnight or
on a rest day. Make-up days are working days here as everywhere.
"""

from datetime import datetime, timedelta

from states.calendar import WorkCalendar
from states.office_time import OFFICE_ZONE
from states.policy import MailRule


def is_open(rule: MailRule, calendar: WorkCalendar, at: datetime) -> bool:
    """Whether mails may leave at this instant: on a working day, from `opens` until before `closes`."""
    local = at.astimezone(OFFICE_ZONE)
    return calendar.is_working(local.date()) and rule.opens <= local.time() < rule.closes


def next_open(rule: MailRule, calendar: WorkCalendar, at: datetime) -> datetime:
    """The first instant from `at` on when mails may leave, in the office's zone; `at` itself while they may.

    Raises `RuleInvalid` for a calendar without working days, `FactInvalid` beyond the years it can count.
    """
    local = at.astimezone(OFFICE_ZONE)
    if is_open(rule, calendar, at):
        return local
    day = local.date()
    if not calendar.is_working(day) or local.time() >= rule.closes:
        day = calendar.add_working_days(day, 1)
    return datetime.combine(day, rule.opens, OFFICE_ZONE)


def rest_between(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """The rest days after the day of `start`, up to and including that of `end`: nothing leaves on them."""
    first, last = (at.astimezone(OFFICE_ZONE).date() for at in (start, end))
    return timedelta(days=(last - first).days - calendar.working_days_between(first, last))
