"""What is printed of a case's milestones: a table in the order of the plan, and one line of 序时进度."""

from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from states.corrections import told_corrected
from states.facts import to_json
from states.nodes import in_plan
from states.vocabulary import Light
from workflow.cli.output import screen
from workflow.cli.tables import coloured, table
from workflow.services.batch import OpenCase

PLANNING = frozenset({"plan_nodes", "replan_nodes"})
HEADINGS = ("编号", "节点", "权重", "前置", "最迟开始", "应完成", "完成", "情况")
REPLAN = "办结期限已变为{}，节点仍按原期限编排，请重新倒排：duban case replan-nodes {}"


def say_nodes(document: dict[str, Any]) -> None:
    """The milestones in a case's document, where it has any."""
    told = document["nodes"]
    if told["nodes"]:
        say_plan(told, document["case"]["number"])


def say_plan(told: dict[str, Any], number: str) -> None:
    """A plan with 序时进度, and what it waits for where the final date has moved."""
    screen.print(_table(told["nodes"], f"节点（办结期限{told['final_on'] or '未定'}）"))
    screen.print(f"  {schedule_words(told['schedule'])}", soft_wrap=True)
    if told["replan"]:
        screen.print(Text(f"  {REPLAN.format(told['final_on'], number)}", style="yellow"), soft_wrap=True)


def planned(case: OpenCase) -> dict[str, Any]:
    """The days a command that planned milestones came to, and what it replaced; of any other nothing."""
    decision = case.decision
    if decision is None or decision.command not in PLANNING:
        return {}
    nodes = [to_json(asdict(one)) for one in in_plan(case.facts.nodes)]
    return {"nodes": nodes, "replaced": decision.details.get("replaced", [])}


def say_planned(case: OpenCase) -> None:
    """The same as a table, and what it replaced in a line."""
    told = planned(case)
    if not told:
        return
    made = table(f"节点（办结期限{case.facts.due_on}）", HEADINGS[:6])
    for one in told["nodes"]:
        made.add_row(*_cells(one))
    screen.print(made)
    replaced = [f"{one['id']}、{one['title']}（应于{one['due_on']}完成）" for one in told["replaced"]]
    if replaced:
        screen.print(f"  原有未完成节点{len(replaced)}个已替换：{'，'.join(replaced)}", soft_wrap=True)


def schedule_words(schedule: dict[str, Any]) -> str:
    """序时进度 in one line: by the plan, and beside it time and the reported rate where they are known."""
    beside = [f"时限已过{schedule['elapsed']}%"] if schedule["elapsed"] is not None else []
    beside += [f"填报完成率{schedule['rate']}%"] if schedule["rate"] is not None else []
    told = f"（{'，'.join(beside)}）" if beside else ""
    if schedule["planned"] is None:
        return f"序时进度 未编排节点{told}"
    return f"序时进度 应完成{schedule['planned']}% 已完成{schedule['done']}%{told}"


def standing(node: dict[str, Any]) -> Text:
    """How one milestone stands, in words and colour."""
    late = node["working_days_late"]
    if node["dropped_on"]:
        former = "上一轮完成，不再计算" if node["reached_on"] else f"{node['dropped_on']}取消"
        return coloured(Light.GREY, former)
    if node["reached_on"]:
        return (
            coloured(Light.YELLOW, f"逾期{late}个工作日完成") if late else coloured(Light.GREEN, "按期完成")
        )
    if node["missed"]:
        return coloured(Light.RED, f"已逾{late}个工作日" if late else "已过期")
    if node["due_on"] != node["planned_due_on"]:
        return Text(f"停计顺延，原定{node['planned_due_on']}")
    return Text("")


def _table(nodes: list[dict[str, Any]], title: str) -> Table:
    made = table(title, HEADINGS)
    for one in nodes:
        made.add_row(*_cells(one), one["reached_on"] or "—", standing(one))
    return made


def _cells(node: dict[str, Any]) -> tuple[str, ...]:
    """What a milestone is: number, name, weight, what comes first, and its days."""
    weight = f"{node['weight']}%" if node["dropped_on"] is None else "—"
    first = "、".join(map(str, node["after"])) or "—"
    title = node["title"] + told_corrected(node.get("corrected_by", []))
    return str(node["id"]), title, weight, first, node["starts_on"], node["due_on"]
