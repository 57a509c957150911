"""`duban outbox …`: what is to be sent, and sending it."""

from typing import Annotated, Any

import typer
from rich.table import Table

from workflow.cli.groups import Group
from workflow.cli.marking import keep_mark
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson
from workflow.cli.output import answer, now, screen
from workflow.cli.tables import table
from workflow.services import delivery

STATES = {"queued": "待发", "leased": "发送中", "retry": "待重试", "sent": "已发", "failed": "失败"}

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
    office = open_installation()
    keep_mark(office)  # no number leaves the house that is not known outside the database
    report = delivery.send_due(office, clock=now, by=signature(None)).as_json()
    keep_mark(office)
    words = f"排版{report['rendered']}件，发出{report['sent']}封，待重试{report['deferred']}封，"
    words += f"失败{report['failed']}封，仍待发{report['waiting']}封，无处可发{report['undelivered']}件"
    answer(as_json, report, lambda: _say(words, report["relay"], allowed=bool(office.settings.mail_allow)))


def _say(words: str, relay: dict[str, Any] | None, *, allowed: bool) -> None:
    screen.print(words, soft_wrap=True)
    if relay is not None:
        screen.print(f"{relay['message']} ({relay['code']})", soft_wrap=True)
    if not allowed:
        screen.print("未设置允许的收件域（DUBAN_MAIL_ALLOW），邮件只进待发箱，不会发出。", soft_wrap=True)


def _table(messages: list[dict[str, Any]]) -> Table:
    made = table(f"待发箱（{len(messages)}封）", ("编号", "文号", "收件人", "状态", "次数", "服务器答复"))
    for one in messages:
        state, attempts = STATES.get(one["state"], one["state"]), str(one["attempts"])
        paper = one["document"] or one["kind_label"]
        made.add_row(one["case"] or "—", paper, one["recipient"], state, attempts, one["answer"] or "")
    return made
