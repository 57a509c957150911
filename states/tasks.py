"""A co-unit's share of a matter (协办任务) as a value: its own unit, result, clock and reports.

A case holds its tasks in the order they were set; what happened to each stands in its history.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from states.clocks import Clock, from_json, to_json
from states.vocabulary import Labelled


class TaskState(Labelled):
    """Where a task stands."""

    ASSIGNED = "assigned", "待签收"
    WORKING = "working", "办理中"
    REPORTED = "reported", "待认定"
    ACCEPTED = "accepted", "已办结"
    CANCELLED = "cancelled", "已撤销"


OPEN = frozenset({TaskState.ASSIGNED, TaskState.WORKING, TaskState.REPORTED})


def _revived(value: Any) -> Clock:
    return value if isinstance(value, Clock) else from_json([value])[0]


TaskClock = Annotated[Clock, PlainValidator(_revived), PlainSerializer(lambda value: to_json([value])[0])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task. `id` counts from 1 within the case and is never given twice."""

    id: int
    unit: str
    title: str
    state: TaskState
    clock: TaskClock
    completion_rate: int | None = None
    reported_by: str | None = None
    reported_on: date | None = None
    returns: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
