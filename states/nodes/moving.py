"""Changing a plan that stands: one milestone moved or dropped, or all of them moved with the final date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from states.calendar import WorkCalendar
from states.errors import FactInvalid
from states.nodes.node import Node, in_plan, still_open
from states.nodes.planning import Span, before_its_predecessor, check_between, eve, latest_start
from states.nodes.weights import shared

Nodes = tuple[Node, ...]


def found(nodes: Sequence[Node], id: int) -> Node:
    """The milestone of this id that is still to be reached.

    Raises `FactInvalid`: `node_unknown` for one there is not or that was dropped, `node_reached`.
    """
    node = next((one for one in in_plan(nodes) if one.id == id), None)
    if node is None:
        known = "、".join(f"{one.id} {one.title}" for one in still_open(nodes)) or "无"
        raise FactInvalid(
            f"没有编号为{id}的节点，未完成的节点：{known}。",
            code="node_unknown",
            node=id,
            known=[one.id for one in still_open(nodes)],
        )
    if node.reached_on is not None:
        raise FactInvalid(
            f"节点“{node.title}”已于{node.reached_on}完成，不能再改。", code="node_reached", node=id
        )
    return node


def moved(nodes: Nodes, id: int, due_on: date, span: Span) -> Nodes:
    """The plan with one milestone due on another day; it and what waits for it begin after what comes first.

    The day is set in the light of the final date of today, and of all time that stood still before.

    Raises `FactInvalid`: besides those of `found`, `date_in_the_past`, `node_after_final`,
    `node_before_predecessor`, `node_after_successor`, `node_unmoved`.
    """
    node = found(nodes, id)
    _check_day(nodes, node, due_on, span)
    anew = replace(node, due_on=due_on, final_on=span.final_on, planned_on=span.today)
    return put_in(nodes, anew, span.calendar)


def put_in(nodes: Nodes, anew: Node, calendar: WorkCalendar) -> Nodes:
    """The plan with one milestone as it is anew. While that is open, what waits for it begins after it.

    Due on another day, it begins in time for that.
    """
    changed = tuple(anew if one.id == anew.id else one for one in nodes)
    touched = {one.id for one in still_open(changed) if anew.is_open and anew.id in one.after}
    touched |= {one.id for one in nodes if one.id == anew.id and one.due_on != anew.due_on}
    return tuple(_begun_after(one, changed, calendar) if one.id in touched else one for one in changed)


def dropped(nodes: Nodes, id: int, day: date) -> Nodes:
    """The plan without a milestone; the weights of the rest are brought to 100 again in proportion.

    Raises `FactInvalid`: besides those of `found`, `node_is_waited_for`.
    """
    node = found(nodes, id)
    waiting = [one for one in still_open(nodes) if id in one.after]
    if waiting:
        names = "、".join(f"“{one.title}”" for one in waiting)
        raise FactInvalid(
            f"节点“{node.title}”是{names}的前置，不能取消；请先取消其后的节点，或重新编排节点。",
            code="node_is_waited_for",
            node=id,
            waiting=[one.id for one in waiting],
        )
    rest = [one for one in in_plan(nodes) if one.id != id]
    weights = dict(zip([one.id for one in rest], shared([one.weight for one in rest], 100), strict=True))
    return tuple(
        replace(one, dropped_on=day) if one.id == id else replace(one, weight=weights.get(one.id, one.weight))
        for one in nodes
    )


def of_former_hand(nodes: Nodes, day: date) -> Nodes:
    """The plan once its hand is another's: nothing is left to reach, what was reached keeps its weight."""
    return tuple(replace(one, dropped_on=day) if one.is_open else one for one in nodes)


def of_former_round(nodes: Nodes, day: date) -> Nodes:
    """The plan of a round that is over: none of it counts in the next, which plans the whole anew."""
    return tuple(replace(one, dropped_on=one.dropped_on or day) for one in nodes)


def has_moved(nodes: Sequence[Node], final_on: date | None) -> bool:
    """Whether milestones still to be reached were planned back from another final date."""
    return final_on is not None and any(one.final_on != final_on for one in still_open(nodes))


def shifted(nodes: Nodes, span: Span) -> Nodes:
    """Everything still to be reached moved by the working days the final date has moved, in the same order.

    Raises `FactInvalid`: `final_date_unmoved`, and `node_in_the_past` where a date that moved earlier would
    take a milestone from the days to come into those gone by.
    """
    if not has_moved(nodes, span.final_on):
        raise FactInvalid("节点已按现在的办结期限编排，无须重新倒排。", code="final_date_unmoved")
    done: dict[int, Node] = {}
    for node in reversed(_in_order(still_open(nodes))):
        later = [one for one in done.values() if node.id in one.after]
        done[node.id] = _shifted(node, later, span)
    return tuple(done.get(one.id, one) for one in nodes)


def _in_order(nodes: Sequence[Node]) -> list[Node]:
    """By their days, so that each comes after those it waits for."""
    return sorted(nodes, key=lambda one: (one.due_on, one.starts_on))


def _shifted(node: Node, later: Sequence[Node], span: Span) -> Node:
    calendar = span.calendar
    by = calendar.working_days_between(node.final_on, span.final_on)
    due_on = span.final_on
    if node.due_on != node.final_on:
        due_on = min(calendar.add_working_days(calendar.roll_back(node.due_on), by), span.final_on)
    due_on = min([due_on, *(eve(one.starts_on, calendar) for one in later)])
    if due_on < span.today <= node.due_on:
        raise FactInvalid(
            f"重新倒排后节点“{node.title}”应于{due_on}完成，已经过去；请重新编排节点，压缩工期。",
            code="node_in_the_past",
            node=node.id,
            date=due_on.isoformat(),
        )
    starts_on = min(calendar.add_working_days(calendar.roll_back(node.starts_on), by), due_on)
    return replace(node, due_on=due_on, starts_on=starts_on, final_on=span.final_on, planned_on=span.today)


def _check_day(nodes: Nodes, node: Node, due_on: date, span: Span) -> None:
    if due_on == node.due_on:
        raise FactInvalid(
            f"节点“{node.title}”本就定于{due_on}，无须调整。", code="node_unmoved", node=node.id
        )
    check_between(node.title, due_on, span)
    check_order(nodes, node, due_on)


def check_order(nodes: Nodes, node: Node, due_on: date) -> None:
    """Refuse a day that is not between those of what is still to be reached before and after it.

    Raises `FactInvalid`: `node_before_predecessor`, `node_after_successor`.
    """
    for one in still_open(nodes):
        if one.id in node.after and due_on <= one.due_on:
            raise before_its_predecessor(node.title, due_on, one.title, one.due_on)
        if node.id in one.after and due_on >= one.due_on:
            raise FactInvalid(
                f"节点“{node.title}”的日期{due_on}不早于其后的“{one.title}”（{one.due_on}），"
                "请改早，或先调整其后的节点。",
                code="node_after_successor",
                date=due_on.isoformat(),
                successor=one.id,
            )


def _begun_after(node: Node, nodes: Nodes, calendar: WorkCalendar) -> Node:
    """The milestone begun so many working days before its day, but after everything that comes first."""
    first = [calendar.add_working_days(one.due_on, 1) for one in still_open(nodes) if one.id in node.after]
    starts_on = max([latest_start(node.due_on, node.working_days, calendar), *first])
    return replace(node, starts_on=min(starts_on, node.due_on))
