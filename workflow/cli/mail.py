"""`duban outbox …`: what is to be sent, sending it, and what people do about messages."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from states.delivery import MailState
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.mail_view import (
    say_address,
    say_addresses,
    say_bounces,
    say_list,
    say_message,
    say_run,
)
from workflow.cli.marking import keep_mark
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, check_named, moment
from workflow.cli.output import answer, now
from workflow.services.outbox import bouncing, by_hand, copying, sending, silencing, viewing

app = typer.Typer(cls=Group, help="待发箱：查看、发送、暂扣、放行、重发、改发、取消", no_args_is_help=True)

Name = Annotated[
    str,
    typer.Argument(help="邮件编号（list所列，可只写前6位）或Message-ID", callback=particulars.read_name),
]
Why = Annotated[str | None, typer.Option("--reason", help="理由（必填）")]
Remark = Annotated[str | None, typer.Option("--reason", help="说明")]
Address = Annotated[str, typer.Argument(help="收件地址", callback=particulars.read_name)]
MOST = 10_000
LARGEST = 10 * 1024 * 1024
"""So much of a mail that came back is read."""
KNOWN_STATES = "、".join(f"{one.value}（{one.label}）" for one in MailState)


@app.command("list")
def list_messages(
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help=f"只看这些状态：{KNOWN_STATES}"),
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", help="只看这个事项的：事项编号", callback=particulars.read_name)
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="至多列几封", min=1, max=MOST)] = None,
    as_json: AsJson = False,
) -> None:
    """待发箱一览。"""
    office, states = open_installation(), tuple(state or ())
    messages = viewing.list_outbox(office, states=states, case=case, limit=limit)
    total = viewing.count_outbox(office, states=states, case=case)
    answer(as_json, {"messages": messages, "total": total}, lambda: say_list(messages, total))


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """一封邮件：状态、历次尝试、服务器答复。"""
    message = viewing.show_message(open_installation(), name)
    answer(as_json, message, lambda: say_message(message))


@app.command("send")
def send(
    once: Annotated[bool, typer.Option("--once", help="只发一轮即结束（默认如此）")] = True,
    as_json: AsJson = False,
) -> None:
    """排版文书，发送到期的邮件和抄送。"""
    office = open_installation()
    keep_mark(office)  # no number leaves the house that is not known outside the database
    report = sending.send_due(office, clock=now, by=signature(None))
    told = copying.send_copies(office, clock=now, by=signature(None), report=report).as_json()
    keep_mark(office)
    answer(as_json, told, lambda: say_run(told, allowed=bool(office.settings.mail_allow)))


@app.command("hold")
def hold(
    name: Name, *, person: AsPerson = None, reason: Why = None, at: At = None, as_json: AsJson = False
) -> None:
    """暂扣：放行之前不发。"""
    _act(partial(by_hand.hold, name=name, reason=_read(reason)), person, at, as_json=as_json)


@app.command("release")
def release(
    name: Name, *, person: AsPerson = None, reason: Remark = None, at: At = None, as_json: AsJson = False
) -> None:
    """放行：暂扣的邮件可以发出；是否送出不明的，放行即再发一次。"""
    _act(partial(by_hand.release, name=name, reason=_read(reason)), person, at, as_json=as_json)


@app.command("retry")
def retry(
    name: Name,
    *,
    to: Annotated[
        str | None, typer.Option("--to", help="改发这个地址（原邮件取消）", callback=particulars.read_name)
    ] = None,
    person: AsPerson = None,
    reason: Remark = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """重发：被拒收、放弃或退回的邮件再发一次；地址有误的用--to改发。"""
    _act(partial(by_hand.retry, name=name, to=to, reason=_read(reason)), person, at, as_json=as_json)


@app.command("cancel")
def cancel(
    name: Name, *, person: AsPerson = None, reason: Why = None, at: At = None, as_json: AsJson = False
) -> None:
    """取消：不再发出，或退信已另行处理。"""
    _act(partial(by_hand.cancel, name=name, reason=_read(reason)), person, at, as_json=as_json)


@app.command("bounced")
def bounced(
    file: Annotated[
        Path | None, typer.Argument(help="退信的邮件文件（.eml）；不写则从标准输入读取，供邮件服务器转交")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """登记一封退信；已设退信邮箱的，由duban worker自动收取。"""
    office = open_installation()
    with file.open("rb") if file else nullcontext(sys.stdin.buffer) as source:
        data = source.read(LARGEST)
    report = bouncing.take_bounce(office, data, by=signature(None), at=now()).as_json()
    answer(as_json, report, lambda: say_bounces(report))


@app.command("silence")
def silence(
    address: Address,
    *,
    until: Annotated[
        str | None, typer.Option("--until", help="停用到哪一天（含当日）或时间；不写为长期")
    ] = None,
    person: AsPerson = None,
    reason: Why = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """停用一个收件地址：发往该地址的邮件暂扣。"""
    ends = particulars.read_end(until) if until else None
    act = partial(silencing.silence, address=address, reason=_read(reason), until=ends)
    _act(act, person, at, as_json=as_json, say=say_address)


@app.command("allow")
def allow(
    address: Address,
    *,
    person: AsPerson = None,
    reason: Remark = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """恢复一个停用的收件地址，放行因此暂扣的邮件。"""
    act = partial(silencing.allow, address=address, reason=_read(reason))
    _act(act, person, at, as_json=as_json, say=say_address)


@app.command("silenced")
def silenced(as_json: AsJson = False) -> None:
    """停用过的收件地址：理由、起止。"""
    found = silencing.listed(open_installation(), now())
    answer(as_json, {"addresses": found}, lambda: say_addresses(found))


def _act(
    act: Callable[..., dict[str, Any]],
    person: str | None,
    at: str | None,
    *,
    as_json: bool,
    say: Callable[[dict[str, Any]], None] = say_message,
) -> None:
    check_named(person)
    done = act(open_installation(), by=signature(person), at=moment(at))
    answer(as_json, done, lambda: say(done))


def _read(reason: str | None) -> str | None:
    return None if reason is None else particulars.read_text(reason)
