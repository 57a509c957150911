"""`duban lifecycle list|adopt`: the lifecycle tables, and bringing cases under the one in force."""

from datetime import datetime
from typing import Annotated, Any

import typer

from states.errors import FactMissing
from states.office_time import office_minute
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import REFUSED, answer, screen
from workflow.cli.tables import table
from workflow.services import adopting

app = typer.Typer(cls=Group, help="流程表：历次版本，在办事项改用现行流程", no_args_is_help=True)

Numbers = Annotated[list[str] | None, typer.Argument(help="事项编号，可多个", metavar="NUMBER…")]


@app.command("list")
def list_versions(as_json: AsJson = False) -> None:
    """历次流程表，及各自适用的未归档事项数。"""
    rows = adopting.versions(open_installation())
    answer(as_json, {"lifecycles": rows}, lambda: _say_versions(rows))


@app.command("adopt")
def adopt(
    numbers: Numbers = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="所有仍适用原流程的事项")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="理由（必填）")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """事项改用现行流程：环节、期限、编号和历史不变，此后可用新流程的命令。"""
    words = particulars.read_text(reason or "")
    if not words or person is None or not (numbers or everything):
        raise FactMissing(
            "请写明事项编号（或--all）、理由（--reason）和经办人（--as）。", code="adopt_incomplete"
        )
    wanted = None if everything else [str(particulars.read_name(one)) for one in numbers or ()]
    instant = moment(at)
    made = adopting.adopt(open_installation(), wanted, by=signature(person), at=instant, reason=words)
    answer(as_json, made.as_json(), lambda: _say_adopted(made))
    if made.refused:
        raise typer.Exit(REFUSED)


def _say_versions(rows: list[dict[str, Any]]) -> None:
    made = table("流程表", ("流程", "哈希", "启用时间", "未归档事项"))
    for row in rows:
        begun = office_minute(datetime.fromisoformat(row["activated_at"]))
        made.add_row(row["lifecycle"], row["digest"][:12], begun, str(row["cases"]))
    screen.print(made)


def _say_adopted(made: adopting.Adopted) -> None:
    screen.print(f"已改用现行流程{len(made.done)}件")
    for one in made.refused:
        screen.print(f"  {one['case']}未改用：{one['message']}", soft_wrap=True)
