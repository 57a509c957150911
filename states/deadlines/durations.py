"""Terms counted in minutes and hours: by the clock, or only while the office is open. Pauses do not count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from states.calendar import WorkCalendar, check_year
from states.deadlines.pauses import Pause, in_utc

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Durations:
    """Durations on one calendar; only its open time if `working`. `pauses` are as `merged` gives them."""

    calendar: WorkCalendar
    pauses: tuple[Pause, ...]
    working: bool

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """The instant when so much time has passed; back in time if negative."""
        at = in_utc(at)
        for start, end in self.pauses if amount >= ZERO else reversed(self.pauses):
            behind = end <= at if amount >= ZERO else start >= at
            if behind:
                continue
            run = self._passed(at, start) if amount >= ZERO else -self._passed(end, at)
            if abs(run) >= abs(amount):
                break
            amount, at = amount - run, end if amount >= ZERO else start
        return self._plain(at, amount)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time that passes from one instant to another; none when the second comes first."""
        start, end = in_utc(start), in_utc(end)
        stood = sum((self._passed(max(a, start), min(b, end)) for a, b in self.pauses), ZERO)
        return self._passed(start, end) - stood

    def _plain(self, at: datetime, amount: timedelta) -> datetime:
        """The same where no pause is in the way."""
        if self.working:
            return self.calendar.open_time.add(at, amount)
        reached = (at + amount).astimezone(self.calendar.zone)
        check_year(reached.year)
        return reached

    @property
    def _passed(self) -> Callable[[datetime, datetime], timedelta]:
        return self.calendar.open_time.between if self.working else _passed_by_the_clock


def _passed_by_the_clock(start: datetime, end: datetime) -> timedelta:
    return max(end - start, ZERO)
