"""When what is stated of one milestone may be corrected: as it could have been planned, or reached.

A day keeps to the dates it was planned between and to the order of the plan, weights add to what they did,
and one milestone is reached after another.
"""

from datetime import date
from typing import Any

from states.corrections import Field
from states.errors import FactInvalid, FactMissing
from states.nodes import Node, in_plan
from states.nodes.correcting import check_taken_back, counted, reweighed
from states.nodes.moving import check_order
from states.question import Question


def fits_node(question: Question, field: Field, new: Any) -> None:
    """The milestone counts, and this could have been stated of it."""
    node = counted(question.facts.nodes, question.details["node"])
    if field.name == "due_on":
        _within_its_plan(node, new)
        check_order(question.facts.nodes, node, new)
    if field.name == "weight":
        reweighed(question.facts.nodes, node.id, new)
    if field.name == "reached_on":
        _reached_at_all(node)
        if new is None:
            check_taken_back(question.facts.nodes, node)
        else:
            _reached_in_order(question, node, new)


def _within_its_plan(node: Node, due_on: date) -> None:
    """Between the day it was planned on and the final date of then; another date is a decision of today."""
    if due_on < node.planned_on:
        raise FactInvalid(
            f"节点“{node.title}”的日期{due_on}早于编排它的{node.planned_on}，请核对日期。",
            code="dates_out_of_order",
            first="planned_on",
            second="due_on",
        )
    if due_on > node.final_on:
        raise FactInvalid(
            f"节点“{node.title}”的日期{due_on}在编排时的办结期限{node.final_on}之后，请核对日期；"
            "办结期限已变的请重新倒排（replan-nodes），另定日期的请调整节点（move-node）。",
            code="node_after_final",
            date=due_on.isoformat(),
            final_on=node.final_on.isoformat(),
        )


def _reached_at_all(node: Node) -> None:
    if node.reached_on is None:
        raise FactMissing(
            f"节点“{node.title}”尚未填报完成，没有完成日期可更正；已完成的，请承办单位填报（reach-node）。",
            code="nothing_to_correct",
            missing="reached_on",
        )


def _reached_in_order(question: Question, node: Node, reached_on: date) -> None:
    """By today, after the matter was handed out and what comes first, before what comes after."""
    if reached_on > question.day:
        raise FactInvalid(
            f"完成日期{reached_on}还没有到，请核对；尚未完成的，更正为“空”。",
            code="date_in_the_future",
            date=reached_on.isoformat(),
        )
    dispatched_on, nodes = question.facts.dispatched_on, question.facts.nodes
    if dispatched_on is not None and reached_on < dispatched_on:
        raise _out_of_order(node, reached_on, f"早于交办时间{dispatched_on}，请核对日期")
    for one in in_plan(nodes):
        if one.id in node.after and one.reached_on is not None and reached_on < one.reached_on:
            raise _out_of_order(node, reached_on, f"早于其前置{_told(one)}，请核对，或先更正前置节点")
        if node.id in one.after and one.reached_on is not None and reached_on > one.reached_on:
            raise _out_of_order(node, reached_on, f"晚于其后的{_told(one)}，请核对，或先更正其后的节点")


def _told(node: Node) -> str:
    return f"“{node.title}”（{node.id}，{node.reached_on}完成）"


def _out_of_order(node: Node, reached_on: date, how: str) -> FactInvalid:
    return FactInvalid(
        f"节点“{node.title}”的完成日期{reached_on}{how}。",
        code="dates_out_of_order",
        node=node.id,
        date=reached_on.isoformat(),
    )
