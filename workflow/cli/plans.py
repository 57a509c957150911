"""`duban plan`, `duban forecast`, `duban sweep --plan`: what will be done, and doing it as it was written."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from states.vocabulary import IssueMode
from workflow import particulars
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, At, moment
from workflow.cli.output import REFUSED, answer, screen
from workflow.cli.tables import table
from workflow.errors import FileRefused
from workflow.services import applying, forecasting, planning

PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="照此计划文件办理（duban plan --out生成），不办其他")
]
Out = Annotated[Path | None, typer.Option("--out", help="写入计划文件，供sweep --plan执行")]


def plan(at: At = None, out: Out = None, as_json: AsJson = False) -> None:
    """列出某一时刻巡查将采取的步骤，可写成计划文件；不写入任何记载。"""
    instant = moment(at)
    made = planning.make_plan(open_installation(), as_of=instant, by=signature(None))
    document = made.as_json()
    if out is not None:
        _write(out, document)
    answer(as_json, document, lambda: _say_plan(document, out))


def apply_plan(file: Path, *, at: datetime, dry_run: bool, as_json: bool) -> None:
    """Apply a plan file, for `duban sweep --plan`; with nothing done and something refused it exits 1."""
    if dry_run:
        raise FileRefused("--plan与--dry-run不能同时使用，请先用duban plan查看。", code="plan_dry_run")
    office, document = open_installation(), planning.read_plan(file)
    applied = applying.apply_plan(office, document, at=at, by=signature(None))
    answer(as_json, applied.as_json(), lambda: _say_applied(applied))
    if not applied.done:
        raise typer.Exit(REFUSED)


def forecast(
    *,
    days: Annotated[int, typer.Option("--days", help="预测多少天（1至366）")] = 30,
    unit: Annotated[str | None, typer.Option("--unit", help="只看某一牵头单位：编码或名称")] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """预测今后若干天内哪些事项在哪一天达到督办阶梯的哪一级。"""
    instant = moment(at)
    named = particulars.read_name(unit) if unit else None
    found = forecasting.forecast(open_installation(), at=instant, days=days, unit=named)
    answer(as_json, found.as_json(), lambda: _say_forecast(found.as_json()))


def _write(out: Path, document: dict[str, Any]) -> None:
    try:
        out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise FileRefused(f"无法写入“{out}”，请核对路径和权限。", code="file_unusable") from error


def _say_plan(document: dict[str, Any], out: Path | None) -> None:
    steps, lapses = document["steps"], document["lapses"]
    if steps:
        made = table(
            f"巡查计划（{document['as_of'][:16].replace('T', ' ')}）", ("编号", "措施", "方式", "致", "理由")
        )
        for one in steps:
            mode = IssueMode(one["mode"]).label
            made.add_row(one["case"], one["label"], mode, one["addressee"], one["reason"])
        screen.print(made)
    for one in lapses:
        due_on = one["basis"]["reply_due_on"]
        screen.print(f"  {one['case']} “{one['label']}”的回复期限{due_on}已过，记为逾期未复", soft_wrap=True)
    for one in document["held"]:
        screen.print(f"  {one['case']} 无法安排：{one['message']}", soft_wrap=True)
    automatic = sum(one["mode"] == IssueMode.AUTOMATIC for one in steps)
    proposed = len(steps) - automatic
    screen.print(f"到期{document['cases_due']}项：将发出{automatic}件，提请审批{proposed}件；尚未执行")
    if out is not None:
        screen.print(f"已写出{out}，执行：duban sweep --plan {out}", soft_wrap=True)


def _say_applied(applied: applying.Applied) -> None:
    told = applied.as_json()
    counts = f"已发出{told['issued']}件，提请审批{told['proposed']}件，记为逾期未复{len(applied.lapses)}件"
    others = f"已办过{len(applied.already)}件，情况有变未办{len(applied.refused)}件"
    screen.print(f"照计划办理：{counts}；{others}，搁置{len(applied.held)}项")
    if not (applied.steps or applied.lapses):
        screen.print("本次没有办理任何步骤")
    for one in applied.steps:
        screen.print(f"  {one['case']}  {one['reason']}", soft_wrap=True)
    for one in (*applied.already, *applied.refused, *applied.held):
        screen.print(f"  {one['case']}  {one['message']}", soft_wrap=True)


SHOWN = 50


def _say_forecast(document: dict[str, Any]) -> None:
    steps = document["steps"]
    title = f"{document['since']}至{document['until']}督办预测（在办{document['open_cases']}项）"
    if not steps:
        screen.print(f"{title}：没有事项达到督办阶梯的任何一级")
        return
    made = table(title, ("时间", "编号", "措施", "方式", "单位", "条件"))
    for one in steps[:SHOWN]:
        mode = IssueMode(one["mode"]).label
        unit, condition = one["unit_name"] or "—", one["conditional_on"] or "无"
        made.add_row(one["on"], one["case"], one["label"], mode, unit, condition)
    screen.print(made)
    if document["total"] > SHOWN:
        screen.print(f"共{document['total']}条，此处列前{SHOWN}条；用--json查看更多")
    _say_units(document)


def _say_units(document: dict[str, Any]) -> None:
    made = table("各单位", ("单位", "确定达到", "有条件达到", "其中"))
    for one in document["per_unit"]:
        labels = [f"{document['labels'][step]}{count}" for step, count in one["steps"].items()]
        certain, conditional = str(one["certain"]), str(one["conditional"])
        made.add_row(one["unit_name"] or "—", certain, conditional, "、".join(labels))
    screen.print(made)
