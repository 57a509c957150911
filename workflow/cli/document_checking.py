"""`duban document check FILE.pdf`: an official paper as a file, item by item. Needs no installation."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from notifications.inspection import Item, PaperUnreadable, Report, Verdict, examine
from notifications.inspection.reading import MAX_BYTES
from workflow.cli.options import AsJson
from workflow.cli.output import MISCONFIGURED, REFUSED, answer, screen, tell_refusal

FORMS = {"letter": "信函格式", "document": "文件格式", "form": "表单", "internal": "内部文书"}
SIGNS = {
    Verdict.OK: ("合格", "green"),
    Verdict.FAULT: ("不合格", "red"),
    Verdict.NOT_APPLICABLE: ("不涉及", "dim"),
}


def check(
    file: Annotated[Path, typer.Argument(help="要检查的PDF文件")],
    *,
    as_json: AsJson = False,
) -> None:
    """按GB/T 9704-2012逐项检查一个PDF文件：0全部合格，1有不合格项，2无法读取。"""
    try:
        report = examine(_bytes(file))
    except PaperUnreadable as refusal:
        tell_refusal(refusal, as_json=as_json)
        raise typer.Exit(MISCONFIGURED) from None
    answer(as_json, {"file": str(file), **report.as_json()}, lambda: _say(report))
    if report.faults:
        raise typer.Exit(REFUSED)


def _bytes(file: Path) -> bytes:
    """At most one byte more than may be read: what is longer is refused for its length."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PaperUnreadable(f"无法读取文件“{file}”，请核对路径和权限。", reason="file_unusable") from error


def _say(report: Report) -> None:
    screen.print(_headline(report), soft_wrap=True)
    for item in report.items:
        screen.print(_line(item), soft_wrap=True)
    counts = [sum(item.verdict is verdict for item in report.items) for verdict in SIGNS]
    told = "，".join(f"{sign}{count}项" for (sign, _), count in zip(SIGNS.values(), counts, strict=True))
    screen.print(f"共{len(report.items)}项：{told}")


def _headline(report: Report) -> str:
    if report.form == "report":
        return f"这是报表，不是公文，只检查文件和字体，共{report.pages}页"
    left = f"，尚有{report.gaps}处〔待填〕" if report.gaps else ""
    draft = f"；这是草稿{left}，可以检查，不能印发" if report.draft else ""
    return f"按{FORMS[report.form]}检查（由红线、标志和表格判断），共{report.pages}页{draft}"


def _line(item: Item) -> Text:
    sign, style = SIGNS[item.verdict]
    place = f"（第{item.page}页）" if item.page else ""
    words = f"  {item.label}{place}："
    if item.verdict is Verdict.FAULT:
        return Text.assemble((f"{sign:　<3}", style), words, f"{item.sentence}；要求：{item.expected}")
    told = item.measured if item.measured and item.sentence == "符合要求" else item.sentence
    return Text.assemble((f"{sign:　<3}", style), words, told)
