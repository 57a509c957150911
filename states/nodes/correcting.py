"""What was stated of one milestone put right: name, day and weight, when it was reached, or that it was not.

What follows is brought along: how late it was, when what waits for it begins, the weights of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from states.calendar import WorkCalendar
from states.errors import FactInvalid
from states.nodes.moving import Nodes, check_order, put_in
from states.nodes.node import Node, in_plan, still_open
from states.nodes.progress import Progress
from states.nodes.weights import check_borne, kept_to

if TYPE_CHECKING:
    from states.facts import CaseFacts

OF_A_NODE = "node:"
"""How the name of what came out otherwise begins where it is something of a milestone."""

FOLLOWING: Mapping[str, str] = {
    "weight": "权重",
    "starts_on": "最迟开始",
    "late": "逾期工作日",
    "dropped_on": "取消日期",
}
"""What of a milestone may come out otherwise when something else is corrected, and what it is called."""


def counted(nodes: Sequence[Node], id: int) -> Node:
    """The milestone of this id, reached or not. Raises `FactInvalid` (`node_unknown`) where none counts."""
    node = next((one for one in in_plan(nodes) if one.id == id), None)
    if node is None:
        known = "、".join(f"{one.id} {one.title}" for one in in_plan(nodes)) or "无"
        raise FactInvalid(
            f"没有编号为{id}的节点，可更正的节点：{known}；已取消的、上一轮的节点不再更正，请以批注说明（comment）。",
            code="node_unknown",
            node=id,
            known=[one.id for one in in_plan(nodes)],
        )
    return node


def attribute(name: str) -> str:
    """What a field that can be corrected is called in a milestone."""
    return "title" if name == "node_title" else name


def corrected(
    facts: CaseFacts, id: int, stated: tuple[str, Any], *, calendar: WorkCalendar, day: date
) -> Nodes:
    """The plan once this was stated of one milestone, by field and value; `day` is that of the correction."""
    (name, value), node = stated, counted(facts.nodes, id)
    if name == "weight":
        return reweighed(facts.nodes, id, value)
    anew = replace(node, **{attribute(name): value})
    if name == "node_title":
        return tuple(anew if one.id == id else one for one in facts.nodes)
    if anew.reached_on is not None:
        anew = replace(anew, late=_lateness(facts, anew, calendar))
    elif node.reached_on is not None:
        anew = _taken_back(facts.nodes, anew, day)
    return put_in(facts.nodes, anew, calendar)


def reweighed(nodes: Nodes, id: int, weight: int) -> Nodes:
    """The plan with another weight for one milestone; what that takes or leaves, others bear.

    Raises `FactInvalid` (`weights_wrong`) where they cannot.
    """
    node, bearers = counted(nodes, id), _bearing(nodes, id)
    weights = [one.weight for one in bearers]
    check_borne(node.title, weight, of=node.weight, by=weights)
    rest = kept_to(weights, sum(weights) + node.weight - weight)
    anew = {id: weight, **dict(zip((one.id for one in bearers), rest, strict=True))}
    return tuple(replace(one, weight=anew.get(one.id, one.weight)) for one in nodes)


def check_taken_back(nodes: Nodes, node: Node) -> None:
    """Refuse that a milestone was not reached while what comes after it says otherwise.

    Raises `FactInvalid`: `successor_reached`, `node_after_successor`.
    """
    reached = [one for one in in_plan(nodes) if node.id in one.after and one.reached_on is not None]
    if reached:
        names = "、".join(f"“{one.title}”（{one.id}）" for one in reached)
        raise FactInvalid(
            f"节点“{node.title}”之后的{names}已完成，不能只更正前置节点；请先更正其后节点的完成日期。",
            code="successor_reached",
            node=node.id,
            successors=[one.id for one in reached],
        )
    check_order(nodes, node, node.due_on)


def consequences(
    old: Sequence[Node], new: Sequence[Node], *, besides: tuple[int, str]
) -> Iterator[tuple[str, Any, Any]]:
    """What came out otherwise besides what was corrected, by a name, with what it was and is."""
    for was, now in zip(old, new, strict=True):
        for name in FOLLOWING:
            former, present = getattr(was, name), getattr(now, name)
            if former != present and (was.id, name) != besides:
                yield f"{OF_A_NODE}{was.id}:{name}", former, present


def told_consequence(name: str) -> str:
    """What `consequences` names, in words."""
    _, id, field = name.split(":")
    return f"节点{id}的{FOLLOWING[field]}"


def _bearing(nodes: Sequence[Node], id: int) -> tuple[Node, ...]:
    """Those numbered after it, for the last the one before.

    So weights that are corrected one after the other, in their order, come out as they were meant.
    """
    plan = in_plan(nodes)
    return tuple(one for one in plan if one.id > id) or tuple(one for one in plan if one.id < id)[-1:]


def _lateness(facts: CaseFacts, node: Node, calendar: WorkCalendar) -> int:
    """How late it was found on the day it was reached."""
    reached_on = node.reached_on or node.due_on
    return Progress(facts, calendar, reached_on).late(replace(node, reached_on=None))


def _taken_back(nodes: Nodes, node: Node, day: date) -> Node:
    """Not reached after all; where another hand left nothing to reach, it is dropped like the rest was."""
    stands = bool(still_open(nodes)) or sum(one.weight for one in in_plan(nodes)) == 100
    return replace(node, late=0, dropped_on=None if stands else day)
