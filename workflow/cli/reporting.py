"""`duban report month|quarter|year`: the figures of a period, each with its basis, and its files."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from notifications.figures import Quotient, Sheet, told
from states.errors import FactInvalid
from states.office_time import office_day
from states.reports import Span, latest, read_period
from workflow import particulars
from workflow.cli.opening import onlooker, open_installation, signature
from workflow.cli.options import AsJson, AsViewer, moment
from workflow.cli.output import answer, screen
from workflow.services import report_files
from workflow.services.report_figures import TERMS, TOTAL, figures
from workflow.services.reports import Reported
from workflow.services.reports import report as count

ByUnit = Annotated[
    str | None,
    typer.Option("--unit", help="只统计一个单位（名称或编码）及其下级", callback=particulars.read_name),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="输出文件：.xlsx表格、.html网页、.pdf或.docx通报草稿；输出记入工作日志"),
]
At = Annotated[str | None, typer.Option("--at", help="逾期算到何时，默认现在；事项情况以现有记载为准")]


def report(
    span: Annotated[str, typer.Argument(help="month（月）、quarter（季度）或year（年）")],
    period: Annotated[
        str | None, typer.Argument(help="期间，如2026-11、2026Q4、2026；不写为最近一个已经结束的")
    ] = None,
    *,
    unit: ByUnit = None,
    out: Out = None,
    viewer: AsViewer = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """月报、季报、年报：数字附分子分母，对比上期和同期；输出表格、网页、通报草稿。"""
    length, instant = _span(span), moment(at)
    wanted = read_period(length, period) if period else latest(length, office_day(instant))
    office = open_installation()
    found = count(office, length, wanted, at=instant, by=onlooker(viewer), unit=unit)
    done = None if out is None else report_files.write_report(office, found, out, by=signature(viewer))
    answer(as_json, {**found.as_json(), "written": done}, lambda: _say(found, done))


def _span(word: str) -> Span:
    found = next((one for one in Span if word in (one.value, one.label)), None)
    if found is None:
        known = "、".join(f"{one.value}（{one.label}）" for one in Span)
        raise FactInvalid(f"没有“{word[:20]}”这种报表，可填：{known}。", code="span_unknown")
    return found


def _say(found: Reported, done: dict[str, Any] | None) -> None:
    shown = figures(found)
    screen.print(shown.title, style="bold", soft_wrap=True)
    for label, said in shown.facts:
        screen.print(f"{label}：{said}", soft_wrap=True)
    for note in shown.notes:
        screen.print(note, style="dim", soft_wrap=True)
    screen.print(_table(next(one for one in shown.sheets if one.name == TOTAL)))
    rest = "、".join(one.name for one in shown.sheets if one.name not in (TOTAL, TERMS))
    screen.print(f"{rest}和各项口径见输出的文件（--out）。", style="dim", soft_wrap=True)
    if done is not None:
        draft = "（通报草稿，缺项显示〔待填〕）" if done["format"] in ("pdf", "docx") else ""
        screen.print(f"已写出 {done['file']}{draft}", soft_wrap=True)


def _table(sheet: Sheet) -> Table:
    """Without the last column, which says at length how each is counted."""
    made = Table()
    for column in sheet.columns[:-1]:
        words = column.kind == "text"
        made.add_column(column.title, justify="left" if words else "right", no_wrap=not words)
    for row in sheet.rows:
        made.add_row(*(_cell(one) for one in row[:-1]))
    return made


def _cell(cell: Any) -> str:
    parts = f"{cell.parts}  " if isinstance(cell, Quotient) and cell.denominator else ""
    return parts + told(cell)
