"""What could succeed on a case as it stands, whatever is filled in: which buttons a page has.

Asked of the rules themselves: of those that look at the facts alone, and for a command about one of several
things whether there is one it could be about. Whether it does succeed is decided when it is given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from states.errors import Refusal
from states.guards import GUARDS
from states.lifecycle import CommandRow
from states.nodes.moving import has_moved
from states.question import Question

AS_IT_STANDS = frozenset(
    {
        "report_waits", "has_a_limit", "asked_in_time", "extension_is_asked", "extension_is_consented",
        "extension_is_reviewed", "has_a_final_date", "no_coordination_open", "coordination_is_asked",
        "passed_verification", "not_published_yet", "published", "objection_is_open",
        "objections_are_settled", "notice_is_over", "relapse_was_found", "relapse_is_dealt_with",
        "no_lookback_is_due", "counted_otherwise",
    }
)  # fmt: skip
"""Rules that look at no particular."""

OF_ONE: Mapping[str, frozenset[str]] = {
    "task": frozenset(
        {
            "task_is_assigned", "task_is_worked_on", "task_is_under_way", "task_is_reported",
            "task_lies_with_the_lead", "task_is_open",
        }
    ),
    "node": frozenset({"node_is_open", "predecessors_are_reached"}),
}  # fmt: skip
"""Rules that look at nothing but the task or the milestone a command names."""


REPLANS = "replan_nodes"
"""The effect that moves milestones; it needs some whose final date is not the matter's any more."""


def feasible(row: CommandRow, question: Question) -> bool:
    """False where the command would be refused whatever came with it; no details are looked at."""
    facts = question.facts
    if row.effect == REPLANS and not has_moved(facts.nodes, facts.due_on):
        return False
    as_it_stands = _pass(AS_IT_STANDS.intersection(row.guards), question)
    return as_it_stands and all(about(row, name, question) for name in OF_ONE if name in row.needs)


def about(row: CommandRow, name: str, question: Question) -> tuple[int, ...]:
    """The tasks or the milestones, by id, a command that names one could be about."""
    rules = OF_ONE[name].intersection(row.guards)
    asked = ((one.id, replace(question, details={name: one.id})) for one in _things(name, question))
    return tuple(id for id, one in asked if _pass(rules, one))


def _things(name: str, question: Question) -> Iterable[Any]:
    return question.facts.tasks if name == "task" else question.facts.nodes


def _pass(rules: Iterable[str], question: Question) -> bool:
    try:
        for rule in rules:
            GUARDS[rule](question)
    except Refusal:
        return False
    return True
