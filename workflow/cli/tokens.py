"""`duban token …`: tokens of the interface, of people and of other systems."""

import sys
from getpass import getpass
from typing import Annotated, Any

import typer
from rich.table import Table

from states.accounts.scopes import Scope, scopes_of
from states.errors import FactMissing
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, check_named, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import SHOWN_ID, minute, table
from workflow.services.accounts import api_tokens, machine_tokens, own
from workflow.services.accounts.api_tokens import Asked, Made, Proof
from workflow.services.accounts.machine_tokens import AskedMachine

app = typer.Typer(cls=Group, help="接口令牌：申领、查看、撤销，系统接口的核准", no_args_is_help=True)

SCOPES = "、".join(f"{one.value}（{one.label}）" for one in Scope)
Token = Annotated[str, typer.Argument(help="令牌编号，或其前6位以上", callback=particulars.read_name)]
Name = Annotated[str, typer.Argument(help="用途，如“信息中心统计脚本”“12345热线平台”")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", help=f"权限，可写多次：{SCOPES}")]
Days = Annotated[int, typer.Option("--days", help="有效天数，至多366", min=1, max=366)]
OfMachine = Annotated[bool, typer.Option("--machine", help="系统接口（不属于任何人，只移送和查看）")]
Answerable = Annotated[
    str | None,
    typer.Option("--answerable", help="系统接口的负责人：姓名或人员编码", callback=particulars.read_name),
]
Units = Annotated[list[str] | None, typer.Option("--unit", help="系统接口可见的单位（含下级），可写多次")]
Whole = Annotated[bool, typer.Option("--whole", help="系统接口可见全部事项（不含涉及个人的内容）")]


@app.command("create")
def create(
    name: Name,
    *,
    scope: Scopes = None,
    days: Days = 90,
    machine: OfMachine = False,
    answerable: Answerable = None,
    unit: Units = None,
    whole: Whole = False,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """申领令牌（只显示这一次）：本人的须输入本人密码；系统接口的由系统管理员提请。"""
    office, by, when = open_installation(), signature(signer), moment(at)
    asked = Asked(name, scopes_of(scope or ()), days)
    if machine:
        wanted = AskedMachine(asked, _answerable(answerable), tuple(unit or ()), whole=whole)
        made = machine_tokens.propose(office, wanted, by=by, at=when)
    else:
        check_named(signer)
        visitor = own.at_machine(office, str(signer), at=when)
        made = api_tokens.create(office, visitor, asked, _proof(), by=by, at=when)
    answer(as_json, made.told | {"secret": made.secret}, lambda: _say_made(made))


@app.command("list")
def list_tokens(
    *, machine: OfMachine = False, signer: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """令牌一览：本人的，或者（--machine）全部系统接口的；令牌本身不再显示。"""
    office, when = open_installation(), moment(at)
    if machine:
        found = machine_tokens.list_machines(office, by=signature(signer), at=when)
    else:
        check_named(signer)
        found = api_tokens.own_tokens(office, own.at_machine(office, str(signer), at=when).person, at=when)
    answer(as_json, {"tokens": found}, lambda: screen.print(_table(found)))


@app.command("revoke")
def revoke(
    token: Token,
    *,
    machine: OfMachine = False,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """撤销令牌，立即失效。"""
    office, by, when = open_installation(), signature(signer), moment(at)
    if machine:
        done = machine_tokens.revoke(office, token, by=by, at=when)
    else:
        check_named(signer)
        done = api_tokens.revoke(office, token, by=by, at=when)
    answer(as_json, done, lambda: screen.print(f"已撤销令牌“{done['name']}”。", soft_wrap=True))


@app.command("confirm")
def confirm(token: Token, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """核准系统接口令牌（安全保密管理员），核准后生效。"""
    done = machine_tokens.confirm(open_installation(), token, by=signature(signer), at=moment(at))
    answer(as_json, done, lambda: screen.print(f"已核准系统接口“{done['name']}”。", soft_wrap=True))


@app.command("decline")
def decline(
    token: Token,
    *,
    reason: Annotated[str | None, typer.Option("--reason", help="理由（必填）")] = None,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """不予核准系统接口令牌（安全保密管理员），令牌作废。"""
    given = None if reason is None else particulars.read_text(reason)
    done = machine_tokens.decline(
        open_installation(), token, reason=given, by=signature(signer), at=moment(at)
    )
    answer(as_json, done, lambda: screen.print(f"不予核准系统接口“{done['name']}”。", soft_wrap=True))


def _answerable(person: str | None) -> str:
    if person is None:
        message = "请用 --answerable 写明系统接口由谁负责。"
        raise FactMissing(message, code="answerable_missing", missing="answerable")
    return person


def _proof() -> Proof:
    """What somebody types, or hands in on two lines: his password, and the code of his second factor."""
    if sys.stdin.isatty():
        return Proof(getpass("本人密码："), getpass("动态码（没有的直接回车）："))
    password, code = (sys.stdin.readline(LONGEST_LINE).rstrip("\r\n") for _ in range(2))
    return Proof(password, code)


LONGEST_LINE = 512


def _say_made(made: Made) -> None:
    told = made.told
    screen.print(f"令牌“{told['name']}”，有效至{minute(told['until'])}，编号{told['token'][:SHOWN_ID]}：")
    screen.print(made.secret, soft_wrap=True, markup=False, highlight=False)
    screen.print("令牌只显示这一次，请立即妥善保存；遗失或者泄露的，请撤销后另行申领。", soft_wrap=True)
    if told["state"] == "waiting":
        screen.print("待安全保密管理员核准后生效（duban token confirm）。", soft_wrap=True)


def _table(listed: list[dict[str, Any]]) -> Table:
    names = ("编号", "用途", "负责人", "权限", "有效至", "最近使用", "状态")
    made = table(f"令牌（{len(listed)}个）", names)
    for one in listed:
        scopes, until = "、".join(one["scope_labels"]), minute(one["until"])
        seen = minute(one["seen_at"]) if one["seen_at"] else "没有用过"
        who = (one["token"][:SHOWN_ID], one["name"], one["person_name"], scopes)
        made.add_row(*who, until, seen, one["state_label"])
    return made
