"""`duban burden`: how many reports each unit is asked for, and how many it gave."""

from typing import Annotated

import typer
from rich.text import Text

from states.burden import NO_CAP, Burden, Burdens, told_number
from states.clocks.cadence import LIMITS, reports_a_month
from workflow import particulars
from workflow.cli.opening import open_installation
from workflow.cli.options import AsJson, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import table
from workflow.services import burden as counting

Unit = Annotated[
    str | None,
    typer.Option("--unit", help="只看某一单位：编码或名称", callback=particulars.read_name),
]
At = Annotated[str | None, typer.Option("--at", help="近30日算到何时，默认现在；事项情况以现有记载为准")]

EACH = "、".join(f"{one.label}{told_number(reports_a_month(term))}次" for one, term in LIMITS.items())
HINT = f"每月次数按反馈周期折算（{EACH}），只计在办事项；不统计软件使用情况。"


def burden(*, unit: Unit = None, at: At = None, as_json: AsJson = False) -> None:
    """反馈负担：各单位有多少事项要求反馈、每月多少次、近30日反馈了多少次，多的在前。"""
    instant = moment(at)
    found = counting.burden(open_installation(), today=instant, unit=unit)
    answer(as_json, found.as_json(), lambda: _say(found))


def _say(found: Burdens) -> None:
    cap = "不设上限" if found.cap is None else f"每月上限{found.cap}次"
    made = table(
        f"各单位反馈负担（{found.day}，{cap}）",
        ("单位", "要求反馈的事项", "每月须反馈", "近30日已反馈", "是否超限"),
    )
    for one in found.units:
        over = Text("超限", style="red") if one.is_over else Text("—" if one.cap is None else "未超")
        made.add_row(one.name, _matters(one), f"{one.asked_a_month}次", f"{one.given}次", over)
    screen.print(made)
    if found.cap is None:
        screen.print(f"{NO_CAP}。", soft_wrap=True)
    screen.print(HINT, style="dim", soft_wrap=True)


def _matters(one: Burden) -> str:
    """How many matters ask, and how often: 3项（每周2、每月1）."""
    terms = "、".join(f"{term}{count}" for term, count in one.terms.items())
    return f"{one.matters}项（{terms}）" if terms else f"{one.matters}项"
