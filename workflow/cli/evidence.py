"""`duban evidence …`: which digest and which keys entries are written with, and changing them.

These are the operator's acts: the journal's entry tells the door, the account and the reason.
"""

from typing import Annotated, Any

import typer
from rich.table import Table

from states.errors import FactInvalid
from workflow import particulars
from workflow.cli.checkpoints import tell_troubles
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson
from workflow.cli.output import answer, screen
from workflow.cli.tables import table
from workflow.services import evidence
from workflow.signing import on_paper

Reason = Annotated[str | None, typer.Option("--reason", help="理由（必填），记入日志")]

app = typer.Typer(cls=Group, help="存证：算法与密钥的现状、切换与更换", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def evidence_now(context: typer.Context, *, as_json: AsJson = False) -> None:
    """存证：现用的算法、密钥和日志分期。"""
    if context.invoked_subcommand is None:
        document = evidence.status(open_installation())
        answer(as_json, document, lambda: _say(document))


@app.command("switch")
def switch(
    algorithm: Annotated[str, typer.Argument(help="sha256或sm3", metavar="ALGORITHM")],
    *,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """切换哈希算法：此后的记载用新算法，已有的不变。"""
    said = particulars.read("reason", reason)
    changed = evidence.switch(open_installation(), algorithm, reason=said, by=signature(None))
    done = changed.as_json()
    words = f"自第{done['epoch']}期起使用{done['new']}（原为{done['old']}）"
    answer(as_json, done, lambda: screen.print(words))
    tell_troubles(changed.kept.troubles)


@app.command("rotate")
def rotate(
    *,
    reason: Reason = None,
    signing: Annotated[bool, typer.Option("--signing", help="更换检查点的签名密钥")] = False,
    lost: Annotated[bool, typer.Option("--lost", help="现用的密钥已经丢失，由新密钥接续")] = False,
    as_json: AsJson = False,
) -> None:
    """更换校验码密钥：新密钥追加在密钥文件末尾，原密钥保留供核验。"""
    said = particulars.read("reason", reason)
    if signing and lost:
        raise FactInvalid(
            "签名密钥丢失的，移走其文件后运行duban migrate另造一个；校验码密钥丢失的，不加 --signing。",
            code="signing_key_lost",
        )
    if signing:
        _rotate_signing(said, as_json)
        return
    changed = evidence.rotate(open_installation(), reason=said, by=signature(None), lost=lost)
    done = changed.as_json()
    words = f"已启用密钥{done['new']}（原为{done['former']}）；请立即另行备份密钥文件，其他主机也须更新该文件"
    answer(as_json, done, lambda: screen.print(words, soft_wrap=True))
    tell_troubles(changed.kept.troubles)


def _rotate_signing(said: str | None, as_json: bool) -> None:
    changed = evidence.rotate_signing(open_installation(), reason=said, by=signature(None))
    done = changed.as_json()
    words = f"此后的检查点用新密钥签名，公钥（请抄录在纸上，由审计人员保管）：{on_paper(done['public'])}"
    answer(as_json, done, lambda: screen.print(words, soft_wrap=True))
    tell_troubles(changed.kept.troubles)


def _say(document: dict[str, Any]) -> None:
    screen.print(
        f"算法{document['algorithm']}，第{document['epoch']}期，自全部记载的第{document['first']}位起"
    )
    screen.print(_keys_table(document["keys"]))
    screen.print(f"检查点签名公钥：{on_paper(document['signing_key'] or '')}", soft_wrap=True)


def _keys_table(keys: list[dict[str, Any]]) -> Table:
    made = table(None, ("密钥", "记载数", "现用", "密钥文件中"))
    for one in keys:
        made.add_row(
            one["key"], str(one["entries"]), *("是" if one[name] else "否" for name in ("in_force", "held"))
        )
    return made
