"""A co-unit's share of a matter (协办任务) as a value: its own unit, result, clock and reports.

A case holds its tasks in the order they were set; what happened to each stands in its history. Its clock does
not stand among those of the case, for there may be many; it goes by a key of its own (`task:3`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from states.calendar import WorkCalendar
from states.clocks import Clock, from_json, to_json
from states.deadlines.timeliness import Timeliness, timeliness
from states.vocabulary import ClockName, Labelled, Light

MAX_TASKS = 100
"""So many tasks a case may come to have, those that have ended among them."""

BRIEF = 30
KEY = "task:"
REPORTED_BACK, OBJECTED_TO = "reported", "objected"
WITH_THE_LEAD = frozenset({REPORTED_BACK, OBJECTED_TO})
"""Why a task's own clock stands still: it lies with the lead, whatever the case does meanwhile."""


class TaskState(Labelled):
    """Where a task stands."""

    ASSIGNED = "assigned", "待签收"
    OBJECTED = "objected", "异议待处理"
    WORKING = "working", "办理中"
    REPORTED = "reported", "待认定"
    ACCEPTED = "accepted", "已办结"
    CANCELLED = "cancelled", "已撤销"


UNDER_WAY = frozenset({TaskState.ASSIGNED, TaskState.WORKING})
"""The task is its unit's to work on, and its time is charged while the case's is."""

OPEN = UNDER_WAY | {TaskState.OBJECTED, TaskState.REPORTED}


def _revived(value: Any) -> Clock:
    return value if isinstance(value, Clock) else from_json([value])[0]


TaskClock = Annotated[Clock, PlainValidator(_revived), PlainSerializer(lambda value: to_json([value])[0])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task. `id` counts from 1 within the case and is never given twice.

    `completion_rate` and `progress_on` are of the last report; `reported_by` and `reported_on` tell who
    reported it complete, until that is sent back. `returns` counts how often it was.
    """

    id: int
    unit: str
    title: str
    state: TaskState
    clock: TaskClock
    completion_rate: int | None = None
    progress_on: date | None = None
    reported_by: str | None = None
    reported_on: date | None = None
    returns: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def brief(self) -> str:
        """Its title, cut where it is too long for a line."""
        return self.title if len(self.title) <= BRIEF else self.title[: BRIEF - 1] + "…"

    @property
    def key(self) -> str:
        """What its clock goes by beside those of the case."""
        return key_of(self.id)


def key_of(id: int) -> str:
    """What the clock of a task goes by."""
    return f"{KEY}{id}"


def clock_label(key: str) -> str:
    """What people call a clock by its name, or by the key of a task's."""
    if key.startswith(KEY):
        return f"{ClockName.TASK.label}任务{key.removeprefix(KEY)}"
    return ClockName(key).label


def next_id(tasks: Iterable[Task]) -> int:
    """The number of the next task of a case."""
    return max((one.id for one in tasks), default=0) + 1


def standing_of(task: Task, day: date, calendar: WorkCalendar, *, hour_passed: bool = False) -> Timeliness:
    """The light and the lateness of a task on a day.

    Where its clock stands still or has stopped, as of that day; one that has ended shows no light.
    `hour_passed`: it was due before 24:00, at an hour that is over.
    """
    clock, zone = task.clock, calendar.zone
    still = clock.pauses[-1].start if clock.is_paused else clock.stopped_at
    day = task.reported_on or min(day, still.astimezone(zone).date() if still else day)
    begun = clock.started_at.astimezone(zone).date()
    found = timeliness(clock.due_on, begun, day, calendar, hour_passed=hour_passed and still is None)
    return found if task.is_open else replace(found, light=Light.GREY)


def late_tasks(tasks: Iterable[Task], day: date) -> tuple[Task, ...]:
    """The tasks under way whose date is past, the longest first."""
    late = (one for one in tasks if one.is_under_way and one.clock.due_on < day)
    return tuple(sorted(late, key=lambda one: one.clock.due_on))
