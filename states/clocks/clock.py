"""One clock as a value: when it was opened, what it is due by, when it stood still, when it was stopped.

A case holds the last epoch of each of its clocks; what went before is in its history. The due date can be
counted again from what stands here, on any calendar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.calendar import WorkCalendar
from states.deadlines import CountingRule, Deadline, Limit, count, stated
from states.swift import made_swiftly, replaced
from states.vocabulary import ClockName, LimitUnit


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that is not charged. `end` None: the clock stands still. `cause` is the state it stood in.

    Where a ceiling was used up, `end` is that instant, and what came after it was charged again.
    """

    start: datetime
    end: datetime | None
    cause: str


@made_swiftly
@dataclass(frozen=True, slots=True)
class Clock:
    """One epoch of a clock. Instants are aware; `due_at` is given where it is due before 24:00.

    `limit` None means the date was set by somebody, as `stated_on`; `by_policy` that the limit is the
    policy's for the case's category. `rule` and `calendar` are those it was counted by. `stated_at` is when a
    date was set for a clock that ran before: only later pauses move it. `suspended_before` are the working
    days the matter was suspended before this clock had pauses of its own.
    """

    name: ClockName
    epoch: int
    started_at: datetime
    limit: Limit | None
    by_policy: bool
    rule: str
    stated_on: date | None
    due_on: date
    due_at: datetime | None = None
    calendar: str = ""
    provisional: bool = False
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    stated_at: datetime | None = None
    suspended_before: int = 0

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None

    @property
    def is_paused(self) -> bool:
        return self.is_open and bool(self.pauses) and self.pauses[-1].end is None

    @property
    def moments(self) -> tuple[datetime, ...]:
        """Every instant at which it was started, stood still, went on or was stopped."""
        pauses = (moment for one in self.pauses for moment in (one.start, one.end))
        return tuple(moment for moment in (self.started_at, *pauses, self.stopped_at) if moment is not None)

    def is_due_when(self, other: "Clock") -> bool:
        """Whether both are due at the same time."""
        return (self.due_on, self.due_at) == (other.due_on, other.due_at)

    def counted(self, calendar: WorkCalendar, rule: CountingRule) -> Deadline:
        """The deadline counted anew on a calendar, past the pauses after which it went on.

        One that ended only as the clock was stopped moves nothing: what was reported by then stands.
        """
        pauses = [
            (one.start, one.end) for one in self.pauses if one.end is not None and one.end != self.stopped_at
        ]
        if self.limit is None:
            since = self.stated_at
            pauses = [pause for pause in pauses if since is None or pause[0] >= since]
            day = self.started_at.astimezone(calendar.zone).date()
            return stated(day, self.stated_on or self.due_on, calendar, pauses=pauses)
        return count(self.started_at, self.limit, calendar, rule=rule, pauses=pauses)

    def due_by(self, deadline: Deadline) -> "Clock":
        """The same clock with this deadline."""
        return replaced(
            self,
            rule=deadline.rule,
            due_on=deadline.due_on,
            due_at=deadline.due_at,
            calendar=deadline.calendar,
            provisional=deadline.provisional,
        )


def to_json(clocks: Iterable[Clock]) -> list[dict[str, Any]]:
    """Clocks as an entry keeps them."""
    return [_clock_to_json(clock) for clock in clocks]


def from_json(values: Iterable[Mapping[str, Any]]) -> tuple[Clock, ...]:
    """Clocks as an entry keeps them, read back."""
    return tuple(_clock_from_json(value) for value in values)


def _clock_to_json(clock: Clock) -> dict[str, Any]:
    return {
        "name": clock.name.value,
        "epoch": clock.epoch,
        "started_at": clock.started_at.isoformat(),
        "limit": {"unit": clock.limit.unit.value, "amount": clock.limit.amount} if clock.limit else None,
        "by_policy": clock.by_policy,
        "rule": clock.rule,
        "stated_on": _written(clock.stated_on),
        "due_on": clock.due_on.isoformat(),
        "due_at": _written(clock.due_at),
        "calendar": clock.calendar,
        "provisional": clock.provisional,
        "pauses": [[one.start.isoformat(), _written(one.end), one.cause] for one in clock.pauses],
        "stopped_at": _written(clock.stopped_at),
        "stated_at": _written(clock.stated_at),
        "suspended_before": clock.suspended_before,
    }


def _clock_from_json(value: Mapping[str, Any]) -> Clock:
    limit = value["limit"]
    return Clock(
        name=ClockName(value["name"]),
        epoch=value["epoch"],
        started_at=datetime.fromisoformat(value["started_at"]),
        limit=Limit(LimitUnit(limit["unit"]), limit["amount"]) if limit else None,
        by_policy=value["by_policy"],
        rule=value["rule"],
        stated_on=date.fromisoformat(value["stated_on"]) if value["stated_on"] else None,
        due_on=date.fromisoformat(value["due_on"]),
        due_at=_instant(value["due_at"]),
        calendar=value["calendar"],
        provisional=value["provisional"],
        pauses=tuple(Pause(datetime.fromisoformat(a), _instant(b), cause) for a, b, cause in value["pauses"]),
        stopped_at=_instant(value["stopped_at"]),
        stated_at=_instant(value["stated_at"]),
        suspended_before=value.get("suspended_before", 0),
    )


def _written(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
