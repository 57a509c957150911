"""`duban webhook …`: who outside is told of events, and how they do."""

from typing import Annotated, Any

import typer
from rich.table import Table

from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import SHOWN_ID, minute, table
from workflow.services.webhooks import administering, deciding
from workflow.services.webhooks.addresses import Made
from workflow.services.webhooks.administering import Asked

app = typer.Typer(
    cls=Group, no_args_is_help=True, help="事件推送：设立、核准、试推、暂停、恢复、补推、换密钥、撤销"
)

Webhook = Annotated[str, typer.Argument(help="推送编号，或其前6位以上", callback=particulars.read_name)]
Types = Annotated[list[str] | None, typer.Option("--type", help="事件种类，可写多次；不写为全部种类")]
Units = Annotated[list[str] | None, typer.Option("--unit", help="只推送这些单位（含下级）的事项，可写多次")]
Whole = Annotated[bool, typer.Option("--whole", help="推送全部事项")]
Since = Annotated[str, typer.Option("--since", help="从何时起，如2026-07-01T09:00")]
HEADINGS = ("编号", "名称", "接收地址", "范围", "状态", "最近送达", "最近答复")
SENT = ("事件", "种类", "记载", "状态", "尝试", "答复")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="接收方，如“12345热线平台”")],
    url: Annotated[str, typer.Argument(help="接收地址（https://…）")],
    *,
    types: Types = None,
    unit: Units = None,
    whole: Whole = False,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """设立事件推送，已设三员的待核准；签名密钥只显示这一次。"""
    asked = Asked(name, url, tuple(types or ()), tuple(unit or ()), whole=whole)
    made, told = administering.make(open_installation(), asked, by=signature(signer), at=moment(at))
    _answer_made(made, told, as_json)


@app.command("list")
def list_all(*, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """事件推送一览；签名密钥不再显示。"""
    found = administering.list_webhooks(open_installation(), by=signature(signer), at=moment(at))
    answer(as_json, {"webhooks": found}, lambda: screen.print(_table(found)))


@app.command("show")
def show(webhook: Webhook, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """一个事件推送，以及最近推送的50件。"""
    found = administering.show(open_installation(), webhook, by=signature(signer), at=moment(at))
    answer(as_json, found, lambda: screen.print(_table([found]), _sent(found)))


@app.command("try")
def try_out(webhook: Webhook, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """试推一件不含内容的事件，看接收方是否收得到。"""
    done = administering.try_out(open_installation(), webhook, by=signature(signer), at=moment(at))
    answer(as_json, done, lambda: screen.print(f"已放入待发箱，事件编号{done['event']}", soft_wrap=True))


@app.command("confirm")
def confirm(webhook: Webhook, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """核准事件推送或者回告的地址（安全保密管理员），从现在起推送。"""
    done = deciding.confirm(open_installation(), webhook, by=signature(signer), at=moment(at))
    _answer(done, as_json)


@app.command("decline")
def decline(
    webhook: Webhook,
    *,
    reason: Annotated[str, typer.Option("--reason", help="理由（必填）")] = "",
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """不予核准事件推送或者回告的地址（安全保密管理员）。"""
    told = particulars.read_text(reason.strip()) or None
    done = deciding.decline(open_installation(), webhook, reason=told, by=signature(signer), at=moment(at))
    _answer(done, as_json)


@app.command("rotate")
def rotate(webhook: Webhook, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """更换签名密钥，只显示这一次；两天内新旧密钥同时有效。"""
    made, told = administering.rotate(open_installation(), webhook, by=signature(signer), at=moment(at))
    _answer_made(made, told, as_json)


@app.command("pause")
def pause(webhook: Webhook, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """暂停推送；待推的取消，恢复后可以补推。"""
    done = administering.pause(open_installation(), webhook, by=signature(signer), at=moment(at))
    _answer(done, as_json)


@app.command("resume")
def resume(webhook: Webhook, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """恢复暂停或者停止的推送。"""
    done = administering.resume(open_installation(), webhook, by=signature(signer), at=moment(at))
    _answer(done, as_json)


@app.command("repeat")
def repeat(
    webhook: Webhook, since: Since, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """补推从某时起的事件，一次至多1000件；事件编号不变，接收方据此去重。"""
    office, by, when = open_installation(), signature(signer), moment(at)
    done = administering.repeat(office, webhook, particulars.read_instant(since), by=by, at=when)
    further = f"，其余的请从{done['next']}起再补" if done["next"] else ""
    answer(as_json, done, lambda: screen.print(f"已放入待发箱{done['count']}件{further}", soft_wrap=True))


@app.command("revoke")
def revoke(webhook: Webhook, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """撤销事件推送，不能恢复。"""
    done = administering.revoke(open_installation(), webhook, by=signature(signer), at=moment(at))
    _answer(done, as_json)


def _answer_made(made: Made, told: dict[str, Any], as_json: bool) -> None:
    answer(as_json, told | {"secret": made.secret}, lambda: _say(made, told))


def _say(made: Made, told: dict[str, Any]) -> None:
    screen.print(f"事件推送“{told['name']}”（编号{made.id}）的签名密钥，只显示这一次：", soft_wrap=True)
    screen.print(made.secret, soft_wrap=True)
    screen.print(f"状态：{told['state_label']}")


def _answer(done: dict[str, Any], as_json: bool) -> None:
    told = f"事件推送“{done['name']}”：{done['state_label']}"
    answer(as_json, done, lambda: screen.print(told, soft_wrap=True))


def _table(found: list[dict[str, Any]]) -> Table:
    made = table("事件推送", HEADINGS)
    for one in found:
        sight = (
            "回告来件"
            if one["call_back"]
            else "全部事项"
            if one["unit_names"] is None
            else "、".join(one["unit_names"])
        )
        told = minute(one["answered_at"]) if one["answered_at"] else "—"
        id = one["webhook"][:SHOWN_ID]
        made.add_row(id, one["name"], one["url"], sight, one["state_label"], told, one["answer"] or "—")
    return made


def _sent(found: dict[str, Any]) -> Table:
    made = table("最近推送", SENT)
    for one in found["deliveries"]:
        shown = (one["event"][:SHOWN_ID], one["type"], minute(one["dated"]), one["state_label"])
        made.add_row(*shown, str(one["attempts"]), one["answer"] or "—")
    return made
