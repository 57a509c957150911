"""A matter goes over to the unit that goes on with another's work (机构承继), as it stands."""

from dataclasses import replace

from states.effects.changes import Changes
from states.facts import CaseFacts
from states.question import Question


def succeed(question: Question) -> Changes:
    """The successor takes over rights and duties with the limits running: no number, date or clock changes.

    A co-unit that comes to lead is its co-unit no longer. A standing group that ends leads no more. A task
    that is over stays with the unit that did it.
    """
    facts, details = question.facts, question.details
    former, successor = details["former_unit"], details["successor"]
    lead = successor if former in (facts.lead_unit, facts.lead_group) else facts.lead_unit
    co_units = (successor if unit == former else unit for unit in facts.co_units)
    return {
        "lead_unit": lead,
        "lead_group": None if facts.lead_group == former else facts.lead_group,
        "co_units": tuple(unit for unit in dict.fromkeys(co_units) if unit != lead),
        "tasks": tuple(
            replace(task, unit=successor) if task.is_open and task.unit == former else task
            for task in facts.tasks
        ),
    }


def units_at_work(facts: CaseFacts) -> frozenset[str]:
    """Every unit that has a part in what is still to be done on a matter."""
    tasks = (task.unit for task in facts.tasks if task.is_open)
    named = (facts.lead_unit, facts.lead_group, *facts.co_units, *tasks)
    return frozenset(unit for unit in named if unit is not None)


EFFECTS = (succeed,)
