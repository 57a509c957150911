"""`duban calendar …`: the calendars kept, a year of one, and loading a notice."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from states.calendar import DayKind
from states.calendar.hours import WEEKDAYS
from workflow import particulars
from workflow.cli import feeds
from workflow.cli import month_grid as grids
from workflow.cli.groups import Group
from workflow.cli.month_grid import Mark, abreast, month_grid
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, check_named
from workflow.cli.output import answer, now, screen
from workflow.cli.recounting import add_to as add_recounting
from workflow.cli.recounting import say_impact
from workflow.cli.tables import table
from workflow.services import calendar_loading, calendars

OFF, MADE_UP, OWN_HOURS, WEEKEND = (
    Mark("休", "red"),
    Mark("班", "bold cyan"),
    Mark("时", "yellow"),
    Mark("", "dim"),
)
VERSION_HEADINGS = ("日历", "现行", "来源", "知悉", "载入人", "已公布")
SHOWN_CHANGES = 60
MONTHS = range(1, 13)

app = typer.Typer(cls=Group, help="工作日历：查看与载入放假通知", no_args_is_help=True)
add_recounting(app)
app.add_typer(feeds.app, name="feed")


@app.command("list")
def list_versions(as_json: AsJson = False) -> None:
    """日历版本一览。"""
    rows = calendars.list_versions(open_installation())
    answer(as_json, {"calendars": rows}, lambda: screen.print(_versions(rows)))


@app.command("show")
def show(
    year: Annotated[int, typer.Argument(help="年份，如2026")],
    version: Annotated[
        str | None,
        typer.Option("--version", help="日历版本，默认现行", callback=particulars.read_name),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """一年的工作日历。"""
    document = calendars.show(open_installation(), year, version)
    answer(as_json, document, lambda: _say_year(document))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="放假通知（.csv、.json、.ics）")],
    *,
    source: Annotated[str | None, typer.Option("--source", help="依据：通知的名称或文号")] = None,
    known_since: Annotated[str | None, typer.Option("--known-since", help="知悉日期，默认今天")] = None,
    year: Annotated[int | None, typer.Option("--year", help="通知公布的年份；文件未写明时用")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只报告，不写入")] = False,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """载入放假通知或地方安排，列出受影响的期限。"""
    if not dry_run:
        check_named(person)
    office, by, at = open_installation(), signature(person), now()
    loaded = calendar_loading.load(
        office,
        file,
        by=by,
        at=at,
        source=particulars.read_text(source) if source else None,
        known_since=particulars.read_day(known_since) if known_since else None,
        year=year,
        dry_run=dry_run,
    )
    report, found = loaded.report, [one.as_json() for one in loaded.impact]
    document = {**report.as_json(), "impact": found}
    answer(as_json, document, lambda: _say_load(report, found))


def _versions(rows: list[dict[str, Any]]) -> Table:
    made = table(f"工作日历（{len(rows)}个版本）", VERSION_HEADINGS)
    for column in made.columns:
        column.no_wrap = column.header != "来源"
    for row in rows:
        made.add_row(
            row["calendar"],
            "✓" if row["in_force"] else "",
            row["source"],
            row["known_since"],
            row["loaded_by"],
            _years(row["announced"]),
        )
    return made


def _years(announced: list[int] | None) -> str:
    """Years as people write them: 2015—2026、2028."""
    if announced is None:
        return "全部"
    runs = [list(run) for _, run in groupby(enumerate(announced), lambda pair: pair[1] - pair[0])]
    ends = [(run[0][1], run[-1][1]) for run in runs]
    return "、".join(f"{first}—{last}" if last > first else str(first) for first, last in ends)


def _say_year(document: dict[str, Any]) -> None:
    year, status = document["year"], ("已公布", "green") if document["announced"] else ("暂定", "yellow")
    head = (f"{year}年工作日历", "bold"), f"　{document['working_days']}个工作日　", status
    marks = dict(_marks(document))
    screen.print(Text.assemble(*head), Text(), sep="\n")
    screen.print(abreast([month_grid(year, month, marks) for month in MONTHS], screen.width))
    screen.print(_legend(marks.values()), Text(), sep="\n")
    screen.print(_particulars(document))


def _marks(document: dict[str, Any]) -> Iterator[tuple[date, Mark]]:
    """Later marks go before earlier ones: a day of a break is off, whether or not it is at a weekend."""
    closed = {place for place, name in enumerate(WEEKDAYS) if not document["week"][name]}
    for day in _span(date(document["year"], 1, 1), date(document["year"], 12, 31)):
        if day.weekday() in closed:
            yield day, WEEKEND
    for one in document["breaks"]:
        yield from ((day, OFF) for day in _span(_day(one["first"]), _day(one["last"])))
    kinds = {_day(one["date"]): DayKind(one["kind"]) for one in document["days"]}
    for day in map(_day, document["hours"]):
        if kinds.get(day) is not DayKind.REST:
            yield day, OWN_HOURS
    yield from ((day, MADE_UP) for day, kind in kinds.items() if kind is DayKind.MAKE_UP)


def _legend(marks: Iterable[Mark]) -> Text:
    used = set(marks)
    told = [(OFF, "放假"), (MADE_UP, "调休上班"), (OWN_HOURS, "办公时间另定")]
    words = [Text.assemble((mark.sign, mark.style), f" {meaning}") for mark, meaning in told if mark in used]
    return Text("　　").join([*words, Text("浅色为周末", style="dim")])


def _particulars(document: dict[str, Any]) -> Table:
    made = Table.grid(padding=(0, 2))
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for one in document["breaks"]:
        made.add_row(one["name"], _told(_day(one["first"]), _day(one["last"])))
    worked = [_day(one["date"]) for one in document["days"] if one["kind"] == DayKind.MAKE_UP.value]
    if worked:
        made.add_row("调休上班", "、".join(_named(day) for day in worked))
    for place, (days, hours) in enumerate(_hours(document)):
        made.add_row("" if place else "办公时间", f"{days}　{hours}")
    for place, source in enumerate(document["sources"]):
        made.add_row("" if place else "来源", source)
    made.add_row("日历版本", f"{document['calendar']}（{document['source']}，{document['known_since']}知悉）")
    made.add_row("哈希", document["digest"])
    return made


def _told(first: date, last: date) -> str:
    days = (last - first).days + 1
    return f"{_named(first)}　1天" if days == 1 else f"{_named(first)}至{_named(last)}　{days}天"


def _named(day: date) -> str:
    return f"{day.month}月{day.day}日（周{grids.WEEKDAYS[day.weekday()]}）"


def _hours(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Weekdays with the same hours together, 周一至周五 08:30—12:00、13:30—18:00, then single dates."""
    spans = [document["week"][name] for name in WEEKDAYS]
    for hours, run in groupby(range(len(spans)), key=lambda place: spans[place]):
        places = list(run)
        first, last = (f"周{grids.WEEKDAYS[place]}" for place in (places[0], places[-1]))
        if hours:
            yield (f"{first}至{last}" if len(places) > 1 else first), _spans(hours)
    yield from ((_named(_day(day)), _spans(own)) for day, own in document["hours"].items())


def _spans(spans: list[list[str]]) -> str:
    return "、".join("—".join(span) for span in spans)


def _say_load(report: calendars.LoadReport, found: list[dict[str, Any]]) -> None:
    what = "地方安排" if report.year is None else f"{report.year}年安排"
    if not report.is_new:
        screen.print(f"{what}与现行日历{report.version}的内容相同，没有另立版本")
        return
    words = "将载入" if report.dry_run else "已载入"
    screen.print(f"{words}{what}：日历{report.version}，依据{report.source}", soft_wrap=True)
    screen.print(f"与{report.previous}相比，{len(report.changes)}天有变", soft_wrap=True)
    if report.holidays_worked:
        days = "、".join(f"{day.month}月{day.day}日" for day in report.holidays_worked)
        screen.print(f"注意：法定节假日{days}按此成为工作日，文件可能不是全年安排，请核对", soft_wrap=True)
    if report.hours_changed:
        screen.print("办公时间有变")
    if report.changes:
        screen.print(_changes(report))
    say_impact(found)


def _changes(report: calendars.LoadReport) -> Table:
    made = table(None, ("日期", "原为", "现为", "名称"))
    for one in report.changes[:SHOWN_CHANGES]:
        made.add_row(
            f"{one.date}（周{grids.WEEKDAYS[one.date.weekday()]}）",
            one.before.label,
            one.after.label,
            one.name,
        )
    if len(report.changes) > SHOWN_CHANGES:
        made.add_row("…", "", "", f"其余{len(report.changes) - SHOWN_CHANGES}天见--json")
    return made


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _span(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(place) for place in range((last - first).days + 1))
