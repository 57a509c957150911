"""Terms counted in days: working days, days, weeks, months. Whole days in, whole days out."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from states.calendar import ONE_DAY, WorkCalendar, check_year
from states.deadlines.limit import Term
from states.deadlines.pauses import DayRange
from states.deadlines.rules import CountingRule
from states.vocabulary import LimitUnit

DAYS = {LimitUnit.DAYS: 1, LimitUnit.WEEKS: 7}
NONE = "none"


@dataclass(frozen=True, slots=True)
class DayTerms:
    """Terms in days by one rule on one calendar; `taken` are the days that pauses take away."""

    calendar: WorkCalendar
    rule: CountingRule
    taken: tuple[DayRange, ...] = ()

    def last_day(self, start: date, term: Term) -> date:
        """The day on which a term that starts then ends. Paused days on the way are made up for."""
        amount, extra = int(term.amount), 0
        while True:
            last = self._reach(start, term.unit, amount, extra)
            on_the_way = (start + ONE_DAY, last) if amount > 0 else (last, start - ONE_DAY)
            stood = sum(self._weight(term.unit, _common(one, on_the_way)) for one in self.taken)
            if stood == extra:
                break
            extra = stood
        last = last if self.rule.roll == NONE else self._rolled(last)
        check_year(last.year)
        return last

    def first_day(self, due: date, term: Term) -> date:
        """The latest start that could end by then, were there no pauses and no rule about arrivals."""
        amount, unit = int(term.amount), term.unit
        stands = self.rule.roll == NONE and unit is not LimitUnit.WORKING_DAYS
        last = due if stands else self.calendar.roll_back(due)
        if amount == 0:
            return last
        if unit is LimitUnit.MONTHS:
            return latest_month_start(last, amount) + (ONE_DAY if self.rule.count_start_day else timedelta(0))
        return self._reach(last, unit, -amount, 0)

    def days_before(self, day: date, count: int, unit: LimitUnit) -> date:
        """The day so many days before on which a term of this unit could start: a working day, or any."""
        if unit is LimitUnit.WORKING_DAYS:
            return self.calendar.add_working_days(day, -count)
        return day - timedelta(days=count)

    def _reach(self, start: date, unit: LimitUnit, amount: int, extra: int) -> date:
        """The last day counted of a term, and so many days further."""
        if amount == 0:
            return start
        sign = -1 if amount < 0 else 1
        if unit is LimitUnit.MONTHS:
            return self._month_end(start, amount) + timedelta(days=sign * extra)
        anchor = start - sign * ONE_DAY if self.rule.count_start_day else start
        if unit is LimitUnit.WORKING_DAYS:
            return self.calendar.add_working_days(anchor, amount + sign * extra)
        return anchor + timedelta(days=amount * DAYS[unit] + sign * extra)

    def _month_end(self, start: date, months: int) -> date:
        """The corresponding day; where the first day counts, the day before it, if the month has it."""
        last = corresponding_day(start, months)
        if not self.rule.count_start_day or last.day != start.day:
            return last
        return last - ONE_DAY if months > 0 else last + ONE_DAY

    def _weight(self, unit: LimitUnit, days: DayRange) -> int:
        first, last = days
        if last < first:
            return 0
        if unit is LimitUnit.WORKING_DAYS:
            return self.calendar.working_days_between(first - ONE_DAY, last)
        return (last - first).days + 1

    def _rolled(self, day: date) -> date:
        """The day itself or the next that is worked and not paused (民法典 Art. 203)."""
        day = self.calendar.roll_forward(day)
        for first, last in self.taken:
            if first <= day <= last:
                day = self.calendar.roll_forward(last + ONE_DAY)
        return day


def corresponding_day(start: date, months: int) -> date:
    """民法典 Art. 202: the same day of the month, or the month's last day where it has none."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    check_year(year)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def latest_month_start(last: date, months: int) -> date:
    """The last day whose corresponding day is not after `last`: a month's end where `last` is one."""
    first = corresponding_day(last, -months)
    month_end = first.replace(day=monthrange(first.year, first.month)[1])
    return month_end if corresponding_day(month_end, months) <= last else first


def _common(one: DayRange, other: DayRange) -> DayRange:
    return max(one[0], other[0]), min(one[1], other[1])
