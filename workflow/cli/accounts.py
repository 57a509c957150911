"""`duban user …`: who may sign in."""

from typing import Annotated, Any

import typer
from rich.table import Table

from workflow import particulars
from workflow.cli import admitting, roles
from workflow.cli.groups import Group
from workflow.cli.invitation_words import told_invitation, told_next
from workflow.cli.leafing import FEW, After, Limit, answer_listed
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import minute, table
from workflow.services.accounts import adding, disabling, invitations, listing, resetting
from workflow.services.accounts.invitations import Invited

app = typer.Typer(cls=Group, help="账号和职责：谁可以登录，谁担任什么", no_args_is_help=True)
roles.add_to_user(app)
admitting.add_to_user(app)

Person = Annotated[str, typer.Argument(help="人员：姓名或人员编码", callback=particulars.read_name)]
Login = Annotated[
    str | None, typer.Option("--login", help="登录名，默认为人员编码", callback=particulars.read_name)
]
OfPerson = Annotated[
    str | None, typer.Argument(help="只看某人的：姓名或人员编码", callback=particulars.read_name)
]
SecondFactor = Annotated[bool, typer.Option("--second-factor", help="一并停用动态码（手机遗失或更换时）")]


@app.command("add")
def add(
    person: Person, *, login: Login = None, signer: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """为名录中的一人建立账号，显示邀请链接（只显示这一次）。"""
    made = adding.add(open_installation(), person, login=login, by=signature(signer), at=moment(at))
    answer(as_json, _document(made), lambda: _say_invited("已建立账号", made))


@app.command("invite")
def invite(person: Person, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """给还没有设密码的人重发邀请链接，原链接作废。"""
    made = invitations.invite(open_installation(), person, by=signature(signer), at=moment(at))
    answer(as_json, _document(made), lambda: _say_invited("已重发邀请", made))


@app.command("reset")
def reset(
    person: Person,
    *,
    second_factor: SecondFactor = False,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """重置密码：显示邀请链接（只显示这一次）；本人凭此另设密码后，原密码作废，退出所有登录。"""
    made = resetting.reset(
        open_installation(), person, second_factor=second_factor, by=signature(signer), at=moment(at)
    )
    answer(as_json, _document(made), lambda: _say_invited("已重置", made))


@app.command("disable")
def disable(person: Person, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """停用账号，退出其所有登录。"""
    done = disabling.disable(open_installation(), person, by=signature(signer), at=moment(at))
    told = f"已停用{done['name']}的账号（{done['login']}），结束{done['sessions']}处登录。"
    answer(as_json, done, lambda: screen.print(told, soft_wrap=True))


@app.command("enable")
def enable(person: Person, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """恢复停用的账号，密码照旧（系统管理员；三员到位后须经核准）。"""
    done = disabling.enable(open_installation(), person, by=signature(signer), at=moment(at))
    told = f"已恢复{done['name']}的账号（{done['login']}）。"
    if done["waits"]:
        told = (
            f"已提请恢复{done['name']}的账号（{done['login']}），"
            f"待安全保密管理员核准后生效（duban user admit {done['person']}）。"
        )
    answer(as_json, done, lambda: screen.print(told, soft_wrap=True))


@app.command("unlock")
def unlock(person: Person, *, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """解除因连续登录失败的锁定。"""
    done = resetting.unlock(open_installation(), person, by=signature(signer), at=moment(at))
    told = f"已解除{done['name']}的账号（{done['login']}）的锁定。"
    answer(as_json, done, lambda: screen.print(told, soft_wrap=True))


@app.command("list")
def list_accounts(
    *,
    words: Annotated[str | None, typer.Option("--name", help="姓名、编码或登录名中的文字")] = None,
    limit: Limit = FEW,
    after: After = None,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """账号一览，按登录名。"""
    which = {"words": None if words is None else particulars.read_name(words), "after": after}
    found = listing.list_accounts(
        open_installation(), **which, most=limit + 1, by=signature(signer), at=moment(at)
    )
    answer_listed(
        found, limit, name="accounts", place=lambda one: str(one["login"]), shown=_accounts, as_json=as_json
    )


@app.command("sessions")
def list_sessions(
    person: OfPerson = None,
    *,
    limit: Limit = FEW,
    after: After = None,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """登录情况一览：谁、何时、从哪个网络地址登录，为何结束；新的在前。"""
    found = listing.list_sessions(
        open_installation(), person, after=after, most=limit + 1, by=signature(signer), at=moment(at)
    )
    answer_listed(
        found, limit, name="sessions", place=lambda one: str(one["session"]), shown=_sessions, as_json=as_json
    )


def _document(made: Invited) -> dict[str, Any]:
    """With the token: whoever asks for it here hands it on."""
    return {
        "person": made.person,
        "name": made.name,
        "login": made.login,
        "token": made.token,
        "link": made.link,
        "until": made.until.isoformat(),
        "waits": made.waits,
    }


def _say_invited(done: str, made: Invited) -> None:
    screen.print(f"{done}：{made.name}，登录名{made.login}", soft_wrap=True)
    screen.print(told_invitation(made), soft_wrap=True)
    screen.print(told_next(made), soft_wrap=True)


def _accounts(listed: list[dict[str, Any]]) -> Table:
    made = table(f"账号（{len(listed)}个）", ("登录名", "姓名", "状态", "动态码", "密码设于", "至"))
    for one in listed:
        until = one["locked_until"] or one["invited_until"]
        second_factor = "已启用" if one["second_factor"] else ""
        said = "邀请待核准" if one["waits"] else one["standing_reason"]
        standing = f"{one['standing_label']}，{said}" if said else one["standing_label"]
        row = (one["login"], one["name"], standing, second_factor)
        made.add_row(*row, minute(one["password_at"]), minute(until))
    return made


def _sessions(listed: list[dict[str, Any]]) -> Table:
    made = table(f"登录（{len(listed)}次）", ("编号", "姓名", "登录于", "最近操作", "网络地址", "结束"))
    for one in listed:
        opened, seen = minute(one["opened_at"]), minute(one["seen_at"])
        made.add_row(one["session"], one["name"], opened, seen, one["address"], one["ended_label"] or "")
    return made
