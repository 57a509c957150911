"""Milestones planned back from the final date, reached, moved, dropped, and planned anew when it has moved.

The rules of planning and moving are in `states.nodes`; they refuse what cannot be.
"""

from dataclasses import replace

from states.effects.changes import Changes
from states.guards.back_planning import final_date
from states.nodes import in_plan, still_open
from states.nodes.moving import dropped, found, moved, shifted
from states.nodes.planning import Span, plan
from states.nodes.progress import Progress
from states.question import Question


def plan_nodes(question: Question) -> Changes:
    """Replace what is still to be reached; what is reached stays, and its weight with it.

    What it replaced is told with the entry.
    """
    nodes = question.facts.nodes
    kept = tuple(one for one in in_plan(nodes) if one.reached_on is not None)
    made = plan(
        question.details["nodes"],
        _span(question),
        whole=100 - sum(one.weight for one in kept),
        first_id=max((one.id for one in nodes), default=0) + 1,
    )
    replaced = [
        {"id": one.id, "title": one.title, "due_on": one.due_on.isoformat()} for one in still_open(nodes)
    ]
    return {"nodes": (*kept, *made), "told": {"replaced": replaced} if replaced else {}}


def reach_node(question: Question) -> Changes:
    node = found(question.facts.nodes, question.details["node"])
    late = Progress(question.facts, question.calendar, question.day).late(node)
    reached = replace(node, reached_on=question.day, late=late)
    return {"nodes": tuple(reached if one.id == node.id else one for one in question.facts.nodes)}


def move_node(question: Question) -> Changes:
    node, due_on = question.details["node"], question.details["due_on"]
    return {"nodes": moved(question.facts.nodes, node, due_on, _span(question))}


def drop_node(question: Question) -> Changes:
    return {"nodes": dropped(question.facts.nodes, question.details["node"], question.day)}


def replan_nodes(question: Question) -> Changes:
    return {"nodes": shifted(question.facts.nodes, _span(question))}


def _span(question: Question) -> Span:
    return Span(today=question.day, final_on=final_date(question), calendar=question.calendar)


EFFECTS = (
    plan_nodes,
    reach_node,
    move_node,
    drop_node,
    replan_nodes,
)
