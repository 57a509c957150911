"""`duban outbox …`: what is to be sent, and sending it."""

from typing import Annotated, Any

import typer
from rich.table import Table

from workflow.cli.cases import AsJson
from workflow.cli.groups import Group
from workflow.cli.output import answer, now, open_installation, screen, signature
from workflow.services import delivery

app = typer.Typer(cls=Group, help="待发箱：查看与发送邮件", no_args_is_help=True)


@app.command("list")
def list_messages(as_json: AsJson = False) -> None:
    """待发箱一览。"""
    messages = delivery.list_outbox(open_installation())
    answer(as_json, {"messages": messages}, lambda: screen.print(_table(messages)))


@app.command("send")
def send(
    once: Annotated[bool, typer.Option("--once", help="只发一轮即结束（默认如此）")] = True,
    as_json: AsJson = False,
) -> None:
    """排版文书并发送到期的邮件。"""
    report = delivery.send_due(open_installation(), clock=now, by=signature(None)).as_json()
    words = f"排版{report['rendered']}件，发出{report['sent']}封，待重试{report['deferred']}封，"
    words += f"失败{report['failed']}封，仍待发{report['waiting']}封，无处可发{report['undelivered']}件"
    answer(as_json, report, lambda: _say(words, report["relay"]))


def _say(words: str, relay: dict[str, Any] | None) -> None:
    screen.print(words)
    if relay is not None:
        screen.print(relay["message"], markup=False)


def _table(messages: list[dict[str, Any]]) -> Table:
    table = Table(title=f"待发箱（{len(messages)}封）")
    for heading in ("事项", "文号", "收件人", "状态", "次数", "服务器答复"):
        table.add_column(heading)
    for one in messages:
        table.add_row(
            one["case"],
            one["document"],
            one["recipient"],
            one["state"],
            str(one["attempts"]),
            one["answer"] or "",
        )
    return table
