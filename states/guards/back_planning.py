"""What a plan of milestones rests on, and what may be done to one of them."""

from datetime import date

from states.errors import FactInvalid, FactMissing
from states.nodes import in_plan
from states.nodes.moving import found
from states.question import Question


def has_a_final_date(question: Question) -> None:
    final_date(question)


def final_date(question: Question) -> date:
    """The date milestones are planned back from; while a plan has yet to set it there is none.

    Raises `FactMissing` (`final_date_missing`).
    """
    facts = question.facts
    if facts.due_on is None or facts.due_for_plan:
        way = "请先报办理方案确定办结日期" if facts.due_for_plan else "有了办结日期再编排节点"
        raise FactMissing(
            f"该事项没有办结日期，无从倒排节点；{way}。", code="final_date_missing", missing="due_on"
        )
    return facts.due_on


def node_is_open(question: Question) -> None:
    found(question.facts.nodes, question.details["node"])


def predecessors_are_reached(question: Question) -> None:
    node = found(question.facts.nodes, question.details["node"])
    waited_for = [one for one in in_plan(question.facts.nodes) if one.id in node.after and one.is_open]
    if waited_for:
        names = "、".join(f"“{one.title}”" for one in waited_for)
        raise FactInvalid(
            f"节点“{node.title}”的前置{names}尚未完成，请先填报前置节点完成。",
            code="predecessor_open",
            node=node.id,
            waited_for=[one.id for one in waited_for],
        )


GUARDS = (
    has_a_final_date,
    node_is_open,
    predecessors_are_reached,
)
