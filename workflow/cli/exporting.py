"""`duban export history`: the history of one case or of all, as evidence or as an event log."""

from pathlib import Path
from typing import Annotated

import typer

from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson
from workflow.cli.output import answer, progress_bar, screen
from workflow.services import exporting
from workflow.services import warehouse as warehouses

app = typer.Typer(cls=Group, no_args_is_help=True, help="导出事项历史：供核验的证据，供过程分析的事件日志")
AsTaker = Annotated[
    str | None,
    typer.Option(
        "--as",
        help="由谁导出：姓名或人员编码，只导出其可见的内容；不写则为系统操作人员，可导出全部",
        callback=particulars.read_name,
    ),
]


@app.callback()
def export() -> None:
    """导出历史。"""


@app.command("history")
def history(
    file: Annotated[Path, typer.Argument(help="输出文件，以.jsonl、.xes、.json、.sqlite、.csv等结尾")],
    *,
    form: Annotated[str, typer.Option("--format", help="格式：jsonl（供核验）、xes、ocel、csv")],
    case: Annotated[
        str | None, typer.Option("--case", help="只导出这一个事项", callback=particulars.read_name)
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="导出的理由，一并记载")] = None,
    words: Annotated[bool, typer.Option("--words", help="jsonl中连同意见、理由等文字")] = False,
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
    person: AsTaker = None,
    as_json: AsJson = False,
) -> None:
    """导出事项历史：jsonl供独立核验，其余供过程分析且人员用化名；导出本身记入办公室日志。"""
    office, by = open_installation(), signature(person)
    why = particulars.read_text(reason) if reason else None
    with progress_bar("导出历史", quiet=as_json) as progress:
        done = exporting.export_history(
            office, file, form, by=by, case=case, reason=why, force=force, words=words,
            progress=lambda cases: progress(cases, cases),
        )  # fmt: skip
    answer(as_json, done.as_json(), lambda: _say(done))


@app.command("warehouse")
def warehouse(
    folder: Annotated[Path, typer.Argument(help="输出文件夹，应为空或者不存在", metavar="DIR")],
    *,
    as_of: Annotated[str | None, typer.Option("--as-of", help="按这一天结束时的记载导出，默认现在")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="文件夹里是以前的导出时覆盖")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="导出的理由，一并记载")] = None,
    person: AsTaker = None,
    as_json: AsJson = False,
) -> None:
    """导出供统计分析的各视图（Parquet文件和清单）；导出本身记入办公室日志。"""
    office, by = open_installation(), signature(person)
    day = particulars.read_day(as_of) if as_of else None
    why = particulars.read_text(reason) if reason else None
    with progress_bar("导出数据仓库", quiet=as_json) as progress:
        done = warehouses.export_warehouse(
            office, folder, by=by, as_of=day, overwrite=overwrite, reason=why,
            progress=lambda rows: progress(rows, rows),
        )  # fmt: skip
    answer(as_json, done.as_json(), lambda: _say_warehouse(done))


def _say_warehouse(done: warehouses.Warehouse) -> None:
    told = "当前数据库角色只读，导出未记入日志" if done.seq is None else f"日志第{done.seq}条"
    screen.print(f"已写出{done.folder}：{len(done.files)}张表、{done.rows}行；{told}", soft_wrap=True)
    screen.print(f"sha256:{done.sha256}（manifest.json）")
    if done.unreadable:
        screen.print(f"{len(done.unreadable)}个事项无法读取，未导出；请用duban verify核查", style="yellow")


def _say(done: exporting.Exported) -> None:
    told = "当前数据库角色只读，导出未记入日志" if done.seq is None else f"日志第{done.seq}条"
    screen.print(f"已写出{done.file}：事项{done.cases}个、记载{done.entries}条；{told}", soft_wrap=True)
    screen.print(f"sha256:{done.sha256}")
    if done.unreadable:
        screen.print(f"{len(done.unreadable)}条记载无法读取，未导出；请用duban verify核查", style="yellow")
