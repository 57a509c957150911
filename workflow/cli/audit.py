"""`duban audit …`: looking over all cases and the office's journal, as of any day; reports of both."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from states.audit import Period
from states.errors import FactInvalid
from states.office_time import office_day
from states.vocabulary import Light
from workflow import particulars
from workflow.cli import redacting
from workflow.cli.groups import Group
from workflow.cli.looking_in import look_into
from workflow.cli.opening import onlooker, open_installation, signature
from workflow.cli.options import AsJson, AsViewer, check_is_past
from workflow.cli.output import answer, notes, progress_bar, screen
from workflow.cli.tables import folding_table, minute, table
from workflow.services import auditing, searching
from workflow.services.auditing import Made
from workflow.services.counts import By, Count, Counts, count_matters
from workflow.services.searching import JOURNAL_ALONE, Clock, Page, Wanted

MOST = 1_000

app = typer.Typer(cls=Group, help="审计查阅：检索历史、督查室工作日志、往日数量", no_args_is_help=True)
redacting.add_to_audit(app)

Actor = Annotated[
    str | None,
    typer.Option("--actor", help="谁所为：姓名或人员编码；system为系统", callback=particulars.read_name),
]
Since = Annotated[str | None, typer.Option("--from", help="从何时起，如2026-09-01T00:00:00+08:00")]
Until = Annotated[str | None, typer.Option("--to", help="到何时止（含）")]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="哪种记载，可写多个：如签收、延期获准，或其标识")
]
Text = Annotated[str | None, typer.Option("--text", help="记载中写有的文字")]
ByTime = Annotated[str, typer.Option("--by", help="时间以何为准：recorded（写入）或occurred（发生）")]
Limit = Annotated[int, typer.Option("--limit", help="一页最多几条", min=1, max=MOST)]
Newest = Annotated[bool, typer.Option("--newest", help="新的在前")]
After = Annotated[str | None, typer.Option("--after", help="接着上一页往下看：上一页给出的next")]


@app.command("search")
def search(
    *,
    case: Annotated[
        str | None, typer.Option("--case", help="只查一个事项：编号", callback=particulars.read_name)
    ] = None,
    actor: Actor = None,
    since: Since = None,
    until: Until = None,
    kinds: Kinds = None,
    text: Text = None,
    by: ByTime = "recorded",
    newest: Newest = False,
    limit: Limit = 100,
    after: After = None,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """检索全部事项的历史和督查室工作日志，早的在前（或新的在前），一页一页地看。"""
    wanted = _wanted(case, actor, (since, until), kinds, text=text, by=by, newest=newest)
    _answer(wanted, limit, after, viewer, as_json=as_json)


@app.command("journal")
def journal(
    *,
    case: Annotated[
        str | None,
        typer.Option("--case", help="只看提到某一事项的：编号", callback=particulars.read_name),
    ] = None,
    actor: Actor = None,
    since: Since = None,
    until: Until = None,
    kinds: Kinds = None,
    text: Text = None,
    by: ByTime = "recorded",
    newest: Newest = False,
    limit: Limit = 100,
    after: After = None,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """督查室工作日志：规则、日历、名录、机构改革、代理、巡查等不属于某一事项的记载。"""
    wanted = _wanted(JOURNAL_ALONE, actor, (since, until), kinds, text=text, by=by, newest=newest)
    wanted = replace(wanted, about=case)
    _answer(wanted, limit, after, viewer, as_json=as_json)


@app.command("counts")
def counts(
    *,
    as_of: Annotated[str, typer.Option("--as-of", help="按何时的记载，如2026-09-30T23:59:59")],
    by: Annotated[
        str | None,
        typer.Option("--by", help="分列：unit（牵头单位）、category（类别）、state（环节）、light（亮灯）"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """往日的数量：某一时间台账上有多少事项、各在哪里、亮什么灯，与case list --as-of逐项相合。"""
    instant, apart = particulars.read_instant(as_of), None if by is None else _grouping(by)
    check_is_past(office_day(instant))
    found = count_matters(open_installation(), as_of=instant, by=apart)
    answer(as_json, found.as_json(), lambda: _say_counts(found))


@app.command("report")
def report(
    *,
    first: Annotated[str, typer.Option("--from", help="期间的第一天，如2026-07-01（含）")],
    last: Annotated[str, typer.Option("--to", help="期间的最后一天，如2026-09-30（含）")],
    out: Annotated[Path, typer.Option("--out", help="报告放在哪个文件夹")] = Path(),
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="格式，可写多个：xlsx、pdf；不写则都出")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="已有同名文件的，覆盖")] = False,
    person: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="由谁出具：姓名或人员编码，须可查看全部；不写则为系统操作人员",
            callback=particulars.read_name,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """出具审计报告：流程合规、例外情况、补录与预记、越级、逾期、未发，写成表格和PDF；记入工作日志。"""
    period = Period(particulars.read_day(first), particulars.read_day(last))
    wanted = tuple(dict.fromkeys(formats or auditing.FORMATS))
    with progress_bar("核查事项", quiet=as_json) as progress:
        made = auditing.make_report(
            open_installation(), period, out, by=signature(person), formats=wanted, force=force,
            progress=lambda done: progress(done, done),
        )  # fmt: skip
    answer(as_json, made.as_json(), lambda: _say_report(made))


def _say_report(made: Made) -> None:
    told = made.counts
    entered = "当前数据库角色只读，出具未记入日志" if made.seq is None else f"日志第{made.seq}条"
    screen.print(
        f"核查事项{told['cases']}个、记载{told['entries']}条：流程不符{told['deviations']}处，"
        f"例外{told['departures']}件，补录与预记{told['dating']}件，越级与未发{told['passed_over']}件，"
        f"逾期{told['late']}件，未能发出{told['undelivered']}件；{entered}",
        soft_wrap=True,
    )
    for one in made.files:
        screen.print(f"已写出{one['file']}", soft_wrap=True)
        screen.print(f"sha256:{one['sha256']}")
    if made.substitutions:
        screen.print(f"PDF的字体：{'，'.join(made.substitutions)}。", style="yellow", soft_wrap=True)


def _grouping(word: str) -> By:
    """What counts are told apart by, by identifier or label. Raises `FactInvalid` (`grouping_unknown`)."""
    for one in By:
        if word in (one.value, one.label):
            return one
    known = "、".join(f"{one.value}（{one.label}）" for one in By)
    raise FactInvalid(f"不能按“{word[:40]}”分列，可填：{known}。", code="grouping_unknown")


def _say_counts(found: Counts) -> None:
    title = f"{minute(found.as_of.isoformat())} 的台账"
    made = table(
        title, (found.by.label if found.by else "", "事项", "逾期", *(one.label + "灯" for one in Light))
    )
    for _, name, count in found.groups:
        made.add_row(name, *_numbers(count))
    made.add_row("合计", *_numbers(found.total), style="bold")
    screen.print(made)
    for bad in found.unreadable:
        notes.print(f"事项{bad['case']}未计入：{bad['message']}", soft_wrap=True)


def _numbers(count: Count) -> list[str]:
    return [str(count.matters), str(count.overdue), *(str(count.lights[light]) for light in Light)]


def _wanted(
    case: str | None,
    actor: str | None,
    span: tuple[str | None, str | None],
    kinds: list[str] | None,
    *,
    text: str | None,
    by: str,
    newest: bool,
) -> Wanted:
    since, until = (particulars.read_instant(one) if one else None for one in span)
    named = tuple(particulars.read_text(one) for one in kinds or ())
    words = particulars.read_text(text) if text else None
    return Wanted(case, actor, since, until, named, words or None, _clock(by), newest)


def _clock(word: str) -> Clock:
    """By which time, by identifier or label. Raises `FactInvalid` (`time_unknown`)."""
    for one in Clock:
        if word in (one.value, one.label):
            return one
    known = "、".join(f"{one.value}（{one.label}）" for one in Clock)
    raise FactInvalid(f"没有“{word[:40]}”这种时间，可填：{known}。", code="time_unknown")


def _answer(wanted: Wanted, limit: int, after: str | None, viewer: str | None, *, as_json: bool) -> None:
    office, by = open_installation(), onlooker(viewer)
    found = searching.search(office, wanted, limit=limit, after=after, by=by)
    look_into(office, *found.cases, what="search", viewer=viewer)
    answer(as_json, found.as_json(), lambda: _say(found))


def _say(page: Page) -> None:
    if not page.entries:
        screen.print("没有符合条件的记载。")
        return
    made = folding_table(("编号", "序", "时间", "谁", "做了什么", "哈希"))
    for one in page.entries:
        acting = f"（代{one['acting_for_name']}）" if one["acting_for"] else ""
        made.add_row(
            one["case"] or "工作日志",
            str(one["seq"]),
            _times(one),
            one["actor_name"] + acting,
            one["sentence"],
            one["hash"][:8],
        )
    screen.print(made)
    if page.next:
        screen.print(f"还有更多，接着看请加：--after {page.next}", soft_wrap=True)


def _times(one: dict[str, Any]) -> str:
    """When it occurred, and when it was entered where that is another minute."""
    occurred, recorded = minute(one["occurred_at"]), minute(one["recorded_at"])
    return occurred if occurred == recorded else f"{occurred}\n写入{recorded}"
