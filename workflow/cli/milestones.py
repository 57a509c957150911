"""`duban case nodes` and `duban milestones`: the milestones of one matter, and those due soon in all."""

from typing import Annotated

import typer
from rich.table import Table

from workflow import particulars
from workflow.cli.looking_in import look_into
from workflow.cli.node_view import say_plan, schedule_words, standing
from workflow.cli.opening import onlooker, open_installation
from workflow.cli.options import AsJson, AsOf, AsViewer, At, Number, moment, past_instant
from workflow.cli.output import answer, notes, screen
from workflow.cli.tables import table
from workflow.services.milestones import Coming, coming, nodes_of

MOST_DAYS, MOST_ROWS = 366, 5_000
HEADINGS = ("编号", "事项", "牵头单位", "节点", "权重", "应完成", "情况")


def add_to(app: typer.Typer) -> None:
    """Add the milestones of a case to `duban case`."""
    app.command("nodes")(nodes)


def nodes(
    number: Number,
    *,
    at: At = None,
    as_of: AsOf = None,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """一个事项的节点和序时进度（挂图作战的数据）。"""
    then = past_instant(as_of)
    office = open_installation()
    document = nodes_of(office, number, today=moment(at), as_of=then, by=onlooker(viewer))
    look_into(office, number, what="nodes", viewer=viewer)

    def say() -> None:
        screen.print(f"{document['case']} {document['title']}", style="bold", soft_wrap=True)
        if document["nodes"]:
            say_plan(document, document["case"])
        else:
            screen.print(f"  {schedule_words(document['schedule'])}", soft_wrap=True)

    answer(as_json, document, say)


def milestones(
    *,
    days: Annotated[int, typer.Option("--days", help="看今后多少天", min=0, max=MOST_DAYS)] = 7,
    unit: Annotated[str | None, typer.Option("--unit", help="只看某一牵头单位：编码或名称")] = None,
    most: Annotated[int, typer.Option("--most", help="最多列多少个节点", min=1, max=MOST_ROWS)] = 500,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """全部在办事项已逾期和将到的节点。"""
    instant = moment(at)
    found = coming(open_installation(), today=instant, days=days, unit=particulars.read_name(unit), most=most)
    answer(as_json, found.as_json(), lambda: _say(found))
    for bad in found.unreadable:
        notes.print(f"事项{bad['case']}未列出：{bad['message']}", soft_wrap=True)


def _say(found: Coming) -> None:
    told = found.as_json()
    title = (
        f"节点：截至{found.day}逾期{told['missed']}个，至{found.until}将到{told['count'] - told['missed']}个"
    )
    screen.print(_table(found, title))
    if told["count"] > found.most:
        screen.print(f"另有{told['count'] - found.most}个未列出。", soft_wrap=True)


def _table(found: Coming, title: str) -> Table:
    made = table(title, HEADINGS)
    for one in found.rows[: found.most]:
        node = f"{one['id']}、{one['title']}"
        weight = f"{one['weight']}%"
        made.add_row(
            one["case"],
            one["case_title"],
            one["lead_unit"] or "—",
            node,
            weight,
            one["due_on"],
            standing(one),
        )
    return made
