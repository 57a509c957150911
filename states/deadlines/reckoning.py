"""The arithmetic of terms: from a start to the due instant, and from a due instant back to the latest start.

Everything a date depends on is handed in: calendar, rule, pauses. A start that is a date gives a date, an
instant gives an instant in the calendar's zone.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from states.calendar import ONE_DAY, WorkCalendar, check_year
from states.calendar.hours import MINUTES_A_DAY
from states.calendar.open_time import at_local_time, local_instant
from states.deadlines.day_terms import NONE, DayTerms
from states.deadlines.durations import Durations
from states.deadlines.limit import Term
from states.deadlines.pauses import DayRange, Pause, days_taken, in_utc
from states.deadlines.rules import DEFAULT_RULE, CountingRule
from states.errors import FactInvalid
from states.vocabulary import LimitUnit

Moment = date | datetime
LAST_TIME = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Reckoner:
    """Counts terms by one rule on one calendar. `pauses` are as `pauses.merged` gives them."""

    calendar: WorkCalendar
    rule: CountingRule = DEFAULT_RULE
    pauses: tuple[Pause, ...] = ()

    def due(self, start: Moment, term: Term) -> Moment:
        """When a term that starts then is due.

        Raises `FactInvalid` for an instant without a zone, or where the sum leaves the years that can be
        counted; `RuleInvalid` for a calendar that has no working day.
        """
        if isinstance(start, datetime):
            return self.due_at(start, term)
        check_year(start.year)
        begun = self._day_of(self.begun(start, term))
        if term.unit.is_duration:
            return self._day_of(self._after(self._midnight(begun), term))
        return DayTerms(self.calendar, self.rule, self._taken(begun)).last_day(begun, term)

    def due_at(self, start: datetime, term: Term) -> datetime:
        """The same for an instant."""
        check_year(start.year)
        begun = self._instant(self.begun(start, term))
        if term.unit.is_duration:
            return self._after(begun, term)
        terms = DayTerms(self.calendar, self.rule, self._taken(begun))
        return self.end_of(terms.last_day(begun.date(), term), begun)

    def latest_start(self, due: Moment, term: Term) -> Moment:
        """The latest start that is still due by then. For a term in working days it is on a working day."""
        check_year(due.year)
        latest = self._estimate(due, term)
        days = self._days_too_late(latest, due, term)
        return self._earlier(latest, days, term.unit) if days else latest

    def is_provisional(self, start: Moment, due: Moment, unit: LimitUnit) -> bool:
        """Whether the date rests on a year whose arrangement is not announced."""
        rule, rolls = self.rule, self.rule.roll != NONE and not unit.is_duration
        moves_start = rule.rest_day_start == "roll_first" or rule.cutoff is not None
        if not (rolls or moves_start or unit.needs_working_time):
            return False
        return self.calendar.is_provisional(self._day_of(start), self._day_of(due))

    def elapsed(self, start: datetime, end: datetime, *, working: bool) -> timedelta:
        """The time that has passed without the pauses; only open time if `working`."""
        return Durations(self.calendar, self.pauses, working).between(start, end)

    def days_paused(self, start: datetime) -> tuple[DayRange, ...]:
        """The days of a term that starts then that the pauses take away."""
        return self._taken(in_utc(start).astimezone(self.calendar.zone))

    def end_of(self, day: date, begun: datetime | None = None) -> datetime:
        """The instant a day of the term ends, for a term that began then."""
        if self.rule.keep_time and begun is not None:
            return self._at_time_of(day, begun)
        if self.rule.end_of_day:
            return self.calendar.open_time.closing(day)
        return local_instant(day, MINUTES_A_DAY, self.calendar.zone)

    def begun(self, start: Moment, term: Term) -> Moment:
        """When the clock really starts: on arrival, or when a pause that is on by then ends."""
        arrived = self.arrived(start, term)
        if not self.pauses or term.amount < 0:
            return arrived
        at = in_utc(self._instant(arrived))
        end = next((end for begun, end in self.pauses if begun <= at < end), None)
        if end is None:
            return arrived
        local = end.astimezone(self.calendar.zone)
        return local if isinstance(arrived, datetime) else local.date()

    def arrived(self, start: Moment, term: Term) -> Moment:
        """The start as the rule sees it: late or rest-day arrivals moved to a working day's opening."""
        if isinstance(start, datetime):
            start = in_utc(start).astimezone(self.calendar.zone)
            if self.rule.cutoff is not None and start.time() > self.rule.cutoff:
                return self._opening(self.calendar.add_working_days(start.date(), 1))
        day = self._day_of(start)
        if self.rule.rest_day_start == "as_is" or self.calendar.is_working(day):
            return start
        moved = self.calendar.add_working_days(day, -1 if term.amount < 0 else 1)
        return self._opening(moved) if isinstance(start, datetime) else moved

    def _after(self, begun: datetime, term: Term) -> datetime:
        working = term.unit.needs_working_time
        if working and not term.duration and self.rule.roll != NONE:
            return self.calendar.open_time.next_open(begun)
        return Durations(self.calendar, self.pauses, working).after(begun, term.duration)

    def _estimate(self, due: Moment, term: Term) -> Moment:
        """A start that is too late where pauses or a rule about arrivals are in the way, never too early."""
        if term.unit.is_duration:
            end = due if isinstance(due, datetime) else local_instant(due, MINUTES_A_DAY, self.calendar.zone)
            durations = Durations(self.calendar, self.pauses, term.unit.needs_working_time)
            start = durations.after(end, -term.duration)
            return start if isinstance(due, datetime) else start.date()
        if not isinstance(due, datetime):
            return DayTerms(self.calendar, self.rule).first_day(due, term)
        local = in_utc(due).astimezone(self.calendar.zone)
        is_over = _is_after(self.end_of(local.date(), local), local)
        last = local.date() - ONE_DAY if is_over else local.date()
        first = DayTerms(self.calendar, self.rule).first_day(last, term)
        return self._at_time_of(first, local) if self.rule.keep_time else self._opening(first)

    def _days_too_late(self, latest: Moment, due: Moment, term: Term) -> int:
        """How many days before `latest` the latest start in time is: a later start is never due earlier."""

        def is_in_time(days: int) -> bool:
            start = self._start_before(latest, days, term.unit) if days else latest
            return start is None or not _is_after(self.due(start, term), due)

        if is_in_time(0):
            return 0
        reach = 1
        while not is_in_time(reach):
            reach *= 2
        return bisect_left(range(reach), True, lo=reach // 2, key=is_in_time)

    def _start_before(self, start: Moment, days: int, unit: LimitUnit) -> Moment | None:
        """The same as `_earlier`; None before the years that can be counted."""
        try:
            return self._earlier(start, days, unit)
        except FactInvalid:
            return None

    def _earlier(self, start: Moment, days: int, unit: LimitUnit) -> Moment:
        """The latest start so many days before, in days of the unit."""
        day = DayTerms(self.calendar, self.rule).days_before(self._day_of(start), days, unit)
        check_year(day.year)
        if not isinstance(start, datetime):
            return day
        if not unit.is_duration:
            return self._at_time_of(day, start)
        return at_local_time(datetime.combine(day, self.rule.cutoff or LAST_TIME), self.calendar.zone)

    def _taken(self, begun: Moment) -> tuple[DayRange, ...]:
        """The days the pauses take away from a term that began then."""
        if not self.pauses:
            return ()
        at = in_utc(self._instant(begun))
        since = tuple((max(start, at), end) for start, end in self.pauses if end > at)
        return days_taken(since, lambda day: self._tick(day, begun))

    def _tick(self, day: date, begun: Moment) -> datetime:
        """The instant a day of the term is used up: at its own time of day, or when the office closes."""
        if self.rule.keep_time and isinstance(begun, datetime):
            return self._at_time_of(day, begun)
        return self.calendar.open_time.closing(day)

    def _at_time_of(self, day: date, moment: datetime) -> datetime:
        return at_local_time(datetime.combine(day, moment.time()), self.calendar.zone)

    def _opening(self, day: date) -> datetime:
        return self.calendar.open_time.opening(day)

    def _instant(self, moment: Moment) -> datetime:
        return moment if isinstance(moment, datetime) else self._midnight(moment)

    def _midnight(self, day: date) -> datetime:
        return local_instant(day, 0, self.calendar.zone)

    def _day_of(self, moment: Moment) -> date:
        return moment.astimezone(self.calendar.zone).date() if isinstance(moment, datetime) else moment


def _is_after(one: Moment, other: Moment) -> bool:
    """Two instants are compared as they pass, not by their clock faces."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return in_utc(one) > in_utc(other)
    return one > other
