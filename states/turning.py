"""What light a matter shows at an instant, and the instants its light turns at while nobody acts on it.

Left alone a light only ever gets worse, so two instants say all of it: since when it is yellow, since when
red. They are kept beside the case, so that a register of any size can be asked for the red ones.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from operator import attrgetter

from states import lights
from states.calendar import WorkCalendar
from states.deadlines import Timeliness, timeliness
from states.facts import FACT_NAMES, CaseFacts
from states.lifecycle import Lifecycle
from states.lights import Reason
from states.nodes import still_open
from states.nodes.progress import Progress
from states.office_time import morning_of, office_day
from states.policy import Policy
from states.swift import made_swiftly
from states.vocabulary import ClockName, Light

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than any instant that is looked at."""

BEYOND = timedelta(days=400)
"""So long after its last day a matter may still turn: over stand-stills, and days a policy tolerates."""

TICK = timedelta(microseconds=1)

SILENT = frozenset(
    {
        *("number", "serial", "title", "source", "basis", "origin", "requirement", "detail", "measures"),
        *("lead_unit", "lead_group", "co_units", "accountable_leader", "contact_name", "contact_phone"),
        *("milestones", "progress", "difficulty", "follow_up", "remark"),
    }
)
"""Facts no light goes by: whose a matter is, and what it is about."""

_speaking = attrgetter(*(name for name in FACT_NAMES if name not in SILENT))


def alike(facts: CaseFacts) -> Hashable:
    """What matters have in common whose lights, and overdue instants, are the same under the same rules.

    Thousands that an office hands out come to few terms, so each is looked at once.
    """
    return _speaking(facts)


@dataclass(frozen=True, slots=True)
class Turns:
    """Since when a matter is at least yellow and since when red; a grey one has neither."""

    yellow_at: datetime | None
    red_at: datetime | None

    def light(self, at: datetime) -> Light:
        """The light at an instant since then."""
        if self.yellow_at is None or self.red_at is None:
            return Light.GREY
        if self.red_at <= at:
            return Light.RED
        return Light.YELLOW if self.yellow_at <= at else Light.GREEN


GREY = Turns(None, None)


@made_swiftly
@dataclass(frozen=True)
class Standing:
    """A matter as its light goes by: its facts, and the rules it is under."""

    facts: CaseFacts
    lifecycle: Lifecycle
    policy: Policy
    calendar: WorkCalendar

    def timeliness(self, at: datetime) -> Timeliness:
        """Grey where no clock matters; a paused clock stands on the day it was paused, if that is known."""
        facts, clock = self.facts, self.lifecycle.clock(self.facts.state)
        if clock == "none" or self.lifecycle.state_rows[facts.state].kind == "side":
            return Timeliness(Light.GREY, False, 0, 0, None)
        day = facts.paused_on if clock == "paused" and facts.paused_on else office_day(at)
        passed = day == facts.due_on and self.due_at is not None and at > self.due_at
        return timeliness(facts.due_on, facts.dispatched_on, day, self.calendar, hour_passed=passed)

    def reasons(self, day: date) -> tuple[Reason, ...]:
        """What warns beside the due date, while the clock runs."""
        if not self.lifecycle.is_running(self.facts.state):
            return ()
        return lights.reasons(self.facts, self.policy, day, self.calendar)

    def light(self, at: datetime) -> Light:
        """The light at an instant, whatever it comes from."""
        return lights.worst(self.timeliness(at).light, self.reasons(office_day(at)))

    def turns(self, at: datetime) -> Turns:
        """When its light turns from an instant on. One that is red by then has been since its due date."""
        overdue_at = self.overdue_at
        light = Light.RED if overdue_at is not None and overdue_at <= at else self.light(at)
        if light is Light.GREY:
            return GREY
        if light is Light.RED:
            since = self._red_since(at)
            return Turns(since, since)
        red_at = self._turns_to(Light.RED, at)
        if light is Light.YELLOW:
            return Turns(morning_of(office_day(at)), red_at)
        return Turns(min(self._turns_to(Light.YELLOW, at), red_at), red_at)

    @property
    def overdue_at(self) -> datetime | None:
        """The instant since which it is overdue, or will be; None while none can come."""
        facts, clock = self.facts, self.lifecycle.clock(self.facts.state)
        is_aside = clock == "none" or self.lifecycle.state_rows[facts.state].kind == "side"
        if is_aside or facts.due_on is None:
            return None
        morning, ends = morning_of(facts.due_on), morning_of(facts.due_on + timedelta(days=1))
        hour = None if self.due_at is None else max(self.due_at + TICK, morning)
        if clock == "paused" and facts.paused_on is not None and facts.paused_on <= facts.due_on:
            return hour if facts.paused_on == facts.due_on else None
        return ends if hour is None else min(hour, ends)

    def missed_at(self, at: datetime) -> datetime | None:
        """The instant since which a milestone is missed, or will be, while its clock runs; None without."""
        left = still_open(self.facts.nodes)
        if not left or not self.lifecycle.is_running(self.facts.state):
            return None
        progress = Progress(self.facts, self.calendar, office_day(at))
        return morning_of(min(map(progress.due_on, left)) + timedelta(days=1))

    @cached_property
    def due_at(self) -> datetime | None:
        """The instant it is due by, where its clock has one."""
        return next((one.due_at for one in self.facts.clocks if one.name is ClockName.HANDLE), None)

    def _red_since(self, at: datetime) -> datetime:
        today, due_on = office_day(at), self.facts.due_on
        return morning_of(today if due_on is None else min(today, due_on + timedelta(days=1)))

    def _turns_to(self, light: Light, at: datetime) -> datetime:
        """The first instant after `at` at which it is that bad: a midnight, or the hour it is due."""
        today, severity = office_day(at), lights.SEVERITY.index(light)

        def shown(ahead: int) -> int:
            return lights.SEVERITY.index(self.light(morning_of(today + timedelta(days=ahead))))

        most = (self._last_day(today) - today).days + 1
        ahead = bisect_left(range(1, most), severity, key=shown) + 1
        found = NEVER if ahead == most else morning_of(today + timedelta(days=ahead))
        hour = None if self.due_at is None else self.due_at + TICK
        if hour is None or not at < hour < found:
            return found
        return hour if lights.SEVERITY.index(self.light(hour)) >= severity else found

    def _last_day(self, today: date) -> date:
        """The day after which it turns no more: the one after the due date, where it has one."""
        if self.facts.due_on is not None:
            return max(self.facts.due_on, today) + timedelta(days=1)
        return max((today, *self._days())) + BEYOND

    def _days(self) -> Iterator[date]:
        facts = self.facts
        yield from (one.clock.due_on for one in facts.tasks)
        yield from (one.due_on for one in facts.nodes)
        yield from (one.due_on for one in facts.clocks)
        yield from (one for one in (facts.promised_on, facts.expected_on) if one is not None)
