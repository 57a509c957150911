"""`duban user waiting|admit|refuse`: the second key to an account."""

from typing import Annotated, Any

import typer
from rich.table import Table

from states.accounts.admission import Purpose
from states.office_time import office_minute
from workflow import particulars
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import minute, table
from workflow.services.accounts import admitting
from workflow.services.accounts.admitting import Admitted

Person = Annotated[str, typer.Argument(help="人员：姓名或人员编码", callback=particulars.read_name)]
Which = Annotated[
    str | None, typer.Option("--which", help="编号（user waiting所列），同一人有几件等待核准时写明")
]
Reason = Annotated[str | None, typer.Option("--reason", help="理由（必填）")]


def add_to_user(app: typer.Typer) -> None:
    """The commands beside those of accounts."""
    app.command("waiting")(waiting)
    app.command("admit")(admit)
    app.command("refuse")(refuse)


def waiting(*, signer: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """等待核准的账号事项：系统管理员已办、尚未生效的邀请、恢复账号和统一身份认证对应。"""
    listed = admitting.waiting(open_installation(), by=signature(signer), at=moment(at))
    answer(as_json, {"waiting": listed}, lambda: screen.print(_waiting(listed)))


def admit(
    person: Person,
    *,
    which: Which = None,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """核准某人账号的事项（安全保密管理员；涉及其本人的由安全审计员办理），显示核对码（只显示这一次）。"""
    done = admitting.admit(open_installation(), person, which=which, by=signature(signer), at=moment(at))
    answer(as_json, _document(done), lambda: _say_admitted(done))


def refuse(
    person: Person,
    *,
    reason: Reason = None,
    which: Which = None,
    signer: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """不予核准，写明理由；邀请或者对应的提请作废。"""
    said = particulars.read_text(reason) if reason else None
    done = admitting.refuse(
        open_installation(), person, reason=said, which=which, by=signature(signer), at=moment(at)
    )
    told = f"不予核准：{done['name']}（{done['login']}）的{done['what_label']}。"
    answer(as_json, done, lambda: screen.print(told, soft_wrap=True))


def _document(done: Admitted) -> dict[str, Any]:
    """With the code: whoever asks for it here hands it on."""
    return {
        "person": done.person,
        "name": done.name,
        "login": done.login,
        "what": done.purpose.value,
        "what_label": done.purpose.label,
        "code": done.code,
        "subject": done.subject,
        "until": done.until and done.until.isoformat(),
    }


def _say_admitted(done: Admitted) -> None:
    screen.print(f"已核准：{done.name}（{done.login}）的{done.purpose.label}", soft_wrap=True)
    if done.purpose is Purpose.ENABLED:
        screen.print("密码和职责照旧，本人又可以登录。", soft_wrap=True)
        return
    if done.until is None:
        screen.print(f"此后凭统一身份认证的标识“{done.subject}”登录。", soft_wrap=True)
        return
    screen.print(f"核对码：{done.code}", soft_wrap=True)
    until = office_minute(done.until)
    told = f"请核实本人后直接交给本人，不经系统管理员转交；只显示这一次，与邀请链接一并使用，{until}前有效。"
    screen.print(told, soft_wrap=True)


def _waiting(listed: list[dict[str, Any]]) -> Table:
    columns = ("编号", "姓名", "登录名", "职责", "事项", "办理人", "办理于", "至")
    made = table(f"等待核准的账号事项（{len(listed)}件）", columns)
    for one in listed:
        what = f"{one['what_label']}（{one['subject']}）" if one["subject"] else one["what_label"]
        roles = "、".join(one["roles"])
        who = (one["id"], one["name"], one["login"], roles, what, one["made_by_name"])
        made.add_row(*who, minute(one["since"]), minute(one["until"]))
    return made
