"""The milestones of a case as documents tell of them, with 序时进度."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from states.facts import CaseFacts
from states.nodes import Node
from states.nodes.moving import has_moved
from states.nodes.progress import Progress
from workflow.services.corrected import corrected_nodes

if TYPE_CHECKING:
    from workflow.services.register import View


def told(facts: CaseFacts, seen: View) -> dict[str, Any]:
    """The milestones of a case with 序时进度, as they stand on the day of the view.

    `replan` tells that the final date has moved since they were planned; `corrected_by` which entries put
    something of a milestone right.
    """
    history = seen.history(facts) if facts.nodes else None
    by = corrected_nodes(history.corrected) if history and history.is_corrected else {}
    progress = Progress(facts, seen.calendar, seen.day)
    schedule = progress.schedule
    return {
        "final_on": _day(facts.due_on),
        "replan": has_moved(facts.nodes, facts.due_on),
        "schedule": {**asdict(schedule), "behind": schedule.behind},
        "nodes": [{**told_node(one, progress), "corrected_by": by.get(one.id, [])} for one in facts.nodes],
    }


def told_node(node: Node, progress: Progress) -> dict[str, Any]:
    """One milestone; `due_on` is past what is not charged, `planned_due_on` as it was planned.

    What was dropped has no weight: those of the rest add up to the whole.
    """
    due_on = progress.due_on(node) if node.is_open else node.due_on
    return {
        "id": node.id,
        "title": node.title,
        "weight": node.weight if node.dropped_on is None else 0,
        "working_days": node.working_days,
        "after": list(node.after),
        "starts_on": node.starts_on.isoformat(),
        "due_on": due_on.isoformat(),
        "planned_due_on": node.due_on.isoformat(),
        "reached_on": _day(node.reached_on),
        "dropped_on": _day(node.dropped_on),
        "missed": node.is_open and due_on < progress.day,
        "working_days_late": progress.late(node),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
