"""`duban template …`: the wording of papers and mails, and proof-reading what the office changes in it."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from notifications.proofing import FAULT, NOTE, WARNING, Finding
from states.office_time import office_minute
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation
from workflow.cli.options import AsJson
from workflow.cli.output import REFUSED, answer, screen
from workflow.cli.tables import table
from workflow.services import wordings
from workflow.settings import load_settings

app = typer.Typer(cls=Group, help="文书用语：查看、修改、检查、曾用过哪些", no_args_is_help=True)

Kind = Annotated[str, typer.Argument(help="文书种类，如reminder", callback=particulars.read_name)]
FROM = {wordings.PACKAGED: "程序自带", wordings.OWN: "本单位"}
LEVELS = {FAULT: ("有误", "red"), WARNING: ("注意", "yellow"), NOTE: ("说明", "dim")}
SHOWN = 12


@app.command("list")
def list_kinds(as_json: AsJson = False) -> None:
    """各种文书和邮件的用语：程序自带的，还是本单位改过的。"""
    settings = load_settings()
    rows = wordings.overview(settings)
    folder = str(settings.templates) if settings.templates else None
    answer(as_json, {"folder": folder, "templates": rows}, lambda: _say_kinds(rows, folder))


@app.command("show")
def show(
    kind: Kind,
    packaged: Annotated[bool, typer.Option("--packaged", help="程序自带的，不是本单位的")] = False,
    digest: Annotated[str | None, typer.Option("--hash", help="曾用过的用语：哈希或其开头几位")] = None,
    as_json: AsJson = False,
) -> None:
    """一种文书的用语原文。"""
    if digest is None:
        files = wordings.show(load_settings(), kind, packaged=packaged)
    else:
        files = wordings.show_kept(open_installation(), kind, digest)
    answer(as_json, {"kind": kind, "files": files}, lambda: _say_files(files))


@app.command("diff")
def diff(kind: Kind, as_json: AsJson = False) -> None:
    """本单位的用语与程序自带的有何不同。"""
    found = wordings.differences(load_settings(), kind)
    answer(as_json, {"kind": kind, "files": found}, lambda: _say_differences(found))


@app.command("copy")
def copy(
    kind: Kind,
    seen: Annotated[bool, typer.Option("--seen", help="已对照过本版自带的模板，不再提示其改动")] = False,
    as_json: AsJson = False,
) -> None:
    """把一种文书的自带模板复制到本单位的文件夹供修改；已有的文件不覆盖。"""
    done = wordings.copy(load_settings(), kind, seen=seen)
    answer(as_json, {"kind": kind, **done}, lambda: _say_copied(done, kind))


@app.command("check")
def check(
    kinds: Annotated[list[str] | None, typer.Argument(help="文书种类，可多个；不写则全部")] = None,
    folder: Annotated[
        Path | None, typer.Option("--dir", help="要检查的文件夹；不写则DUBAN_TEMPLATES")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """检查用语：逐个模板查写法，用样例成文、排版、写邮件。0没有问题，1有误。"""
    found = wordings.check(load_settings(), kinds or [], folder)
    sound = not any(one.level == FAULT for one in found)
    document = {"sound": sound, "findings": [one.as_json() for one in found]}
    answer(as_json, document, lambda: _say_findings(found, sound))
    if not sound:
        raise typer.Exit(REFUSED)


@app.command("history")
def history(
    kind: Kind,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="每种用语至多列出多少件")] = 20,
    as_json: AsJson = False,
) -> None:
    """一种文书先后用过哪些用语，各印发了哪些文书。"""
    found = wordings.history(open_installation(), kind, most=limit)
    answer(as_json, {"kind": kind, "wordings": found}, lambda: _say_history(found))


def _say_kinds(rows: list[dict[str, Any]], folder: str | None) -> None:
    made = table("文书用语", ("种类", "名称", "来源", "哈希", "状况"))
    for row in rows:
        state = "有误" if row["error"] else "已修改" if row["changed"] else ""
        made.add_row(row["kind"], row["label"], FROM[row["from"]], (row["digest"] or "")[:SHOWN], state)
    screen.print(made)
    for row in rows:
        if row["error"]:
            screen.print(f"  {row['label']}：{row['error']['message']}", style="red", soft_wrap=True)
    screen.print(f"本单位的文件夹：{folder}" if folder else "未设置本单位的文件夹（DUBAN_TEMPLATES）")


def _say_files(files: list[dict[str, Any]]) -> None:
    for one in files:
        screen.print(Text(f"── {one['file']}（{FROM.get(one['from'], '曾用')}）", "dim"))
        screen.print(one["text"], soft_wrap=True)


def _say_differences(found: list[dict[str, Any]]) -> None:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for one in found:
        for line in one["lines"]:
            screen.print(line, style=styles.get(line[:1]), soft_wrap=True)
    if not found:
        screen.print("与程序自带的相同")


def _say_copied(done: dict[str, Any], kind: str) -> None:
    for name in done["written"]:
        screen.print(f"已复制{name}", soft_wrap=True)
    for name in done["kept"]:
        screen.print(f"{name}已有，未改动{'，已记下对照过本版' if done['seen'] else ''}", soft_wrap=True)
    screen.print(f"请在“{done['folder']}”中修改，改好后用duban template check {kind}检查", soft_wrap=True)


def _say_findings(found: list[Finding], sound: bool) -> None:
    for one in found:
        screen.print(Text.assemble(LEVELS[one.level], f" {one.sentence}"), soft_wrap=True)
    screen.print("没有发现问题" if not found else "可以使用" if sound else "请改正后再检查")


def _say_history(found: list[dict[str, Any]]) -> None:
    made = table("用语", ("哈希", "起", "止", "件数", "文书"))
    for one in found:
        first, last = (office_minute(_instant(one[name])) for name in ("first", "last"))
        numbers = "、".join(row["number"] for row in one["papers"] if row["number"]) or "（邮件）"
        digest = one["digest"][:SHOWN] + ("（现用）" if one["in_force"] else "")
        made.add_row(digest, first, last, str(one["count"]), numbers)
    screen.print(made)


def _instant(text: str) -> Any:
    return particulars.read_instant(text)
