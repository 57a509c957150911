"""What could succeed on a case as it stands, whatever is filled in: which buttons a page has.

Asked of the rules themselves: of those that look at the facts alone, and for a command about one of several
things whether there is one it could be about. Whether it does succeed is decided when it is given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from states.errors import Refusal
from states.guards import GUARDS
from states.lifecycle import CommandRow
from states.nodes import Node
from states.nodes.moving import has_moved
from states.question import Question
from states.tasks import Task

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


class Prospects:
    """What could succeed as one question stands. A rule is asked once, however many commands rest on it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._about: dict[tuple[str, int], Question] = {}
        self._passed: dict[tuple[str, tuple[str, int] | None], bool] = {}

    def feasible(self, row: CommandRow) -> bool:
        """False where the command would be refused whatever came with it; no details are looked at."""
        facts = self._question.facts
        if row.effect == REPLANS and not has_moved(facts.nodes, facts.due_on):
            return False
        as_it_stands = all(self._pass(rule) for rule in AS_IT_STANDS.intersection(row.guards))
        return as_it_stands and all(self.about(row, name) for name in OF_ONE if name in row.needs)

    def about(self, row: CommandRow, name: str) -> tuple[int, ...]:
        """The tasks or the milestones, by id, a command that names one could be about."""
        facts, rules = self._question.facts, OF_ONE[name].intersection(row.guards)
        things: Iterable[Task | Node] = facts.tasks if name == "task" else facts.nodes
        return tuple(one.id for one in things if all(self._pass(rule, (name, one.id)) for rule in rules))

    def _pass(self, rule: str, thing: tuple[str, int] | None = None) -> bool:
        """Whether a rule refuses nothing, asked as it stands or of one thing."""
        asked = rule, thing
        if asked not in self._passed:
            self._passed[asked] = _passes(rule, self._asking(thing))
        return self._passed[asked]

    def _asking(self, thing: tuple[str, int] | None) -> Question:
        if thing is None:
            return self._question
        if thing not in self._about:
            self._about[thing] = replace(self._question, details=dict((thing,)))
        return self._about[thing]


def _passes(rule: str, question: Question) -> bool:
    try:
        GUARDS[rule](question)
    except Refusal:
        return False
    return True
