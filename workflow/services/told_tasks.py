"""The co-units' tasks of a case as documents tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.facts import CaseFacts
from states.tasks import Task, standing_of

if TYPE_CHECKING:
    from workflow.services.register import View


def told_tasks(facts: CaseFacts, seen: View) -> list[dict[str, Any]]:
    """Every task with its unit's name and how it stands, those that have ended among them."""
    return [_told(one, seen) for one in facts.tasks]


def _told(task: Task, seen: View) -> dict[str, Any]:
    clock = task.clock
    passed = clock.due_at is not None and seen.at > clock.due_at
    when = standing_of(task, seen.day, seen.calendar, hour_passed=passed)
    return {
        "task": task.id,
        "unit": task.unit,
        "unit_name": seen.names.get(task.unit, task.unit),
        "title": task.title,
        "state": task.state.value,
        "state_label": task.state.label,
        "due": clock.due_on.isoformat(),
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "provisional": clock.provisional,
        "light": when.light.value,
        "light_label": when.light.label,
        "overdue": when.overdue,
        "days_late": when.days_late,
        "working_days_late": when.working_days_late,
        "completion_rate": task.completion_rate,
        "progress_on": task.progress_on.isoformat() if task.progress_on else None,
        "reported_on": task.reported_on.isoformat() if task.reported_on else None,
        "returns": task.returns,
    }
