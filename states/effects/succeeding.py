"""A matter goes over to the unit that goes on with another's work (机构承继), as it stands."""

from collections.abc import Collection
from dataclasses import replace

from states.clocks.clockwork import Clockwork
from states.effects.changes import Changes
from states.facts import CaseFacts
from states.question import Question
from states.tasks import Task


def succeed(question: Question) -> Changes:
    """The successor takes over rights and duties with the limits running: no number, date or clock changes.

    A co-unit that comes to lead is its co-unit no longer, and an open task that comes to the lead ends: it is
    the matter itself. A standing group that ends leads no more. A task that is over stays with its unit.
    """
    facts, details = question.facts, question.details
    former, successor = details["former_unit"], details["successor"]
    lead = successor if former in (facts.lead_unit, facts.lead_group) else facts.lead_unit
    group = None if facts.lead_group == former else facts.lead_group
    co_units = (successor if unit == former else unit for unit in facts.co_units)
    return {
        "lead_unit": lead,
        "lead_group": group,
        "co_units": tuple(unit for unit in dict.fromkeys(co_units) if unit not in (lead, group)),
        "tasks": _tasks(question, {lead, group}),
    }


def _tasks(question: Question, leads: Collection[str | None]) -> tuple[Task, ...]:
    """The tasks with the successor in place of the former unit; those open with the lead end, no other clock
    is touched."""
    former, successor = question.details["former_unit"], question.details["successor"]
    clocks = Clockwork(question)
    for task in question.facts.tasks:
        if task.is_open and (successor if task.unit == former else task.unit) in leads:
            clocks.stop(task.key)
    wound = clocks.changes()["tasks"]
    return tuple(
        replace(after, unit=successor) if before.is_open and before.unit == former else after
        for before, after in zip(question.facts.tasks, wound, strict=True)
    )


def units_at_work(facts: CaseFacts) -> frozenset[str]:
    """Every unit that has a part in what is still to be done on a matter."""
    tasks = (task.unit for task in facts.tasks if task.is_open)
    named = (facts.lead_unit, facts.lead_group, *facts.co_units, *tasks)
    return frozenset(unit for unit in named if unit is not None)


EFFECTS = (succeed,)
