"""`duban checkpoint …`: make one now, list them, show one."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from states.errors import Refusal
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson
from workflow.cli.output import answer, notes, now, screen
from workflow.cli.tables import minute, table
from workflow.services import checkpoints, timestamps
from workflow.services.office import Office

MOST = 100_000

app = typer.Typer(cls=Group, help="历史检查点：生成、列出、查看", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def checkpoint(context: typer.Context, *, as_json: AsJson = False) -> None:
    """立即封存全部记载并生成检查点。"""
    if context.invoked_subcommand is not None:
        return
    office = open_installation()
    kept = checkpoints.checkpoint(office, at=now(), by=signature(None))
    stamped = timestamps.keep(office)
    made = checkpoints.show(office, kept.made.number) if kept.made else {}
    answer(as_json, made, lambda: _say_made(made))
    tell_troubles(kept.troubles + stamped.troubles)


@app.command("list")
def list_checkpoints(
    limit: Annotated[int, typer.Option(help="最多列出几个", min=1, max=MOST)] = 50, as_json: AsJson = False
) -> None:
    """检查点，最近的在前。"""
    made = checkpoints.list_checkpoints(open_installation(), limit)
    answer(as_json, {"checkpoints": made}, lambda: _say_list(made))


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(help="检查点序号", min=1, metavar="NUMBER", max=2**63 - 1)],
    as_json: AsJson = False,
) -> None:
    """一个检查点的全文，可直接存为文件。"""
    one = checkpoints.show(open_installation(), number)
    answer(as_json, one, lambda: print(one["text"], end=""))


def keep(office: Office) -> None:
    """Seal what is new and make a checkpoint if one is due, after a command that is done, come what may."""
    try:
        kept = checkpoints.keep(office, at=now(), by=signature(None))
        tell_troubles(kept.troubles + timestamps.keep(office).troubles)
    except Refusal as refusal:
        notes.print(f"{refusal.message}（{refusal.code}）", soft_wrap=True)


def tell_troubles(troubles: Iterable[str]) -> None:
    """The checkpoint stands; what could not be written or stamped outside is told."""
    for trouble in troubles:
        notes.print(trouble, soft_wrap=True)


def _say_made(made: dict[str, Any]) -> None:
    screen.print(f"已生成第{made['number']}号检查点，本期共{made['size']}条记载，短码{made['short']}")
    screen.print(made["file"] or "未设置DUBAN_CHECKPOINT_DIR，检查点只在数据库中", soft_wrap=True)
    if made["timestamp"]:
        screen.print(f"时间戳：{minute(made['timestamp'])}")


def _say_list(made: list[dict[str, Any]]) -> None:
    lines = table(None, ("序号", "时间", "缘由", "期", "记载数", "短码", "时间戳", "文件"))
    for one in made:
        counts = (str(one[name]) for name in ("epoch", "size"))
        stamped = minute(one["timestamp"]) if one["timestamp"] else None
        told = (one["short"], stamped, one["file"])
        lines.add_row(str(one["number"]), minute(one["time"]), one["reason_label"], *counts, *told)
    screen.print(lines if made else "尚无检查点")
