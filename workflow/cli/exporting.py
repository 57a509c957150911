"""`duban export`: the history of one case or of all, as evidence or as an event log; and the register."""

from pathlib import Path
from typing import Annotated

import typer

from states.corrections import SEVERAL
from states.errors import FactInvalid
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, check_is_past
from workflow.cli.output import answer, now, progress_bar, screen
from workflow.services import exporting, register_export, register_template
from workflow.services import warehouse as warehouses
from workflow.services.register_columns import COLUMNS
from workflow.services.register_export import Taking
from workflow.services.register_filters import Asked
from workflow.workbooks.csv_cells import ENCODINGS

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help="导出台账，导出事项历史：供核验的证据，供过程分析的事件日志；导出数据仓库",
)
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
    """导出台账、历史。"""


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


@app.command("register")
def register(
    file: Annotated[Path, typer.Argument(help="输出文件：.xlsx，或.csv")],
    *,
    encoding: Annotated[str, typer.Option("--encoding", help="CSV的编码：utf-8、gb18030")] = "utf-8",
    columns: Annotated[
        str | None, typer.Option("--columns", help="只要这些栏，如编号,事项,亮灯；不写则全部")
    ] = None,
    words: Annotated[str, typer.Option("--words", help="编号或名称中有这些字的")] = "",
    state: Annotated[str, typer.Option("--state", help="环节")] = "",
    light: Annotated[str, typer.Option("--light", help="亮灯")] = "",
    unit: Annotated[str, typer.Option("--unit", help="牵头单位")] = "",
    category: Annotated[str, typer.Option("--category", help="类别")] = "",
    leader: Annotated[str, typer.Option("--leader", help="包保领导")] = "",
    due_from: Annotated[str, typer.Option("--due-from", help="期限自哪一天")] = "",
    due_until: Annotated[str, typer.Option("--due-until", help="期限至哪一天")] = "",
    order: Annotated[str, typer.Option("--order", help="排序，默认按编号")] = "number",
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
    person: AsTaker = None,
    as_json: AsJson = False,
) -> None:
    """导出台账：Excel含汇总和督办措施；在Excel或WPS中改后可用duban import导回，只更正改动之处。"""
    asked = Asked(words, state, light, unit, category, leader, due_from, due_until, order)
    with progress_bar("导出台账", quiet=as_json) as progress:
        taking = Taking(_form(file), _encoding(encoding), progress=progress)
        lines = register_export.export_register(
            open_installation(), file, asked, _columns(columns), by=signature(person), taking=taking,
            force=force,
        )  # fmt: skip
    told = {"file": str(file), "cases": lines, "format": taking.form}
    answer(as_json, told, lambda: screen.print(f"已写出{file}：事项{lines}项", soft_wrap=True))


@app.command("template")
def template(
    file: Annotated[Path, typer.Argument(help="输出文件（.xlsx）")],
    *,
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
    as_json: AsJson = False,
) -> None:
    """输出空白的台账模板：各栏附说明，单位和难易程度可下拉选择；填好后用duban import导入。"""
    register_template.put(open_installation(), file, at=now(), force=force)
    answer(as_json, {"file": str(file)}, lambda: screen.print(f"已写出{file}", soft_wrap=True))


def _form(file: Path) -> str:
    form = file.suffix.lower().removeprefix(".")
    if form not in register_export.WRITERS:
        raise FactInvalid("台账只能导出为.xlsx或.csv，请改文件名。", code="export_suffix", file=file.name)
    return form


def _encoding(name: str) -> str:
    if name.lower() not in ENCODINGS:
        known = "、".join(ENCODINGS)
        raise FactInvalid(f"没有“{name[:20]}”这种编码，可用的有：{known}。", code="encoding_unknown")
    return name.lower()


def _columns(names: str | None) -> set[str]:
    """The columns meant by their names or titles. Raises `FactInvalid` (`column_unknown`)."""
    called = {name: one.id for one in COLUMNS for name in (one.id, one.title, one.heading)}
    wanted = [name.strip() for name in SEVERAL.split(names or "") if name.strip()]
    if unknown := [name for name in wanted if name not in called]:
        known = "、".join(one.title for one in COLUMNS)
        message = f"没有“{unknown[0][:20]}”这一栏，可用的有：{known}。"
        raise FactInvalid(message, code="column_unknown", column=unknown[0][:20])
    return {called[name] for name in wanted} or {one.id for one in COLUMNS}


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
    if day is not None:
        check_is_past(day)
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
